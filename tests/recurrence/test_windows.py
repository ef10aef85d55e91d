"""A window holds what the whole expansion holds in it, for every kind of rule and clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, takewhile
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.recorded import rows

from kloudsync.recurrence import Recurrence
from kloudsync.recurrence.kinds import kind_of
from kloudsync.recurrence.rule_text import read_rule
from kloudsync.recurrence.windows import Window

RULES = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=11",
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=DAILY;INTERVAL=3;BYMONTH=2,3;BYHOUR=1,23",
    "FREQ=DAILY;BYHOUR=2,3,4;BYMINUTE=0,30;BYSETPOS=2,-1",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,TU;WKST=SU",
    "FREQ=WEEKLY;BYDAY=MO,FR;BYMONTH=12,1",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU;BYMONTH=12,1;BYSETPOS=-1;WKST=WE",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYDAY=2TU,-1FR",
    "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=1,-1;BYHOUR=0,12",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY",
    "FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1,53;BYDAY=MO,SU",
    "FREQ=YEARLY;BYYEARDAY=1,100,-1;BYSETPOS=1,-1",
    "FREQ=HOURLY;INTERVAL=7",
    "FREQ=HOURLY;BYHOUR=2,3;BYMINUTE=15,45",
    "FREQ=MINUTELY;INTERVAL=50;BYDAY=SU",
    "FREQ=MINUTELY;INTERVAL=4000;BYMONTH=3,10",
    "FREQ=SECONDLY;INTERVAL=5000;BYHOUR=1,2,3",
]
BOUNDS = ["", ";COUNT=40", ";UNTIL=20270704T120000Z"]
PARIS = ZoneInfo("Europe/Paris")
ZONES = [None, UTC, PARIS, ZoneInfo("Australia/Lord_Howe")]
YEARS = timedelta(days=900)


def whole(series: Recurrence, end: date | datetime) -> list[date | datetime]:
    """Return all starts before an end, by iterating from the first."""
    return list(takewhile(lambda moment: moment < end, series))


@given(
    st.sampled_from(RULES),
    st.sampled_from(BOUNDS),
    st.sampled_from(ZONES),
    st.integers(0, 900 * 1440),
    st.integers(0, 60 * 1440),
)
def test_a_window_is_a_part_of_the_whole(
    rule: str, bound: str, zone: ZoneInfo | None, after: int, length: int
) -> None:
    """Whatever the rule, its bound and its zone, a window is cut from the whole expansion."""
    start = datetime(2025, 10, 20, 2, 30, tzinfo=zone)
    low = start + timedelta(minutes=after)
    high = low + timedelta(minutes=length)
    series = Recurrence.parse([f"RRULE:{rule}{bound}", "EXDATE;VALUE=DATE:20260329"], start)
    expected = [moment for moment in whole(series, high) if moment >= low]
    assert series.between(low, high) == expected
    previous = [moment for moment in whole(series, low) if moment < low]
    assert series.previous_before(low) == (previous[-1] if previous else None)


ANSWERED = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=11",
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,TU;WKST=SU",
    "FREQ=MONTHLY",
    "FREQ=YEARLY",
    "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYMONTHDAY=-30",
    "FREQ=MONTHLY;INTERVAL=5;BYDAY=5SU",
    "FREQ=MONTHLY;BYDAY=-1SA",
    "FREQ=YEARLY;INTERVAL=2;BYMONTH=4",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
]
REFUSED = [
    "FREQ=DAILY;BYHOUR=9",
    "FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1",
    "FREQ=DAILY;BYMONTH=3",
    "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
    "FREQ=MONTHLY;COUNT=3",
    "FREQ=MONTHLY;BYMONTHDAY=1,15",
    "FREQ=MONTHLY;BYDAY=2TU,4TU",
    "FREQ=MONTHLY;BYDAY=2TU;BYMONTHDAY=9",
    "FREQ=MONTHLY;BYDAY=TU",
    "FREQ=MONTHLY;BYMONTH=3",
    "FREQ=MONTHLY;BYMINUTE=9",
    "FREQ=MONTHLY;BYSECOND=9",
    "RSCALE=GREGORIAN;SKIP=FORWARD;FREQ=MONTHLY",
    "FREQ=YEARLY;BYDAY=20MO",
    "FREQ=YEARLY;BYMONTHDAY=9",
    "FREQ=YEARLY;BYMONTH=3,4",
    "FREQ=YEARLY;BYWEEKNO=3",
    "FREQ=YEARLY;BYYEARDAY=3",
    "FREQ=HOURLY",
]
ENDS = ["", ";UNTIL=20251026T013000Z", ";UNTIL=20260704", ";UNTIL=20260103T023000", ";COUNT=13"]


@given(
    st.sampled_from(ANSWERED),
    st.sampled_from(ENDS),
    st.sampled_from(ZONES[1:]),
    st.datetimes(datetime(2025, 10, 20), datetime(2025, 11, 2)),
    st.sampled_from([0, 1]),
    st.integers(-60 * 1440, 900 * 1440),
    st.integers(0, 60 * 1440),
)
def test_a_window_of_many_series_holds_what_each_holds(
    rule: str, end: str, zone: ZoneInfo, local: datetime, fold: int, after: int, length: int
) -> None:
    """Series that take no compiling occur where compiled ones do, also around their start."""
    read = read_rule(rule + end)[0]
    assume(Window.answers(read))
    start = local.replace(microsecond=0, tzinfo=zone, fold=fold)
    instant = int(start.timestamp())
    low = instant + after * 60
    high = low + length * 60
    series = Recurrence.parse([f"RRULE:{rule}{end}"], start)
    window = Window(kind_of(start).clock, low, high)
    assert window.instants(read, instant) == series.starts_between_utc(low, high)


@pytest.mark.parametrize("rule", ANSWERED)
def test_most_rules_take_no_compiling(rule: str) -> None:
    """Steps of days and weeks, and one day of each of some months, are answered by arithmetic."""
    assert Window.answers(read_rule(rule)[0])


@pytest.mark.parametrize("rule", REFUSED)
def test_rules_of_more_than_a_step_are_compiled(rule: str) -> None:
    """Whatever has times of its own, or several days of a month, is none of a window's business."""
    assert not Window.answers(read_rule(rule)[0])


