"""Shortening, dividing and writing a series."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.errors import UsageError
from kloudsync.recurrence import Length, Recurrence, same_rule_except_bound

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 1, 30, 2, 30, tzinfo=PARIS)
RULES = [
    "FREQ=DAILY",
    "FREQ=DAILY;COUNT=90",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;WKST=SU",
    "FREQ=WEEKLY;COUNT=30;BYDAY=TU,TH",
    "FREQ=MONTHLY;INTERVAL=2;UNTIL=20280101",
    "FREQ=MONTHLY;BYDAY=-1FR;COUNT=14",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,1",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;COUNT=15",
    "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
    "FREQ=HOURLY;INTERVAL=7;COUNT=200",
]
EXTRA = [
    [],
    ["EXDATE;VALUE=DATE:20260205,20260302"],
    ["RDATE:20260201T120000Z,20261224T120000Z", "EXDATE:20260313T013000Z"],
    ["EXRULE:FREQ=MONTHLY;BYMONTHDAY=13"],
]


def first(series: Recurrence, number: int = 150) -> list[date | datetime]:
    """Return the first starts."""
    return list(islice(series, number))


@given(st.sampled_from(RULES), st.sampled_from(EXTRA), st.integers(0, 40))
def test_a_series_is_its_two_halves(rule: str, extra: list[str], index: int) -> None:
    """Splitting gives every start to exactly one half, with COUNT shared out."""
    series = Recurrence.parse([f"RRULE:{rule}", *extra], START)
    whole = first(series)
    at = whole[min(index, len(whole) - 1)]
    head, tail = series.split_at(at)
    assert (list(head) + first(tail))[: len(whole)] == whole
    assert all(moment < at for moment in head)
    assert list(series.truncate(before=at)) == list(head)
    assert head.start == series.start
    assert next(iter(tail)) == at


@pytest.mark.parametrize("left_out", range(2, 8))
def test_what_is_left_out_stays_left_out_wherever_the_series_is_split(left_out: int) -> None:
    """An EXDATE before, at and after the cut belongs to the half that it lies in."""
    lines = ["RRULE:FREQ=DAILY;COUNT=10", f"EXDATE:2026020{left_out}T013000Z"]
    series = Recurrence.parse(lines, datetime(2026, 2, 1, 2, 30, tzinfo=PARIS))
    for day in range(2, 9):
        head, tail = series.split_at(datetime(2026, 2, day, 2, 30, tzinfo=PARIS))
        assert [*head, *tail] == list(series)


@given(st.sampled_from(RULES), st.sampled_from(EXTRA))
def test_written_lines_read_back(rule: str, extra: list[str]) -> None:
    """The lines that a series writes mean the same series and need no repair."""
    series = Recurrence.parse([f"RRULE:{rule}", *extra], START)
    again = Recurrence.parse(series.lines(), START)
    assert first(again) == first(series)
    assert again.lines() == series.lines()
    assert same_rule_except_bound(series, again)
    assert again.bound == series.bound


@pytest.mark.parametrize(
    ("start", "lines"),
    [
        (date(2026, 1, 5), ["RRULE:FREQ=DAILY;UNTIL=20260110", "EXDATE;VALUE=DATE:20260106"]),
        (date(2026, 1, 5), ["RDATE;VALUE=DATE:20260106,20260109"]),
        (datetime(2026, 1, 5, 9), ["RRULE:FREQ=DAILY;UNTIL=20260110T090000"]),
        (START, ["RDATE;VALUE=PERIOD:20260201T100000Z/PT3600S"]),
        (START, ["RDATE:20260201T100000Z,20260202T100000Z", "EXDATE:20260201T100000Z"]),
        (START, ["RRULE:FREQ=DAILY;COUNT=9", "EXDATE;VALUE=DATE:20260201"]),
    ],
)
def test_repaired_lines_are_written_as_the_rfc_wants_them(
    start: date | datetime, lines: list[str]
) -> None:
    """Lines that follow the RFC come back as they were."""
    assert Recurrence.parse(lines, start).lines() == lines


def test_truncating_writes_the_second_before() -> None:
    """UNTIL is the second before the moment in UTC, and the day before where all-day."""
    timed = Recurrence.parse(["RRULE:FREQ=DAILY"], START)
    cut = timed.truncate(before=datetime(2026, 2, 3, tzinfo=PARIS))
    assert cut.lines() == ["RRULE:FREQ=DAILY;UNTIL=20260202T225959Z"]
    days = Recurrence.parse(["RRULE:FREQ=DAILY"], date(2026, 1, 5))
    assert days.truncate(before=date(2026, 2, 3)).lines() == ["RRULE:FREQ=DAILY;UNTIL=20260202"]
    floating = Recurrence.parse(["RRULE:FREQ=DAILY"], datetime(2026, 1, 5, 9))
    cut = floating.truncate(before=datetime(2026, 2, 3, 9))
    assert cut.lines() == ["RRULE:FREQ=DAILY;UNTIL=20260203T085959"]


def test_truncating_reduces_a_count_and_leaves_an_earlier_end() -> None:
    """COUNT becomes what is left; a series that is over by then does not change."""
    series = Recurrence.parse(["RRULE:FREQ=DAILY;COUNT=9"], date(2026, 1, 5))
    assert series.truncate(before=date(2026, 1, 8)).lines() == ["RRULE:FREQ=DAILY;COUNT=3"]
    assert series.truncate(before=date(2026, 2, 8)) == series
    assert list(series.truncate(before=date(2026, 1, 5))) == []
    short = Recurrence.parse(["RRULE:FREQ=DAILY;UNTIL=20260108"], date(2026, 1, 5))
    assert short.truncate(before=date(2026, 1, 9)) == short


def test_a_series_of_dates_is_truncated_and_split() -> None:
    """RDATEs are shared out; a start that is cut off is left out."""
    series = Recurrence.parse(["RDATE;VALUE=DATE:20260107,20260109"], date(2026, 1, 5))
    assert list(series.truncate(before=date(2026, 1, 5))) == []
    head, tail = series.split_at(date(2026, 1, 6))
    assert list(head) == [date(2026, 1, 5)]
    assert (tail.start, list(tail)) == (date(2026, 1, 7), [date(2026, 1, 7), date(2026, 1, 9)])


def test_splitting_writes_out_what_the_start_implied() -> None:
    """A second rule that leaned on the first start says so itself afterwards."""
    lines = ["RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;BYDAY=WE"]
    series = Recurrence.parse(lines, date(2026, 1, 5))
    _, tail = series.split_at(date(2026, 2, 3))
    assert tail.start == date(2026, 2, 4)
    assert tail.lines() == ["RRULE:FREQ=WEEKLY;BYDAY=MO", "RRULE:FREQ=WEEKLY;BYDAY=WE"]


def test_a_split_that_cannot_be_written_is_refused() -> None:
    """Nothing left, or two rhythms that no later start can keep, are errors."""
    ended = Recurrence.parse(["RRULE:FREQ=DAILY;COUNT=2"], date(2026, 1, 5))
    with pytest.raises(
        UsageError, match=r"^the series cannot be split there: nothing occurs from then on$"
    ):
        ended.split_at(date(2026, 1, 7))
    lines = ["RRULE:FREQ=DAILY;INTERVAL=3", "RRULE:FREQ=DAILY;INTERVAL=5"]
    with pytest.raises(
        UsageError, match=r"^the series cannot be split there: its rules depend on its first start$"
    ):
        Recurrence.parse(lines, date(2026, 1, 5)).split_at(date(2026, 1, 10))


@pytest.mark.parametrize(
    ("rule", "before", "line"),
    [
        ("FREQ=DAILY;COUNT=5", 5, "FREQ=DAILY;UNTIL=20260104"),
        ("FREQ=DAILY;COUNT=5", 7, "FREQ=DAILY;COUNT=2"),
        ("FREQ=DAILY;COUNT=5", 10, "FREQ=DAILY;COUNT=5"),
        ("FREQ=DAILY;UNTIL=20260109", 8, "FREQ=DAILY;UNTIL=20260107"),
        ("FREQ=DAILY;UNTIL=20260109", 9, "FREQ=DAILY;UNTIL=20260108"),
        ("FREQ=DAILY;UNTIL=20260109", 10, "FREQ=DAILY;UNTIL=20260109"),
        ("FREQ=DAILY", 9, "FREQ=DAILY;UNTIL=20260108"),
    ],
)
def test_truncating_writes_the_bound_that_a_rule_has_already(
    rule: str, before: int, line: str
) -> None:
    """COUNT stays COUNT unless nothing is left to count; a bound that is early enough stays."""
    series = Recurrence.parse([f"RRULE:{rule}"], date(2026, 1, 5))
    assert series.truncate(before=date(2026, 1, before)).lines() == [f"RRULE:{line}"]


def test_what_an_exrule_has_used_up_is_not_taken_from_the_second_half_again() -> None:
    """COUNT of an EXRULE is shared out as that of an RRULE."""
    lines = ["RRULE:FREQ=DAILY;COUNT=10", "EXRULE:FREQ=DAILY;COUNT=2"]
    head, tail = Recurrence.parse(lines, date(2026, 1, 5)).split_at(date(2026, 1, 9))
    assert [len(list(half)) for half in (head, tail)] == [2, 6]
    assert tail.exrules == ()


def test_a_time_of_day_in_an_all_day_exrule_is_ignored() -> None:
    """It leaves out days, as without one."""
    lines = ["RRULE:FREQ=DAILY;COUNT=3", "EXRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR=9"]
    series = Recurrence.parse(lines, date(2026, 1, 5))
    assert first(series) == [date(2026, 1, 5), date(2026, 1, 7)]


def test_a_time_of_day_in_an_all_day_rule_does_not_hinder_a_split() -> None:
    """RFC 5545 3.3.10: BYHOUR, BYMINUTE and BYSECOND are ignored where DTSTART is a date."""
    series = Recurrence.parse(["RRULE:FREQ=MONTHLY;BYHOUR=9,10"], date(2026, 1, 5))
    _, tail = series.split_at(date(2026, 2, 1))
    assert first(tail, 2) == [date(2026, 2, 5), date(2026, 3, 5)]


def test_splitting_writes_out_a_time_of_day_that_the_start_implied() -> None:
    """Hour, minute and second, of which a rule takes those that are shorter than its period."""
    start = datetime(2026, 1, 5, 9, 30, 15)
    lines = ["RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;BYDAY=WE;BYHOUR=11;BYMINUTE=15;BYSECOND=20"]
    _, tail = Recurrence.parse(lines, start).split_at(datetime(2026, 2, 3))
    assert tail.lines() == [
        "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=30;BYSECOND=15",
        "RRULE:FREQ=WEEKLY;BYDAY=WE;BYHOUR=11;BYMINUTE=15;BYSECOND=20",
    ]
    early = start.replace(hour=1, minute=1, second=1)
    _, tail = Recurrence.parse(lines, early).split_at(datetime(2026, 2, 3))
    assert tail.lines()[0] == "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=1;BYMINUTE=1;BYSECOND=1"
    _, tail = Recurrence.parse(lines, datetime(2026, 1, 5, 10)).split_at(datetime(2026, 2, 3))
    assert tail.lines()[0] == "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=10;BYMINUTE=0;BYSECOND=0"
    lines = ["RRULE:FREQ=HOURLY", "RRULE:FREQ=DAILY;BYHOUR=11;BYMINUTE=15;BYSECOND=20"]
    _, tail = Recurrence.parse(lines, start).split_at(datetime(2026, 2, 3, 11))
    assert tail.lines() == [
        "RRULE:FREQ=HOURLY;BYMINUTE=30;BYSECOND=15",
        "RRULE:FREQ=DAILY;BYHOUR=11;BYMINUTE=15;BYSECOND=20",
    ]
    lines = ["RRULE:FREQ=MINUTELY", "RRULE:FREQ=HOURLY;BYMINUTE=15;BYSECOND=20"]
    _, tail = Recurrence.parse(lines, start).split_at(datetime(2026, 1, 6, 11, 15, 16))
    assert tail.lines() == [
        "RRULE:FREQ=MINUTELY;BYSECOND=15",
        "RRULE:FREQ=HOURLY;BYMINUTE=15;BYSECOND=20",
    ]


def test_dates_stay_on_their_side_of_a_cut() -> None:
    """What is added, what is left out and what has an end of its own goes with its half."""
    early, late = datetime(2026, 2, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC)
    lines = [
        "RRULE:FREQ=WEEKLY;COUNT=20",
        "RDATE;VALUE=PERIOD:20260201T120000Z/PT2H,20260301T120000Z/PT3H",
        "EXDATE:20260206T013000Z,20260306T013000Z",
    ]
    series = Recurrence.parse(lines, START)
    head, tail = series.split_at(late)
    low, high = (int(moment.timestamp()) for moment in (early, late))
    assert series.truncate(before=late) == head
    assert (head.rdates, tail.rdates) == ((low,), (high,))
    assert (head.periods, tail.periods) == (((low, Length(0, 7200)),), ((high, Length(0, 10800)),))
    assert [len(half.exdates) for half in (series, head, tail)] == [2, 1, 1]
    assert [*head.exdates, *tail.exdates] == list(series.exdates)


def test_rules_that_are_over_are_left_out_of_the_second_half() -> None:
    """A rule whose COUNT or UNTIL is used up before the split stays with the first half."""
    lines = ["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=MONTHLY;UNTIL=20260301"]
    _, tail = Recurrence.parse(lines, date(2026, 1, 5)).split_at(date(2026, 4, 1))
    assert tail.lines() == ["RRULE:FREQ=DAILY"]
