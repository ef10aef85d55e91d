"""Fixtures of the tests of Kloudless's provider."""

from __future__ import annotations

import pytest
from tests.providers.kloudless.world import Drive, World, client_of

from kloudsync.providers.kloudless.client import Kloudless
from kloudsync.testing.kloudless import FakeKloudless


@pytest.fixture
def world(drive: Drive) -> World:
    """A calendar synced through Kloudless with pages of four."""
    return World(drive)


@pytest.fixture
def fake() -> FakeKloudless:
    """A fake Kloudless before an empty calendar."""
    return FakeKloudless()


@pytest.fixture
def client(fake: FakeKloudless) -> Kloudless:
    """A blocking client of the fake."""
    return client_of(fake)
