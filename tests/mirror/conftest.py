"""Worlds of a calendar and its mirror, in both colours and over every store that needs no server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.mirror.world import Drive, Store, World

from kloudsync.mirror.window import MirrorWindow

PACIFIC = ZoneInfo("America/Los_Angeles")


WEEKDAYS = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


DAY = timedelta(days=1)


HOUR = timedelta(hours=1)


@pytest.fixture
def make_world(drive: Drive, store: Store) -> Iterator[Callable[..., World]]:
    """Make worlds that are closed with the test."""
    with ExitStack() as stack:

        def make(**options: Any) -> World:
            return stack.enter_context(World(drive, store, **options))

        yield make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A weekday series that fills the mirror's window, synced and pushed."""
    world = make_world(bulk_from=1000)
    start, _ = MirrorWindow().at(world.clock.now())
    first = (start + 2 * DAY).astimezone(PACIFIC).replace(hour=13, minute=0)
    while first.weekday() > 4:
        first += DAY
    world.series = world.calendar.create("Stand-up", first, first + HOUR, recurrence=[WEEKDAYS])
    world.sync_and_push()
    return world
