"""What is forgotten when a calendar's owner, or a reader of the feed, is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.sync.world import World

from kloudsync.errors import LeaseHeld
from kloudsync.objects.sync_engine import AsyncSyncEngine, SyncEngine
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.sync.ports import Store

DAY = datetime(2026, 2, 2, 9, tzinfo=UTC)


def forget(world: World, store: Store, *, awaiting: bool) -> None:
    """Forget the world's calendar with an engine of either colour."""
    transport = world.fake.transport()
    if not awaiting:
        google = Google("token", http_client=httpx.Client(transport=transport), clock=world.clock)
        SyncEngine(google.calendar("primary"), store).forget()
        return
    distant = AsyncGoogle(
        "token", http_client=httpx.AsyncClient(transport=transport), clock=world.clock
    )
    asyncio.run(AsyncSyncEngine(distant.calendar("primary"), store).forget())


@pytest.mark.parametrize("awaiting", [False, True])
def test_a_forgotten_calendar_begins_anew(world: World, store: Store, awaiting: bool) -> None:
    """Nothing of it is left, and the next sync is a first one."""
    world.calendar.create("Review", DAY, DAY + timedelta(hours=1))
    world.sync()
    world.changes()
    forget(world, store, awaiting=awaiting)
    assert (world.held(), store.calendars(), store.consumers()) == ({}, [], [])
    report = world.sync()
    assert (report.resync_reason, report.added) == ("first sync", 1)
    assert len(world.changes()) == 1


def test_a_calendar_that_is_being_synced_is_not_forgotten(world: World, store: Store) -> None:
    """Whoever syncs it holds its lease."""
    world.calendar.create("Review", DAY, DAY + timedelta(hours=1))
    world.sync()
    now = world.clock.now().timestamp()
    assert store.acquire(str(world.copy.key), "another", ttl=60, now=now)
    with pytest.raises(LeaseHeld):
        forget(world, store, awaiting=False)
    assert world.is_in_step()


def test_a_dismissed_consumer_no_longer_holds_the_feed(world: World, store: Store) -> None:
    """What an abandoned reader never acknowledged may be pruned once it is dismissed."""
    world.calendar.create("Review", DAY, DAY + timedelta(hours=1))
    world.sync()
    assert list(world.copy.changes("abandoned"))
    world.changes("crm")
    later = world.clock.now() + timedelta(seconds=1)
    assert store.prune(later) == 0
    world.copy.dismiss("abandoned")
    assert store.prune(later) == 1


def test_a_calendar_is_forgotten_with_all_copies_of_its_parts(
    make_world: Callable[..., World],
) -> None:
    """A search of it is no calendar of its own."""
    world = make_world()
    world.calendar.create("Review", DAY, DAY + timedelta(hours=1))
    search = make_world(fake=world.fake, filters={"q": "Review"})
    world.sync()
    search.sync()
    forget(world, world.store, awaiting=False)
    assert world.store.calendars() == []


def test_a_part_of_a_calendar_is_forgotten_alone(make_world: Callable[..., World]) -> None:
    """The calendar itself is still followed."""
    world = make_world()
    world.calendar.create("Review", DAY, DAY + timedelta(hours=1))
    search = make_world(fake=world.fake, filters={"q": "Review"})
    world.sync()
    search.sync()
    google = Google(
        "token", http_client=httpx.Client(transport=world.fake.transport()), clock=world.clock
    )
    SyncEngine(google.calendar("primary", q="Review"), world.store).forget()
    assert world.store.calendars() == [world.copy.key]
