"""Taking back what a mirror wrote, where its calendar is not to be mirrored any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.mirror.world import World

from kloudsync.errors import UsageError
from kloudsync.stores import MemoryStore
from kloudsync.testing.faults import Fault, FaultKind, Faults

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def store() -> MemoryStore:
    """An empty store."""
    return MemoryStore()


@pytest.fixture(params=["blocking", "awaiting"])
def world(request: pytest.FixtureRequest, store: MemoryStore) -> Iterator[World]:
    """A meeting of yesterday and three to come, mirrored."""
    with World(request.param, store) as made:
        now = made.clock.now()
        for days in (-1, 1, 2, 3):
            made.calendar.create(f"Day {days}", now + days * DAY, now + days * DAY + HOUR)
        made.sync_and_push()
        yield made


def test_what_is_to_come_is_cancelled(world: World, store: MemoryStore) -> None:
    """What took place stays at the sink; nothing holds back the feed any more."""
    report = world.withdraw()
    assert (report.cancelled, report.written) == (3, 3)
    assert {title for *_, title in world.shown()} == {"Day -1"}
    (mirror,) = store.mirrors()
    assert all(entry.cancelled for entry in store.ledger(mirror).values())
    assert [one.name for one in store.consumers()] == []
    assert world.withdraw().written == 0


def test_what_is_under_way_stays(world: World) -> None:
    """A meeting that has begun takes place, whatever becomes of its calendar's mirror."""
    now = world.clock.now()
    for name, begins in (("Under way", -HOUR / 2), ("Begins", 0 * HOUR), ("Soon", HOUR / 2)):
        world.calendar.create(name, now + begins, now + begins + HOUR)
    world.sync_and_push()
    assert world.withdraw().cancelled == 4
    assert {title for *_, title in world.shown()} == {"Day -1", "Under way", "Begins"}


def test_a_withdrawal_that_is_cut_off_is_finished_by_the_next(world: World) -> None:
    """Only what the sink was not told yet is told again."""
    world.salesloft.faults = Faults([Fault(FaultKind.UNAUTHORIZED, nth=2)])
    with pytest.raises(Exception, match="401"):
        world.withdraw()
    world.salesloft.faults = Faults([])
    assert world.withdraw().cancelled == 2
    assert {title for *_, title in world.shown()} == {"Day -1"}


def test_a_mirror_may_push_again_after_it_withdrew(world: World) -> None:
    """It writes what it would have written at first."""
    world.withdraw()
    world.sync_and_push()
    assert len(world.shown()) == 4


def test_a_calendar_that_was_never_synced_is_not_pushed(world: World, store: MemoryStore) -> None:
    """An empty copy would cancel at the sink whatever an earlier one had written."""
    key = world.copy.key
    lease = store.acquire(str(key), "another", ttl=60, now=world.clock.now().timestamp())
    assert lease is not None
    store.forget(key, lease)
    for ask in (world.push, world.plan):
        with pytest.raises(UsageError, match="never synced"):
            ask()
    assert len(world.shown()) == 4