def test_a_window_is_cut_where_its_clock_changes() -> None:
    """Wall times that the offset of the other side would let in are left out at both ends."""
    rule, _ = read_rule("FREQ=DAILY")
    start = int(datetime(2025, 10, 1, 9, tzinfo=PARIS).timestamp())
    low = datetime(2025, 10, 24, 9, 30, tzinfo=PARIS)
    high = datetime(2025, 10, 28, 8, 30, tzinfo=PARIS)
    window = Window(kind_of(low).clock, int(low.timestamp()), int(high.timestamp()))
    shown = [datetime.fromtimestamp(at, PARIS) for at in window.instants(rule, start)]
    assert shown == [datetime(2025, 10, day, 9, tzinfo=PARIS) for day in (25, 26, 27)]


@pytest.mark.parametrize("zone", [UTC, PARIS, ZoneInfo("America/New_York")], ids=str)
@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "FREQ=MONTHLY"])
def test_a_window_begins_with_its_first_second_and_ends_before_its_last(
    rule: str, zone: ZoneInfo
) -> None:
    """East and west of Greenwich, and long after the series began."""
    read, _ = read_rule(rule)
    start = datetime(2025, 3, 4, 9, tzinfo=zone)
    low, high = datetime(2026, 6, 4, 9, tzinfo=zone), datetime(2026, 9, 4, 9, tzinfo=zone)
    window = Window(kind_of(low).clock, int(low.timestamp()), int(high.timestamp()))
    shown = [
        datetime.fromtimestamp(at, zone) for at in window.instants(read, int(start.timestamp()))
    ]
    expected = [low + timedelta(days=day) for day in range((high - low).days)]
    if rule == "FREQ=MONTHLY":
        expected = [one for one in expected if one.day == start.day]
    elif "BYDAY" in rule:
        expected = [one for one in expected if one.weekday() < 5]
    assert shown == expected


