"""Users, their meeting settings, meetings, and webhook subscriptions."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import ge, gt, le, lt
from typing import Any

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.salesloft.book import is_moment
from kloudsync.testing.salesloft.call import Call, answer, page_of
from kloudsync.testing.salesloft.refusals import invalid, not_found

_COMPARED: Mapping[str, Callable[[datetime, datetime], bool]] = {
    "gt": gt,
    "gte": ge,
    "lt": lt,
    "lte": le,
}
_FIXED = frozenset(
    ("id", "user", "user_guid", "created_at", "updated_at", "start_time", "end_time")
)
"""What no change of a row touches."""


def me(call: Call) -> Reply:
    """Answer with the token's own user."""
    return answer(call.state.users[0])


def list_users(call: Call) -> Reply:
    """List users: whole, without a word on pages, unless a page was asked for."""
    ids, guids, search = call.chosen("ids"), call.chosen("guid"), call.query.get("search")
    rows = [
        row
        for row in call.state.users
        if (not ids or str(row["id"]) in ids)
        and (not guids or row["guid"] in guids)
        and search in f"{row['name']} {row['email']}"
    ]
    return page_of(call, rows, sort_by="id") if "page" in call.query else answer(rows)


def get_user(call: Call) -> Reply:
    """Answer with a user, by number or guid."""
    return answer(_one(call.state.users, call.names[0], "id", "guid"))


def list_meetings(call: Call) -> Reply:
    """List meetings."""
    status, guids = call.query.get("status"), call.chosen("user_guids")
    rows = [
        row
        for row in call.state.meetings
        if status in {"", row["status"]}
        and (not guids or row["user_guid"] in guids)
        and all(_within(call, row, name) for name in ("start_time", "created_at", "updated_at"))
    ]
    return page_of(call, rows, sort_by="start_time")


def update_meeting(call: Call) -> Reply:
    """Take what an integration reports of a meeting."""
    answered = _changed(call, call.state.meetings)
    _one(call.state.meetings, call.names[0], "id")["updated_at"] = call.now.isoformat()
    return answered


def search_settings(call: Call) -> Reply:
    """Find meeting settings by filters of the body or of the query."""
    kind = call.body.get("calendar_type") or call.query.get("calendar_type")
    guids = set(call.body.get("user_guids") or call.chosen("user_guids"))
    bounds: Resource = call.body.get("updated_at") or {}
    after = bounds.get("gt")
    if after and not is_moment(after):
        raise invalid({"updated_at": ["is not an ISO 8601 date-time with an offset"]})
    rows = [
        row
        for row in call.state.settings
        if kind in {None, "", row["calendar_type"]}
        and (not guids or row["user"]["id"] in guids)
        and (not after or _moment(row["updated_at"]) > _moment(after))
    ]
    return page_of(call, rows, sort_by="id")


def update_settings(call: Call) -> Reply:
    """Change meeting settings."""
    return _changed(call, call.state.settings)


def list_subscriptions(call: Call) -> Reply:
    """List webhook subscriptions."""
    enabled = call.query.get("enabled")
    rows = [
        row
        for row in call.state.subscriptions
        if not enabled or row["enabled"] is call.query.flag("enabled")
    ]
    return page_of(call, rows, sort_by="id")


def create_subscription(call: Call) -> Reply:
    """Subscribe."""
    names = ("callback_url", "callback_token", "event_type")
    missing = {name: ["can't be blank"] for name in names if not call.body.get(name)}
    if missing:
        raise invalid(missing)
    held = call.state.subscriptions
    row: Resource = {"id": 1 + max((one["id"] for one in held), default=0), "enabled": True}
    held.append(row | {name: call.body[name] for name in names})
    return answer(held[-1])


def get_subscription(call: Call) -> Reply:
    """Answer with a subscription."""
    return answer(_one(call.state.subscriptions, call.names[0], "id"))


def update_subscription(call: Call) -> Reply:
    """Switch a subscription on or off."""
    return _changed(call, call.state.subscriptions)


def delete_subscription(call: Call) -> Reply:
    """Delete a subscription, be it there or not."""
    held = call.state.subscriptions
    held[:] = [one for one in held if str(one["id"]) != call.names[0]]
    return Reply(204, {}, b"")


def _within(call: Call, row: Resource, name: str) -> bool:
    """Tell whether a time of a row lies within the bounds of the query."""
    bounds = {sign: call.moment(f"{name}[{sign}]") for sign in _COMPARED}
    given = {sign: bound for sign, bound in bounds.items() if bound is not None}
    if not given:
        return True
    moment = _moment(row[name]) if row.get(name) else None
    return moment is not None and all(_COMPARED[one](moment, given[one]) for one in given)


def _changed(call: Call, rows: Sequence[Resource]) -> Reply:
    row = _one(rows, call.names[0], "id")
    row.update({name: value for name, value in call.body.items() if name not in _FIXED})
    return answer(row)


def _one(rows: Sequence[Resource], name: str, *keys: str) -> Resource:
    found = (row for row in rows for key in keys if str(row[key]) == name)
    row = next(found, None)
    if row is None:
        raise not_found()
    return row


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(str(text))
