"""Until when a series may take place, as an index needs it: never too early."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from kloudsync.errors import UnboundedRecurrence
from kloudsync.model.times import DAY, Time, epoch, is_all_day
from kloudsync.recurrence import GOOGLE, Reading, Recurrence

_BY_UNTIL: Final = re.compile(
    r"(RRULE:[^\r\n]*);UNTIL=([0-9]{8})(?:T[0-9]{6}Z?)?((?:;[^\r\n]*)?)", re.IGNORECASE
)
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
    until = _BY_UNTIL.fullmatch(recurrence)
    if until is not None and (day := _day(until[2])) and _is_endless(until[1] + until[3], all_day):
        # Anywhere on earth that day is over before the second midnight in UTC.
        return max(epoch(day) + 2 * DAY - epoch(start), 0) + epoch(end)
    if until is None and _is_endless(recurrence, all_day):
        return None
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


def _day(digits: str) -> date | None:
    try:
        return date.fromisoformat(digits)
    except ValueError:
        return None


@lru_cache(4096)
def _is_endless(recurrence: str, all_day: bool) -> bool:
    """Tell whether a series has no end; a few rules serve most series, whatever their start."""
    start = _ANY_DAY if all_day else _ANY_TIME
    return Recurrence.parse(recurrence.split("\n"), start).is_endless