@pytest.mark.parametrize("month", [5, 10])
def test_a_window_holds_the_second_that_until_names(month: int) -> None:
    """UNTIL lets through what starts at it and no later, also where the clock changes meanwhile."""
    last = datetime(2025, month, 28, 9, tzinfo=PARIS)
    until = f"{last.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    rule, _ = read_rule(f"FREQ=DAILY;UNTIL={until}")
    low, high = (int((last + timedelta(days=days)).timestamp()) for days in (-4, 4))
    window = Window(kind_of(last).clock, low, high)
    assert window.instants(rule, low)[-1] == int(last.timestamp())
    second_before = f"{last.astimezone(UTC) - timedelta(seconds=1):%Y%m%dT%H%M%SZ}"
    rule, _ = read_rule(f"FREQ=DAILY;UNTIL={second_before}")
    day_before = last - timedelta(days=1)
    assert window.instants(rule, low)[-1] == int(day_before.timestamp())


@pytest.mark.parametrize("rule", RULES[:16])
@pytest.mark.parametrize("count", [1, 2, 39, 40, 1001, 5000])
def test_the_last_of_a_count_is_found_without_walking(rule: str, count: int) -> None:
    """COUNT ends a series where counting the unbounded one ends."""
    start = date(2026, 1, 31)
    counted = Recurrence.parse([f"RRULE:{rule};COUNT={count}"], start)
    unbounded = Recurrence.parse([f"RRULE:{rule}"], start)
    moments = cast("list[date]", list(counted))
    assert counted.count() == len(moments)
    assert counted.last() == moments[-1]
    assert len(moments) == count or unbounded.next_after(moments[-1]) is None
    assert unbounded.between(start, moments[-1]) == moments[:-1]
    assert counted.between(moments[-1], date(9999, 12, 31)) == moments[-1:]


@pytest.mark.parametrize("rule", [rule for rule in RULES if "DAILY" not in rule])
def test_a_count_ends_windows_in_whatever_order_they_are_asked_for(rule: str) -> None:
    """What was counted for one window tells nothing wrong about the next one."""
    start = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
    lines = [f"RRULE:{rule};COUNT=90"]
    expected = cast("list[datetime]", list(Recurrence.parse(lines, start)))
    eighth: timedelta = (expected[-1] - start) / 8
    windows = [(start + n * eighth, start + (n + 3) * eighth) for n in (0, 2, 4, 6, 1, 9, 7)]
    fresh = Recurrence.parse([*lines, "X-ANOTHER:1"], start)
    for after, before in windows:
        held = [at for at in expected if after <= at < before]
        assert fresh.between(after, before) == held


def corpus() -> list[tuple[tuple[str, ...], str]]:
    """Return the different recurrences of the recorded scenarios, with their starts."""
    events = [event for row in rows("google_scenarios.json") for event in row["events"]]
    found = {
        (tuple(event["recurrence"]), event["start"].get("dateTime") or event["start"]["date"])
        for event in events
        if "recurrence" in event
    }
    return sorted(found)


@pytest.mark.parametrize(("lines", "start"), corpus())
def test_recorded_rules_give_the_same_in_windows_and_whole(
    lines: tuple[str, ...], start: str
) -> None:
    """Rules of real calendars, quarter by quarter, add up to the whole."""
    moment = datetime.fromisoformat(start) if "T" in start else date.fromisoformat(start)
    series = Recurrence.parse(lines, moment)
    quarters = [moment + timedelta(days=91 * number) for number in range(12)]
    windows = [series.between(a, b) for a, b in pairwise(quarters)]
    assert [one for window in windows for one in window] == whole(series, quarters[-1])
    assert series.bound == Recurrence.parse(series.lines(), moment).bound
