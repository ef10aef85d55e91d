"""Days as integers agree with datetime."""

from __future__ import annotations

from calendar import isleap
from datetime import date

from kloudsync.recurrence.gregorian import (
    END_WALL,
    EPOCH_ORDINAL,
    FIRST_WALL,
    date_of,
    is_leap,
    shape_of,
    weekday_of,
    year_of,
    year_start,
)


def test_years_begin_where_datetime_says() -> None:
    """Every year from 1 to 9999 begins on datetime's day, and its days lie in it."""
    for year in range(1, 10_000):
        first = date(year, 1, 1)
        day = first.toordinal() - EPOCH_ORDINAL
        assert year_start(year) == day
        assert year_of(day) == year
        assert year_of(day - 1) == max(year - 1, 1)
        assert is_leap(year) == isleap(year)
        assert weekday_of(day) == first.weekday()
        assert date_of(day) == first


def test_the_shape_of_a_year_repeats_after_400_years() -> None:
    """A year's shape tells its own length and weekday and its neighbours' lengths."""
    for year in range(1, 9600, 7):
        shape = shape_of(year)
        assert shape == shape_of(year + 400)
        assert shape.leap == is_leap(year)
        assert shape.jan1 == date(year, 1, 1).weekday()
        assert (shape.after_leap, shape.before_leap) == (is_leap(year - 1), is_leap(year + 1))


def test_days_beyond_the_calendar_count_as_its_ends() -> None:
    """A day before year 1 or after 9999 falls in the first or last year."""
    assert year_of(FIRST_WALL // 86_400 - 10) == 1
    assert year_of(END_WALL // 86_400 + 10) == 9999
