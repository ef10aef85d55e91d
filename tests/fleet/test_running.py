"""A fleet that runs until it is told to stop."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from typing import Any

import httpx
import pytest
from tests.fleet.following import HOUR, STARTS, World, wait_until

from kloudsync import AsyncFleet, AsyncGoogle, Fleet, Google
from kloudsync.errors import UsageError
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.model.calendar import CalendarKey
from kloudsync.stores import MemoryStore
from kloudsync.testing.google import FakeGoogle


def test_running_until_told_to_stop() -> None:
    """A fleet of threads runs in the background, hears of a notification, and ends when it is told."""
    fake = FakeGoogle()
    store = MemoryStore()
    fake.calendar().create("First", STARTS, STARTS + HOUR)

    def connect(account: Account) -> Google:
        return Google(
            "t", account=account.name, http_client=httpx.Client(transport=fake.transport())
        )

    fleet = Fleet(store, connect, policy=FleetPolicy(look=0.02))
    left: list[int] = []
    thread = threading.Thread(target=lambda: left.append(fleet.run()))
    thread.start()
    fleet.enrol("google", "ann", calendars=["primary"])
    wait_until(lambda: bool(store.calendars()))
    with pytest.raises(UsageError, match="is running already"):
        fleet.run_once()
    fleet.stop()
    thread.join(10.0)
    assert left == [0]


def test_running_in_an_event_loop() -> None:
    """A fleet of tasks does the same, and is cancelled like any task."""
    fake = FakeGoogle()
    store = MemoryStore()
    fake.calendar().create("First", STARTS, STARTS + HOUR)

    async def connect(account: Account) -> AsyncGoogle:
        client = httpx.AsyncClient(transport=fake.transport())
        return AsyncGoogle("t", account=account.name, http_client=client)

    async def story() -> int:
        async with AsyncFleet(store, connect, policy=FleetPolicy(look=0.02)) as fleet:
            running = asyncio.ensure_future(fleet.run())
            await fleet.enrol("google", "ann", calendars=["primary"])
            await asyncio.to_thread(wait_until, lambda: bool(store.calendars()))
            fleet.stop()
            return await running

    assert asyncio.run(asyncio.wait_for(story(), 20.0)) == 0


def test_a_process_ends_though_a_job_hangs() -> None:
    """Whatever a job waits for, the process that was told to stop ends."""
    script = """
import threading
from kloudsync import Fleet
from kloudsync.fleet.accounts import Line
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.stores import MemoryStore

begun = threading.Event()

def hang(_):
    begun.set()
    threading.Event().wait()

fleet = Fleet(MemoryStore(), lambda _: Line(calendar=hang), policy=FleetPolicy(grace=0.1))
fleet.enrol("google", "ann", calendars=["primary"])
threading.Thread(target=lambda: (begun.wait(), fleet.stop()), daemon=True).start()
print(fleet.run())
"""
    ended = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-c", script], capture_output=True, timeout=60.0, check=True
    )
    assert ended.stdout.split() == [b"1"]


def test_what_a_dead_worker_leased(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a calendar is synced its lease ends as soon as the claim would, not after minutes."""
    fake = world.person("ann")
    claimed = FleetPolicy().ttl
    taken: list[bool] = []

    def take(*given: Any) -> Any:
        now = world.clock.now().timestamp() + claimed
        name = str(CalendarKey("google", "ann", "primary"))
        taken.extend(
            world.store.acquire(name, "another", ttl=0.1, now=now + late) is not None
            for late in (-1.0, 1.0)
        )
        return handle(*given)

    handle = fake.handle
    monkeypatch.setattr(fake, "handle", take)
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    assert taken[:2] == [False, True]
