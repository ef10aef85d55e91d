"""An empty fake Microsoft, and what the tests need of it."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from tests.testing.microsoft.graph_caller import GraphCaller, utc

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.microsoft import FakeCalendar, FakeMicrosoft, recurring

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def fake() -> FakeMicrosoft:
    """An empty fake whose clock stands at the beginning of March 2026."""
    return FakeMicrosoft(clock=ManualClock(utc("2026-03-01T08:00")))


@pytest.fixture
def calendar(fake: FakeMicrosoft) -> FakeCalendar:
    """The default calendar of the fake."""
    return fake.calendar()


@pytest.fixture
def caller(fake: FakeMicrosoft) -> GraphCaller:
    """A client of the fake."""
    return GraphCaller(fake)


@pytest.fixture
def weekly(calendar: FakeCalendar) -> str:
    """A series on Mondays at 11:00 in Berlin from 2 March 2026, ten times."""
    start = utc("2026-03-02T10:00").astimezone(BERLIN)
    rule = recurring("weekly", date(2026, 3, 2), days=["monday"], times=10)
    return calendar.create("Weekly", start, recurrence=rule)
