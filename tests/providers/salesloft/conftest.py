"""Fixtures of the tests of Salesloft's provider."""

import pytest
from tests.providers.salesloft.colours import AwaitingColour, BlockingColour, Colour
from tests.providers.salesloft.town import Town

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.salesloft import FakeSalesloft


@pytest.fixture(params=[BlockingColour(), AwaitingColour()], ids=["blocking", "awaiting"])
def colour(request: pytest.FixtureRequest) -> Colour:
    """Both colours of client, one after the other."""
    chosen: Colour = request.param
    return chosen


@pytest.fixture
def fake(manual_clock: ManualClock) -> FakeSalesloft:
    """A fake Salesloft that was not written to."""
    return FakeSalesloft(clock=manual_clock)


@pytest.fixture
def town(colour: Colour, manual_clock: ManualClock) -> Town:
    """A town in which nothing happened yet."""
    return Town(colour, manual_clock)
