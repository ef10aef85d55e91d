"""The calendars of an account: `calendarList` and `calendars.get`."""

from kloudsync.testing.exchange import Reply
from kloudsync.testing.google.accounts import Access
from kloudsync.testing.google.call import Call, answer
from kloudsync.testing.google.encoding import Resource, encode
from kloudsync.testing.google.refusals import not_found, restricted_sync_token
from kloudsync.testing.google.tokens import read_sync_token, write_sync_token
from kloudsync.testing.google.walks import Walk, page_token

_HIDING = ("showDeleted", "showHidden", "minAccessRole", "showOwnOrganizationOnly")
_RANKS = ("freeBusyReader", "reader", "writer", "owner")


def list_calendars(call: Call) -> Reply:
    """Answer `calendarList.list`."""
    scope = call.scope(*_HIDING)
    mark = None
    if "syncToken" in call.query:
        mark = _mark(call, scope)
    walk, start = _walk(call, mark)
    size = call.integer("maxResults", 100, 250)
    items, after = walk.page(start, size)
    head: Resource = {"kind": "calendar#calendarList", "etag": f'"p{walk.mark:x}o0o"'}
    if after is not None:
        head["nextPageToken"] = page_token(walk, after)
    else:
        head["nextSyncToken"] = write_sync_token(walk.mark, scope)
    body = encode(head)[:-1] + b',"items":[' + b",".join(items) + b"]}"
    return Reply(200, {"Content-Type": "application/json; charset=UTF-8"}, body)


def _mark(call: Call, scope: str) -> int:
    hidden = any(
        name in call.query and not call.query.flag(name) for name in ("showDeleted", "showHidden")
    )
    if hidden or "minAccessRole" in call.query or "showOwnOrganizationOnly" in call.query:
        raise restricted_sync_token()
    return read_sync_token(call.query.get("syncToken"), scope)


def _walk(call: Call, mark: int | None) -> tuple[Walk, int]:
    scope = call.scope()
    if "pageToken" in call.query:
        return call.service.walks.find(call.query.get("pageToken"), scope)
    entries = call.service.accounts.entries(call.account)
    latest = max((entry.changed for entry in entries), default=0)
    items = [encode(_entry(call, entry)) for entry in entries if _is_listed(call, entry, mark)]
    return call.service.walks.start(Walk(scope=scope, items=items, mark=latest)), 0


def _is_listed(call: Call, entry: Access, mark: int | None) -> bool:
    if mark is not None:
        return entry.changed > mark
    least = call.query.get("minAccessRole", _RANKS[0])
    allowed = least not in _RANKS or _RANKS.index(entry.role) >= _RANKS.index(least)
    return allowed and (not entry.removed or call.query.flag("showDeleted"))


def get_entry(call: Call) -> Reply:
    """Answer `calendarList.get`."""
    calendar = call.service.readable(call)
    for entry in call.service.accounts.entries(call.account):
        if entry.calendar == calendar.id:
            return answer(_entry(call, entry))
    raise not_found()


def get_calendar(call: Call) -> Reply:
    """Answer `calendars.get`."""
    calendar = call.service.readable(call)
    return answer(
        {
            "kind": "calendar#calendar",
            "etag": f'"c{calendar.created:x}"',
            "id": calendar.id,
            "summary": calendar.summary,
            "timeZone": calendar.book.zone.key,
            "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
        }
    )


def _entry(call: Call, entry: Access) -> Resource:
    calendar = call.service.calendar(entry.calendar)
    resource: Resource = {
        "kind": "calendar#calendarListEntry",
        "etag": f'"{2 * entry.changed}"',
        "id": entry.calendar,
    }
    if entry.removed:
        return resource | {"deleted": True}
    primary = {"primary": True} if entry.calendar == call.account else {}
    return {
        **resource,
        "summary": calendar.summary,
        "timeZone": calendar.book.zone.key,
        "colorId": "14",
        "backgroundColor": "#9fe1e7",
        "foregroundColor": "#000000",
        "selected": True,
        "accessRole": entry.role,
        "defaultReminders": [{"method": "popup", "minutes": 30}],
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
        **primary,
    }
