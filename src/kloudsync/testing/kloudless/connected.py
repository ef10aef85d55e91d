"""The accounts that people connected, and who may ask for them."""

from collections.abc import Mapping

import attrs

from kloudsync.testing.exchange import Resource
from kloudsync.testing.kloudless.addresses import href
from kloudsync.testing.kloudless.refusals import Refusal, not_found, unauthorized

FIRST_ACCOUNT = 4242


@attrs.define
class Connected:
    """An account that its user connected.

    Attributes:
        id: Its number.
        address: The upstream account.
        admin: Whether it may act for its team.
        enabled: Whether the application may use it.
        service: What it says to be; the calendars are those of the upstream service all the same.
    """

    id: int
    address: str
    admin: bool = False
    enabled: bool = True
    service: str = "google_calendar"

    def shown(self) -> Resource:
        """Write the account as the API shows it."""
        scopes = ("calendar", "team") if self.admin else ("calendar",)
        return {
            "id": self.id,
            "account": self.address,
            "service": self.service,
            "service_name": self.service.replace("_", " ").title(),
            "active": self.enabled,
            "enabled": self.enabled,
            "admin": self.admin,
            "apis": list(scopes),
            "effective_scope": f"{self.service}:normal.calendar.default:kloudless",
            "created": "2020-10-27T08:18:30Z",
            "modified": "2020-10-27T08:31:58Z",
            "api": "core",
            "type": "account",
            "href": href(f"accounts/{self.id}"),
        }


class Credentials:
    """Who may ask for what.

    Args:
        tokens: Bearer tokens and the accounts that they act for; with none, every token is
            good and acts for the first account.
        api_keys: The application's keys; good for every account.

    Attributes:
        tokens: The same; may be changed at any time.
        codes: Authorisation codes, and the tokens that they are exchanged for.
    """

    def __init__(self, tokens: Mapping[str, int] | None, api_keys: tuple[str, ...]) -> None:
        self.tokens: dict[str, int] = dict(tokens or {})
        self.codes: dict[str, str] = {}
        self.api_keys = api_keys
        self._is_open = tokens is None

    def allow(self, account: int) -> str:
        """Let the application use an account; returns the code that buys its token."""
        number = len(self.tokens) + 1
        code, token = f"code-{number}", f"connected-{number}"
        self.tokens[token], self.codes[code] = account, token
        return code

    def accounts(self, header: str, named: str | None) -> tuple[int, ...]:
        """Return the accounts that a request acts for, or refuse it."""
        scheme, _, credential = header.partition(" ")
        wanted = [] if named is None else named.split(",")
        if scheme.lower() == "apikey" and credential in self.api_keys:
            if "me" in wanted:
                raise Refusal(400, "bad_request", "An API key has no account of its own.")
            return tuple(int(name) for name in wanted if name.isdigit())
        if scheme.lower() != "bearer" or not credential:
            raise unauthorized()
        own = [self.owner(token) for token in credential.split(",")]
        if not wanted or wanted == ["me"]:
            return tuple(own)
        if any(name != "me" and name not in map(str, own) for name in wanted):
            raise not_found("Account")
        return tuple(own[0] if name == "me" else int(name) for name in wanted)

    def owner(self, token: str) -> int:
        """Return the account of a token, or refuse it."""
        if token in self.tokens:
            return self.tokens[token]
        if self._is_open:
            return FIRST_ACCOUNT
        raise unauthorized()
