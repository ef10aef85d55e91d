"""Where series end, compared without expanding them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kloudsync.recurrence import Bound, Recurrence

START = datetime(2026, 1, 5, 9, tzinfo=ZoneInfo("Europe/Paris"))
NONE, EARLY, LATE = Bound(), Bound(until=1000), Bound(until=2000)
FEW, MANY = Bound(count=3), Bound(count=9)


@pytest.mark.parametrize(
    ("one", "other", "earlier"),
    [
        (EARLY, LATE, True),
        (LATE, EARLY, False),
        (EARLY, EARLY, False),
        (EARLY, NONE, True),
        (NONE, EARLY, False),
        (NONE, NONE, False),
        (FEW, MANY, True),
        (MANY, FEW, False),
        (FEW, NONE, True),
        (FEW, EARLY, None),
        (EARLY, FEW, None),
        (Bound(until=1000, count=3), Bound(until=1000), True),
        (Bound(until=1000), Bound(until=1000, count=3), False),
    ],
)
def test_bounds_of_one_kind_compare(one: Bound, other: Bound, earlier: bool | None) -> None:
    """UNTIL compares with UNTIL and COUNT with COUNT; only mixed ones need the series."""
    assert one.is_earlier_than(other) is earlier


def test_the_bound_is_an_instant_whatever_its_form() -> None:
    """An UNTIL as a local day, as a local time and in UTC are the same end."""
    forms = ("20260107", "20260107T235959", "20260107T225959Z")
    bounds = {Recurrence.parse([f"RRULE:FREQ=DAILY;UNTIL={form}"], START).bound for form in forms}
    until = int(datetime(2026, 1, 7, 22, 59, 59, tzinfo=UTC).timestamp())
    assert bounds == {Bound(until=until)}


def test_several_rules_end_with_the_last() -> None:
    """The latest UNTIL and the sum of COUNTs bound a set of rules; one without ends it never."""
    rules = ["RRULE:FREQ=DAILY;UNTIL=20260107", "RRULE:FREQ=WEEKLY;UNTIL=20260110"]
    last = Recurrence.parse(rules[1:], START).bound
    assert Recurrence.parse(rules, START).bound == last
    counts = ["RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=WEEKLY;COUNT=3"]
    assert Recurrence.parse(counts, START).bound == Bound(count=5)
    assert Recurrence.parse([*counts, "RRULE:FREQ=YEARLY"], START).bound.is_endless
    assert Recurrence.parse([], START).bound.is_endless


@pytest.mark.parametrize(
    ("one", "other", "earlier"),
    [
        ("COUNT=3", "UNTIL=20260120", True),
        ("COUNT=30", "UNTIL=20260120", False),
        ("COUNT=3", "INTERVAL=1", True),
        ("INTERVAL=1", "COUNT=3", False),
        ("UNTIL=20260101", "COUNT=1", True),
        ("COUNT=1", "UNTIL=20260101", False),
        ("UNTIL=20260110", "UNTIL=20260111", True),
    ],
)
def test_series_compare_by_their_ends(one: str, other: str, earlier: bool) -> None:
    """Where COUNT meets UNTIL, the last occurrences decide."""
    series = [
        Recurrence.parse([f"RRULE:FREQ=DAILY;{rule}"], date(2026, 1, 5)) for rule in (one, other)
    ]
    assert series[0].ends_before(series[1]) is earlier


def test_a_series_with_an_end_ends_before_one_without() -> None:
    """Whichever of them begins earlier."""
    endless, ended = (
        Recurrence.parse([f"RRULE:FREQ=DAILY{end}"], date(2026, 1, day))
        for end, day in (("", 5), (";COUNT=3", 9))
    )
    assert ended.ends_before(endless)
    assert not endless.ends_before(ended)
    assert not endless.ends_before(endless)
    later = Recurrence.parse(["RRULE:FREQ=DAILY"], date(2026, 1, 7))
    assert not endless.ends_before(later)
    assert not later.ends_before(endless)
