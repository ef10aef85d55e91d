"""What goes wrong around a fleet: each is a state with a reason, loses nothing, and is nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from tests.fleet.following import HOUR, STARTS, TEAM, Drive, World, into
from tests.fleet.world import World as Workers

from kloudsync.errors import StoreBusy, StoreError
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import State, Status, status_of
from kloudsync.stores import MemoryStore
from kloudsync.testing.virtual_loop import run_virtually

T = TypeVar("T")


class Contended(MemoryStore):
    """A store whose transactions fail now and then, as databases refuse to serialize them."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def unit(self, work: Callable[[Any], T], *, durable: bool = False) -> T:
        """Refuse two of three."""
        self.asked += 1
        if self.asked % 3:
            raise StoreBusy("could not serialize access due to concurrent update")
        return super().unit(work, durable=durable)


def test_serialization_failures() -> None:
    """A transaction that is refused leaves its topic to whoever takes it next, and all get done."""

    async def tell(world: Workers) -> None:
        world.store = store = Contended()
        for name in "abc":
            world.ask(name)
        worker = world.worker()
        working = asyncio.ensure_future(worker.work())
        await asyncio.sleep(120.0)
        worker.stop()
        await working
        assert {world.note(name).state for name in "abc"} == {State.HEALTHY}
        assert store.asked > 3

    run_virtually(tell(Workers()))


class Away(MemoryStore):
    """A store that is away, whatever it is asked, while it is said to be."""

    away = False

    def __getattribute__(self, name: str) -> Any:
        """Return a method, which fails while the store is away."""
        if not name.startswith("_") and name != "away" and self.away:
            raise StoreError("the server closed the connection")
        return super().__getattribute__(name)


def test_a_database_that_goes_away_and_comes_back() -> None:
    """What was taken and what was not is late while it is away, and done by the same worker afterwards."""

    async def tell(world: Workers) -> None:
        world.store = store = Away()
        world.jobs.takes = {"a": 5.0, "b": 40.0}
        for name in "abc":
            world.ask(name)
        worker = world.worker()
        working = asyncio.ensure_future(worker.work())
        await asyncio.sleep(1.0)
        store.away = True
        await asyncio.sleep(30.0)
        store.away = False
        world.ask("d")
        rows = world.store.due("google", "ana")
        now = min(row.since for row in rows) + 31.0
        late = {status_of(row, delayed=10.0, now=now).state for row in rows if row.owner is None}
        assert late <= {State.HEALTHY, State.DELAYED, State.NEW}
        await asyncio.sleep(60.0)
        worker.stop()
        await working
        assert {world.note(name).state for name in "abcd"} == {State.HEALTHY}
        # What ended while it was away is done again, since nobody could note it.
        assert sorted(name for _, name in world.jobs.began) == list("aabcd")

    run_virtually(tell(Workers()))


def test_a_transaction_that_is_refused_is_no_failing_calendar() -> None:
    """Its job is done again within seconds; only what the store refuses time and again is failing."""

    async def tell(world: Workers) -> None:
        world.jobs.ends["a"] = StoreBusy("could not serialize access")
        world.ask("a")
        worker = world.worker()
        working = asyncio.ensure_future(worker.work())
        await asyncio.sleep(10.0)
        assert [round(at) for at, _ in world.jobs.began] == [0, 2, 6]
        assert world.note("a").state is State.NEW
        await asyncio.sleep(10.0)
        stands = world.note("a")
        assert (stands.state, stands.reason) == (State.FAILING, "StoreBusy")
        world.jobs.ends.clear()
        await asyncio.sleep(FleetPolicy().rest * 8)
        assert world.note("a").state is State.HEALTHY
        worker.stop()
        await working

    run_virtually(tell(Workers()))


def test_clocks_five_minutes_apart() -> None:
    """Workers that disagree about the time leave none out, and nobody gives back what another has."""

    async def tell(world: Workers) -> None:
        world.jobs.takes = dict.fromkeys("abcdef", 3.0)
        for name in "abcdef":
            world.ask(name)
        workers = [world.worker(f"w{by}", wrong_by=by) for by in (-300.0, 0.0, 300.0)]
        working = [asyncio.ensure_future(worker.work()) for worker in workers]
        await asyncio.sleep(400.0)
        for worker in workers:
            worker.stop()
        await asyncio.gather(*working)
        assert {world.note(name).state for name in "abcdef"} == {State.HEALTHY}
        kept = [one.claim.topic.key.calendar for one in world.ended if one.kept]
        assert sorted(set(kept)) == list("abcdef")

    run_virtually(tell(Workers()))


