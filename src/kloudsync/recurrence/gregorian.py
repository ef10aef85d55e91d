"""Days of the proleptic Gregorian calendar as integers, counted from 1970-01-01.

Wall times are integers too: seconds since 1970-01-01T00:00:00 on the local clock.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final, NamedTuple

DAY: Final = 86_400
"""Seconds of a day on the wall clock."""

LAST_YEAR: Final = date.max.year

EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
FIRST_WALL: Final = (date.min.toordinal() - EPOCH_ORDINAL) * DAY
"""The first wall second that a `datetime` can name."""

END_WALL: Final = (date.max.toordinal() - EPOCH_ORDINAL + 1) * DAY
"""The wall second after the last one that a `datetime` can name."""

MONTH_STARTS: Final = (
    (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365),
    (0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366),
)
"""Days of the year on which months begin, and the year's length, by `leap`."""


class YearShape(NamedTuple):
    """All that decides which days of a year a rule selects.

    Attributes:
        leap: Whether the year has 366 days.
        jan1: Weekday of 1 January, Monday being 0.
        after_leap: Whether the year before has 366 days.
        before_leap: Whether the year after has 366 days.
    """

    leap: bool
    jan1: int
    after_leap: bool
    before_leap: bool

    @property
    def length(self) -> int:
        """Return the number of days of the year."""
        return 365 + self.leap


def is_leap(year: int) -> bool:
    """Return whether the year has 366 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def year_start(year: int) -> int:
    """Return the day number of 1 January."""
    past = year - 1
    return past * 365 + past // 4 - past // 100 + past // 400 + 1 - EPOCH_ORDINAL


def year_of(day: int) -> int:
    """Return the year in which the day lies; days outside 1 to 9999 count as these years."""
    ordinal = day + EPOCH_ORDINAL
    if ordinal < 1:
        return 1
    return date.fromordinal(ordinal).year if ordinal <= 3_652_059 else 9999


def date_of(day: int) -> date:
    """Return the date of a day number."""
    return date.fromordinal(day + EPOCH_ORDINAL)


def weekday_of(day: int) -> int:
    """Return the weekday, Monday being 0."""
    return (day + 3) % 7


def month_of(day: date) -> int:
    """Return the number of a day's month, counted from January of the year 0."""
    return day.year * 12 + day.month - 1


def day_of_month(first: int, end: int, number: int) -> int:
    """Return a day of a month, which may lie beyond it.

    Args:
        first: The month's first day, counted from anywhere.
        end: The day after its last.
        number: The day, from 1, or from -1 where it counts from the month's end.
    """
    return first + number - 1 if number > 0 else end + number


def nth_weekday(first: int, end: int, later: int, nth: int) -> int:
    """Return the n-th such weekday of a month or year, which may lie beyond it.

    Args:
        first: Its first day, counted from anywhere.
        end: The day after its last.
        later: How many days after `first` that weekday is, or any number that leaves the
            same remainder of weeks.
        nth: Which one, from 1, or from -1 where it counts from the end.
    """
    if nth > 0:
        return first + later % 7 + 7 * (nth - 1)
    last = end - 1
    return last - (last - first - later) % 7 + 7 * (nth + 1)


def shape_of(year: int) -> YearShape:
    """Return the shape of the year."""
    return _shape_in_cycle(year % 400)


@cache
def _shape_in_cycle(index: int) -> YearShape:
    # 400 Gregorian years are a whole number of weeks, so that shapes repeat after them.
    year = 2000 + index
    return YearShape(
        is_leap(year), weekday_of(year_start(year)), is_leap(year - 1), is_leap(year + 1)
    )
