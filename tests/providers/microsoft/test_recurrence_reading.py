"""Patterns of Graph become rules that mean the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from tests.providers.microsoft.patterns import NO_END, PATTERNS, STARTS, UNUSED, Item, dates

from kloudsync.errors import RecurrenceError
from kloudsync.providers.microsoft.reading import MICROSOFT
from kloudsync.providers.microsoft.recurrence_reading import read_rule
from kloudsync.recurrence import Recurrence

BERLIN = ZoneInfo("Europe/Berlin")


def rule(pattern: Item, bounds: Item | None = None, *, all_day: bool = False) -> str:
    """Return the rule of a pattern, as of a series in Berlin."""
    whole = {"pattern": UNUSED | pattern, "range": NO_END | (bounds or {})}
    return read_rule(whole, BERLIN, all_day=all_day).removeprefix("RRULE:")


@given(pattern=PATTERNS, start=STARTS)
def test_a_rule_takes_place_when_exchange_has_its_pattern_take_place(
    pattern: Item, start: date
) -> None:
    """From the first date that the pattern hits, dateutil and we list what the pattern lists."""
    first = next(dates(pattern, start))
    expected = list(islice(dates(pattern, first), 12))
    text = rule(pattern)
    listed = islice(rrulestr(text, dtstart=datetime.combine(first, datetime.min.time())), 12)
    assert [moment.date() for moment in listed] == expected
    ours = Recurrence.parse([f"RRULE:{text}"], first, reading=MICROSOFT)
    assert list(islice(ours, 12)) == expected


@given(pattern=PATTERNS, start=STARTS)
def test_the_first_date_hit_keeps_the_count_of_periods(pattern: Item, start: date) -> None:
    """Where a start misses its pattern, counting from the first hit gives the same dates.

    Yearly and monthly patterns whose day lies before the start go on a period later.
    """
    first = next(dates(pattern, start))
    assert list(islice(dates(pattern, start), 6)) == list(islice(dates(pattern, first), 6))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ({"type": "daily", "interval": 3}, "FREQ=DAILY;INTERVAL=3"),
        (
            {"type": "weekly", "interval": 2, "daysOfWeek": ["thursday", "monday"]},
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=SU",
        ),
        ({"type": "weekly", "daysOfWeek": ["monday"]}, "FREQ=WEEKLY;BYDAY=MO"),
        ({"type": "absoluteMonthly", "dayOfMonth": 28}, "FREQ=MONTHLY;BYMONTHDAY=28"),
        ({"type": "absoluteMonthly", "dayOfMonth": 31}, "FREQ=MONTHLY;BYMONTHDAY=-1"),
        (
            {"type": "absoluteMonthly", "dayOfMonth": 29},
            "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1",
        ),
        (
            {"type": "absoluteMonthly", "dayOfMonth": 30},
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
        ),
        (
            {"type": "relativeMonthly", "daysOfWeek": ["thursday"], "index": "first"},
            "FREQ=MONTHLY;BYDAY=1TH",
        ),
        (
            {"type": "relativeMonthly", "daysOfWeek": ["thursday", "friday"], "index": "last"},
            "FREQ=MONTHLY;BYDAY=TH,FR;BYSETPOS=-1",
        ),
        (
            {"type": "absoluteYearly", "month": 4, "dayOfMonth": 31},
            "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=30",
        ),
        (
            {"type": "absoluteYearly", "month": 2, "dayOfMonth": 29},
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1",
        ),
        (
            {"type": "relativeYearly", "month": 11, "daysOfWeek": ["thursday"], "index": "fourth"},
            "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
        ),
    ],
)
def test_each_kind_of_pattern_has_its_rule(pattern: Item, text: str) -> None:
    """Members that a kind does not use are not looked at."""
    assert rule(pattern) == text


@pytest.mark.parametrize("said", [{}, {"firstDayOfWeek": None}, {"firstDayOfWeek": "sunday"}])
def test_weeks_begin_on_sunday_where_nobody_says_otherwise(said: Item) -> None:
    """Trouble 16: every other Sunday and Monday are two days of one week, not of two."""
    pattern: Item = {"type": "weekly", "interval": 2, "daysOfWeek": ["sunday", "monday"], **said}
    line = read_rule({"pattern": pattern, "range": NO_END}, None, all_day=False)
    assert line == "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU"
    series = Recurrence.parse([line], date(2026, 3, 1), reading=MICROSOFT)
    assert list(islice(series, 4)) == [date(2026, 3, day) for day in (1, 2, 15, 16)]


@pytest.mark.parametrize(
    ("zone", "until"),
    [
        ("Pacific/Tongatapu", "20260331T105959Z"),
        ("Pacific/Honolulu", "20260401T095959Z"),
        ("Europe/Berlin", "20260331T215959Z"),
    ],
)
def test_the_last_date_is_whole_in_the_zone_of_the_series(zone: str, until: str) -> None:
    """Trouble 13: `endDate` ends with its last second there, not at midnight in UTC."""
    whole = {
        "pattern": UNUSED | {"type": "daily"},
        "range": NO_END | {"type": "endDate", "endDate": "2026-03-31"},
    }
    assert read_rule(whole, ZoneInfo(zone), all_day=False) == f"RRULE:FREQ=DAILY;UNTIL={until}"
    assert read_rule(whole, ZoneInfo(zone), all_day=True) == "RRULE:FREQ=DAILY;UNTIL=20260331"


@pytest.mark.parametrize("hour", [0, 9, 23])
@pytest.mark.parametrize("zone", ["Pacific/Tongatapu", "Pacific/Honolulu", "America/New_York"])
def test_a_series_takes_place_on_its_last_date_whatever_its_hour(zone: str, hour: int) -> None:
    """The last occurrence is the one on `endDate`, at any time of day, east and west."""
    whole = {
        "pattern": UNUSED | {"type": "daily"},
        "range": NO_END | {"type": "endDate", "endDate": "2026-03-10"},
    }
    start = datetime(2026, 3, 1, hour, 30, tzinfo=ZoneInfo(zone))
    series = Recurrence.parse([read_rule(whole, ZoneInfo(zone), all_day=False)], start)
    assert series.last() == start + timedelta(days=9)


def test_a_number_counts_from_the_first_date_that_is_hit() -> None:
    """Three times on Tuesdays are three, though the start is a Monday."""
    text = rule(
        {"type": "weekly", "daysOfWeek": ["tuesday"]},
        {"type": "numbered", "numberOfOccurrences": 3},
    )
    series = Recurrence.parse([f"RRULE:{text}"], date(2026, 3, 2), reading=MICROSOFT)
    assert list(series) == [date(2026, 3, 3), date(2026, 3, 10), date(2026, 3, 17)]


@pytest.mark.parametrize("end", ["9999-12-31", "9999-12-30"])
def test_the_end_of_time_is_a_date_like_any_other(end: str) -> None:
    """No sum overflows."""
    text = rule({"type": "daily"}, {"type": "endDate", "endDate": end})
    assert Recurrence.parse([f"RRULE:{text}"], datetime(2026, 3, 1, tzinfo=UTC)).bound.until


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"pattern": None}, "pattern"),
        ({"range": []}, "range"),
        ({"pattern": {"type": "hourly"}}, "pattern.type"),
        ({"pattern": {"type": "daily", "interval": 0}}, "pattern.interval"),
        ({"pattern": {"type": "daily", "interval": "2"}}, "pattern.interval"),
        ({"pattern": {"type": "weekly", "daysOfWeek": ["noday"]}}, "pattern.daysOfWeek"),
        ({"pattern": {"type": "weekly", "daysOfWeek": "monday"}}, "pattern.daysOfWeek"),
        ({"pattern": {"type": "absoluteMonthly", "dayOfMonth": 32}}, "pattern.dayOfMonth"),
        ({"pattern": {"type": "absoluteMonthly", "dayOfMonth": True}}, "pattern.dayOfMonth"),
        ({"pattern": {"type": "absoluteYearly", "dayOfMonth": 1, "month": 0}}, "pattern.month"),
        ({"pattern": {"type": "relativeMonthly"}}, "pattern.daysOfWeek"),
        (
            {"pattern": {"type": "relativeMonthly", "daysOfWeek": ["friday"], "index": "fifth"}},
            "pattern.index",
        ),
        ({"range": {"type": "sometimes"}}, "range.type"),
        ({"range": {"type": "endDate", "endDate": None}}, "range.endDate"),
        ({"range": {"type": "numbered", "numberOfOccurrences": 0}}, "range.numberOfOccurrences"),
    ],
)
def test_what_is_no_pattern_is_refused_with_its_place(change: dict[str, Any], path: str) -> None:
    """An error names the member that cannot be understood."""
    whole: Item = {"pattern": {"type": "daily"}, "range": NO_END, **change}
    with pytest.raises(RecurrenceError, match=rf"@ recurrence\.{path}$"):
        read_rule(whole, None, all_day=False)