def test_connect_raises(drive: Drive) -> None:
    """Whatever the program's own function raises is named as the state of its account, and of no other."""
    world = World(drive, MemoryStore(), address=None)
    reach = world.connect

    def connect(account: Account) -> Any:
        if account.name == "ann":
            raise KeyError("no token for ann@example.com")
        return reach(account)

    world.fleet = type(world.fleet)(world.store, connect, clock=world.clock)
    for name in ("ann", "ben"):
        world.person(name)
        world.do(world.fleet.enrol("google", name, calendars=["primary"]))
    world.once()
    assert world.states() == {"ann/primary": State.FAILING, "ben/primary": State.HEALTHY}
    assert [one.reason for one in standing(world, "ann")] == ["KeyError"]


def test_a_client_of_another_account(drive: Drive) -> None:
    """The program's mistake is told in words that say how to mend it."""
    world = World(drive, MemoryStore(), address=None)
    reach = world.connect

    def mistaken(_: Account) -> Any:
        return reach(Account("google", "ben"))

    world.fleet = type(world.fleet)(world.store, mistaken, clock=world.clock)
    world.person("ben")
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    assert world.states() == {"ann/primary": State.FAILING}
    (told,) = (one.reason for one in standing(world, "ann"))
    assert "under the account 'ben', not 'ann'; give it account=account.name" in told


def test_a_calendar_that_is_deleted_while_it_syncs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is failing since the service does not know it, then retired; its copy and others stay."""
    fake = world.person("ann")
    fake.add_calendar(TEAM)
    fake.calendar(TEAM).create("Plan", STARTS, STARTS + HOUR)
    world.do(world.fleet.enrol("google", "ann"))
    world.once()
    handle, gone = fake.handle, list[str]()

    def removing(method: str, url: str, *given: Any) -> Any:
        if method == "GET" and "team" in url and not gone:
            gone.append(url)
            fake.remove_calendar(TEAM)
        return handle(method, url, *given)

    monkeypatch.setattr(fake, "handle", removing)
    world.later(21_600.0 * 1.5)
    monkeypatch.undo()
    assert world.states()[f"ann/{TEAM}"] is State.FAILING
    assert (
        "does not know it"
        in {one.topic.key.calendar: one for one in standing(world, "ann")}[TEAM].reason
    )
    world.later(86_400.0)
    world.once()
    assert world.states()[f"ann/{TEAM}"] is State.RETIRED
    assert world.states()["ann/owner@example.com"] is State.HEALTHY
    assert world.held("ann", TEAM) == 1


def test_a_poisoned_notification(world: World) -> None:
    """A message that proves nothing, or is none, is refused and makes nothing due; true ones count."""
    fake = world.person("ann")
    intake = world.fleet.intake()
    fake.channels.deliveries.receiver = into(intake)
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    world.later(6.0)
    fake.channels.deliveries.deliver()
    world.later(1.0)
    (channel,) = world.store.channels("google", "ann")
    before = world.store.due("google", "ann")
    named = {"X-Goog-Channel-ID": channel.id, "X-Goog-Resource-State": "exists"}
    poisoned: list[tuple[dict[str, str], bytes]] = [
        ({}, b""),
        ({"X-Goog-Channel-ID": "\x00" * 9999}, b"\xff" * 99),
        ({**named, "X-Goog-Message-Number": "1"}, b""),
        ({**named, "X-Goog-Message-Number": "NaN", "X-Goog-Channel-Token": "no"}, b"[" * 9999),
    ]
    for headers, body in poisoned:
        assert intake.answer(headers, body) in {400, 403, 410}
    assert world.store.due("google", "ann") == before
    fake.calendar().create("Second", STARTS, STARTS + HOUR)
    fake.channels.deliveries.deliver()
    world.later(1.0)
    assert world.held("ann", "primary") == 2


def test_what_nobody_comes_to(world: World) -> None:
    """What is late since nobody could come to it is delayed, and healthy once somebody has."""
    world.person("ann")
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    world.clock.advance(30 * HOUR)
    assert world.states() == {"ann/primary": State.DELAYED}
    world.once()
    assert world.states() == {"ann/primary": State.HEALTHY}


def standing(world: World, account: str) -> list[Status]:
    """Return how an account's calendars stand."""
    now, delayed = world.clock.now().timestamp(), FleetPolicy().delayed
    return [
        status_of(row, delayed=delayed, now=now)
        for row in world.store.due("google", account)
        if row.topic.collection == "events"
    ]
