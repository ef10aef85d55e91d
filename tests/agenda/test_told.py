"""Instants as answers tell them, at the ends of all time."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.agenda.rows import HOUR, at, single
from tests.agenda.shelf import holding, view

from kloudsync.agenda import WorkingHours, busy, find_free, free
from kloudsync.agenda.told import moments, shown
from kloudsync.model.occurrence import Interval

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
KOLKATA, NEW_YORK = ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York")


def test_instants_are_told_by_the_clock_of_a_zone() -> None:
    """As many as there are, each with its offset."""
    told = moments([0, 3600], KOLKATA)
    assert [f"{one:%H:%M %z}" for one in told] == ["05:30 +0530", "06:30 +0530"]


def test_what_a_zone_cannot_show_is_told_in_utc() -> None:
    """The first hours of the year 1 are the year before in New York, which datetimes have not."""
    first, last = int(FIRST.timestamp()), int(LAST.replace(microsecond=0).timestamp())
    assert moments([first, last], NEW_YORK)[0] == FIRST
    assert moments([first, last], KOLKATA)[1] == LAST.replace(microsecond=0)
    assert moments([last + 1], UTC) == [LAST.replace(microsecond=0)]
    assert shown(FIRST, NEW_YORK) == FIRST


@pytest.mark.parametrize("zone", [None, "Asia/Kolkata", "America/New_York"])
@pytest.mark.parametrize("ask", [busy, free])
def test_all_of_time_can_be_asked_about(ask: Callable[..., list[Interval]], zone: str) -> None:
    """No error of datetimes comes out of it."""
    store = holding([single("a", at("2026-01-05T09:00"))])
    found = ask(store, [view()], FIRST, LAST, zone=zone)
    assert len(found) == (1 if ask is busy else 2)


@pytest.mark.parametrize("zone", [None, "Asia/Kolkata", "America/New_York"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"step": HOUR},
        {"step": HOUR, "steps_from": "opening", "hours": WorkingHours(zone="America/New_York")},
        {"hours": WorkingHours(zone="Asia/Kolkata", closes=time(23), weekdays=range(7))},
        {"buffer_before": timedelta.max, "buffer_after": timedelta.max},
        {"notice": timedelta.max, "now": FIRST},
    ],
)
@pytest.mark.parametrize("end", [FIRST + timedelta(days=9), LAST])
def test_the_first_and_the_last_days_can_be_searched(
    end: datetime, options: dict[str, Any], zone: str | None
) -> None:
    """Whatever is asked for, answers lie within the window."""
    start = end - timedelta(days=9)
    for one in find_free(holding([]), [view()], HOUR, start, end, zone=zone, **options):
        assert start <= one.start < one.end <= end


def test_a_length_beyond_all_is_found_nowhere() -> None:
    """It is no error, as a day more than the window has would be none."""
    assert list(find_free(holding([]), [view()], timedelta.max, FIRST, LAST)) == []
