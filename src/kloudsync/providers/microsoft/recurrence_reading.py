"""From Graph's patterns to RRULE lines (RFC 5545, section 3.3.10).

Six kinds of pattern and three of range say all that Graph can say. Members that a kind does not
use come with values that mean nothing (`0`, `first`, `0001-01-01`), and are not looked at.

What differs from the rule that first comes to mind:

- A day of the month that a month lacks is its last day (Exchange, `DayOfMonth`), where a rule
  skips the month. So the 31st is BYMONTHDAY=-1, and the 30th the last of 28, 29 and 30.
- The first Thursday or Friday is one day a month, whichever comes first (BYSETPOS), not two.
- Weeks begin on Sunday unless the pattern says otherwise; a rule's begin on Monday.
- `endDate` is the last date in the zone of the series, whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from kloudsync.errors import RecurrenceError
from kloudsync.http.json_kinds import Item, is_array, is_object

DAYS: Final = {
    "monday": "MO",
    "tuesday": "TU",
    "wednesday": "WE",
    "thursday": "TH",
    "friday": "FR",
    "saturday": "SA",
    "sunday": "SU",
}
"""RFC 5545's weekdays by Graph's, in the order of a week."""

POSITIONS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
"""Positions in BYDAY and BYSETPOS by Graph's index."""

LENGTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""How many days each month has at most."""

SHORTEST: Final = 28
"""February has so many days at least; any other month has always as many."""

_FREQUENCIES: Final = {
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "absolutemonthly": "MONTHLY",
    "relativemonthly": "MONTHLY",
    "absoluteyearly": "YEARLY",
    "relativeyearly": "YEARLY",
}


def read_rule(recurrence: Item, zone: tzinfo | None, *, all_day: bool) -> str:
    """Return the RRULE line that a `patternedRecurrence` stands for.

    Its DTSTART is the start of the series, on the clock of its zone.

    Args:
        recurrence: The pattern and the range as received.
        zone: The zone in which the series recurs, which tells when its last date is over; UTC
            where None.
        all_day: Whether it consists of whole days.

    Raises:
        RecurrenceError: There is no such kind of pattern or range, or a member that it uses
            has an impossible value; the message names the member.
    """
    pattern, bounds = recurrence.get("pattern"), recurrence.get("range")
    if not is_object(pattern):
        raise _unlike("a pattern", pattern, "pattern")
    if not is_object(bounds):
        raise _unlike("a range", bounds, "range")
    parts = [*_read_pattern(pattern), *_read_range(bounds, zone, all_day=all_day)]
    return f"RRULE:{';'.join(parts)}"


def _read_pattern(pattern: Item) -> Iterator[str]:
    kind = _word(pattern.get("type"))
    frequency = _FREQUENCIES.get(kind)
    if frequency is None:
        raise _unlike("a kind of pattern", pattern.get("type"), "pattern.type")
    interval = 1 if pattern.get("interval") is None else _number(pattern, "pattern", "interval")
    yield f"FREQ={frequency}"
    if interval > 1:
        yield f"INTERVAL={interval}"
    if kind == "weekly":
        yield from _week(pattern, interval)
    longest, shortest = 31, SHORTEST
    if frequency == "YEARLY":
        month = _number(pattern, "pattern", "month", most=12)
        longest = LENGTHS[month - 1]
        shortest = SHORTEST if longest == LENGTHS[1] else longest
        yield f"BYMONTH={month}"
    if kind.startswith("absolute"):
        day = _number(pattern, "pattern", "dayOfMonth", most=31)
        yield from _day_of_month(day, shortest, longest)
    elif kind.startswith("relative"):
        yield from _relative(pattern)


def _week(pattern: Item, interval: int) -> Iterator[str]:
    days = _days(pattern)
    if days:
        yield f"BYDAY={','.join(days)}"
    # Where a week begins decides which weeks are left out, and nothing else.
    if interval > 1:
        first = pattern.get("firstDayOfWeek")
        yield f"WKST={_day(first, 'pattern.firstDayOfWeek') if first else 'SU'}"


def _day_of_month(day: int, shortest: int, longest: int) -> Iterator[str]:
    """Say a day of months that have so many days, or else their last one."""
    day = min(day, longest)
    if day <= shortest:
        yield f"BYMONTHDAY={day}"
    elif day == longest:
        yield "BYMONTHDAY=-1"
    else:
        yield f"BYMONTHDAY={','.join(map(str, range(shortest, day + 1)))}"
        yield "BYSETPOS=-1"


def _relative(pattern: Item) -> Iterator[str]:
    days = _days(pattern)
    if not days:
        raise _unlike("days of the week", None, "pattern.daysOfWeek")
    index = pattern.get("index") or "first"
    position = POSITIONS.get(_word(index))
    if position is None:
        raise _unlike("a position in the month", index, "pattern.index")
    if len(days) == 1:
        yield f"BYDAY={position}{days[0]}"
    else:
        yield f"BYDAY={','.join(days)}"
        yield f"BYSETPOS={position}"


def _read_range(bounds: Item, zone: tzinfo | None, *, all_day: bool) -> Iterator[str]:
    kind = _word(bounds.get("type"))
    if kind == "numbered":
        yield f"COUNT={_number(bounds, 'range', 'numberOfOccurrences')}"
    elif kind == "enddate":
        last = _date(bounds.get("endDate"), "range.endDate")
        yield f"UNTIL={_basic(last) if all_day else _over(last, zone or UTC)}"
    elif kind != "noend":
        raise _unlike("a kind of range", bounds.get("type"), "range.type")


def _over(last: date, zone: tzinfo) -> str:
    """Return the last second of a date in a zone, as UTC."""
    try:
        following = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
        moment = following - timedelta(seconds=1)
    except OverflowError:
        # Beyond the years that a calendar has, it does not matter where a day ends.
        moment = datetime.combine(last, time(23, 59, 59), UTC)
    return f"{_basic(moment.date())}T{moment:%H%M%S}Z"


def _basic(day: date) -> str:
    return day.isoformat().replace("-", "")


def _days(pattern: Item) -> list[str]:
    """Return the days of the week that are named, in the order of a week, each once."""
    named = pattern.get("daysOfWeek")
    if named is not None and not is_array(named):
        raise _unlike("days of the week", named, "pattern.daysOfWeek")
    held = {_day(day, "pattern.daysOfWeek") for day in named or ()}
    return [day for day in DAYS.values() if day in held]


def _day(name: Any, path: str) -> str:
    day = DAYS.get(_word(name))
    if day is None:
        raise _unlike("a day of the week", name, path)
    return day


def _number(item: Item, member: str, name: str, *, most: int | None = None) -> int:
    value = item.get(name)
    if type(value) is not int or value < 1 or (most is not None and value > most):
        bounds = "of at least 1" if most is None else f"from 1 to {most}"
        raise _unlike(f"a number {bounds}", value, f"{member}.{name}")
    return value


def _date(value: Any, path: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _unlike("a date", value, path) from None


def _word(value: Any) -> str:
    """Return a word in lower case, since the case of Graph's words is not always the same."""
    return value.lower() if isinstance(value, str) else ""


def _unlike(wanted: str, value: Any, path: str) -> RecurrenceError:
    found = "nothing" if value is None else f"{value!r:.40}"
    return RecurrenceError(
        f"expected {wanted}, found {found} @ recurrence.{path}", property_name="recurrence"
    )
