"""An empty fake Google in Los Angeles, and what the tests need of it."""

import pytest
from tests.testing.google.caller import Caller, la

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeCalendar, FakeGoogle


@pytest.fixture
def fake() -> FakeGoogle:
    """An empty fake whose clock stands in April 2019."""
    return FakeGoogle(clock=ManualClock(la("2019-04-01")))


@pytest.fixture
def calendar(fake: FakeGoogle) -> FakeCalendar:
    """The primary calendar of the fake."""
    return fake.calendar()


@pytest.fixture
def caller(fake: FakeGoogle) -> Caller:
    """A client of the primary calendar."""
    return Caller(fake)


@pytest.fixture
def weekdays(calendar: FakeCalendar) -> str:
    """A series on weekdays at 13:00 from Tuesday, 2 April 2019, in Los Angeles."""
    rule = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    return calendar.create("Stand-up", la("2019-04-02"), recurrence=[rule])
