"""Until when a series may take place, as an index needs it: never too early."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from kloudsync.errors import UnboundedRecurrence
from kloudsync.model.times import DAY, Time, epoch, is_all_day
from kloudsync.recurrence import GOOGLE, Reading, Recurrence, Stamp
from kloudsync.recurrence.keeping import kept
from kloudsync.recurrence.stamps import read_stamp

_LONGEST_UNTIL: Final = len("UNTIL=20260105T090000Z")
_ANY_DAY: Final = date(2000, 1, 1)
_ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)


def last_end(
    recurrence: str, start: Time, end: Time, zone: str | None, reading: Reading = GOOGLE
) -> int | None:
    """Return when the last occurrence of a series has ended, in seconds since 1970.

    The answer may be two days late, which costs an index nothing: most series are bounded
    by a single UNTIL, and to find the very last occurrence takes twenty times as long.

    Args:
        recurrence: The recurrence lines, joined by newlines.
        start: When the first occurrence begins.
        end: When the first occurrence ends, exclusive.
        zone: The name of the zone in which it recurs, or None.
        reading: Whose reading of the lines counts.

    Returns:
        None where the series is endless.

    Raises:
        RecurrenceError: A line cannot be understood.
    """
    all_day = is_all_day(start)
    unbounded, until = _apart(recurrence)
    if _is_endless(unbounded, all_day):
        if until is None:
            return None
        # Anywhere on earth that day is over before the second midnight in UTC.
        over = until.wall - until.wall % DAY + 2 * DAY
        return max(over - epoch(start), 0) + epoch(end)
    lines = recurrence.split("\n")
    rule = Recurrence.parse(lines, start, end=end, zone=zone, reading=reading)
    last = _expanded_end(rule, epoch(end))
    # Without a zone of its own it recurs in the calendar's, whose offset differs by hours.
    certain = all_day or (zone and rule.zone_known)
    return last if last is None or certain else last + DAY


def _expanded_end(rule: Recurrence, first_end: int) -> int | None:
    try:
        extent = rule.extent_utc() or (0, first_end)
    except UnboundedRecurrence:
        return None
    return None if extent[1] is None else max(extent[1], first_end)


def _apart(recurrence: str) -> tuple[str, Stamp | None]:
    """Return a rule that stands alone without its only UNTIL, and that; or all as it is."""
    parts = [] if "\n" in recurrence or "\r" in recurrence else recurrence.split(";")
    untils = [part for part in parts[1:] if part[:6].upper() == "UNTIL="]
    if len(untils) != 1 or parts[0][:6].upper() != "RRULE:" or len(untils[0]) > _LONGEST_UNTIL:
        return recurrence, None
    parts.remove(untils[0])
    return ";".join(parts), read_stamp(untils[0][6:].upper())


@kept(4096)
def _is_endless(recurrence: str, all_day: bool) -> bool:
    """Tell whether a series has no end; a few rules serve most series, whatever their start."""
    start = _ANY_DAY if all_day else _ANY_TIME
    return Recurrence.parse(recurrence.split("\n"), start).is_endless
