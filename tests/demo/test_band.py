"""How whole days are laid out above a week."""

from __future__ import annotations

from datetime import date, timedelta

from kloudsync.demo.band import Whole, banded

MONDAY = date(2026, 1, 5)


def whole(title: str, first: int, days: int) -> Whole:
    """Make something that takes days of the week."""
    start = MONDAY + timedelta(days=first)
    end = start + timedelta(days=days)
    return Whole(event=title, original=None, title=title, start=start, end=end)


def test_what_meets_stands_below_one_another() -> None:
    """A row is used again once its bar has ended; the longer of two that begin together is first."""
    bars = banded([whole("c", 2, 1), whole("a", 0, 1), whole("b", 0, 2)], MONDAY)
    laid = [(one["title"], one["day"], one["span"], one["lane"]) for one in bars]
    assert laid == [("b", 0, 2, 0), ("a", 0, 1, 1), ("c", 2, 1, 0)]


def test_a_bar_is_cut_at_the_week_and_says_so() -> None:
    """What began before or goes on is drawn as far as the week goes; its own days are told."""
    (bar,) = banded([whole("trip", -2, 20)], MONDAY)
    assert (bar["day"], bar["span"], bar["before"], bar["after"]) == (0, 7, True, True)
    assert (bar["start"], bar["end"]) == ("2026-01-03", "2026-01-23")


def test_other_weeks_are_left_out() -> None:
    """A bar that ends on Sunday night, or begins on the next Monday, is not of this week."""
    assert banded([whole("before", -1, 1), whole("after", 7, 1)], MONDAY) == []
    (last,) = banded([whole("sunday", 6, 1)], MONDAY)
    assert (last["day"], last["span"], last["after"]) == (6, 1, False)
