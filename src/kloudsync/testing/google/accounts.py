"""Who may ask the fake, and what they may see."""

from collections.abc import Callable, Mapping

import attrs

from kloudsync.testing.exchange import Resource
from kloudsync.testing.google.access import AccessRules, Rule
from kloudsync.testing.google.refusals import bad_credentials, not_found

WRITERS = frozenset(("owner", "writer", "writerWithoutPrivateAccess"))


@attrs.frozen
class Access:
    """How one account sees one calendar.

    Attributes:
        calendar: The calendar's id.
        role: `owner`, `writer`, `reader` or `freeBusyReader`.
        changed: The stamp of the last change of this entry.
        removed: Whether the calendar has left the account's list.
        fields: What the account has set of the calendar for itself, in Google's names.
    """

    calendar: str
    role: str
    changed: int
    removed: bool = False
    fields: Resource = attrs.field(factory=dict[str, object])


class Accounts:
    """Accounts, their bearer tokens, and the calendars in their lists.

    Args:
        first: The address of the account that a request means unless its token says otherwise.
        tokens: Bearer tokens and the addresses of their accounts; with none, every token is
            good and means the first account.
    """

    def __init__(self, first: str, tokens: Mapping[str, str] | None = None) -> None:
        self.first = first
        self._tokens = dict(tokens or {})
        self._open = not self._tokens
        self._revoked: set[str] = set()
        self._authority: Callable[[str], str | None] | None = None
        self._lists: dict[str, dict[str, Access]] = {first: {}}
        self._rules: dict[str, AccessRules] = {}

    def grant(self, token: str, account: str) -> None:
        """Let a bearer token act for an account; from now on unknown tokens are refused."""
        self._tokens[token] = account
        self._open = False
        self._revoked.discard(token)
        self._lists.setdefault(account, {})

    def trust(self, authority: Callable[[str], str | None]) -> None:
        """Let somebody else say whom a bearer token acts for, such as an authorisation server.

        Args:
            authority: Answers with the address of the account, or None for a dead token.
        """
        self._authority = authority

    def revoke(self, token: str) -> None:
        """Refuse a bearer token from now on."""
        self._revoked.add(token)

    def authorise(self, header: str) -> str:
        """Find the account that an Authorization header acts for, or refuse with 401."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token or token in self._revoked:
            raise bad_credentials()
        account = self._account_of(token)
        if account is None:
            raise bad_credentials()
        return account

    def _account_of(self, token: str) -> str | None:
        if self._authority is not None:
            return self._authority(token)
        return self.first if self._open else self._tokens.get(token)

    def share(self, calendar: str, account: str, role: str, stamp: int) -> None:
        """Put a calendar in an account's list, or change its role there."""
        self.rules(calendar).put(Rule(scope="user", value=account, role=role, changed=stamp))
        self.enter(calendar, account, stamp)

    def unshare(self, calendar: str, account: str, stamp: int) -> None:
        """Take a calendar away from an account."""
        self.entry(account, calendar)
        self.rules(calendar).put(Rule(scope="user", value=account, role="none", changed=stamp))
        self.leave(calendar, account, stamp)

    def enter(
        self, calendar: str, account: str, stamp: int, fields: Resource | None = None
    ) -> Access:
        """Put a calendar that an account may see in its list, or write its entry anew."""
        entry = Access(calendar, self.role(account, calendar), stamp, fields=fields or {})
        self._lists.setdefault(account, {})[calendar] = entry
        return entry

    def leave(self, calendar: str, account: str, stamp: int) -> None:
        """Take a calendar out of an account's list; what it may do with it stays."""
        entry = self.entry(account, calendar)
        self._lists[account][calendar] = attrs.evolve(entry, changed=stamp, removed=True)

    def follow(self, calendar: str, stamp: int) -> None:
        """Bring the entries of a calendar in line with its rules.

        Who may no longer see it loses the entry; another role is no change of the entry.
        """
        for account, entries in self._lists.items():
            entry = entries.get(calendar)
            if entry is None or entry.removed:
                continue
            role = self.rules(calendar).role_of(account)
            if role == "none":
                self.leave(calendar, account, stamp)
            else:
                entries[calendar] = attrs.evolve(entry, role=role)

    def drop(self, calendar: str, stamp: int) -> None:
        """Let a calendar cease to exist for everybody."""
        self._rules[calendar] = AccessRules()
        self.follow(calendar, stamp)

    def entries(self, account: str) -> list[Access]:
        """List what an account has or had in its list, in the order of change."""
        return sorted(self._lists.get(account, {}).values(), key=lambda entry: entry.changed)

    def entry(self, account: str, calendar: str) -> Access:
        """Find a calendar in an account's list, or refuse with 404."""
        entry = self._lists.get(account, {}).get(calendar)
        if entry is None or entry.removed:
            raise not_found()
        return entry

    def rules(self, calendar: str) -> AccessRules:
        """Find the access rules of a calendar."""
        return self._rules.setdefault(calendar, AccessRules())

    def role(self, account: str, calendar: str) -> str:
        """Tell what an account may do with a calendar, or refuse with 404."""
        role = self.rules(calendar).role_of(account)
        if role == "none":
            raise not_found()
        return role
