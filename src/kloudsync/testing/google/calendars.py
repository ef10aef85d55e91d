"""Calendars themselves: `calendars`."""

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.google import editing
from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.google.call import EMPTY, Call, answer
from kloudsync.testing.google.refusals import Refusal, refuse_invalid
from kloudsync.testing.google.rows import Kind
from kloudsync.testing.google.times import parse_zone

_DETAILS = ("description", "location", "labelProperties", "autoAcceptInvitations")


def get_calendar(call: Call) -> Reply:
    """Answer `calendars.get`."""
    return answer(_shown(call.readable()))


def insert_calendar(call: Call) -> Reply:
    """Answer `calendars.insert`: a secondary calendar of the account."""
    if not call.body.get("summary"):
        raise Refusal(400, "required", "Missing title.")
    zone = call.body.get("timeZone") or call.state.calendar(call.account).book.zone.key
    added = call.state.add_calendar(
        call.state.next_calendar_id(), account=call.account, time_zone=parse_zone(zone).key
    )
    return _write(added, call.body, call)


def patch_calendar(call: Call) -> Reply:
    """Answer `calendars.patch`."""
    calendar = call.owned()
    call.check_version(_etag(calendar))
    return _write(calendar, call.body, call)


def update_calendar(call: Call) -> Reply:
    """Answer `calendars.update`: what is not sent is cleared."""
    calendar = call.owned()
    call.check_version(_etag(calendar))
    if not call.body.get("summary"):
        raise Refusal(400, "required", "Missing title.")
    return _write(calendar, dict.fromkeys(_DETAILS) | call.body, call)


def delete_calendar(call: Call) -> Reply:
    """Answer `calendars.delete`; a primary calendar cannot go."""
    calendar = call.owned()
    if calendar.id == calendar.owner:
        raise Refusal(403, "cannotDeletePrimaryCalendar", "The primary calendar stays.")
    call.state.remove_calendar(calendar.id)
    return EMPTY


def clear_calendar(call: Call) -> Reply:
    """Answer `calendars.clear`: every event of a primary calendar goes."""
    calendar = call.owned()
    if calendar.id != calendar.owner:
        raise refuse_invalid("Only primary calendars can be cleared.")
    stamp = call.state.stamp()
    for row in list(calendar.book.rows):
        if row.kind in {Kind.SINGLE, Kind.SERIES}:
            editing.delete(calendar.book, row.resource(), stamp)
    return EMPTY


def transfer_ownership(call: Call) -> Reply:
    """Answer `calendars.transferOwnership`: another account's data from now on."""
    calendar = call.owned()
    for name in ("newDataOwner", "useAdminAccess"):
        if name not in call.query:
            raise Refusal(400, "required", f"Required parameter: {name}", location=name)
    owner = call.query.get("newDataOwner")
    if calendar.id == calendar.owner or not call.query.flag("useAdminAccess"):
        raise Refusal(403, "forbidden", "Forbidden")
    call.state.share(calendar.id, owner, "owner")
    calendar.owner, calendar.revised = owner, call.state.stamp()
    return EMPTY


def _write(calendar: FakeCalendar, sent: Resource, call: Call) -> Reply:
    if sent.get("timeZone"):
        calendar.book.zone = parse_zone(sent["timeZone"])
    calendar.summary = sent.get("summary") or calendar.summary
    details = {name: value for name, value in sent.items() if name in _DETAILS}
    calendar.details = editing.merge(calendar.details, details)
    calendar.revised = call.state.stamp()
    return answer(_shown(calendar))


def _etag(calendar: FakeCalendar) -> str:
    return f'"c{calendar.revised:x}"'


def _shown(calendar: FakeCalendar) -> Resource:
    return {
        "kind": "calendar#calendar",
        "etag": _etag(calendar),
        "id": calendar.id,
        "summary": calendar.summary,
        "timeZone": calendar.book.zone.key,
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
        "dataOwner": calendar.owner,
        **calendar.details,
    }
