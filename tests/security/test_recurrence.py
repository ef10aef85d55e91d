"""Recurrences that strangers write: what was found once stays mended."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cases import expect_right, programs
from tests.effort import cpu_seconds

from kloudsync.errors import UnboundedRecurrence
from kloudsync.recurrence import Recurrence

START = datetime(2026, 1, 5, 9, tzinfo=UTC)

PROGRAMS = programs(
    "security/never_occurs",
    "security/pattern_growth",
    "security/durations",
    "security/one_budget",
    "security/mirror_of_hostile_length",
    "security/caches_by_size",
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_product_does_right(program: Path) -> None:
    """A program that attacks it finds nothing."""
    expect_right(program)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=3",
        "FREQ=HOURLY;INTERVAL=168;BYDAY=TU",
        "FREQ=HOURLY;INTERVAL=84;BYDAY=TU",
        "FREQ=MINUTELY;INTERVAL=10080;BYDAY=TU",
        "FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1,3,5",
        "FREQ=SECONDLY;INTERVAL=86400;BYHOUR=3",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=DAILY;INTERVAL=14;BYDAY=SU;BYMONTH=2",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3",
        "FREQ=MONTHLY;INTERVAL=48;BYMONTHDAY=29;BYMONTH=2",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=YEARLY;INTERVAL=400;BYYEARDAY=366",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=6SA",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2",
    ],
)
@pytest.mark.parametrize("bound", [";COUNT=9", ";UNTIL=99991231T000000Z", ""])
def test_a_rule_that_is_never_met_answers_every_question(rule: str, bound: str) -> None:
    """With nothing, and without looking for it until the year 9999."""

    def ask() -> None:
        series = Recurrence.parse([f"RRULE:{rule}{bound}"], START)
        assert series.last() is None
        assert series.count() == 0
        assert series.extent_utc() is None
        assert series.previous_before(datetime(9999, 1, 1, tzinfo=UTC)) is None
        assert series.next_after(START) is None
        assert not series.is_endless

    # Some thousand times what a rule costs that is met; a walk through the years takes more.
    assert cpu_seconds(ask) < 1


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;INTERVAL=1000",
        "FREQ=DAILY;INTERVAL=63;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=HOURLY;INTERVAL=25;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;BYHOUR=3",
        "FREQ=MONTHLY;INTERVAL=49;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=WEEKLY;INTERVAL=500;BYMONTH=7",
    ],
)
def test_a_rule_that_is_seldom_met_is_not_taken_for_never(rule: str) -> None:
    """Whatever is looked at in order to tell them apart."""
    series = Recurrence.parse([f"RRULE:{rule};COUNT=2"], START)
    assert series.count() == 2
    assert len(list(series)) == 2
    assert Recurrence.parse([f"RRULE:{rule}"], START).is_endless


def test_a_look_for_what_is_too_seldom_ends() -> None:
    """Where nobody can tell that a rule is never met, looking for it is given up."""
    rule = "RRULE:FREQ=MINUTELY;INTERVAL=1447;BYHOUR=3;BYMINUTE=7;BYSETPOS=2;COUNT=2"
    series = Recurrence.parse([rule], START)
    with suppress(UnboundedRecurrence):
        assert series.last() is None
