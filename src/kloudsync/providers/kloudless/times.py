"""Times of events as Kloudless writes them, read as far as their meaning is clear.

All-day events may carry dates or midnights: the one page that documents them shows
neither. A time without offset is a wall time in the zone that stands beside it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

from kloudsync.http.json_kinds import Item
from kloudsync.model.oddity import Oddity, seconds_of
from kloudsync.model.times import Time, is_all_day
from kloudsync.recurrence import resolve_zone
from kloudsync.recurrence.zones import stated_offset

_DAY: Final = timedelta(days=1)


def read_span(item: Item) -> tuple[Time, Time]:
    """Read when an event begins and ends, exclusive: two dates, or two aware datetimes.

    Raises:
        Oddity: They cannot be read, or the end is before the start.
    """
    start, end = _read(item, "start"), _read(item, "end", needed=False)
    if item.get("all_day") is True or is_all_day(start):
        return _whole_days(start, end, _zone(item, "start"))
    assert isinstance(start, datetime), "not all-day"  # noqa: S101 - narrows what was just asked
    last = start if end is None else _timed(end, start)
    if last < start:
        raise Oddity("the end is before the start", "end")
    return start, last


def read_original(item: Item, *, all_day: bool) -> Time | None:
    """Read where the rule put an occurrence; None where that is not said.

    Raises:
        Oddity: It is said, but cannot be read.
    """
    if item.get("original_start") is None:
        return None
    original = _read(item, "original_start")
    zone = _zone(item, "original_start") or _zone(item, "start")
    return _day(original, zone) if all_day else original


def read_stamp(value: Any) -> datetime | None:
    """Read when something happened; None where it cannot be read."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def text_of(item: Item, name: str) -> str | None:
    """Return a member that is text, or None."""
    value = item.get(name)
    return value if isinstance(value, str) and value else None


def id_of(item: Item, name: str) -> str | None:
    """Return a member that is an id, which some payloads write as a number."""
    value = item.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def in_zone(time: Time, name: str | None) -> Time:
    """Show an instant in a named zone, where it is known."""
    zone = resolve_zone(name) if name else None
    if zone is None or not isinstance(time, datetime):
        return time
    return time.astimezone(zone)


def _read(item: Item, name: str, *, needed: bool = True) -> Any:
    value = item.get(name)
    if value is None and not needed:
        return None
    try:
        time = _parse(value)
        if isinstance(time, datetime) and time.tzinfo is None:
            time = time.replace(tzinfo=_zone(item, name) or UTC)
        seconds_of(time, name)
    except (TypeError, ValueError, OverflowError) as error:
        if isinstance(error, Oddity):
            raise
        raise Oddity(f"expected a time, found {_shown(value)}", name) from error
    return time


def _parse(value: Any) -> Time:
    if not isinstance(value, str):
        raise TypeError("not text")
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)


def _zone(item: Item, name: str) -> tzinfo | None:
    named = text_of(item, f"{name}_time_zone") or text_of(item, "start_time_zone")
    return (resolve_zone(named) or stated_offset(named)) if named else None


def _whole_days(start: Time, end: Time | None, zone: tzinfo | None) -> tuple[date, date]:
    first = _day(start, zone)
    last = first + _DAY if end is None else _day(end, zone)
    if last < first:
        raise Oddity("the end is before the start", "end")
    # An all-day event takes at least its day: equal bounds mean an inclusive end.
    return first, max(last, first + _DAY)


def _day(time: Time, zone: tzinfo | None) -> date:
    """Return the day that a midnight opens: as it is written, or else in the event's zone."""
    if not isinstance(time, datetime):
        return time
    if (time.hour, time.minute) == (0, 0) or zone is None:
        return time.date()
    return time.astimezone(zone).date()


def _timed(end: Time, start: datetime) -> datetime:
    if isinstance(end, datetime):
        return end
    return datetime(end.year, end.month, end.day, tzinfo=start.tzinfo)


def _shown(value: Any) -> str:
    return "nothing" if value is None else f"{value!r:.40}"
