"""The calendars in a user's list: `calendarList`."""

from collections.abc import Iterator

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.google.access import RANKS
from kloudsync.testing.google.accounts import Access
from kloudsync.testing.google.call import EMPTY, Call, answer
from kloudsync.testing.google.channels import CALENDAR_LIST
from kloudsync.testing.google.collections import Member, list_collection
from kloudsync.testing.google.editing import merge
from kloudsync.testing.google.palettes import CALENDAR_COLORS
from kloudsync.testing.google.refusals import Refusal, refuse_invalid

_FILTERS = ("showDeleted", "showHidden", "minAccessRole", "showOwnOrganizationOnly")
_OWN = (
    "summaryOverride", "colorId", "backgroundColor", "foregroundColor", "hidden", "selected",
    "defaultReminders", "notificationSettings",
)  # fmt: skip
_FIRST: Resource = {
    "colorId": "14",
    "selected": True,
    "defaultReminders": [{"method": "popup", "minutes": 30}],
}


def list_entries(call: Call) -> Reply:
    """Answer `calendarList.list`."""
    return list_collection(call, "calendar#calendarList", _members(call), filters=_FILTERS)


def _members(call: Call) -> Iterator[Member]:
    for entry in call.state.accounts.entries(call.account):
        resource = _shown(call, entry)
        yield Member(
            changed=entry.changed, resource=resource, shown=_is_listed(call, entry, resource)
        )


def _is_listed(call: Call, entry: Access, resource: Resource) -> bool:
    if entry.removed:
        return call.query.flag("showDeleted")
    least = call.query.get("minAccessRole", RANKS[0])
    allowed = least not in RANKS or RANKS.index(entry.role) >= RANKS.index(least)
    return allowed and (not resource.get("hidden") or call.query.flag("showHidden"))


def get_entry(call: Call) -> Reply:
    """Answer `calendarList.get`."""
    return answer(_shown(call, _entry(call)))


def insert_entry(call: Call) -> Reply:
    """Answer `calendarList.insert`: an existing calendar comes into the list."""
    calendar = call.readable(str(call.body.get("id", "")))
    return _write(call, calendar.id, {})


def patch_entry(call: Call) -> Reply:
    """Answer `calendarList.patch`."""
    entry = _entry(call)
    call.check_version(_etag(entry))
    return _write(call, entry.calendar, entry.fields)


def update_entry(call: Call) -> Reply:
    """Answer `calendarList.update`: what is not sent is cleared."""
    entry = _entry(call)
    call.check_version(_etag(entry))
    return _write(call, entry.calendar, {})


def delete_entry(call: Call) -> Reply:
    """Answer `calendarList.delete`; the calendar goes on without being listed."""
    entry = _entry(call)
    call.check_version(_etag(entry))
    if entry.calendar == call.account:
        raise Refusal(403, "forbidden", "The primary calendar stays in the list.")
    call.state.accounts.leave(entry.calendar, call.account, call.state.stamp())
    call.state.channels.announce(CALENDAR_LIST, account=call.account)
    return EMPTY


def _entry(call: Call) -> Access:
    return call.state.accounts.entry(call.account, call.names[0])


def _write(call: Call, calendar: str, held: Resource) -> Reply:
    sent = {name: value for name, value in call.body.items() if name in _OWN}
    fields = merge(held, _coloured(call, sent))
    stamp = call.state.stamp()
    entry = call.state.accounts.enter(calendar, call.account, stamp, fields)
    call.state.channels.announce(CALENDAR_LIST, account=call.account)
    return answer(_shown(call, entry))


def _coloured(call: Call, sent: Resource) -> Resource:
    """Take colours by number, or as they are where `colorRgbFormat` says so."""
    if call.query.flag("colorRgbFormat"):
        sent.pop("colorId", None)
        return sent
    for name in ("backgroundColor", "foregroundColor"):
        sent.pop(name, None)
    number = sent.get("colorId")
    if number is None:
        return sent
    if number not in CALENDAR_COLORS:
        raise refuse_invalid("Invalid Value", "colorId")
    background, foreground = CALENDAR_COLORS[number]
    return sent | {"backgroundColor": background, "foregroundColor": foreground}


def _etag(entry: Access) -> str:
    return f'"{2 * entry.changed}"'


def _shown(call: Call, entry: Access) -> Resource:
    resource: Resource = {
        "kind": "calendar#calendarListEntry",
        "etag": _etag(entry),
        "id": entry.calendar,
    }
    if entry.removed:
        return resource | {"deleted": True}
    calendar = call.state.calendar(entry.calendar)
    background, foreground = CALENDAR_COLORS["14"]
    primary = {"primary": True} if entry.calendar == call.account else {}
    return {
        **resource,
        "summary": calendar.summary,
        **{name: calendar.details[name] for name in _TOLD if name in calendar.details},
        "timeZone": calendar.book.zone.key,
        **_FIRST,
        "backgroundColor": background,
        "foregroundColor": foreground,
        "accessRole": entry.role,
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
        "dataOwner": calendar.owner,
        **primary,
        **entry.fields,
    }


_TOLD = ("description", "location", "labelProperties", "autoAcceptInvitations")
