"""The stretch of time that a mirror keeps in step."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kloudsync.errors import UsageError
from kloudsync.mirror.window import MirrorWindow

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 2, 2, tzinfo=UTC),
        datetime(2026, 2, 2, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 2, 3, 1, tzinfo=ZoneInfo("Asia/Tokyo")),
        datetime(2026, 2, 1, 20, tzinfo=ZoneInfo("America/Los_Angeles")),
    ],
)
def test_the_window_of_a_day_lies_on_midnights_in_utc(now: datetime) -> None:
    """All of a day's pushes agree on it, and the last day is in it as a whole."""
    assert MirrorWindow(back=2 * DAY, ahead=3 * DAY).at(now) == (
        datetime(2026, 1, 31, tzinfo=UTC),
        datetime(2026, 2, 6, tzinfo=UTC),
    )


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of the machine cannot be set")
def test_the_zone_of_the_machine_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Midnights are UTC's, wherever the program runs."""
    window, now = MirrorWindow(), datetime(2026, 2, 2, 20, tzinfo=UTC)
    expected = window.at(now)
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        found = window.at(now)
    time.tzset()
    assert found == expected == (now.replace(hour=0) - 31 * DAY, now.replace(hour=0) + 91 * DAY)


def test_a_window_of_no_length_is_today() -> None:
    """Today is always in it."""
    start, end = MirrorWindow(back=timedelta(0), ahead=timedelta(0)).at(
        datetime(2026, 2, 2, 9, tzinfo=UTC)
    )
    assert (start, end - start) == (datetime(2026, 2, 2, tzinfo=UTC), DAY)


@pytest.mark.parametrize("name", ["back", "ahead"])
def test_a_window_that_ends_before_it_begins_is_refused(name: str) -> None:
    """Lengths count away from now."""
    with pytest.raises(UsageError, match=">= 0"):
        MirrorWindow(**{name: -DAY})
