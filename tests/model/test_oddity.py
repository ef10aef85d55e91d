"""What keeps an event from being understood is told with its place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from kloudsync.model.oddity import EARLIEST, LATEST, Oddity, not_understood, seconds_of


def test_an_oddity_says_what_is_wrong_and_where() -> None:
    """Where all of an event is meant, no place is named."""
    assert str(Oddity("expected a time", "start.dateTime")) == "expected a time @ start.dateTime"
    assert str(Oddity("expected an event", "")) == "expected an event"
    (problem,) = not_understood(Oddity("expected an id", "id")).problems
    assert problem == "expected an id @ id"


def test_times_become_seconds() -> None:
    """Dates count from midnight in UTC."""
    assert seconds_of(date(1970, 1, 2), "start") == 86_400
    assert seconds_of(datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))), "start") == 0


@pytest.mark.parametrize("time", [date.min, date.max, datetime.max.replace(tzinfo=UTC)])
def test_what_some_zone_could_not_show_is_odd(time: date) -> None:
    """Everything between the bounds can be shown by every zone."""
    with pytest.raises(Oddity, match="out of range @ start"):
        seconds_of(time, "start")
    assert (
        EARLIEST
        < seconds_of(date(1, 1, 3), "start")
        < seconds_of(date(9999, 12, 29), "end")
        < LATEST
    )
