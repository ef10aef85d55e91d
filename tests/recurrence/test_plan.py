"""How a rule is expanded, and that listing, counting and finding the n-th agree."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.errors import UnboundedRecurrence
from kloudsync.recurrence.clock_patterns import ClockPattern
from kloudsync.recurrence.day_patterns import DayPattern
from kloudsync.recurrence.gregorian import DAY, END_WALL, weekday_of
from kloudsync.recurrence.kinds import wall_of
from kloudsync.recurrence.patterns import WHOLE, Pattern, StepPattern
from kloudsync.recurrence.pick_patterns import PickPattern, picked
from kloudsync.recurrence.plan import plan
from kloudsync.recurrence.rule_text import read_rule

START = wall_of(datetime(2026, 1, 5, 9, 30, 15))
PLANS = [
    ("FREQ=DAILY;INTERVAL=3", StepPattern),
    ("FREQ=DAILY;BYDAY=MO,FR", StepPattern),
    ("FREQ=DAILY;BYHOUR=1,2,3;BYSETPOS=-1", StepPattern),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", StepPattern),
    ("FREQ=WEEKLY;BYDAY=MO,SU;BYSETPOS=2", StepPattern),
    ("FREQ=HOURLY;INTERVAL=5;BYMINUTE=0,30", StepPattern),
    ("FREQ=MINUTELY;BYHOUR=" + ",".join(map(str, range(24))), StepPattern),
    ("FREQ=SECONDLY;INTERVAL=7", StepPattern),
    ("FREQ=DAILY;BYDAY=MO;INTERVAL=2", DayPattern),
    ("FREQ=DAILY;BYMONTH=1,2;BYHOUR=0,12", DayPattern),
    ("FREQ=WEEKLY;BYMONTH=1,12", DayPattern),
    ("FREQ=MONTHLY;INTERVAL=7", DayPattern),
    ("FREQ=YEARLY;BYWEEKNO=1,53", DayPattern),
    ("FREQ=MONTHLY;BYMONTHDAY=1,2;BYHOUR=9,17;BYSETPOS=-1,2", PickPattern),
    ("FREQ=YEARLY;INTERVAL=3;BYDAY=FR;BYSETPOS=-1", PickPattern),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;BYMONTH=12,1;BYSETPOS=1", PickPattern),
    ("FREQ=HOURLY;INTERVAL=7;BYDAY=MO", ClockPattern),
    ("FREQ=HOURLY;INTERVAL=2;BYMONTH=1,2,3", ClockPattern),
    ("FREQ=HOURLY;INTERVAL=7;BYMINUTE=0,30;BYMONTH=1,2", ClockPattern),
    ("FREQ=MINUTELY;INTERVAL=7;BYHOUR=9,10", ClockPattern),
    ("FREQ=MINUTELY;INTERVAL=100000;BYMONTH=1,2", ClockPattern),
    ("FREQ=SECONDLY;BYMINUTE=1;BYSECOND=0,30", ClockPattern),
]
_TOO_FAR = "^COUNT or UNTIL of a rule below DAILY lies too far away to be counted to$"


def compiled(text: str) -> Pattern:
    """Return the pattern of a rule."""
    return plan(read_rule(text)[0], START, is_date=False)


@pytest.mark.parametrize(("text", "pattern"), PLANS)
def test_a_rule_is_expanded_in_the_cheapest_way(text: str, pattern: type[Pattern]) -> None:
    """Fixed steps where the calendar does not matter, masks of days where it does."""
    assert isinstance(compiled(text), pattern)


@given(st.sampled_from(PLANS), st.integers(0, 3000 * DAY), st.integers(0, 700 * DAY))
def test_listing_counting_and_numbering_agree(
    case: tuple[str, type[Pattern]], after: int, length: int
) -> None:
    """The count is the list's length, and the n-th is its n-th entry."""
    pattern = compiled(case[0])
    low = START + after
    high = low + (length if "SECONDLY" not in case[0] else length // 50)
    listed = pattern.between(low, high, WHOLE)
    assert listed == sorted(set(listed))
    assert pattern.count(low, high) == len(listed)
    assert pattern.between(low, high, 5) == listed[:5]
    assert not pattern.is_impossible()
    for number in {1, len(listed) // 2, len(listed)} - {0}:
        if listed:
            assert pattern.nth(low, number) == listed[number - 1]
    busiest = max((len(pattern.between(at, at + DAY, WHOLE)) for at in (low, START)), default=0)
    assert busiest <= pattern.most_per_day * 2


@pytest.mark.parametrize("text", [text for text, _ in PLANS])
def test_parts_of_a_stretch_add_up_to_it(text: str) -> None:
    """Over the turns of some years, for every way in which a rule is expanded."""
    pattern = compiled(text)
    days = max(min(1500, 20_000 // pattern.most_per_day), 3)
    cuts = [START + days * DAY * part // 7 for part in range(8)]
    listed = pattern.between(cuts[0], cuts[-1], WHOLE)
    parts = [pattern.between(low, high, WHOLE) for low, high in pairwise(cuts)]
    assert [one for part in parts for one in part] == listed != []
    assert [pattern.count(low, high) for low, high in pairwise(cuts)] == [*map(len, parts)]
    assert pattern.count(cuts[0], cuts[-1]) == len(listed)
    for low, part in zip(cuts, parts, strict=False):
        if part:
            assert [pattern.nth(low, number) for number in (1, len(part))] == [part[0], part[-1]]


@pytest.mark.parametrize("text", [text for text, _ in PLANS if "100000" not in text])
def test_the_last_times_of_the_calendar_are_listed_counted_and_numbered(text: str) -> None:
    """The year 9999 is one of those that are looked at, and no year comes after it."""
    pattern = compiled(text)
    low = END_WALL - max(min(1500, 20_000 // pattern.most_per_day), 3) * DAY
    listed = pattern.between(low, END_WALL, WHOLE)
    assert pattern.count(low, END_WALL) == len(listed)
    assert pattern.nth(low, len(listed)) == listed[-1]
    assert pattern.nth(low, len(listed) + 1) is None


@pytest.mark.parametrize("text", [text for text, _ in PLANS])
def test_a_stretch_begins_with_its_first_second_and_ends_before_its_last(text: str) -> None:
    """Between two times of a rule, the earlier one is listed and counted and the later one is not."""
    pattern = compiled(text)
    times = [pattern.nth(START, number) for number in range(1, 40)]
    for low, high in zip(times, times[7:], strict=False):
        assert low is not None
        assert high is not None
        assert pattern.between(low, high, WHOLE) == times[times.index(low) : times.index(high)]
        assert pattern.count(low, high) == 7


def test_an_interval_of_many_days_meets_the_days_that_a_rule_names() -> None:
    """No other days, where it leaps from one to another."""
    pattern = compiled("FREQ=HOURLY;INTERVAL=217;BYDAY=MO")
    found = pattern.between(START, START + 800 * DAY, WHOLE)
    hours = range(START, START + 800 * DAY, 217 * 3600)
    assert found == [wall for wall in hours if weekday_of(wall // DAY) == 0] != []


def test_a_week_that_began_in_december_is_picked_from_in_january() -> None:
    """BYSETPOS of a week counts from its begin, wherever a window begins."""
    pattern = compiled("FREQ=WEEKLY;BYDAY=MO,TH,FR;BYMONTH=12,1;BYSETPOS=2")
    low = wall_of(datetime(2027, 1, 1))
    assert pattern.nth(low, 1) == wall_of(datetime(2027, 1, 7, 9, 30, 15))
    assert pattern.between(low - DAY, low, WHOLE) == [wall_of(datetime(2026, 12, 31, 9, 30, 15))]
    friday = compiled("FREQ=WEEKLY;BYDAY=MO,TH,FR;BYMONTH=12,1;BYSETPOS=3")
    assert friday.between(low, low + DAY, WHOLE) == [wall_of(datetime(2027, 1, 1, 9, 30, 15))]
    assert friday.count(low, low + DAY) == 1
    assert friday.nth(low, 1) == wall_of(datetime(2027, 1, 1, 9, 30, 15))


def test_series_of_one_rule_share_the_days_that_it_selects() -> None:
    """Where they began does not matter to a rule that leaves out no period."""
    for text, shared in (
        ("FREQ=WEEKLY;BYMONTH=1", True),
        ("FREQ=WEEKLY;INTERVAL=2;BYMONTH=1", False),
    ):
        rule, _ = read_rule(text)
        one, other = (plan(rule, START + weeks * 7 * DAY, is_date=False) for weeks in (0, 1))
        assert isinstance(one, DayPattern)
        assert isinstance(other, DayPattern)
        assert (one.days is other.days) == shared


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=MONTHLY;BYMONTHDAY=1,15;BYSETPOS=2",
        "FREQ=MONTHLY;BYMONTH=1;BYMONTHDAY=1,2,3;BYSETPOS=-3",
        "FREQ=YEARLY;BYMONTH=1,2;BYDAY=MO;BYSETPOS=9",
        "FREQ=WEEKLY;BYMONTH=1;BYDAY=MO,TU;BYSETPOS=2",
    ],
)
def test_a_position_that_is_sometimes_met_is_possible(text: str) -> None:
    """As many times as some period has may be asked for."""
    pattern = compiled(text)
    assert not pattern.is_impossible()
    assert pattern.nth(START, 1) is not None


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;BYHOUR=1;BYSETPOS=2",
        "FREQ=YEARLY;BYMONTH=1,2;BYDAY=MO;BYSETPOS=10",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2",
        "FREQ=WEEKLY;BYMONTH=1;BYDAY=MO;BYSETPOS=8",
        "FREQ=YEARLY;BYMONTH=1;BYDAY=MO;BYSETPOS=40",
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=2",
        "FREQ=HOURLY;BYSETPOS=2",
        "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_impossible_rules_are_known_as_such(text: str) -> None:
    """A rule that no calendar can satisfy has no n-th time, and says so at once."""
    pattern = compiled(text)
    assert pattern.is_impossible()
    assert pattern.nth(START, 1) is None
    assert pattern.count(START, START + 1000 * DAY) == 0


def test_a_distant_count_below_daily_is_a_typed_error() -> None:
    """Where hardly two days are alike, counting is given up after a bounded time."""
    pattern = compiled("FREQ=SECONDLY;INTERVAL=86399;BYDAY=MO")
    with pytest.raises(UnboundedRecurrence, match=_TOO_FAR) as caught:
        pattern.nth(START, 100_000)
    assert caught.value.property_name == "RRULE"


def test_counting_below_daily_is_given_up_by_what_it_costs() -> None:
    """Alike days are counted together, so that only rules of which each day differs are refused."""
    assert compiled("FREQ=HOURLY;INTERVAL=23;BYDAY=MO").nth(START, 3_000) is not None
    for text in ("FREQ=SECONDLY;INTERVAL=43201;BYHOUR=1,2,3", "FREQ=HOURLY;INTERVAL=991;BYMONTH=1"):
        with pytest.raises(UnboundedRecurrence, match=_TOO_FAR):
            compiled(text).nth(START, 10**9)


def test_positions_pick_from_either_end() -> None:
    """BYSETPOS counts from 1 or from -1; what does not exist is left out."""
    assert picked([10, 20, 30], (1, -1, 3, 9)) == [10, 30]
    assert picked([10, 20, 30], ()) == [10, 20, 30]
