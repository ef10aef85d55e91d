"""Who may ask the fake, and what they may see."""

from collections.abc import Mapping

import attrs

from kloudsync.testing.google.refusals import bad_credentials, not_found

WRITERS = frozenset(("owner", "writer"))


@attrs.frozen
class Access:
    """How one account sees one calendar.

    Attributes:
        calendar: The calendar's id.
        role: `owner`, `writer`, `reader` or `freeBusyReader`.
        changed: The stamp of the last change of this entry.
        removed: Whether the calendar has left the account's list.
    """

    calendar: str
    role: str
    changed: int
    removed: bool = False


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
        self._lists: dict[str, dict[str, Access]] = {first: {}}

    def grant(self, token: str, account: str) -> None:
        """Let a bearer token act for an account; from now on unknown tokens are refused."""
        self._tokens[token] = account
        self._open = False
        self._revoked.discard(token)
        self._lists.setdefault(account, {})

    def revoke(self, token: str) -> None:
        """Refuse a bearer token from now on."""
        self._revoked.add(token)

    def authorise(self, header: str) -> str:
        """Find the account that an Authorization header acts for, or refuse with 401."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token or token in self._revoked:
            raise bad_credentials()
        account = self.first if self._open else self._tokens.get(token)
        if account is None:
            raise bad_credentials()
        return account

    def share(self, calendar: str, account: str, role: str, stamp: int) -> None:
        """Put a calendar in an account's list, or change its role there."""
        entries = self._lists.setdefault(account, {})
        entries[calendar] = Access(calendar, role, stamp)

    def unshare(self, calendar: str, account: str, stamp: int) -> None:
        """Take a calendar away from an account."""
        entry = self._entry(account, calendar)
        removed = attrs.evolve(entry, changed=stamp, removed=True)
        self._lists[account][calendar] = removed

    def entries(self, account: str) -> list[Access]:
        """List what an account has or had in its list, in the order of change."""
        return sorted(self._lists.get(account, {}).values(), key=lambda entry: entry.changed)

    def role(self, account: str, calendar: str) -> str:
        """Tell what an account may do with a calendar, or refuse with 404."""
        return self._entry(account, calendar).role

    def _entry(self, account: str, calendar: str) -> Access:
        entry = self._lists.get(account, {}).get(calendar)
        if entry is None or entry.removed:
            raise not_found()
        return entry
