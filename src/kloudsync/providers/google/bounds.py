"""Until when a series may take place, as an index needs it: never too early."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from kloudsync import recurrence
from kloudsync.errors import UnboundedRecurrence
from kloudsync.model.times import DAY, Time, epoch, is_all_day
from kloudsync.recurrence import GOOGLE, Reading
from kloudsync.recurrence.keeping import LONGEST_KEPT, kept

_UNTIL: Final = ";UNTIL="
_ANY_DAY: Final = date(2000, 1, 1)
_ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)


def last_end(
    lines: str, start: Time, end: Time, zone: str | None, reading: Reading = GOOGLE
) -> int | None:
    """Return when the last occurrence of a series has ended, in seconds since 1970.

    The answer may be two days late, which costs an index nothing: most series are bounded
    by a single UNTIL, and to find the very last occurrence takes twenty times as long.

    Args:
        lines: The recurrence lines, joined by newlines.
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
    unbounded, until = _apart(lines)
    # What is too long to be kept is not read twice.
    if len(unbounded) <= LONGEST_KEPT and _is_endless(unbounded, all_day):
        if until is None:
            return None
        # Anywhere on earth that day is over before the second midnight in UTC.
        over = epoch(until) + 2 * DAY
        return max(over - epoch(start), 0) + epoch(end)
    rule = recurrence.Recurrence.parse(
        lines.split("\n"), start, end=end, zone=zone, reading=reading
    )
    last = _expanded_end(rule, epoch(end))
    # Without a zone of its own it recurs in the calendar's, whose offset differs by hours.
    certain = all_day or (zone and rule.zone_known)
    return last if last is None or certain else last + DAY


def _expanded_end(rule: recurrence.Recurrence, first_end: int) -> int | None:
    try:
        extent = rule.extent_utc() or (0, first_end)
    except UnboundedRecurrence:
        return None
    return None if extent[1] is None else max(extent[1], first_end)


def _apart(lines: str) -> tuple[str, date | None]:
    """Return a rule that stands alone without its only UNTIL, and the day of that; or all as it is."""
    text = lines.upper()
    at = text.find(_UNTIL)
    alone = text.startswith("RRULE:") and "\n" not in text and "\r" not in text
    # Letters that are several in capitals would shift what follows.
    if at < 0 or not alone or len(text) != len(lines):
        return lines, None
    end = text.find(";", at + 1)
    end = len(text) if end < 0 else end
    day = _day(text[at + len(_UNTIL) : end])
    if day is None or text.find(_UNTIL, end) >= 0:
        return lines, None
    return lines[:at] + lines[end:], day


def _day(until: str) -> date | None:
    """Return the day of an UNTIL in one of the forms that nearly all have, else None."""
    digits, has_time, clock = until.partition("T")
    time = clock.removesuffix("Z")
    if len(digits) != 8 or (has_time and not (len(time) == 6 and time.isdecimal())):
        return None
    try:
        return date.fromisoformat(digits)
    except ValueError:
        return None


@kept(4096)
def _is_endless(lines: str, all_day: bool) -> bool:
    """Tell whether a series has no end; a few rules serve most series, whatever their start."""
    start = _ANY_DAY if all_day else _ANY_TIME
    return recurrence.Recurrence.parse(lines.split("\n"), start).is_endless
