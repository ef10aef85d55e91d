"""From the body of a write to what the service keeps of an event."""

import html
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, cast

import attrs

from kloudsync.testing.exchange import Resource
from kloudsync.testing.microsoft import shapes
from kloudsync.testing.microsoft.items import Fields, Item
from kloudsync.testing.microsoft.patterns import Pattern, read_recurrence
from kloudsync.testing.microsoft.refusals import invalid_property
from kloudsync.testing.microsoft.shapes import spelled
from kloudsync.testing.microsoft.times import Moment, minus, read_field, wall_date, zone_named

MOST_ATTENDEES: Final = 500
NEVER: Final = "0001-01-01T00:00:00Z"
_NOWHERE: Final[Resource] = {
    "displayName": "",
    "locationType": "default",
    "uniqueIdType": "unknown",
    "address": {},
    "coordinates": {},
}

BLANK: Final[Mapping[str, Any]] = {
    "transactionId": None,
    "categories": [],
    "reminderMinutesBeforeStart": 15,
    "isReminderOn": True,
    "subject": "",
    "importance": "normal",
    "sensitivity": "normal",
    "isCancelled": False,
    "isOrganizer": True,
    "isDraft": False,
    "responseRequested": True,
    "showAs": "busy",
    "isOnlineMeeting": False,
    "onlineMeetingProvider": "unknown",
    "onlineMeeting": None,
    "onlineMeetingUrl": None,
    "allowNewTimeProposals": True,
    "hideAttendees": False,
    "responseStatus": {"response": "organizer", "time": NEVER},
    "body": {"contentType": "html", "content": ""},
    "location": _NOWHERE,
    "locations": [],
    "attendees": [],
    "singleValueExtendedProperties": [],
    "multiValueExtendedProperties": [],
}
"""What an event is while nobody says otherwise, but for its times and its organizer."""

WRITABLE: Final = frozenset(
    (
        "categories", "reminderMinutesBeforeStart", "isReminderOn", "subject", "importance",
        "sensitivity", "responseRequested", "showAs", "isOnlineMeeting", "onlineMeetingProvider",
        "allowNewTimeProposals", "hideAttendees", "body", "location", "locations", "attendees",
        "isDraft", "singleValueExtendedProperties", "multiValueExtendedProperties",
    )
)  # fmt: skip
"""What a client may set of an event beside its times; the rest of what it sends is ignored."""


@attrs.frozen(kw_only=True)
class Timing:
    """When an event is.

    Attributes:
        start: Its start.
        end: Its end, exclusive.
        zone: The name of the start's zone.
        end_zone: The name of the end's zone.
        pattern: How it recurs.
    """

    start: Moment
    end: Moment
    zone: str
    end_zone: str
    pattern: Pattern | None = None


def read_fields(body: Resource, old: Fields) -> Fields:
    """Collect what a body sets, ready to be kept; `old` is what the event has so far."""
    fields: Fields = {}
    for name, value in body.items():
        if name in WRITABLE:
            blank = BLANK[name]
            fields[name] = blank if value is None else _READERS.get(name, _as_it_is)(value, old)
    if "location" in fields and "locations" not in fields:
        place = fields["location"]
        fields["locations"] = [place] if place["displayName"] else []
    elif "locations" in fields and "location" not in fields:
        fields["location"] = (fields["locations"] or [_NOWHERE])[0]
    return fields


def read_timing(body: Resource, old: Item | None) -> Timing:
    """Read when an event is to be, for what the body leaves out as it was.

    A series begins with its first occurrence, which may be later than its range.

    Raises:
        Refusal: A time is missing or senseless, or the range does not begin with the event.
    """
    all_day = body.get("isAllDay")
    all_day = bool(old and old.is_all_day) if all_day is None else all_day
    start, zone = _moment(body, "start", old, all_day=all_day)
    end, end_zone = _moment(body, "end", old, all_day=all_day)
    if end < start or (all_day and end == start):
        raise invalid_property()
    timing = Timing(start=start, end=end, zone=zone, end_zone=end_zone)
    if "recurrence" not in body and old is not None and old.pattern is not None:
        return _moved_pattern(timing, old)
    if not body.get("recurrence"):
        return timing
    pattern = read_recurrence(body["recurrence"], zone=zone)
    if old is not None and old.pattern is not None and "start" not in body:
        timing = _placed(timing, pattern.start, old)
    return _from_first(attrs.evolve(timing, pattern=pattern))


