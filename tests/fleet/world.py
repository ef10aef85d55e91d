"""Workers over a store in memory, in virtual time, whose jobs take as long as they are told to."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import Note
from kloudsync.fleet.verdicts import Result
from kloudsync.fleet.worker import Ended, Worker
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.model.due import Claim
from kloudsync.runtime.tasks import TaskCrew
from kloudsync.stores import MemoryStore
from kloudsync.testing.virtual_loop import run_virtually

P = ParamSpec("P")
T = TypeVar("T")

EPOCH = datetime(2026, 1, 5, tzinfo=UTC)


class DirectCrew(TaskCrew):
    """A crew of tasks that asks its store in the loop, so that nothing but timers decides."""

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method."""
        return method(*args, **kwargs)


class LoopTimes:
    """The clock of the running loop, perhaps wrong by some seconds, and seeded dice."""

    def __init__(self, wrong_by: float = 0.0) -> None:
        self._wrong_by = wrong_by
        self._dice = random.Random(7)

    def now(self) -> datetime:
        """Return the time that the loop shows."""
        passed = asyncio.get_running_loop().time()
        return EPOCH + timedelta(seconds=passed + self._wrong_by)

    def monotonic(self) -> float:
        """Return the loop's own time."""
        return asyncio.get_running_loop().time()

    def chance(self) -> float:
        """Return what the dice show."""
        return self._dice.random()


class Scripted:
    """Jobs that take a while and end as they are told to, by calendar."""

    def __init__(self) -> None:
        self.takes: dict[str, float] = {}
        self.ends: dict[str, Result | Exception] = {}
        self.began: list[tuple[float, str]] = []

    async def do(self, claim: Claim, spent: Counter[str]) -> Result:
        """Take as long as it takes, and end as it ends."""
        name = claim.topic.key.calendar
        spent["events"] += 1
        self.began.append((asyncio.get_running_loop().time(), name))
        await asyncio.sleep(self.takes.get(name, 0.1))
        end = self.ends.get(name, Result())
        if isinstance(end, Exception):
            raise end
        return end


def topic(name: str, account: str = "ana") -> Topic:
    """Return a calendar's topic."""
    return Topic(CalendarKey("google", account, name))


class World:
    """A store, scripted jobs, and workers over them."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.jobs = Scripted()
        self.ended: list[Ended] = []

    def worker(
        self, name: str = "w", *, policy: FleetPolicy | None = None, wrong_by: float = 0.0
    ) -> Worker:
        """Return a worker; within the loop."""
        return Worker(
            owner=name,
            store=self.store,
            jobs=self.jobs,
            crew=DirectCrew(),
            times=LoopTimes(wrong_by),
            policy=policy or FleetPolicy(spread=0.0),
            heard=self.ended.append,
        )

    def ask(
        self, name: str, *, account: str = "ana", lane: Lane = Lane.POLL, wait: float = 0.0
    ) -> None:
        """Make a calendar due."""
        now = LoopTimes().now().timestamp()
        self.store.make_due(topic(name, account), lane=lane, wait=wait, now=now)

    def note(self, name: str, account: str = "ana") -> Note:
        """Return how a calendar stands."""
        rows = {row.topic: row for row in self.store.due("google", account)}
        return Note.read(rows[topic(name, account)].note)

    def next_in(self, name: str, account: str = "ana") -> float:
        """Return in how many seconds a calendar is due again."""
        rows = {row.topic: row for row in self.store.due("google", account)}
        return rows[topic(name, account)].at - LoopTimes().now().timestamp()


Told = Callable[[World], Coroutine[Any, Any, None]]


def story(tell: Told) -> World:
    """Tell a story in virtual time, and return its world."""
    world = World()
    run_virtually(tell(world))
    return world
