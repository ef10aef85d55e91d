"""Fixtures of the tests of Microsoft's provider."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from tests.providers.microsoft.world import BERLIN, Drive, World

from kloudsync.testing.microsoft import recurring


@pytest.fixture
def world(drive: Drive) -> Iterator[World]:
    """A fake Microsoft with an empty calendar, and an engine that syncs it."""
    made = World(drive, zone="W. Europe Standard Time")
    yield made
    made.close()


@pytest.fixture
def weekly(world: World) -> str:
    """A series on Mondays at 11:00 in Berlin from 2 March 2026, ten times."""
    rule = recurring("weekly", date(2026, 3, 2), days=["monday"], times=10)
    return world.calendar.create("Weekly", datetime(2026, 3, 2, 11, tzinfo=BERLIN), recurrence=rule)
