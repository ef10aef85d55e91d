"""Days of months are found by arithmetic, and are those that the compiled rule selects."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.recurrence.gregorian import DAY, END_WALL, FIRST_WALL, date_of
from kloudsync.recurrence.kinds import wall_of
from kloudsync.recurrence.months import days_in_months, months_of
from kloudsync.recurrence.patterns import WHOLE
from kloudsync.recurrence.plan import plan
from kloudsync.recurrence.rule import MONTHLY, WEEKDAYS, YEARLY, Rule, WeekdayNumber
from kloudsync.recurrence.rule_text import read_rule

WEEKDAY_NUMBERS = st.builds(
    WeekdayNumber,
    st.integers(-5, 5).filter(bool),
    st.integers(0, len(WEEKDAYS) - 1),
)
MONTH_DAYS = st.integers(-31, 31).filter(bool)
RULES = st.one_of(
    st.builds(Rule, frequency=st.just(YEARLY), interval=st.integers(1, 5)),
    st.builds(
        Rule,
        frequency=st.just(YEARLY),
        interval=st.integers(1, 5),
        by_month=st.tuples(st.integers(1, 12)),
        by_month_day=st.one_of(st.just(()), st.tuples(MONTH_DAYS)),
    ),
    st.builds(
        Rule,
        frequency=st.just(MONTHLY),
        interval=st.integers(1, 15),
        by_month_day=st.one_of(st.just(()), st.tuples(MONTH_DAYS)),
    ),
    st.builds(
        Rule,
        frequency=st.just(MONTHLY),
        interval=st.integers(1, 15),
        by_day=st.tuples(WEEKDAY_NUMBERS),
    ),
    st.builds(
        Rule,
        frequency=st.just(YEARLY),
        by_month=st.tuples(st.integers(1, 12)),
        by_day=st.tuples(WEEKDAY_NUMBERS),
    ),
)


def listed(text: str, start: date, low: date, high: date) -> list[date]:
    """Return the days of a rule in the months that a stretch meets."""
    rule, _ = read_rule(text)
    assert rule.repeats_by_months
    months = months_of(wall_of(low), wall_of(high))
    return [date_of(day) for day in days_in_months(rule, wall_of(start) // DAY, months)]


@given(
    RULES,
    st.dates(date(1890, 1, 1), date(2110, 12, 31)),
    st.integers(0, 40 * 366),
    st.integers(1, 5 * 366),
)
def test_days_of_months_are_those_of_the_compiled_rule(
    rule: Rule, start: date, after: int, length: int
) -> None:
    """Both ways agree in any stretch, from a start in any month."""
    assert rule.repeats_by_months
    wall = wall_of(start)
    low, high = wall + after * DAY, wall + (after + length) * DAY
    found = days_in_months(rule, wall // DAY, months_of(low, high))
    within = [day * DAY for day in found if low <= day * DAY < high]
    assert within == plan(rule, wall, is_date=True).between(low, high, WHOLE)


def test_a_day_that_a_month_lacks_is_left_out() -> None:
    """RFC 5545 3.3.10 ignores invalid dates: neither end of the month takes their place."""
    start, year = date(2026, 1, 31), (date(2026, 1, 1), date(2027, 1, 1))
    long = [1, 3, 5, 7, 8, 10, 12]
    assert listed("FREQ=MONTHLY", start, *year) == [date(2026, month, 31) for month in long]
    last = listed("FREQ=MONTHLY;BYMONTHDAY=-31", start, *year)
    assert last == [date(2026, month, 1) for month in long]
    leap = listed("FREQ=YEARLY", date(2024, 2, 29), date(2024, 1, 1), date(2033, 1, 1))
    assert leap == [date(2024, 2, 29), date(2028, 2, 29), date(2032, 2, 29)]


def test_a_fifth_weekday_is_left_out_where_there_are_four() -> None:
    """Counted from either end, the fifth Sunday is one of the same months."""
    start, year = date(2026, 3, 29), (date(2026, 1, 1), date(2027, 1, 1))
    fifth = listed("FREQ=MONTHLY;BYDAY=5SU", start, *year)
    assert fifth == [date(2026, 3, 29), date(2026, 5, 31), date(2026, 8, 30), date(2026, 11, 29)]
    first = listed("FREQ=MONTHLY;BYDAY=-5SU", start, *year)
    assert first == [date(2026, 3, 1), date(2026, 5, 3), date(2026, 8, 2), date(2026, 11, 1)]


def test_the_month_that_a_rule_names_counts_from_the_year_of_its_start() -> None:
    """Every second year is every second year from DTSTART, also where its own month is another."""
    found = listed(
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=3", date(2025, 5, 9), date(2025, 1, 1), date(2030, 1, 1)
    )
    assert found == [date(2025, 3, 9), date(2027, 3, 9), date(2029, 3, 9)]


@pytest.mark.parametrize(
    ("low", "high", "number"),
    [
        (date(2026, 2, 1), date(2026, 2, 1), 1),
        (date(2026, 2, 1), date(2026, 3, 1), 1),
        (date(2026, 2, 28), date(2026, 3, 2), 2),
        (date(2025, 12, 31), date(2026, 1, 2), 2),
    ],
)
def test_a_stretch_meets_the_months_of_its_first_and_its_last_second(
    low: date, high: date, number: int
) -> None:
    """The month that begins as the stretch ends is not met."""
    assert len(months_of(wall_of(low), wall_of(high))) == number


def test_months_end_with_the_calendar() -> None:
    """West of Greenwich a stretch may begin before the year 1, and east of it end after 9999."""
    months = months_of(FIRST_WALL - 40_000, END_WALL + 40_000)
    assert months == range(12, 12 * 10_000)
