"""Mirrors that a fleet pushes: whoever dies at one is replaced as soon as at a calendar."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from tests.fleet.following import HOUR, TEAM
from tests.fleet.mortal import Mortal, bury
from tests.fleet.world import World as Workers
from tests.mirror.world import whole

from kloudsync import Fleet, Google, Mirror, Salesloft, SyncEngine
from kloudsync.errors import LeaseLost, StoreError
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import Note, State
from kloudsync.model.state import Lease
from kloudsync.objects.claimed_store import WorkerLeases
from kloudsync.providers.salesloft.limiter import TeamBudget
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.salesloft import FakeSalesloft
from kloudsync.testing.virtual_loop import run_virtually

POLICY = FleetPolicy(slots=1, each=1, spread=0.0)
SOON = POLICY.ttl + 1.0
"""Seconds after which nobody waits for a dead worker any more."""


class Sales:
    """A calendar with three meetings, its mirror's sink, and workers that may die."""

    def __init__(self) -> None:
        self.clock, self.store = ManualClock(), MemoryStore()
        self.google, self.sink = FakeGoogle(clock=self.clock), FakeSalesloft(clock=self.clock)
        for day in (1, 2, 3):
            begins = self.clock.now() + timedelta(days=day)
            self.google.calendar().create(f"Meeting {day}", begins, begins + HOUR)

    def worker(self, dying: float = float("inf")) -> Fleet:
        """Return a worker that dies once it has asked its store so often."""
        store = Mortal(self.store)
        store.left = dying
        mirrors = {"sales": partial(self.mirror, store)}
        return Fleet(store, self.connect, mirrors=mirrors, policy=POLICY, clock=self.clock)

    def mirror(self, store: Any, engine: Any, _account: Account) -> Mirror:
        """Return the mirror of a calendar."""
        http = httpx.Client(transport=self.sink.transport())
        client = Salesloft("t", http_client=http, clock=self.clock, limiter=TeamBudget())
        return Mirror(engine, client.calendar(self.sink.calendar_id, policy=whole), store)

    def titles(self) -> list[str]:
        """Return what the sink shows."""
        return sorted(row["title"] for row in self.sink.events(self.sink.calendar_id))

    def states(self) -> list[State]:
        """Return how the mirrors stand."""
        rows = self.store.due("google", "ann")
        return [Note.read(one.note).state for one in rows if one.topic.collection == "mirror:sales"]

    def connect(self, account: Account) -> Google:
        """Return a client of an account."""
        http = httpx.Client(transport=self.google.transport())
        return Google("t", account=account.name, http_client=http, clock=self.clock)


def test_a_worker_that_dies_at_a_mirror_is_replaced() -> None:
    """Wherever it dies, another one has told everything once, as soon as its claims have ended."""
    dying, died = 2, True
    while died:
        dying, sales = dying + 1, Sales()
        sales.worker().enrol("google", "ann", calendars=["primary"])
        try:
            sales.worker(dying).run_once()
        except StoreError:
            bury()
            sales.clock.advance(timedelta(seconds=SOON))
        else:
            died = False
        heir = sales.worker()
        for _ in range(3):
            heir.run_once()
            sales.clock.advance(timedelta(seconds=3.0))
        assert sales.titles() == ["Meeting 1", "Meeting 2", "Meeting 3"], dying
        assert sales.states() == [State.HEALTHY], dying
    assert dying > 20


