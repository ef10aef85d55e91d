"""Sets of days of a year agree with datetime, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kloudsync.recurrence import masks
from kloudsync.recurrence.gregorian import shape_of

YEARS = [*range(1996, 2030), 2100, 2400]


def days(mask: int, year: int) -> list[date]:
    """Return the dates that a set of days of a year stands for."""
    first = date(year, 1, 1)
    return [first + timedelta(days=day) for day in masks.days_in(mask, 0)]


def all_days(year: int) -> list[date]:
    """Return every date of a year."""
    first = date(year, 1, 1)
    return [first + timedelta(days=day) for day in range(365 + shape_of(year).leap)]


@pytest.mark.parametrize("year", YEARS)
def test_months_weekdays_and_days_are_those_of_the_calendar(year: int) -> None:
    """Sets for BYMONTH, BYDAY, BYMONTHDAY and BYYEARDAY hold exactly the right days."""
    shape, whole = shape_of(year), all_days(year)
    ends = {day.month: day.day for day in whole}
    for month in range(1, 13):
        assert days(masks.month(shape.leap, month), year) == [d for d in whole if d.month == month]
    for weekday in range(7):
        found = days(masks.weekday(shape.leap, shape.jan1, weekday), year)
        assert found == [day for day in whole if day.weekday() == weekday]
    for number in (1, 15, 29, 30, 31):
        found = days(masks.month_day(shape.leap, number), year)
        assert found == [day for day in whole if day.day == number]
        found = days(masks.month_day(shape.leap, -number), year)
        assert found == [day for day in whole if day.day == ends[day.month] + 1 - number]
    for number in (1, 60, 365, 366):
        assert days(masks.year_day(shape.leap, number), year) == whole[number - 1 : number]
        assert (
            days(masks.year_day(shape.leap, -number), year)
            == whole[-number:][: number <= len(whole)]
        )


@pytest.mark.parametrize("nth", [1, 2, 5, -1, -2, -5])
def test_numbered_weekdays_count_within_month_or_year(nth: int) -> None:
    """The n-th weekday is the n-th of its month, or of the year."""
    index = nth - 1 if nth > 0 else nth
    for year in YEARS:
        shape, whole = shape_of(year), all_days(year)
        for weekday in (0, 3, 6):
            same = [day for day in whole if day.weekday() == weekday]
            found = days(masks.nth_in_year(shape.leap, shape.jan1, weekday, nth), year)
            assert found == [same[index]]
            months = [[day for day in same if day.month == month] for month in range(1, 13)]
            found = days(masks.nth_in_month(shape.leap, shape.jan1, weekday, nth), year)
            assert found == [month[index] for month in months if len(month) >= abs(nth)]


@pytest.mark.parametrize("week_start", range(7))
def test_the_first_week_has_four_days_in_its_year(week_start: int) -> None:
    """Whatever day weeks begin on, each day of a year has exactly one week number."""
    for year in YEARS:
        shape = shape_of(year)
        weeks = [masks.week(shape, week_start, number) for number in range(1, 54)]
        assert sum(week.bit_count() for week in weeks) == shape.length
        first = [day for day in days(weeks[0], year) if day.month == 1]
        assert 4 <= len(first) <= 7
        assert (date(year, 1, 4)) in first


def test_steps_are_exact_however_long() -> None:
    """Every n-th day is set, from the first to the end, for any n."""
    for step in (1, 2, 7, 365, 366, 10**18):
        for first in (0, 3, 365, 400):
            expected = [day for day in range(366) if day >= first and (day - first) % step == 0]
            assert masks.days_in(masks.every(step, first, 366), 0) == expected


def test_the_nth_day_of_a_set_is_found() -> None:
    """Picking by index and listing agree, for thin and for thick sets."""
    for mask in (0b1011, (1 << 366) - 1, masks.every(7, 2, 366), 1 << 365):
        listed = masks.days_in(mask, 10)
        assert listed == [masks.pick(mask, index) + 10 for index in range(mask.bit_count())]
