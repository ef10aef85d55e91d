"""Random patterns of Graph, and on which dates Exchange has them take place, day by day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

Item = dict[str, Any]

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEXES = ("first", "second", "third", "fourth", "last")
NO_END: Item = {
    "type": "noEnd",
    "startDate": "2026-01-01",
    "endDate": "0001-01-01",
    "numberOfOccurrences": 0,
    "recurrenceTimeZone": "W. Europe Standard Time",
}
UNUSED: Item = {
    "interval": 1,
    "month": 0,
    "dayOfMonth": 0,
    "daysOfWeek": [],
    "firstDayOfWeek": "sunday",
    "index": "first",
}
"""What stands in members that a kind does not use."""

DAYS = st.lists(st.sampled_from(WEEK), min_size=1, max_size=7, unique=True)
PATTERNS = st.one_of(
    st.fixed_dictionaries({"type": st.just("daily"), "interval": st.integers(1, 30)}),
    st.fixed_dictionaries(
        {
            "type": st.just("weekly"),
            "interval": st.integers(1, 6),
            "daysOfWeek": DAYS,
            "firstDayOfWeek": st.sampled_from(WEEK),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("absoluteMonthly"),
            "interval": st.integers(1, 6),
            "dayOfMonth": st.integers(1, 31),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("relativeMonthly"),
            "interval": st.integers(1, 6),
            "daysOfWeek": DAYS,
            "index": st.sampled_from(INDEXES),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("absoluteYearly"),
            "interval": st.integers(1, 3),
            "dayOfMonth": st.integers(1, 31),
            "month": st.integers(1, 12),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("relativeYearly"),
            "interval": st.integers(1, 3),
            "daysOfWeek": DAYS,
            "index": st.sampled_from(INDEXES),
            "month": st.integers(1, 12),
        }
    ),
).map(lambda pattern: UNUSED | pattern)
STARTS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


def dates(pattern: Item, start: date) -> Iterator[date]:
    """Yield the dates of a pattern from a start on, in order, without end."""
    day = start
    while True:
        if is_hit(pattern, start, day):
            yield day
        elif pattern["type"].endswith("Yearly") and day.month != pattern["month"]:
            day = day.replace(day=monthrange(day.year, day.month)[1])
        day += timedelta(days=1)


def is_hit(pattern: Item, start: date, day: date) -> bool:
    """Tell whether a pattern that counts from a start takes place on a date."""
    kind, interval = pattern["type"], pattern["interval"]
    if kind == "daily":
        return bool((day - start).days % interval == 0)
    if kind == "weekly":
        first = WEEK.index(pattern["firstDayOfWeek"])
        weeks = (week_of(day, first) - week_of(start, first)).days // 7
        return weeks % interval == 0 and WEEK[day.weekday()] in pattern["daysOfWeek"]
    months = (day.year - start.year) * 12 + day.month - start.month
    if kind.endswith("Yearly"):
        if day.month != pattern["month"] or (day.year - start.year) % interval:
            return False
    elif months % interval:
        return False
    if kind.startswith("absolute"):
        return bool(day.day == min(pattern["dayOfMonth"], monthrange(day.year, day.month)[1]))
    return day == relative(pattern, day.year, day.month)


def relative(pattern: Item, year: int, month: int) -> date:
    """Return the one date of a month that an index and some days of the week name."""
    length = monthrange(year, month)[1]
    days = [date(year, month, number) for number in range(1, length + 1)]
    named = [day for day in days if WEEK[day.weekday()] in pattern["daysOfWeek"]]
    return named[(0, 1, 2, 3, -1)[INDEXES.index(pattern["index"])]]


def week_of(day: date, first: int) -> date:
    """Return the day on which a week begins."""
    return day - timedelta(days=(day.weekday() - first) % 7)
