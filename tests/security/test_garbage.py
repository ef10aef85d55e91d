"""What a calendar's contents leave behind goes at once: the collector, which all threads wait for, finds nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from kloudsync import Google, SyncEngine
from kloudsync.model.occurrence import Unexpanded
from kloudsync.stores import MemoryStore

pytestmark = pytest.mark.usefixtures("decoder")

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
JANUARY = MONDAY - timedelta(days=4), MONDAY + timedelta(days=27)
LINES = {
    "each second": ["RRULE:FREQ=SECONDLY"],
    "many rules": [f"RRULE:FREQ=DAILY;INTERVAL={n}" for n in range(1, 60)],
    "left out": ["RRULE:FREQ=DAILY", "EXDATE:20260107T090000Z,20260108T090000Z"],
    "other rules": ["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"],
    "dates": ["RDATE:" + ",".join(f"202601{day:02}T100000Z" for day in range(1, 31))],
    "lengths": ["RDATE;VALUE=PERIOD:20260106T090000Z/PT999999999H"],
    "never": ["RRULE:FREQ=HOURLY;INTERVAL=24;BYHOUR=3;COUNT=10"],
    "broken": ["RRULE:FREQ=OFTEN"],
}


def event(number: int, lines: list[str]) -> dict[str, Any]:
    """Return a series."""
    times = (MONDAY + timedelta(minutes=number), MONDAY + timedelta(hours=1, minutes=number))
    start, end = ({"dateTime": at.isoformat(), "timeZone": "UTC"} for at in times)
    return {"id": f"series{number}", "start": start, "end": end, "recurrence": lines}


@pytest.fixture
def _uncollected() -> Iterator[None]:
    """Keep the collector away."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.usefixtures("_uncollected")
@pytest.mark.parametrize("lines", LINES.values(), ids=list(LINES))
def test_nothing_is_left_for_the_collector(lines: list[str]) -> None:
    """Of a sync a few objects of the HTTP library's, however many series; of questions nothing."""

    def answer(_: httpx.Request) -> httpx.Response:
        items = [event(number, lines) for number in range(50)]
        return httpx.Response(200, json={"items": items, "nextSyncToken": "n"})

    google = Google("t", http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    engine = SyncEngine(google.calendar("c@example.com"), MemoryStore())
    engine.sync()
    engine.occurrences(*JANUARY)
    gc.collect()
    engine.sync(full=True)
    assert gc.collect() < 50
    for _ in engine.occurrences(*JANUARY):
        pass
    engine.busy(*JANUARY)
    assert gc.collect() == 0


@pytest.mark.usefixtures("_uncollected")
def test_a_series_that_is_named_holds_no_frames() -> None:
    """Who keeps what could not be expanded keeps neither the answer nor the calendar with it."""
    body = {"items": [event(1, LINES["each second"])], "nextSyncToken": "n"}
    service = httpx.MockTransport(lambda _: httpx.Response(200, json=body))
    google = Google("t", http_client=httpx.Client(transport=service))
    engine = SyncEngine(google.calendar("c@example.com"), MemoryStore())
    engine.sync()
    kept: list[Unexpanded] = []
    engine.busy(*JANUARY, skipped=kept.append)
    kept += engine.occurrences(*JANUARY).unexpanded
    assert len(kept) == 2
    for one in kept:
        assert (one.error.__traceback__, str(one.error) != "") == (None, True)
