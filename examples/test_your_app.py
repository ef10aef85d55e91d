"""Test your own app with the fixtures that kloudsync brings: no account, no network, no waiting.

`fake_google` and `manual_clock` come from kloudsync's pytest plugin; nothing has to be imported.
The app under test is `next_meeting`. In production it gets an engine of a real account:
`SyncEngine(Google().calendar(), store)` in place of the fixture `engine`.

Run it with pytest, or as a program.
"""

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx
import pytest

from kloudsync import Google, SyncEngine
from kloudsync.stores import MemoryStore
from kloudsync.testing import FakeGoogle, Fault, FaultKind, ManualClock


def next_meeting(engine: SyncEngine, now: datetime) -> str | None:
    """The app: say what comes next within a day."""
    engine.sync()
    for one in engine.occurrences(now, now + timedelta(days=1)):
        return one.event.title
    return None


@pytest.fixture
def engine(fake_google: FakeGoogle, manual_clock: ManualClock) -> Iterator[SyncEngine]:
    """An engine on the fake, on a clock that moves by hand."""
    with httpx.Client(transport=fake_google.transport()) as http:
        google = Google("any-token", http_client=http, clock=manual_clock)
        yield SyncEngine(google.calendar(), MemoryStore())


def test_an_empty_calendar_has_no_next_meeting(
    engine: SyncEngine, manual_clock: ManualClock
) -> None:
    """With nothing in the calendar nothing comes next."""
    assert next_meeting(engine, manual_clock.now()) is None


def test_a_cancelled_occurrence_is_not_next(
    engine: SyncEngine, fake_google: FakeGoogle, manual_clock: ManualClock
) -> None:
    """A series goes on without the occurrence that was cancelled."""
    calendar, now = fake_google.calendar(), manual_clock.now()
    daily = calendar.create(
        "Stand-up", now, now + timedelta(minutes=15), recurrence=["RRULE:FREQ=DAILY"]
    )
    assert next_meeting(engine, now) == "Stand-up"
    calendar.cancel_occurrence(daily, now)
    assert next_meeting(engine, now) is None
    assert next_meeting(engine, now + timedelta(days=1)) == "Stand-up"


def test_a_busy_service_is_waited_for(
    engine: SyncEngine, fake_google: FakeGoogle, manual_clock: ManualClock
) -> None:
    """The app needn't know of rate limits, and the test doesn't wait for them."""
    now = manual_clock.now()
    fake_google.calendar().create("Review", now, now + timedelta(hours=1))
    fake_google.faults.add(Fault(FaultKind.RETRY_AFTER_SECONDS, seconds=30))
    assert next_meeting(engine, now) == "Review"
    assert manual_clock.slept == [30]


if __name__ == "__main__":
    sys.exit(subprocess.call([sys.executable, "-m", "pytest", "-q", __file__]))  # noqa: S603 - this file
