"""Times of events as Google writes them: `{"date": …}`, or `{"dateTime": …, "timeZone": …}`.

Reading is tolerant where the meaning is clear. A time without offset is a wall time
in the zone that stands beside it, and in UTC where none does; an end that is left
out follows from the start (RFC 5545, section 3.6.1), and the reverse.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from kloudsync.http.json_kinds import Item, is_object, kind_of
from kloudsync.model.oddity import Oddity
from kloudsync.model.times import Time, from_epoch
from kloudsync.providers.google.ids import parse_id
from kloudsync.recurrence import resolve_zone
from kloudsync.recurrence.zones import iana_name, stated_offset

_MEMBERS: Final = ("date", "dateTime", "timeZone")
_DAY: Final = timedelta(days=1)


def read_span(item: Item) -> tuple[Time, Time]:
    """Read when an event begins and ends, the end exclusive: two dates, or two aware datetimes.

    Raises:
        Oddity: Neither can be read, or they do not go together.
    """
    first, last = item.get("start"), item.get("end")
    if last is None:
        start = read_time(first, "start")
        return start, _later(start, _DAY)
    end = read_time(last, "end")
    if first is None:
        return _later(end, -_DAY), end
    start = read_time(first, "start")
    if type(start) is not type(end):
        raise Oddity("expected two dates or two times, found one of each", "end")
    if end < start:
        raise Oddity("the end is before the start", "end")
    # Imports have whole days that end where they start; a date without end takes its day.
    return start, end if end > start else _later(start, _DAY)


def read_time(value: Any, path: str) -> Time:
    """Read a time: a date, or a datetime with its offset.

    Raises:
        Oddity: It is neither.
    """
    if not is_object(value):
        raise Oddity(f"expected a time, found {kind_of(value)}", path)
    text = value.get("dateTime")
    if text is None:
        return _read_date(value.get("date"), path)
    try:
        # RFC 3339, section 5.6: the Z may be lower case.
        moment = datetime.fromisoformat(text.upper())
    except (AttributeError, TypeError, ValueError) as error:
        raise Oddity(f"expected a time, found {text!r:.40}", f"{path}.dateTime") from error
    return moment if moment.tzinfo else _from_wall(moment, zone_name(value), path)


def read_original(item: Item, event_id: str) -> Time | None:
    """Read where the rule put an occurrence: from its own member, or else from its id.

    Where the member is an instant, as some clients write it for whole days, an id that names a
    day knows better.
    """
    try:
        original = read_time(item.get("originalStartTime"), "originalStartTime")
    except Oddity:
        original = None
    if original is not None and (not isinstance(original, datetime) or event_id.endswith("Z")):
        # As nearly all come; an id that names a day has no zone behind it.
        return original
    slot = parse_id(event_id).occurrence
    if slot is None or (original is not None and not slot.all_day):
        return original
    return from_epoch(slot.start, all_day=slot.all_day)


def in_zone(time: Time, name: str | None) -> Time:
    """Show a time on the wall clock of a zone; as it is where it is a date or nobody knows the zone."""
    zone = resolve_zone(name) if name and isinstance(time, datetime) else None
    if zone is None or not isinstance(time, datetime):
        return time
    try:
        return time.astimezone(zone)
    except OverflowError:
        return time


def is_same_time(one: Time, other: Time) -> bool:
    """Tell whether two times are the same date or instant.

    Datetimes do not compare as instants where the wall clock shows one of them twice.
    """
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one.timestamp() == other.timestamp()
    return one == other


def write_time(time: Time, zone: str | None, received: Any) -> Item:
    """Write a time, over what else was received of it.

    Args:
        time: A date, or an aware datetime.
        zone: The name of its zone, or None.
        received: The member as received, or anything else.
    """
    known = dict(received) if is_object(received) else {}
    item = {name: value for name, value in known.items() if name not in _MEMBERS}
    if not isinstance(time, datetime):
        item["date"] = time.isoformat()
    else:
        # RFC 3339 has no seconds in offsets, as some zones had before 1972.
        whole = (time.utcoffset() or timedelta()) % timedelta(minutes=1) == timedelta()
        item["dateTime"] = (time if whole else time.astimezone(UTC)).isoformat()
    return item if zone is None else {**item, "timeZone": zone}


def zone_name(value: Any) -> str | None:
    """Return the name of the zone beside a time, as IANA has it where that is known, or None."""
    name = value.get("timeZone") if is_object(value) else None
    return iana_name(name) if isinstance(name, str) and name else None


def _read_date(text: Any, path: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        found = "neither date nor dateTime" if text is None else f"{text!r:.40}"
        raise Oddity(f"expected a date, found {found}", f"{path}.date") from error


def _from_wall(wall: datetime, zone: str | None, path: str) -> datetime:
    """Read a wall time; one that the zone skips moves forward (RFC 5545, section 3.3.5)."""
    try:
        known = resolve_zone(zone or "UTC") or stated_offset(zone or "UTC") or UTC
        return wall.replace(tzinfo=known).astimezone(UTC)
    except OverflowError as error:
        raise Oddity(f"{wall.isoformat()} is out of range", path) from error


def _later(time: Time, day: timedelta) -> Time:
    """Return where an event without the other bound has it: a day off if all-day, else here."""
    if isinstance(time, datetime):
        return time
    try:
        return time + day
    except OverflowError as error:
        raise Oddity(f"{time.isoformat()} is out of range", "start") from error
