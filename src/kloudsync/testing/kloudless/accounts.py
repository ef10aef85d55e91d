"""Accounts, their tokens, and the team of an admin."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import attrs

from kloudsync.testing.exchange import Reply
from kloudsync.testing.kloudless.addresses import href
from kloudsync.testing.kloudless.call import Call, Resource, answer, nothing, numbered_page, page_of
from kloudsync.testing.kloudless.ids import encode_id
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
    """

    id: int
    address: str
    admin: bool = False
    enabled: bool = True

    def shown(self) -> Resource:
        """Write the account as the API shows it."""
        scopes = ("calendar", "team") if self.admin else ("calendar",)
        return {
            "id": self.id,
            "account": self.address,
            "service": "google_calendar",
            "service_name": "Google Calendar",
            "active": self.enabled,
            "enabled": self.enabled,
            "admin": self.admin,
            "apis": list(scopes),
            "effective_scope": "google_calendar:normal.calendar.default:kloudless",
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


def list_accounts(call: Call) -> Reply:
    """Answer `accounts.list`."""
    shown = [one.shown() for one in call.service.accounts.values()]
    for name in ("active", "admin", "enabled"):
        if name in call.query:
            shown = [one for one in shown if one[name] is call.query.flag(name)]
    return numbered_page(call, shown, "core")


def get_account(call: Call) -> Reply:
    """Answer `accounts.get`."""
    return answer(_account(call).shown())


def update_account(call: Call) -> Reply:
    """Answer `accounts.update`."""
    account = _account(call)
    account.enabled = bool(call.sent().get("active", account.enabled))
    return answer(account.shown())


def delete_account(call: Call) -> Reply:
    """Answer `accounts.delete`."""
    call.service.accounts.pop(_account(call).id)
    return nothing()


def encode_raw_id(call: Call) -> Reply:
    """Answer `accounts.encode_raw_id`."""
    sent = call.sent()
    return answer({"id": encode_id(sent.get("type", ""), sent.get("raw_id", ""))})


def exchange_code(call: Call) -> Reply:
    """Answer `oauth.exchange`."""
    form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
    token = call.service.credentials.codes.pop(form.get("code", ""), None)
    known = form.get("client_id") == call.service.application
    if token is None or not known or form.get("grant_type") != "authorization_code":
        raise Refusal(400, "bad_request", "The code is not valid.")
    return answer({"access_token": token, "token_type": "Bearer", "scope": "calendar"})


def verify_token(call: Call) -> Reply:
    """Answer `oauth.verify`; a token that is not valid with 400."""
    token = call.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        account = call.service.credentials.owner(token)
    except Refusal as refusal:
        raise Refusal(400, "invalid_token", "The token is not valid.") from refusal
    named = {"client_id": call.service.application, "account_id": account, "scope": "calendar"}
    return answer(named)


def list_users(call: Call) -> Reply:
    """Answer `users.list`."""
    return page_of(call, list(_users(call).values()), "team")


def get_user(call: Call) -> Reply:
    """Answer `users.get`."""
    return answer(_one(_users(call), call.names[0], "User"))


def list_memberships(call: Call) -> Reply:
    """Answer `users.memberships`: everybody is in the one group."""
    _one(_users(call), call.names[0], "User")
    return list_groups(call)


def list_groups(call: Call) -> Reply:
    """Answer `groups.list`."""
    return page_of(call, list(_groups(call).values()), "team")


def get_group(call: Call) -> Reply:
    """Answer `groups.get`."""
    return answer(_one(_groups(call), call.names[0], "Group"))


def list_members(call: Call) -> Reply:
    """Answer `groups.members`."""
    _one(_groups(call), call.names[0], "Group")
    return list_users(call)


def _account(call: Call) -> Connected:
    return call.service.account(call.account)


def _users(call: Call) -> dict[str, Resource]:
    if not _account(call).admin:
        raise Refusal(403, "forbidden", "Only an admin account sees its team.")
    users = call.service.accounts.values()
    shown = [
        {"id": encode_id("user", one.address), "name": None, "email": one.address, "role": "member"}
        for one in users
    ]
    return {user["id"] or "": user for user in shown}


def _groups(call: Call) -> dict[str, Resource]:
    _users(call)
    name = encode_id("group", "everybody")
    return {name: {"id": name, "name": "Everybody", "role": None}}


def _one(held: Mapping[str, Any], name: str, what: str) -> Resource:
    if name not in held:
        raise not_found(what)
    found: Resource = held[name]
    return found