def test_the_sink_of_a_dead_worker_is_free_for_other_calendars(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What another calendar's mirror waits for is the claim of the dead one, not its longest call."""
    sales = Sales()
    sales.google.add_calendar(TEAM)
    begins = sales.clock.now() + timedelta(days=4)
    sales.google.calendar(TEAM).create("Plan", begins, begins + HOUR)
    worker = sales.worker()
    worker.enrol("google", "ann", calendars=["primary", TEAM])
    handle = sales.sink.handle

    def dying(*given: Any) -> Any:
        worker.store.left = 0.0
        return handle(*given)

    monkeypatch.setattr(sales.sink, "handle", dying)
    with pytest.raises(StoreError):
        worker.run_once()
    bury()
    monkeypatch.undo()
    assert "Plan" not in sales.titles()
    sales.clock.advance(timedelta(seconds=SOON))
    heir = sales.worker()
    for _ in range(3):
        heir.run_once()
        sales.clock.advance(timedelta(seconds=3.0))
    assert sales.titles() == ["Meeting 1", "Meeting 2", "Meeting 3", "Plan"]


def test_what_others_committed_is_told() -> None:
    """What a program's own run found is mirrored after the fleet's next look, which finds no change."""
    sales = Sales()
    worker = sales.worker()
    worker.enrol("google", "ann", calendars=["primary"])
    worker.run_once()
    begins = sales.clock.now() + timedelta(days=4)
    sales.google.calendar().create("Meeting 4", begins, begins + HOUR)
    SyncEngine(sales.connect(Account("google", "ann")).calendar("primary"), sales.store).sync()
    sales.clock.advance(timedelta(seconds=POLICY.unwatched * 1.5))
    worker.run_once()
    assert "Meeting 4" in sales.titles()


def test_a_mirror_that_is_new_tells_what_is_there() -> None:
    """A fleet that gets a mirror later pushes it with the next look, whether or not anything changed."""
    sales = Sales()
    without = Fleet(sales.store, sales.connect, policy=POLICY, clock=sales.clock)
    without.enrol("google", "ann", calendars=["primary"])
    without.run_once()
    sales.clock.advance(timedelta(seconds=POLICY.unwatched * 1.5))
    sales.worker().run_once()
    assert sales.titles() == ["Meeting 1", "Meeting 2", "Meeting 3"]


def taken(leases: WorkerLeases, store: MemoryStore, owner: str) -> Lease | None:
    """Take a sink's lease as a mirror does, for as long as its longest call."""

    def take(unit: Any) -> Lease | None:
        lease: Lease | None = unit.acquire("sink", owner, ttl=240.0, now=now())
        return lease

    return leases.over(store).unit(take)


def now() -> float:
    """Return the loop's own time."""
    return asyncio.get_running_loop().time()


def test_a_slow_job_keeps_its_lease() -> None:
    """The lease of a job lives with its worker's heartbeat, however long a call takes, and no longer."""

    async def tell(world: Workers) -> None:
        leases, others = WorkerLeases(10.0), WorkerLeases(10.0)
        worker = world.worker()
        worker.beaten = lambda: leases.renew(now=now())
        world.jobs.takes["a"] = 100.0
        world.ask("a")
        working = asyncio.ensure_future(worker.work())
        await asyncio.sleep(1.0)
        lease = taken(leases, world.store, "slow")
        assert lease is not None
        for _ in range(9):
            await asyncio.sleep(10.0)
            assert taken(others, world.store, "another") is None
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await asyncio.sleep(10.0)
        assert taken(others, world.store, "another") is not None
        with pytest.raises(LeaseLost):
            world.store.enter("mirror", lease, [])
        leases.renew(now=now())
        assert taken(leases, world.store, "slow") is None

    run_virtually(tell(Workers()))


def test_a_lease_that_was_given_back_is_not_held_on_to() -> None:
    """What a job gave back, or lost, is renewed no more."""

    async def tell(world: Workers) -> None:
        leases, others = WorkerLeases(10.0), WorkerLeases(10.0)
        lease = taken(leases, world.store, "one")
        assert lease is not None
        leases.over(world.store).release(lease)
        asked = world.store.renew
        world.store.renew = lambda *_, **__: pytest.fail("renewed")  # type: ignore[method-assign]
        leases.renew(now=now())
        world.store.renew = asked  # type: ignore[method-assign]
        assert taken(others, world.store, "another") is not None

    run_virtually(tell(Workers()))
