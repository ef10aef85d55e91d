"""What a record at the sink is called: after its place in its series, each by a name of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import httpx
import pytest
from tests.mirror.world import World, whole
from tests.providers.kloudless.world import World as Relayed

from kloudsync.objects.mirror import Mirror
from kloudsync.providers.salesloft.client import Salesloft
from kloudsync.stores import MemoryStore
from kloudsync.testing.google import CountSplit
from kloudsync.testing.salesloft import FakeSalesloft

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture(params=["blocking", "awaiting"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """An empty calendar, mirrored by a worker of either colour."""
    with World(request.param, MemoryStore()) as made:
        yield made


def test_segments_that_overlap_are_mirrored_both(world: World) -> None:
    """Two segments of one series may have an occurrence on one day: two meetings, two records."""
    world.calendar.counts = CountSplit.REDUCED
    day = date(2026, 1, 10)
    series = world.calendar.create("Shift", day, recurrence=["RRULE:FREQ=DAILY;COUNT=8"])
    third, fifth = day + 2 * DAY, day + 4 * DAY
    later = world.calendar.edit_following(series, fifth, summary="Late shift")
    middle = world.calendar.edit_following(series, third, summary="Day shift")
    world.calendar.edit_all(middle, start=fifth)
    world.sync_and_push()
    shown = Counter(row["title"] for row in world.salesloft.events())
    assert shown == {"Shift": 2, "Day shift": 2, "Late shift": 4}
    assert len({name for name, *_ in world.agenda()}) == 6, "two pairs share their ids"
    assert len({name for name, *_ in world.shown()}) == 8
    assert world.sync_and_push().written == 0
    world.calendar.delete(later)
    world.sync_and_push()
    assert Counter(row["title"] for row in world.salesloft.events()) == {"Shift": 2, "Day shift": 2}


def test_an_edited_occurrence_of_kloudless_is_one_update() -> None:
    """Kloudless gives an edited occurrence an id of its own; its place in the series stays."""
    relayed, salesloft, store = Relayed(), FakeSalesloft(), MemoryStore()
    relayed.store = store
    relayed.restart()
    http = httpx.Client(transport=salesloft.transport())
    client = Salesloft(token="key", http_client=http, clock=relayed.clock)
    mirror = Mirror(relayed.copy, client.calendar(salesloft.calendar_id, policy=whole), store)
    start = relayed.clock.now() + DAY
    series = relayed.calendar.create("Call", start, recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"])
    relayed.sync()
    assert mirror.push().created == 4
    slot = start + 7 * DAY
    relayed.calendar.edit_this(series, slot, start=slot + HOUR)
    relayed.sync()
    report = mirror.push()
    assert (report.created, report.updated, report.cancelled) == (0, 1, 0)
    assert mirror.reconcile().written == 0
