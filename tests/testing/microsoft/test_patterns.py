from datetime import date
from itertools import islice
from typing import Any

import pytest

from kloudsync.testing.microsoft.patterns import read_recurrence, recurring
from kloudsync.testing.microsoft.refusals import Refusal

JAN = date(2026, 1, 31)


def dates(recurrence: dict[str, Any], count: int = 4) -> list[str]:
    """List the first dates of a recurrence."""
    pattern = read_recurrence(recurrence, zone="UTC")
    return [day.isoformat() for day in islice(pattern.dates(), count)]


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        (recurring("daily", JAN, interval=3), ["2026-01-31", "2026-02-03", "2026-02-06"]),
        (
            recurring("weekly", date(2026, 1, 5), days=["monday", "thursday"], times=3),
            ["2026-01-05", "2026-01-08", "2026-01-12"],
        ),
        (recurring("absoluteMonthly", JAN), ["2026-01-31", "2026-02-28", "2026-03-31"]),
        (recurring("absoluteMonthly", date(2026, 1, 30)), ["2026-01-30", "2026-02-28"]),
        (
            recurring("relativeMonthly", date(2026, 1, 1), days=["thursday", "friday"]),
            ["2026-01-01", "2026-02-05", "2026-03-05", "2026-04-02"],
        ),
        (
            recurring("relativeMonthly", date(2026, 1, 30), days=["friday"], index="last"),
            ["2026-01-30", "2026-02-27", "2026-03-27"],
        ),
        (recurring("absoluteYearly", date(2024, 2, 29)), ["2024-02-29", "2025-02-28"]),
        (
            recurring("relativeYearly", date(2026, 3, 10), days=["tuesday"], index="second"),
            ["2026-03-10", "2027-03-09"],
        ),
        (
            recurring("daily", JAN, until=date(2026, 2, 1)),
            ["2026-01-31", "2026-02-01"],
        ),
    ],
)
def test_dates_are_those_that_the_vendor_describes(
    recurrence: dict[str, Any], expected: list[str]
) -> None:
    """Months that are too short have their last day; several days of a month are one set."""
    assert dates(recurrence, len(expected)) == expected


def test_the_day_that_begins_a_week_counts_when_weeks_are_skipped() -> None:
    """Every second week on Sunday and Monday differs with the beginning of the week."""
    start = date(2026, 1, 4)
    days = ["sunday", "monday"]
    by_sunday = recurring("weekly", start, interval=2, days=days)
    by_monday = recurring("weekly", start, interval=2, days=days, first_day="monday")
    assert dates(by_sunday) == ["2026-01-04", "2026-01-05", "2026-01-18", "2026-01-19"]
    assert dates(by_monday) == ["2026-01-04", "2026-01-12", "2026-01-18", "2026-01-26"]


def test_the_first_occurrence_may_be_later_than_the_range() -> None:
    """A range that begins off its pattern counts from the first date that the pattern hits."""
    rule = recurring("weekly", date(2026, 1, 6), days=["monday"], times=2)
    assert dates(rule) == ["2026-01-12", "2026-01-19"]


def test_what_a_type_does_not_use_is_junk() -> None:
    """The service fills members that mean nothing, and ignores them when they come back."""
    described = read_recurrence(recurring("daily", JAN), zone="UTC").described()
    assert described["pattern"] == {
        "type": "daily",
        "interval": 1,
        "month": 0,
        "dayOfMonth": 0,
        "daysOfWeek": [],
        "firstDayOfWeek": "sunday",
        "index": "first",
    }
    assert described["range"]["endDate"] == "0001-01-01"
    assert read_recurrence(described, zone="UTC").described() == described


@pytest.mark.parametrize(
    "recurrence",
    [
        {},
        {"pattern": {"type": "daily", "interval": 1}},
        {"pattern": {"type": "daily"}, "range": {"type": "noEnd", "startDate": "2026-01-01"}},
        recurring("daily", JAN, interval=0),
        recurring("weekly", JAN),
        recurring("daily", JAN, times=0),
        recurring("daily", JAN, until=date(2026, 1, 1)),
        recurring("absoluteMonthly", JAN, day=32),
        recurring("absoluteYearly", JAN, month=13),
        {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd", "startDate": "x"}},
    ],
)
def test_patterns_that_say_nothing_are_refused(recurrence: dict[str, Any]) -> None:
    """A missing member, a number out of range, a date that is none: 400."""
    with pytest.raises(Refusal, match="ErrorPropertyValidationFailure"):
        read_recurrence(recurrence, zone="UTC")


@pytest.mark.parametrize(
    ("recurrence", "day", "expected"),
    [
        (recurring("weekly", date(2026, 1, 5), days=["monday"]), date(2026, 1, 7), "2026-01-14"),
        (recurring("absoluteMonthly", JAN), date(2026, 2, 3), "2026-03-03"),
        (
            recurring("relativeMonthly", date(2026, 1, 5), days=["monday"]),
            date(2026, 1, 13),
            "2026-02-10",
        ),
        (recurring("absoluteYearly", JAN), date(2026, 2, 3), "2027-02-03"),
        (recurring("daily", JAN), date(2026, 2, 3), "2026-02-04"),
    ],
)
def test_a_pattern_follows_its_event_to_another_day(
    recurrence: dict[str, Any], day: date, expected: str
) -> None:
    """A series that is moved recurs on the weekday or date that it was moved to."""
    moved = read_recurrence(recurrence, zone="UTC").beginning(day)
    first, second = islice(moved.dates(), 2)
    assert (first, second.isoformat()) == (day, expected)
