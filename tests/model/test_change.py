"""How changes say themselves when they are printed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.change import Added, Change, Deleted, SeriesSplit, SeriesTruncated, Updated
from kloudsync.model.event import SingleEvent

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
KEY = CalendarKey("google", "default", "primary")
EVENT = SingleEvent(id="e1", title="Layoffs", start=NOW, end=NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (Added(position=1, calendar=KEY, recorded_at=NOW, event=EVENT), "added SingleEvent e1"),
        (Deleted(position=1, calendar=KEY, recorded_at=NOW, event=EVENT), "deleted SingleEvent e1"),
        (
            Updated(position=1, calendar=KEY, recorded_at=NOW, before=EVENT, after=EVENT),
            "updated SingleEvent e1",
        ),
        (
            SeriesSplit(position=1, calendar=KEY, recorded_at=NOW, old="a", new="b", at=NOW),
            "split a into b at 2026-01-05T09:00:00+00:00",
        ),
        (
            SeriesTruncated(
                position=1, calendar=KEY, recorded_at=NOW, series="a", at=date(2026, 1, 5)
            ),
            "truncated a at 2026-01-05",
        ),
    ],
)
def test_a_change_is_told_in_a_line_without_contents(change: Change, told: str) -> None:
    """Whoever prints changes fills no log with other people's meetings."""
    assert str(change) == told
