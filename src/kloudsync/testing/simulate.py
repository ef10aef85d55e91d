"""A fleet in virtual time: what arrives, what quotas allow, and how late all of it is.

The worker, its lanes, verdicts and due rows are the ones that run in earnest; services are a
wait and a quota, and nothing is read or written. The same seed gives the same figures:

    python -m kloudsync.testing simulate --calendars 2000 --workers 2 --hours 24
"""

from __future__ import annotations

import asyncio
import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil, inf
from typing import ParamSpec, TypeVar

from attrs import Factory, define, evolve, field, frozen

from kloudsync.errors import RateLimited
from kloudsync.fleet import topics
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.policy import DAY, FleetPolicy
from kloudsync.fleet.verdicts import Result
from kloudsync.fleet.worker import Worker
from kloudsync.model.channel import Topic
from kloudsync.model.due import Claim
from kloudsync.runtime.tasks import TaskCrew
from kloudsync.stores import MemoryStore
from kloudsync.testing.virtual_loop import run_virtually

P = ParamSpec("P")
T = TypeVar("T")

BEGINS = datetime(2026, 1, 5, tzinfo=UTC)
RENEWAL = 5.6 * DAY
"""How long a channel of a week lives before another one is opened beside it."""


@frozen(kw_only=True)
class Load:
    """What is simulated. All times in seconds.

    Attributes:
        calendars: How many are followed.
        each: How many of them are of one account.
        hours: For how long, once all of them are known.
        edits: How often a calendar changes in a day.
        lost: The share of notifications that do not arrive.
        workers: How many processes there are.
        slots: How many jobs each of them does at once.
        answer: How long an incremental sync takes.
        first: How long a first sync takes.
        quota: Requests that the project may make in a minute, or None.
        budget: Requests that the fleet allows itself in a day, or None.
        wrong_by: By how much the clocks of workers differ.
        seed: What chance is drawn from.
    """

    calendars: int = 1000
    each: int = 5
    hours: float = 6.0
    edits: float = 3.0
    lost: float = 0.01
    workers: int = 1
    slots: int = 16
    answer: float = 0.25
    first: float = 2.0
    quota: int | None = None
    budget: int | None = None
    wrong_by: float = 0.0
    seed: int = 1


@define
class Figures:
    """What came of it.

    Attributes:
        lags: Seconds from edits to the syncs that fetched them, by whether they were announced.
        requests: How many were made within the simulated hours, by cause.
        refused: How many requests the quota refused.
        unfetched: Edits that nobody had fetched in the end.
        first_took: Seconds until every calendar was known.
        busy: The share of all slots that were taken, on average.
    """

    lags: dict[str, list[float]] = Factory(lambda: defaultdict(list))
    requests: Counter[str] = Factory(Counter[str])
    refused: int = 0
    unfetched: int = 0
    first_took: float = 0.0
    busy: float = 0.0


class Moment:
    """The clock of the running loop, perhaps wrong, and seeded dice.

    Args:
        dice: Chance.
        wrong_by: By how many seconds it is fast.
    """

    def __init__(self, dice: random.Random, wrong_by: float = 0.0) -> None:
        self._dice, self._wrong_by = dice, wrong_by

    def now(self) -> datetime:
        """Return the current time as this clock shows it."""
        return BEGINS + timedelta(seconds=self.monotonic() + self._wrong_by)

    def monotonic(self) -> float:
        """Return seconds since the simulation began."""
        return asyncio.get_running_loop().time()

    def chance(self) -> float:
        """Return a random number in [0, 1)."""
        return self._dice.random()


