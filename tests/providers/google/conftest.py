"""Fixtures of the tests of Google's provider."""

import pytest
from tests.providers.google.colours import AwaitingColour, BlockingColour, Colour


@pytest.fixture(params=[BlockingColour(), AwaitingColour()], ids=["blocking", "awaiting"])
def colour(request: pytest.FixtureRequest) -> Colour:
    """Both colours of client, one after the other."""
    chosen: Colour = request.param
    return chosen
