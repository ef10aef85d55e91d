"""Where dateutil departs from RFC 5545, the RFC decides: each test names its line."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice

import pytest

from kloudsync.errors import RecurrenceError
from kloudsync.recurrence import Recurrence


def first(rule: str, start: date | datetime, number: int) -> list[str]:
    """Return the first starts of a rule."""
    return [str(moment) for moment in islice(Recurrence.parse([f"RRULE:{rule}"], start), number)]


def test_byweekno_alone_selects_the_weekday_of_the_start() -> None:
    """RFC 5545 3.3.10: what a rule lacks comes from DTSTART; dateutil takes the whole week."""
    assert first("FREQ=YEARLY;BYWEEKNO=20", date(1997, 5, 12), 3) == [
        "1997-05-12",
        "1998-05-11",
        "1999-05-17",
    ]


def test_positions_count_from_the_begin_of_the_first_week() -> None:
    """3.3.10: BYSETPOS counts in the whole period; dateutil's first week begins at the start."""
    # 7 January 2026 is a Wednesday, so that the first week's first day is over.
    assert first("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", date(2026, 1, 7), 2) == [
        "2026-01-12",
        "2026-01-19",
    ]


def test_plain_and_numbered_weekdays_add_up() -> None:
    """3.3.10: BYDAY is a list of days; dateutil intersects plain with numbered ones."""
    assert first("FREQ=MONTHLY;BYDAY=1FR,MO", date(2026, 1, 1), 6) == [
        "2026-01-02",
        "2026-01-05",
        "2026-01-12",
        "2026-01-19",
        "2026-01-26",
        "2026-02-02",
    ]


def test_times_of_day_are_ignored_where_the_start_is_a_date() -> None:
    """3.3.10: BYHOUR, BYMINUTE and BYSECOND MUST be ignored with a DATE start."""
    rule = "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=30;BYSECOND=15"
    assert first(rule, date(2026, 1, 1), 2) == ["2026-01-01", "2026-01-02"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=1",
        "FREQ=MINUTELY;INTERVAL=60;BYMINUTE=1",
        "FREQ=SECONDLY;INTERVAL=60;BYSECOND=1",
        "FREQ=MINUTELY;INTERVAL=1440;BYHOUR=5",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_a_rule_below_daily_that_never_matches_is_empty(rule: str) -> None:
    """3.3.10: a set may be empty; dateutil raises ValueError, or walks to the year 9999."""
    series = Recurrence.parse([f"RRULE:{rule}"], datetime(2026, 1, 1))
    assert list(series) == []
    assert series.next_after(datetime(2026, 1, 1)) is None
    assert series.count() == 0


def test_a_trailing_semicolon_is_dropped() -> None:
    """3.3.10: `;` separates parts; one at the end means nothing, and is recorded."""
    series = Recurrence.parse(["RRULE:FREQ=DAILY;COUNT=1;"], date(2026, 1, 1))
    assert list(series) == [date(2026, 1, 1)]
    assert [repair.property_name for repair in series.repairs] == ["RRULE"]


@pytest.mark.parametrize("week", [1, 2, 51, 52, 53, -1, -2, -52, -53])
def test_weeks_are_numbered_as_in_iso_8601(week: int) -> None:
    """3.3.10: week numbers are those of ISO 8601; dateutil errs for week 52 of 2038, say."""
    rule = f"FREQ=YEARLY;BYWEEKNO={week};BYDAY=MO,TU,WE,TH,FR,SA,SU"
    start, end = date(1995, 1, 1), date(2065, 1, 1)
    days = [start + timedelta(days=number) for number in range((end - start).days)]
    expected = [day for day in days if is_week(day, week)]
    assert Recurrence.parse([f"RRULE:{rule}"], start).between(start, end) == expected


def is_week(day: date, week: int) -> bool:
    """Return whether a day lies in a numbered week of its ISO year."""
    year, number, _ = day.isocalendar()
    last = date(year, 12, 28).isocalendar().week
    return number == (week if week > 0 else last + 1 + week)


def test_the_leap_second_counts_as_second_59() -> None:
    """3.3.12: without leap seconds, second 60 is read as 59; dateutil raises ValueError."""
    rule = "FREQ=DAILY;BYSECOND=60"
    assert first(rule, datetime(2026, 1, 1), 1) == ["2026-01-01 00:00:59"]


def test_a_monthday_without_month_expands_to_every_month() -> None:
    """3.3.10, table: BYMONTHDAY expands in a YEARLY rule, whatever the month of DTSTART."""
    assert first("FREQ=YEARLY;BYMONTHDAY=13", date(2026, 1, 1), 3) == [
        "2026-01-13",
        "2026-02-13",
        "2026-03-13",
    ]


def test_a_birthday_on_29_february_recurs_in_leap_years() -> None:
    """3.3.10: an invalid date is skipped, as Google's birthdays are."""
    assert first("FREQ=YEARLY", date(2024, 2, 29), 2) == ["2024-02-29", "2028-02-29"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=MONTHLY;SKIP=OMIT", ["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("FREQ=MONTHLY;SKIP=BACKWARD", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("FREQ=MONTHLY;SKIP=FORWARD", ["2026-01-31", "2026-03-01", "2026-03-31"]),
        ("FREQ=MONTHLY;INTERVAL=3;SKIP=FORWARD", ["2026-01-31", "2026-05-01", "2026-07-31"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;SKIP=BACKWARD", ["2026-02-28", "2027-02-28"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;SKIP=FORWARD", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=OMIT", ["2026-03-01", "2026-05-01", "2026-07-01"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=FORWARD", ["2026-02-01", "2026-03-01", "2026-04-01"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=BACKWARD", ["2026-01-31", "2026-03-01", "2026-03-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-30;SKIP=FORWARD", ["2026-02-01", "2026-03-02", "2026-04-01"]),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-30,30;SKIP=BACKWARD",
            ["2026-01-31", "2026-02-28", "2026-03-02"],
        ),
        (
            "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=-31,31;SKIP=BACKWARD",
            ["2026-03-01", "2026-03-31", "2027-03-01"],
        ),
        ("FREQ=YEARLY;BYMONTH=2,4;BYMONTHDAY=-31;SKIP=BACKWARD", ["2026-01-31", "2026-03-31"]),
    ],
)
def test_skipped_days_follow_rfc_7529(rule: str, expected: list[str]) -> None:
    """RFC 7529 4.1: SKIP moves a day that its month lacks to a neighbour."""
    found = first(f"RSCALE=GREGORIAN;{rule}", date(2026, 1, 31), len(expected))
    assert found == expected


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("RSCALE=CHINESE;FREQ=YEARLY", "only RSCALE=GREGORIAN is supported, found CHINESE"),
        ("FREQ=MONTHLY;SKIP=FORWARD", "SKIP needs RSCALE beside it (RFC 7529 section 4.1)"),
        (
            "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;BYSETPOS=1;BYMONTHDAY=31",
            "SKIP is not supported together with BYSETPOS",
        ),
    ],
)
def test_other_calendars_are_refused_clearly(rule: str, message: str) -> None:
    """RFC 7529: what is not supported is an error that says so, never a wrong answer."""
    with pytest.raises(RecurrenceError) as caught:
        Recurrence.parse([f"RRULE:{rule}"], date(2026, 1, 31))
    assert str(caught.value) == message
