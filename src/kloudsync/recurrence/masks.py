"""Sets of days of a year as integers: bit 0 is 1 January.

A set of days is intersected, united, counted and cut to a window in a few
machine instructions, whatever the rule, and depends on the shape of its year
only, so that each is computed once.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

from kloudsync.recurrence.gregorian import MONTH_STARTS, YearShape, day_of_month, nth_weekday

# Up to so many days, taking out one by one is faster than looking at all.
_SPARSE: Final = 8


def every(step: int, first: int, end: int) -> int:
    """Return the days `first`, `first + step`, … below `end`."""
    if first + step >= end:
        return 1 << first if first < end else 0
    times = (end - 1 - first) // step + 1
    return ((1 << step * times) - 1) // ((1 << step) - 1) << first


def span(first: int, end: int) -> int:
    """Return the days from `first` up to, not including, `end`."""
    return (1 << end) - (1 << first)


@cache
def month(leap: bool, number: int) -> int:
    """Return the days of a month, 1 being January."""
    starts = MONTH_STARTS[leap]
    return span(starts[number - 1], starts[number])


@cache
def month_day(leap: bool, number: int) -> int:
    """Return a day of every month that has it; negative numbers count from the month's end."""
    starts = MONTH_STARTS[leap]
    mask = 0
    for first, end in pairwise(starts):
        day = day_of_month(first, end, number)
        if first <= day < end:
            mask |= 1 << day
    return mask


@cache
def year_day(leap: bool, number: int) -> int:
    """Return one day of the year; negative numbers count from the year's end."""
    length = 365 + leap
    day = number - 1 if number > 0 else length + number
    return 1 << day if 0 <= day < length else 0


@cache
def weekday(leap: bool, jan1: int, number: int) -> int:
    """Return every day of the year that is this weekday, Monday being 0."""
    return every(7, (number - jan1) % 7, 365 + leap)


@cache
def nth_in_year(leap: bool, jan1: int, number: int, nth: int) -> int:
    """Return the n-th such weekday of the year; negative counts from the year's end."""
    return _nth(jan1, number, nth, 0, 365 + leap)


@cache
def nth_in_month(leap: bool, jan1: int, number: int, nth: int) -> int:
    """Return the n-th such weekday of every month that has it."""
    starts = MONTH_STARTS[leap]
    return sum(_nth(jan1, number, nth, first, end) for first, end in pairwise(starts))


def _nth(jan1: int, number: int, nth: int, first: int, end: int) -> int:
    day = nth_weekday(first, end, number - jan1 - first, nth)
    return 1 << day if first <= day < end else 0


@lru_cache(4096)
def week(shape: YearShape, week_start: int, number: int) -> int:
    """Return the days of the year that lie in a numbered week.

    Weeks are numbered as in ISO 8601, but begin on `week_start` (RFC 5545 3.3.10,
    WKST). The days of the year that belong to the last week of the year before,
    or to the first week of the year after, count with that week's number.
    """
    length, last_length = shape.length, 365 + shape.after_leap
    # Where the first weeks of the year before, of this one and of the two after begin.
    last = _week_one((shape.jan1 - last_length) % 7, week_start) - last_length
    first = _week_one(shape.jan1, week_start)
    after = length + _week_one((shape.jan1 + length) % 7, week_start)
    length_after = length + 365 + shape.before_leap
    far = length_after + _week_one((shape.jan1 + length_after) % 7, week_start)
    mask = 0
    for begin, end in ((last, first), (first, after), (after, far)):
        mask |= _numbered(begin, (end - begin) // 7, number)
    return mask & span(0, length)


def _week_one(jan1: int, week_start: int) -> int:
    # The first week is the first with four days in the year, so it may begin in December.
    gone = (jan1 - week_start) % 7
    return -gone if gone <= 3 else 7 - gone


def _numbered(first: int, weeks: int, number: int) -> int:
    index = number - 1 if number > 0 else weeks + number
    if not 0 <= index < weeks:
        return 0
    begin = first + 7 * index
    return span(max(begin, 0), begin + 7) if begin > -7 else 0


def days_in(mask: int, base: int, step: int = 1) -> list[int]:
    """List the days of the set in order, each as `base` plus `step` per day since bit 0."""
    if not mask & (mask - 1):
        return [base + (mask.bit_length() - 1) * step] if mask else []
    if mask.bit_count() > _SPARSE:
        first = (mask & -mask).bit_length() - 1
        bits = enumerate(bin(mask >> first)[:1:-1], first)
        return [base + day * step for day, bit in bits if bit == "1"]
    days: list[int] = []
    while mask:
        low = mask & -mask
        days.append(base + (low.bit_length() - 1) * step)
        mask ^= low
    return days


def pick(mask: int, index: int) -> int:
    """Return the day at an index of the set, from its end where negative.

    The index must lie within the set's size.
    """
    for _ in range(-1 - index):
        mask ^= 1 << mask.bit_length() - 1
    if index < 0:
        return mask.bit_length() - 1
    for _ in range(index):
        mask &= mask - 1
    return (mask & -mask).bit_length() - 1
