"""Accounts, their tokens, and the team of an admin, as requests reach them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.kloudless.call import Call, answer, nothing, numbered_page, page_of
from kloudsync.testing.kloudless.connected import FIRST_ACCOUNT, Connected
from kloudsync.testing.kloudless.ids import encode_id
from kloudsync.testing.kloudless.refusals import Refusal, not_found


def list_accounts(call: Call) -> Reply:
    """Answer `accounts.list`."""
    shown = [one.shown() for one in call.state.accounts.values()]
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
    wanted = call.sent().get("active")
    account.enabled = account.enabled if wanted is None else wanted
    return answer(account.shown())


def delete_account(call: Call) -> Reply:
    """Answer `accounts.delete`."""
    call.state.accounts.pop(_account(call).id)
    return nothing()


def encode_raw_id(call: Call) -> Reply:
    """Answer `accounts.encode_raw_id`."""
    sent = call.sent()
    return answer({"id": encode_id(sent.get("type") or "", sent.get("raw_id") or "")})


def authorize(call: Call) -> Reply:
    """Answer the page that asks: the person agrees, with their first account."""
    asked = {name: call.query.get(name) for name in ("client_id", "redirect_uri", "state")}
    if asked["client_id"] != call.state.application or not asked["redirect_uri"]:
        raise Refusal(400, "bad_request", "The application is not known.")
    code = call.state.credentials.allow(min(call.state.accounts, default=FIRST_ACCOUNT))
    brought = urlencode({"code": code, "state": asked["state"]})
    return Reply(302, {"Location": f"{asked['redirect_uri']}?{brought}"}, b"")


def exchange_code(call: Call) -> Reply:
    """Answer `oauth.exchange`."""
    sent = parse_qs(call.body.decode(errors="replace"))
    form = {name: values[0] for name, values in sent.items()}
    token = call.state.credentials.codes.pop(form.get("code", ""), None)
    known = form.get("client_id") == call.state.application
    if token is None or not known or form.get("grant_type") != "authorization_code":
        raise Refusal(400, "bad_request", "The code is not valid.")
    return answer({"access_token": token, "token_type": "Bearer", "scope": "calendar"})


def verify_token(call: Call) -> Reply:
    """Answer `oauth.verify`; a token that is not valid with 400."""
    token = call.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        account = call.state.credentials.owner(token)
    except Refusal as refusal:
        raise Refusal(400, "invalid_token", "The token is not valid.") from refusal
    named = {"client_id": call.state.application, "account_id": account, "scope": "calendar"}
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
    return call.state.account(call.account)


def _users(call: Call) -> dict[str, Resource]:
    if not _account(call).admin:
        raise Refusal(403, "forbidden", "Only an admin account sees its team.")
    users = call.state.accounts.values()
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