def _moved_pattern(timing: Timing, old: Item) -> Timing:
    """Keep the pattern of a series whose times alone are changed; its range begins anew."""
    pattern = cast("Pattern", old.pattern)
    day = wall_date(timing.start, old.clock)
    if day != wall_date(old.start, old.clock):
        pattern = attrs.evolve(pattern, start=day)
    return _from_first(attrs.evolve(timing, pattern=pattern))


def _placed(timing: Timing, day: date, series: Item) -> Timing:
    """Place the first occurrence of a series on another day, at the time that it has."""
    start = series.slot(day)
    return attrs.evolve(timing, start=start, end=start + series.duration)


def _from_first(timing: Timing) -> Timing:
    pattern = cast("Pattern", timing.pattern)
    clock = zone_named(pattern.zone) or zone_named(timing.zone)
    first = pattern.first()
    if clock is None or first is None or wall_date(timing.start, clock) != pattern.start:
        raise invalid_property()
    if first == pattern.start:
        return timing
    late = Item(
        id="", lasting="", uid="", born=0, changed=0, fields={}, pattern=pattern,
        start=timing.start, end=timing.end, zone=timing.zone, end_zone=timing.end_zone,
    )  # fmt: skip
    return _placed(timing, first, late)


def _moment(body: Resource, name: str, old: Item | None, *, all_day: bool) -> tuple[Moment, str]:
    if name in body or old is None:
        return read_field(body.get(name), all_day=all_day)
    if all_day != old.is_all_day:
        raise invalid_property()
    zone = old.zone if name == "start" else old.end_zone
    if name == "end" and "start" in body:
        # An end that is not said keeps the length.
        start, _ = read_field(body["start"], all_day=all_day)
        return start + minus(old.end, old.start), zone
    return (old.start if name == "start" else old.end), zone


def _as_it_is(value: Any, _: Fields) -> Any:
    return value


def _read_body(value: Resource, _: Fields) -> Resource:
    kind = spelled(value.get("contentType") or "text", shapes.BODY_TYPE)
    return {"contentType": kind, "content": value.get("content") or ""}


def _read_location(value: Resource, _: Fields) -> Resource:
    place = _NOWHERE | {name: each for name, each in value.items() if each is not None}
    kind = spelled(place["locationType"], shapes.LOCATION_TYPE)
    return place | {"locationType": kind, "uniqueId": place.get("uniqueId", place["displayName"])}


def _read_locations(value: list[Resource], old: Fields) -> list[Resource]:
    return [_read_location(place, old) for place in value]


def _read_attendees(value: list[Resource], old: Fields) -> list[Resource]:
    """Read guests; those who were there before keep what they answered."""
    if len(value) > MOST_ATTENDEES:
        raise invalid_property()
    answered = {address_of(guest): guest["status"] for guest in old.get("attendees", ())}
    guests: list[Resource] = []
    for guest in value:
        person = cast("Resource", guest.get("emailAddress") or {})
        address: str | None = person.get("address")
        if not address:
            raise invalid_property()
        unanswered = {"response": "none", "time": NEVER}
        guests.append(
            {
                "type": spelled(guest.get("type") or "required", shapes.ATTENDEE_TYPE),
                "status": answered.get(address.lower(), unanswered),
                "emailAddress": {"name": person.get("name") or address, "address": address},
            }
        )
    return guests


def _enum(words: tuple[str, ...]) -> Callable[[Any, Fields], Any]:
    return lambda value, _: spelled(value, words)


_READERS: Final[Mapping[str, Callable[[Any, Fields], Any]]] = {
    "body": _read_body,
    "location": _read_location,
    "locations": _read_locations,
    "attendees": _read_attendees,
    "importance": _enum(shapes.IMPORTANCE),
    "sensitivity": _enum(shapes.SENSITIVITY),
    "showAs": _enum(shapes.FREE_BUSY),
    "onlineMeetingProvider": _enum(shapes.PROVIDER),
}


def address_of(person: Resource) -> str:
    """Read the address of an attendee or an organizer, in lower case."""
    said = cast("Resource", person.get("emailAddress") or {})
    return str(said.get("address") or "").lower()


def plain_text(body: Resource) -> str:
    """Read a body without its markup."""
    content = str(body["content"])
    if body["contentType"] == "text":
        return content
    bare = re.sub(r"(?is)<(style|script|head)\b.*?</\1>|<[^>]*>", "", content)
    return html.unescape(bare).strip()
