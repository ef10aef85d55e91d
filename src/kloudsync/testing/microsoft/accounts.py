"""Who may ask the fake, for which mailboxes, and for what."""

from collections.abc import Callable, Iterable, Mapping

import attrs

from kloudsync.testing.microsoft.refusals import Refusal, access_denied, bad_token

_RESOURCE = "https://graph.microsoft.com/"
READ = ("calendars.read", "calendars.readbasic", "calendars.readwrite")
WRITE = ("calendars.readwrite",)


@attrs.frozen
class Identity:
    """Whom a token acts for.

    Attributes:
        address: The address of the person; empty for an application that acts for itself.
        scopes: What was allowed, in lower case without prefix; None for everything.
    """

    address: str
    scopes: frozenset[str] | None = None

    def demand(self, permissions: Iterable[str]) -> None:
        """Refuse what none of these permissions was given for; with or without a suffix."""
        if self.scopes is None:
            return
        allowed = {scope.removesuffix(".shared").removesuffix(".all") for scope in self.scopes}
        if not allowed.intersection(permissions):
            raise access_denied()


class Accounts:
    """Bearer tokens and whom they act for.

    Args:
        first: The address that a token means unless it says otherwise.
        tokens: Bearer tokens and addresses; with none, every token is good and means the first.
    """

    def __init__(self, first: str, tokens: Mapping[str, str] | None = None) -> None:
        self.first = first
        self._known = {token: Identity(address) for token, address in (tokens or {}).items()}
        self._open = not self._known
        self._revoked: set[str] = set()
        self._authority: Callable[[str], str | None] | None = None

    def grant(self, token: str, address: str = "", scopes: Iterable[str] | None = None) -> None:
        """Let a bearer token act for a person, or for an application where no address is given.

        From now on unknown tokens are refused.

        Args:
            token: The token.
            address: The person's address.
            scopes: What it is good for, in any spelling; everything unless given.
        """
        allowed = None if scopes is None else frozenset(_plain(scope) for scope in scopes)
        self._known[token] = Identity(address, allowed)
        self._open = False
        self._revoked.discard(token)

    def trust(self, authority: Callable[[str], str | None]) -> None:
        """Let somebody else say whom a bearer token acts for, such as an authorisation server."""
        self._authority = authority

    def revoke(self, token: str) -> None:
        """Refuse a bearer token from now on."""
        self._revoked.add(token)

    def address_of(self, header: str) -> str:
        """Tell whose mailbox an Authorization header means; empty if it means none."""
        try:
            return self.authorise(header).address
        except Refusal:
            return ""

    def authorise(self, header: str) -> Identity:
        """Find whom an Authorization header acts for, or refuse with 401."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token or token in self._revoked:
            raise bad_token()
        if self._authority is not None:
            address = self._authority(token)
            if address is None:
                raise bad_token()
            return Identity(address)
        known = self._known.get(token)
        if known is None and not self._open:
            raise bad_token()
        return known or Identity(self.first)


def _plain(scope: str) -> str:
    return scope.removeprefix(_RESOURCE).lower()
