"""An editor of each colour."""

import pytest
from tests.providers.google.series.editors import Editor, la

from kloudsync.testing.google import FakeCalendar, FakeGoogle


@pytest.fixture
def fake() -> FakeGoogle:
    """An empty fake."""
    return FakeGoogle()


@pytest.fixture
def calendar(fake: FakeGoogle) -> FakeCalendar:
    """The calendar that is edited."""
    return fake.calendar()


@pytest.fixture(params=["blocking", "awaiting"])
def editor(request: pytest.FixtureRequest, fake: FakeGoogle) -> Editor:
    """Each fact is shown for both colours of client."""
    return Editor(fake, str(request.param))


@pytest.fixture
def daily(calendar: FakeCalendar) -> str:
    """Ten days at nine in Los Angeles, from 12 January 2026."""
    return calendar.create("Stand-up", la(1, 12), recurrence=["RRULE:FREQ=DAILY;COUNT=10"])


@pytest.fixture
def weekly(calendar: FakeCalendar) -> str:
    """Mondays at nine in Los Angeles, from 12 January 2026, without end."""
    return calendar.create("Review", la(1, 12), recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO"])