class Tasks(TaskCrew):
    """Tasks whose store is asked in the loop, so that timers alone decide.

    Looks that would find nothing are left out, in whole numbers, so that a day takes seconds.

    Args:
        look: How often a worker looks.
        ahead: Returns in how many seconds something may be due.
    """

    def __init__(self, look: float, ahead: Callable[[], float]) -> None:
        super().__init__()
        self._look, self._ahead = look, ahead

    async def wait(self, seconds: float) -> None:
        """Wait as a crew does, or for so many looks as there is nothing to see."""
        looks = max(1, ceil(self._ahead() / self._look)) if seconds == self._look else 1
        await super().wait(seconds * looks)

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method."""
        return method(*args, **kwargs)


@define(kw_only=True)
class Services:
    """Jobs that take a while, at services with a quota.

    Attributes:
        load: How long, and how much.
        figures: Takes up what happens.
        all_known: Is set once every calendar was fetched.
        next_edit: When the next calendar changes, in seconds since the simulation began.
    """

    load: Load
    figures: Figures
    all_known: asyncio.Event = field(factory=asyncio.Event)
    next_edit: float = 0.0
    _waiting: dict[Topic, list[tuple[float, str]]] = field(
        init=False, factory=lambda: defaultdict(list)
    )
    _known: set[Topic] = field(init=False, factory=set[Topic])
    _minute: tuple[int, int] = field(init=False, default=(-1, 0))
    _worked: float = field(init=False, default=0.0)

    async def do(self, claim: Claim, spent: Counter[str]) -> Result:
        """Take as long as it takes, and fetch what was edited until then."""
        topic = claim.topic
        if topic.collection == topics.CHANNELS:
            return await self._ask("channels", self.load.each, spent, Result(wait=RENEWAL))
        if topic.collection == topics.LIST:
            return await self._ask("list", 1, spent, Result(wait=DAY))
        first = topic not in self._known
        cause = "first" if first else Lane(claim.lane).name.lower()
        seen = len(self._waiting[topic])
        await self._ask(cause, 1, spent, Result(), self.load.first if first else None)
        self._known.add(topic)
        if len(self._known) == self.load.calendars:
            self.all_known.set()
        fetched, now = self._waiting[topic][:seen], asyncio.get_running_loop().time()
        del self._waiting[topic][:seen]
        for at, how in fetched:
            self.figures.lags[how].append(now - at)
        return Result(changed=bool(fetched) or first, watched=True)

    def edited(self, topic: Topic, how: str) -> None:
        """Let a calendar be changed."""
        self._waiting[topic].append((asyncio.get_running_loop().time(), how))

    def close(self, seconds: float) -> None:
        """Say what is left, and how busy it was."""
        self.figures.unfetched = sum(map(len, self._waiting.values()))
        self.figures.busy = self._worked / (seconds * self.load.slots * self.load.workers)

    async def _ask(
        self,
        cause: str,
        count: int,
        spent: Counter[str],
        result: Result,
        takes: float | None = None,
    ) -> Result:
        now = asyncio.get_running_loop().time()
        minute, made = int(now // 60), self._minute[1] if self._minute[0] == int(now // 60) else 0
        if self.load.quota is not None and made + count > self.load.quota:
            self.figures.refused += 1
            raise RateLimited(
                "too many requests of the project",
                status=429,
                provider="google",
                operation=cause,
                retry_after=60.0 - now % 60.0,
            )
        self._minute = minute, made + count
        spent[cause] += count
        self.figures.requests[cause] += count
        took = self.load.answer if takes is None else takes
        await asyncio.sleep(took)
        self._worked += took
        return result


def simulate(load: Load, policy: FleetPolicy | None = None) -> Figures:
    """Let a fleet live for some hours, and return what came of it."""
    chosen = evolve(policy or FleetPolicy(), slots=load.slots)
    return run_virtually(_live(load, chosen))


async def _live(load: Load, policy: FleetPolicy) -> Figures:
    dice, store = random.Random(f"simulate/{load.seed}"), MemoryStore()
    services = Services(load=load, figures=Figures())
    calendars = list(_enrolled(load, store))
    clocks = [Moment(dice, load.wrong_by * number) for number in range(load.workers)]
    workers = [_worker(services, store, policy, clock) for clock in clocks]
    working = [asyncio.create_task(worker.work()) for worker in workers]
    loop = asyncio.get_running_loop()
    await services.all_known.wait()
    services.figures.first_took = loop.time()
    services.figures.requests.clear()
    per_second = load.calendars * load.edits / DAY
    ends = loop.time() + load.hours * 3600.0
    while True:
        gap = dice.expovariate(per_second) if per_second else inf
        services.next_edit = min(ends, loop.time() + gap)
        await asyncio.sleep(services.next_edit - loop.time())
        if services.next_edit >= ends:
            break
        topic, lost = dice.choice(calendars), dice.random() < load.lost
        services.edited(topic, "lost" if lost else "announced")
        if not lost:
            now = BEGINS.timestamp() + loop.time()
            store.make_due(topic, lane=Lane.PUSH, wait=policy.quiet, now=now)
    for worker in workers:
        worker.stop()
    await asyncio.gather(*working)
    services.close(loop.time())
    return services.figures


def _enrolled(load: Load, store: MemoryStore) -> Iterator[Topic]:
    """Yield the calendars, once they, their lists and their channels are due."""
    make = partial(store.make_due, lane=Lane.FIRST, now=BEGINS.timestamp())
    for number in range(ceil(load.calendars / load.each)):
        account = Account("google", f"a{number}")
        make(topics.of_account(account, topics.CHANNELS), wait=5.0)
        make(topics.of_account(account, topics.LIST))
        for place in range(min(load.each, load.calendars - number * load.each)):
            topic = topics.calendar(account, f"c{place}")
            make(topic)
            yield topic


def _worker(services: Services, store: MemoryStore, policy: FleetPolicy, clock: Moment) -> Worker:
    def ahead() -> float:
        dues = [at for lane in Lane if (at := store.next_due(lane)) is not None]
        soon = min(dues, default=inf) - clock.now().timestamp()
        edit = services.next_edit - clock.monotonic()
        return max(0.0, min(soon, edit if edit > 0.0 else inf, DAY))

    return Worker(
        owner="simulated",
        store=store,
        jobs=services,
        crew=Tasks(policy.look, ahead),
        times=clock,
        policy=policy,
        budget=services.load.budget,
    )


def table(
    load: Load, figures: Figures, price: Callable[[float], float] | None = None
) -> Iterable[str]:
    """Write what came of a simulation, line by line.

    Args:
        load: What was simulated.
        figures: What came of it.
        price: What a month of so many requests a day costs, or None.
    """
    yield f"{load.calendars:,} calendars, {load.workers} x {load.slots} slots, {load.hours:g} h, seed {load.seed}"
    yield f"first syncs      all known after {figures.first_took:,.0f} s"
    for how, lags in sorted(figures.lags.items()):
        ordered = sorted(lags)
        yield (
            f"{how:<16} {len(lags):>8,} edits   median {statistics.median(lags):>8,.2f} s   "
            f"99th of 100 {ordered[ceil(0.99 * len(lags)) - 1]:>8,.2f} s   most {ordered[-1]:>8,.2f} s"
        )
    days = load.hours / 24.0
    for cause, count in sorted(figures.requests.items()):
        yield f"{cause:<16} {count:>8,} requests   {count / load.calendars / days:>6.2f} per calendar and day"
    total = sum(figures.requests.values())
    per_day = total / days
    yield f"{'in all':<16} {total:>8,} requests   {per_day / load.calendars:>6.2f} per calendar and day"
    yield f"refused by quota {figures.refused:>8,}"
    yield f"not yet fetched  {figures.unfetched:>8,} edits"
    yield f"slots in use     {100 * figures.busy:>8.2f} %"
    if price is not None:
        yield f"a month of this  {price(per_day):>8,.2f}"
