"""Where the first occurrence stands, and how long all of them take."""

from __future__ import annotations

from datetime import datetime, timedelta

from kloudsync.errors import RecurrenceError, UsageError
from kloudsync.recurrence.gregorian import DAY, END_WALL
from kloudsync.recurrence.kinds import Kind, Start, unbound
from kloudsync.recurrence.stamps import INSTANT, Length, read_length
from kloudsync.recurrence.zones import resolve_zone, stated_offset


def placed(start: Start, name: str | None) -> tuple[Start, bool]:
    """Return the start on the clock of the named zone, and whether that zone is known.

    Args:
        start: The start as given.
        name: The name of a zone; None leaves the start's own.

    Raises:
        RecurrenceError: The zone's clock cannot show the start.
    """
    if not isinstance(start, datetime):
        return start, name is None or resolve_zone(name) is not None
    start = unbound(start.replace(microsecond=0) if start.microsecond else start)
    if name is None:
        return start, True
    zone = resolve_zone(name)
    if zone is None:
        # What the start itself says is right on its own day at least.
        guess = None if start.tzinfo else stated_offset(name)
        return start.replace(tzinfo=guess or start.tzinfo), False
    if start.tzinfo is None:
        return start.replace(tzinfo=zone), True
    try:
        return start.astimezone(zone), True
    except OverflowError as error:
        raise RecurrenceError(f"the start lies beyond the years 1 to 9999 in {name}") from error


def length_of(
    kind: Kind, start: Start, end: Start | None, duration: str | timedelta | None
) -> Length:
    """Return how long each occurrence takes.

    RFC 5545 3.8.5.3: an end gives all the same exact time, a duration the same nominal one.

    Args:
        kind: What sort of series it is.
        start: The first start.
        end: The end of the first occurrence, exclusive.
        duration: Instead of `end`: an RFC 5545 duration, or exact time.

    Raises:
        RecurrenceError: The event ends before it starts, or after the year 9999.
        UsageError: Both are given.
    """
    if end is not None and duration is not None:
        raise UsageError("an event has an end or a duration, not both")
    if isinstance(duration, str):
        length = read_length(duration.strip().upper())
        expect_end(kind, kind.instant(start), length)
        return length
    if duration is not None:
        seconds = duration.days * DAY + duration.seconds
    elif end is not None:
        seconds = kind.instant(end) - kind.instant(start)
    else:
        return Length(1, 0) if kind.is_date else INSTANT
    if seconds < 0:
        raise RecurrenceError("an event cannot end before it starts", property_name="DTEND")
    length = Length(seconds // DAY, 0) if kind.is_date else Length(0, seconds)
    expect_end(kind, kind.instant(start), length)
    return length


def expect_end(kind: Kind, start: int, length: Length) -> None:
    """Refuse a length that leads beyond what a date or datetime can name.

    Args:
        kind: What sort of series it is.
        start: The instant at which the occurrence starts.
        length: How long it takes.

    Raises:
        RecurrenceError: It ends after the year 9999 in the series' zone.
    """
    end = start + length.days * DAY + length.seconds
    # No clock is two days off, so that nearly nobody has to look at one.
    if end > END_WALL - 2 * DAY and end + kind.clock.wall(start) - start > END_WALL:
        raise RecurrenceError("it would last beyond the year 9999", property_name="DURATION")
