"""Times of events and of questions about them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import cast

import pytest

from kloudsync.errors import UsageError
from kloudsync.model.times import from_epoch, window


@pytest.mark.parametrize("zone", [None, "America/New_York", "Asia/Tokyo"])
def test_what_lies_beyond_all_years_is_told_as_their_end(zone: str | None) -> None:
    """The end of a rule may be a few hours later than Python's last moment, or earlier than its first."""
    last = from_epoch(1 << 50, all_day=False, zone=zone)
    first = from_epoch(-(1 << 50), all_day=False, zone=zone)
    assert (first.year, last.year) == (1, 9999)
    assert from_epoch(1 << 50, all_day=True) == date.max
    assert from_epoch(-(1 << 50), all_day=True) == date.min


def test_a_window_begins_and_ends_at_moments() -> None:
    """A date is refused with what to give instead: nobody says in which zone it begins."""
    with pytest.raises(UsageError, match="moment"):
        window(cast("datetime", date(2026, 1, 5)), datetime(2026, 1, 6, tzinfo=UTC))
