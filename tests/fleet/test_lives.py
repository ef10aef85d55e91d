"""Fleets that live through histories: workers that die, clocks that differ, grants that come and go.

Each seed is a history over fake accounts, told with real engines, one job after the other, so that
it is the same each time. In the end whatever was wrong is right again, and every copy has to equal
its calendar; its feed, replayed, has to lead there with no step told twice.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from tests.fleet.mortal import Mortal, Skewed, bury

from kloudsync import Fleet, Google, Mirror, Salesloft, SyncEngine
from kloudsync.errors import ConsentRequired, StoreError
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import State
from kloudsync.mirror.window import MirrorWindow
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import FeedKind
from kloudsync.providers.salesloft.limiter import TeamBudget
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.exchange import Reply
from kloudsync.testing.faults import Faults
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.salesloft import FakeSalesloft

NAMES = ("ann", "ben", "cyd")
POLICY = FleetPolicy(slots=1, each=1, spread=0.0, longest_rest=3600.0)
WINDOW = MirrorWindow(back=timedelta(days=7), ahead=timedelta(days=21))
STEPS = 60


class Life:
    """Three accounts, and workers of one store."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(f"lives/{seed}")
        self.clock, self.store = ManualClock(), MemoryStore()
        faults = Faults.random(seed, rate=0.05)
        self.fakes = {
            name: FakeGoogle(clock=self.clock, seed=n, faults=faults)
            for n, name in enumerate(NAMES)
        }
        self.sales = {name: FakeSalesloft(clock=self.clock, faults=faults) for name in NAMES}
        self.revoked: set[str] = set()
        self.made: list[tuple[str, str]] = []
        self.lost = 0.2
        for name, fake in self.fakes.items():
            fake.channels.deliveries.receiver = self._received
            fake.add_calendar(f"{name}@team.example.com")
        self.workers = [self.worker() for _ in range(3)]
        for name in NAMES:
            self.workers[0].enrol("google", name)

    def worker(self) -> Fleet:
        """Hire a worker with a clock of its own."""
        wrong_by = self.dice.choice([-300.0, 0.0, 0.0, 300.0])
        store = Mortal(self.store)
        return Fleet(
            store,
            self.connect,
            address="https://hooks.example.com/google",
            mirrors={"sales": partial(self.mirror, store)},
            policy=POLICY,
            clock=Skewed(self.clock, wrong_by),
        )

    def mirror(self, store: Any, engine: Any, account: Account) -> Mirror:
        """Return the mirror of a calendar, of which each account has two to one sink."""
        fake = self.sales[account.name]
        client = Salesloft(
            "t",
            http_client=httpx.Client(transport=fake.transport()),
            clock=self.clock,
            limiter=TeamBudget(),
        )
        return Mirror(engine, client.calendar(fake.calendar_id), store, window=WINDOW)

    def connect(self, account: Account) -> Google:
        """Return a client of an account, unless its grant was revoked."""
        if account.name in self.revoked:
            raise ConsentRequired(
                "revoked", status=400, provider="google", operation="token", reason="invalid_grant"
            )
        client = httpx.Client(transport=self.fakes[account.name].transport())
        return Google("t", account=account.name, http_client=client, clock=self.clock)

    def _received(self, _address: str, headers: Any, body: bytes) -> Reply:
        if self.dice.random() < self.lost:
            return Reply(204, {}, b"")
        intake = Fleet(self.store, print, clock=self.clock).intake()
        return Reply(intake.answer(headers, body), {}, b"")

    def step(self) -> None:
        """Let something happen."""
        acts: list[tuple[int, Callable[[], None]]] = [
            (10, self._edit),
            (8, self._work),
            (6, self._pass),
            (3, self._deliver),
            (2, self._die),
            (1, self._revoke),
            (2, self._consent),
            (1, self._pause),
        ]
        (act,) = self.dice.choices([act for _, act in acts], [weight for weight, _ in acts])
        act()

    def _edit(self) -> None:
        name = self.dice.choice(NAMES)
        calendar = self.fakes[name].calendar(
            self.dice.choice(["primary", f"{name}@team.example.com"])
        )
        held = sorted(calendar.truth())
        kind = self.dice.random()
        if held and kind < 0.5:
            event = self.dice.choice(held)
            calendar.delete(event) if kind < 0.2 else calendar.edit(event, summary=f"{kind}")
            return
        start = self.clock.now() + timedelta(hours=self.dice.randrange(200))
        calendar.create(f"{kind}", start, start + timedelta(hours=1))

    def _work(self, dying: float = float("inf")) -> None:
        fleet = self.dice.choice(self.workers)
        fleet.store.left = dying
        try:
            fleet.run_once()
        except StoreError:
            bury()
            self.workers[self.workers.index(fleet)] = self.worker()

    def _die(self) -> None:
        self._work(dying=float(self.dice.randrange(1, 40)))

    def _pass(self) -> None:
        self.clock.advance(
            timedelta(seconds=self.dice.choice([1.0, 20.0, 600.0, 7200.0, 90_000.0]))
        )

    def _deliver(self) -> None:
        for fake in self.fakes.values():
            fake.channels.deliveries.deliver(backwards=self.dice.random() < 0.3)

    def _revoke(self) -> None:
        self.revoked.add(self.dice.choice(NAMES))

    def _consent(self) -> None:
        if self.revoked:
            name = self.dice.choice(sorted(self.revoked))
            self.revoked.discard(name)
            Fleet(self.store, print, clock=self.clock).resume("google", name)

    def _pause(self) -> None:
        name = self.dice.choice(NAMES)
        fleet = Fleet(self.store, print, clock=self.clock)
        fleet.pause("google", name)
        self.clock.advance(timedelta(hours=1))
        fleet.resume("google", name)

    def heal(self) -> Fleet:
        """Let everything be right again, and a worker come to all of it."""
        self.lost = 0.0
        for name in NAMES:
            self.revoked.discard(name)
            self.fakes[name].faults = self.sales[name].faults = Faults()
            Fleet(self.store, print, clock=self.clock).resume("google", name)
        mirrors = {"sales": partial(self.mirror, self.store)}
        fleet = Fleet(self.store, self.connect, mirrors=mirrors, policy=POLICY, clock=self.clock)
        for _ in range(4):
            self.clock.advance(timedelta(days=2))
            fleet.run_once()
        return fleet


