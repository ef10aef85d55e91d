"""What goes on around a push that takes its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.mirror.world import World

from kloudsync.errors import LeaseHeld, LeaseLost
from kloudsync.model.state import FeedKind
from kloudsync.stores import MemoryStore

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


@pytest.fixture
def store() -> MemoryStore:
    """An empty store."""
    return MemoryStore()


@pytest.fixture
def world(store: MemoryStore) -> Iterator[World]:
    """A calendar whose events are written one by one, and noted in three parts."""
    with World("blocking", store, bulk_from=1000) as world:
        now = world.clock.now()
        for number in range(45):
            begins = now + DAY + number * HOUR
            world.calendar.create(f"Event {number}", begins, begins + HOUR)
        world.sync()
        yield world


def test_what_is_committed_during_a_push_is_left_to_the_next_one(
    world: World, store: MemoryStore
) -> None:
    """The mirror is done with the changes that it has seen, and not with later ones."""

    def meanwhile(steps: list[tuple[int, int]], step: tuple[int, int]) -> None:
        if not steps:
            now = world.clock.now()
            world.calendar.create("Late", now + DAY, now + DAY + HOUR)
            world.sync()
        steps.append(step)

    world.noted = meanwhile
    world.push()
    assert store.prune(FOREVER) == 45
    (late,) = store.changes("auditor", limit=10)
    assert late.kind is FeedKind.ADDED
    assert world.push().created == 1
    assert world.shown() == world.agenda()


def test_a_long_push_keeps_its_lease(world: World) -> None:
    """The lease is renewed with whatever is noted, so that nobody takes over a living worker."""
    held: list[bool] = []

    def wait(steps: list[tuple[int, int]], step: tuple[int, int]) -> None:
        steps.append(step)
        world.clock.sleep(200)
        if len(steps) > 1:
            with pytest.raises(LeaseHeld):
                world.push()
            held.append(True)

    world.noted = wait
    assert world.push().created == 45
    assert held == [True, True]
    assert world.shown() == world.agenda()


def test_a_push_tells_how_many_writes_of_how_many_are_done(world: World) -> None:
    """Whoever watches hears it with whatever is noted, up to the last."""
    world.push()
    assert world.steps == [(20, 45), (40, 45), (45, 45)]


def test_a_worker_that_was_overtaken_leaves_no_lease_behind(world: World) -> None:
    """A push that slept through its lease ends with a clear error, and others go on at once."""

    def overtake(steps: list[tuple[int, int]], step: tuple[int, int]) -> None:
        steps.append(step)
        if len(steps) == 1:
            world.clock.sleep(1000)
            world.push()

    world.noted = overtake
    with pytest.raises(LeaseLost, match="another worker"):
        world.push()
    assert world.push().written == 0
    assert world.shown() == world.agenda()


def test_a_push_in_bulk_waits_until_the_sink_is_done(store: MemoryStore) -> None:
    """The sink works at a job of its own, which a push looks at now and then."""
    with World("blocking", store, bulk_from=2) as world:
        now = world.clock.now()
        for number in range(3):
            begins = now + DAY + number * HOUR
            world.calendar.create(f"Event {number}", begins, begins + HOUR)
        assert world.sync_and_push().created == 3
        assert world.upserts() == 0
        assert world.clock.now() > now
        assert world.shown() == world.agenda()
