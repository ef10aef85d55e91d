from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kloudsync.errors import UsageError
from kloudsync.model.moving_window import Bounds
from kloudsync.model.page import SourcePage

NOON = datetime(2026, 1, 5, 12, 0, 0, 7, UTC)
DAY = timedelta(days=1)


def test_a_window_lies_around_the_present() -> None:
    """In whole seconds, which every service understands."""
    bounds = Bounds.around(NOON, back=DAY, ahead=2 * DAY)
    assert bounds.start == datetime(2026, 1, 4, 12, tzinfo=UTC)
    assert bounds.end == datetime(2026, 1, 7, 12, tzinfo=UTC)


def test_a_window_may_lie_beside_the_present() -> None:
    """A negative reach is one on the other side."""
    assert Bounds.around(NOON, back=-DAY, ahead=2 * DAY).start > NOON


@pytest.mark.parametrize("ahead", [timedelta(0), -DAY, timedelta(microseconds=5)])
def test_an_empty_window_is_refused(ahead: timedelta) -> None:
    """It could never hold anything."""
    with pytest.raises(UsageError, match="holds nothing"):
        Bounds.around(NOON, back=timedelta(0), ahead=ahead)


def test_a_page_carries_the_window_of_its_pass() -> None:
    """To the next page, and to the engine, which leaves what ended before as it was."""
    bounds = Bounds.around(NOON, back=DAY, ahead=DAY)
    page = bounds.bounded(SourcePage(records=(), next="two", cursor="none"))
    assert page.next is not None
    assert Bounds.at(page.next) == ("two", bounds)
    assert (page.since, page.cursor) == (int(bounds.start.timestamp()), None)
    assert bounds.bounded(SourcePage(records=())).next is None