def replayed(store: MemoryStore, key: CalendarKey) -> dict[str, str]:
    """Return what a feed leads to, each of whose steps has to be new."""
    copy: dict[str, str] = {}
    for entry in store.changes("replay", key=key, limit=100_000):
        record = entry.after or entry.before
        if record is None:
            continue
        if entry.kind is FeedKind.DELETED:
            assert copy.pop(record.id, None) is not None
        else:
            assert (record.id in copy) is (entry.kind is FeedKind.UPDATED)
            assert copy.get(record.id) != record.raw
            copy[record.id] = record.raw
    return copy


def live(seed: int) -> None:
    """Live through a history, and judge what is left."""
    life = Life(seed)
    for _ in range(STEPS):
        life.step()
    fleet = life.heal()
    for status in fleet.status():
        if status.topic.collection == "events":
            assert status.state in {State.HEALTHY, State.UNWATCHABLE}, status
            key = status.topic.key
            held = {record.id: record.raw for record in life.store.events(key)}
            assert held.keys() == life.fakes[key.account].truth(key.calendar).keys()
            assert replayed(life.store, key) == held
            engine = SyncEngine(
                life.connect(Account("google", key.account)).calendar(key.calendar), life.store
            )
            plan = life.mirror(life.store, engine, Account("google", key.account)).plan(
                reconciled=True
            )
            assert not any([plan.planned, plan.missing, plan.unknown]), plan


@pytest.mark.parametrize("seed", range(4))
def test_a_short_life(seed: int) -> None:
    """Whatever happened on the way, copies equal their calendars in the end."""
    live(seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 300))
def test_many_lives(seed: int) -> None:
    """The same over many histories."""
    live(seed)
