"""Times of events as Graph writes them: `{"dateTime": "2026-03-02T10:00:00.0000000", "timeZone": "UTC"}`.

A `dateTime` has no offset; the zone beside it, by a Windows or IANA name, places it. Whole days
come as midnights of whatever zone was asked for: their dates count, and are never converted
(reference: docs issues 1802 and 6003).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from kloudsync.http.json_kinds import Item, is_object, kind_of
from kloudsync.model.oddity import Oddity
from kloudsync.model.times import Time
from kloudsync.recurrence import resolve_zone
from kloudsync.recurrence.zones import iana_name

NO_ZONES: Final = frozenset({"", "customized time zone", "tzone://microsoft/custom", "unspecified"})
"""What stands in the place of a zone's name where the zone has none; in lower case."""

_DAY: Final = timedelta(days=1)


def read_span(item: Item) -> tuple[Time, Time]:
    """Read when an event begins and ends, the end exclusive: two dates, or two aware datetimes.

    Raises:
        Oddity: Neither can be read, or they do not go together.
    """
    all_day = item.get("isAllDay") is True
    start = read_time(item.get("start"), "start", all_day=all_day)
    end = read_time(item.get("end"), "end", all_day=all_day)
    if end < start:
        raise Oddity("the end is before the start", "end")
    # A day that ends where it begins would hold nothing; it takes its day.
    return start, end if end > start or not all_day else _following(start)


def read_time(value: Any, path: str, *, all_day: bool = False) -> Time:
    """Read a time: a date where all-day, else a datetime in UTC.

    Raises:
        Oddity: It is no time.
    """
    if not is_object(value):
        raise Oddity(f"expected a time, found {kind_of(value)}", path)
    wall = _read_wall(value.get("dateTime"), f"{path}.dateTime")
    if all_day:
        return wall.date()
    return wall.astimezone(UTC) if wall.tzinfo else _placed(wall, value.get("timeZone"), path)


def read_instant(value: Any, path: str) -> datetime:
    """Read an instant that carries its offset, such as `originalStart`.

    Raises:
        Oddity: It is none.
    """
    moment = _read_wall(value, path)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def zone_of(name: Any) -> tzinfo | None:
    """Return the zone of a name, or None where it names none or nobody knows it."""
    if not isinstance(name, str) or name.strip().lower() in NO_ZONES:
        return None
    return resolve_zone(name)


def zone_name(name: Any) -> str | None:
    """Return a zone's name as IANA has it, or None where it names none that is known."""
    return iana_name(name) if isinstance(name, str) and zone_of(name) is not None else None


def _read_wall(text: Any, path: str) -> datetime:
    try:
        # Fractions have seven digits, of which Python keeps six.
        return datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise Oddity(f"expected a time, found {text!r:.40}", path) from error


def _placed(wall: datetime, zone: Any, path: str) -> datetime:
    """Place a wall time; in UTC, which is what is asked for, where nobody knows the zone."""
    try:
        return wall.replace(tzinfo=zone_of(zone) or UTC).astimezone(UTC)
    except OverflowError as error:
        raise Oddity(f"{wall.isoformat()} is out of range", path) from error


def _following(day: Time) -> Time:
    try:
        return day + _DAY
    except OverflowError as error:
        raise Oddity(f"{day.isoformat()} is out of range", "start") from error
