"""Rules that fall on one day of each of some months, a day of the month or one of its weekdays."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

from kloudsync.recurrence.gregorian import (
    DAY,
    END_WALL,
    FIRST_WALL,
    MONTH_STARTS,
    date_of,
    day_of_month,
    is_leap,
    month_of,
    nth_weekday,
    weekday_of,
    year_start,
)
from kloudsync.recurrence.rule import YEARLY, Rule, WeekdayNumber

_NO_WEEKDAY: Final = WeekdayNumber(0, 0)


def months_of(low: int, high: int) -> range:
    """Return the months that a stretch of wall time meets; of an empty one, its begin's.

    Months are numbered as by `month_of`.

    Args:
        low: The first wall time that counts.
        high: The first one that does not count any more.
    """
    return range(month_of(_date_at(low)), month_of(_date_at(max(low, high - 1))) + 1)


def days_in_months(rule: Rule, start: int, months: range) -> list[int]:
    """List the days of a rule in months, also those before its start or after its end.

    Nothing is compiled and nothing of a rule is kept: a month takes an addition or two, and
    one that the interval leaves out takes none.

    Args:
        rule: A rule with `repeats_by_months`.
        start: The day number of DTSTART.
        months: As `months_of` returns them.
    """
    first = date_of(start)
    anchor, interval = month_of(first), rule.interval
    if rule.by_month:
        anchor += rule.by_month[0] - first.month
    if rule.frequency is YEARLY:
        interval *= 12
    nth, weekday = rule.by_day[0] if rule.by_day else _NO_WEEKDAY
    number = rule.by_month_day[0] if rule.by_month_day else first.day
    found: list[int] = []
    for month in months[(anchor - months.start) % interval :: interval]:
        begin, end = _bounds(month)
        if nth:
            day = nth_weekday(begin, end, weekday - weekday_of(begin), nth)
        else:
            day = day_of_month(begin, end, number)
        if begin <= day < end:
            found.append(day)
    return found


def _date_at(wall: int) -> date:
    return date_of(min(max(wall, FIRST_WALL), END_WALL - 1) // DAY)


@lru_cache(1024)
def _bounds(month: int) -> tuple[int, int]:
    """Return the day number of a month's first day, and that of the next month's."""
    year, index = divmod(month, 12)
    starts, begin = MONTH_STARTS[is_leap(year)], year_start(year)
    return begin + starts[index], begin + starts[index + 1]
