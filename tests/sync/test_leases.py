"""One run per calendar at a time: between threads, tasks and takeovers, and after a cancellation."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import pytest
from tests.sync.world import World

from kloudsync.errors import LeaseHeld, LeaseLost
from kloudsync.objects.sync_engine import AsyncSyncEngine
from kloudsync.providers.google.client import AsyncGoogle
from kloudsync.stores import MemoryStore
from kloudsync.sync.ports import Store
from kloudsync.sync.progress import PageStaged, Progress
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle

DAY = datetime(2026, 2, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def fill(world: World, events: int = 6) -> None:
    """Put single events into the calendar."""
    for n in range(events):
        world.calendar.create(f"Event {n}", DAY + n * HOUR, DAY + (n + 1) * HOUR)


def test_two_runs_of_one_engine_exclude_each_other(store: Store) -> None:
    """Whoever shares an engine between threads gets one run at a time, like any two workers."""
    tries: list[str] = []

    def intrude() -> None:
        with suppress(LeaseHeld):
            world.sync()
            tries.append("got in")

    def hook(progress: Progress) -> None:
        if isinstance(progress, PageStaged) and not tries:
            tries.append("tried")
            other = threading.Thread(target=intrude)
            other.start()
            other.join()

    with World("blocking", store, page_size=2, hook=hook) as world:
        fill(world)
        assert world.sync().added == 6
        assert tries == ["tried"]
        assert world.is_in_step()


def test_a_worker_that_was_overtaken_leaves_no_lease_behind(
    make_world: Callable[..., World],
) -> None:
    """A run that slept through its lease ends with a clear error, and others go on at once."""
    calm = make_world(page_size=2)
    fill(calm)

    def hook(progress: Progress) -> None:
        if isinstance(progress, PageStaged) and progress.pages == 1:
            calm.clock.sleep(1000)
            other = threading.Thread(target=calm.sync)
            other.start()
            other.join()

    slow = make_world(fake=calm.fake, page_size=2, hook=hook)
    with pytest.raises(LeaseLost, match="ran out and another worker took over"):
        slow.sync()
    calm.calendar.create("Later", DAY, DAY + HOUR)
    assert calm.sync().added == 1


class Slow:
    """A store whose units of work wait in their thread until they are let go on."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.reached, self.go_on = threading.Event(), threading.Event()

    def unit(self, *args: Any, **kwargs: Any) -> Any:
        """Wait, then do the work, such as to take the lease."""
        self.reached.set()
        self.go_on.wait(10)
        return self._store.unit(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        """Return everything else as it is."""
        return getattr(self._store, name)


def test_a_task_cancelled_while_it_takes_the_lease_gives_it_back() -> None:
    """What a thread is at when its task is cancelled is finished first, and then undone."""
    clock, store = ManualClock(), MemoryStore()
    fake = FakeGoogle(clock=clock)
    slow = Slow(store)

    async def run() -> None:
        client = httpx.AsyncClient(transport=fake.transport())
        async with AsyncGoogle(token="token", http_client=client, clock=clock) as google:
            source = google.calendar("primary")
            task = asyncio.create_task(AsyncSyncEngine(source, cast("Store", slow)).sync())
            await asyncio.to_thread(slow.reached.wait, 10)
            task.cancel()
            await asyncio.sleep(0)
            slow.go_on.set()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await AsyncSyncEngine(source, store).sync()).committed

    asyncio.run(run())


def test_many_engines_share_a_few_threads(store: Store) -> None:
    """No transaction spans a wait for the network, so that two threads serve all of them."""
    fake = FakeGoogle()
    names = [f"calendar-{number}@group.calendar.google.com" for number in range(64)]
    for name in names:
        fake.add_calendar(name)
        for number in range(3):
            fake.calendar(name).create(f"Event {number}", DAY)

    async def sync(google: AsyncGoogle, name: str) -> int:
        return (await AsyncSyncEngine(google.calendar(name, page_size=2), store).sync()).added

    async def run() -> list[int]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
        client = httpx.AsyncClient(transport=fake.transport())
        async with AsyncGoogle(token="token", http_client=client) as google:
            return await asyncio.gather(*(sync(google, name) for name in names))

    assert asyncio.run(run()) == [3] * 64
