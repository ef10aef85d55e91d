"""Where a text of recurrence lines says itself when its first occurrence begins and ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from attrs import frozen

from kloudsync.errors import RecurrenceError, UsageError
from kloudsync.recurrence.content_lines import ContentLine, read_lines
from kloudsync.recurrence.kinds import Start, at_wall
from kloudsync.recurrence.stamps import read_stamp
from kloudsync.recurrence.zones import resolve_zone, stated_offset

_OPENING: Final = frozenset({"DTSTART", "DTEND", "DURATION"})


@frozen(kw_only=True)
class Opening:
    """What the lines of an event say beside its recurrence.

    Attributes:
        start: DTSTART.
        end: DTEND, or None.
        duration: DURATION, or None.
        zone: The name of the zone that DTSTART names, or None.
        lines: The other lines.
    """

    start: Start
    end: Start | None
    duration: str | None
    zone: str | None
    lines: tuple[str, ...]


def read_opening(texts: Iterable[str]) -> Opening:
    """Read DTSTART, and DTEND or DURATION, out of recurrence lines.

    Raises:
        UsageError: There is no DTSTART.
        RecurrenceError: A value cannot be read.
    """
    lines = list(read_lines(texts))
    found = {line.name: line for line in reversed(lines) if line.name in _OPENING}
    if "DTSTART" not in found:
        raise UsageError("pass `start`, or a DTSTART among the lines")
    end, duration = found.get("DTEND"), found.get("DURATION")
    return Opening(
        start=read_start(found["DTSTART"]),
        end=None if end is None else read_start(end),
        duration=None if duration is None else duration.value,
        zone=found["DTSTART"].parameters.get("TZID"),
        lines=tuple(line.text for line in lines if line.name not in _OPENING),
    )


def opening_line(texts: Iterable[str]) -> ContentLine | None:
    """Return the first DTSTART among lines, or None."""
    return next((line for line in read_lines(texts) if line.name == "DTSTART"), None)


def read_start(line: ContentLine) -> Start:
    """Read the value of a DTSTART or DTEND: a date, or a datetime in its zone where that is known.

    Raises:
        RecurrenceError: It is neither.
    """
    try:
        stamp = read_stamp(line.value.strip().upper())
    except RecurrenceError as error:
        raise RecurrenceError(str(error), property_name=line.name, column=line.column) from error
    wall = at_wall(stamp.wall)
    if stamp.is_date:
        return wall.date()
    name = line.parameters.get("TZID", "")
    zone = UTC if stamp.utc else resolve_zone(name) or stated_offset(name)
    return wall.replace(tzinfo=zone)


def is_same_start(one: Start, other: Start) -> bool:
    """Tell whether two starts are the same date, the same instant, or the same on some clock."""
    if not (isinstance(one, datetime) and isinstance(other, datetime)):
        return type(one) is type(other) and one == other
    if one.tzinfo is None or other.tzinfo is None:
        return one.replace(tzinfo=None) == other.replace(tzinfo=None)
    return one.timestamp() == other.timestamp()
