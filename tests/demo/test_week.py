"""How a week is laid out."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kloudsync.demo.week import Shown, drawn, monday_of

MONDAY = date(2026, 1, 5)


def shown(title: str, start: datetime, minutes: int) -> Shown:
    """Make something that stands in a week."""
    end = start + timedelta(minutes=minutes)
    return Shown(event=title, original=None, title=title, start=start, end=end)


def test_what_overlaps_stands_side_by_side() -> None:
    """A group of overlapping events shares its width; who comes after it has all of it."""
    nine = datetime(2026, 1, 6, 9)
    hour = timedelta(hours=1)
    blocks = drawn(
        [shown("c", nine + 2 * hour, 60), shown("a", nine, 90), shown("b", nine + hour, 60)],
        MONDAY,
    )
    laid = [(one["title"], one["lane"], one["lanes"]) for one in blocks]
    assert laid == [("a", 0, 2), ("b", 1, 2), ("c", 0, 1)]
    assert {one["day"] for one in blocks} == {1}


def test_a_lane_is_used_again() -> None:
    """Where the first has ended, the third stands below it."""
    nine = datetime(2026, 1, 5, 9)
    later = nine + timedelta(minutes=30)
    blocks = drawn([shown("a", nine, 30), shown("b", nine, 120), shown("c", later, 30)], MONDAY)
    assert {one["title"]: one["lane"] for one in blocks} == {"b": 0, "a": 1, "c": 1}


def test_a_night_ends_at_midnight() -> None:
    """What goes on after midnight is drawn to the end of its day; other weeks are left out."""
    late = datetime(2026, 1, 5, 23)
    blocks = drawn([shown("a", late, 180), shown("b", late + timedelta(days=7), 30)], MONDAY)
    assert [(one["from"], one["to"]) for one in blocks] == [(1380, 1440)]


def test_a_week_begins_on_monday() -> None:
    """Sunday belongs to the Monday before it."""
    assert monday_of(date(2026, 1, 11)) == MONDAY
