"""Engines, a watcher, mirrors and readers in real threads over one store, and what has to be left.

Every thread does its part over and over, as quickly as it can, while a user edits three calendars.
Each deed is counted in the store as well, in a unit of work of its own.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event
from typing import Any

import httpx
from attrs import define, field
from tests.brought_back import stands_again

from kloudsync.errors import LeaseHeld, StoreBusy, UsageError
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import FeedKind, FeedRecord
from kloudsync.objects.mirror import Mirror
from kloudsync.objects.push_intake import PushIntake
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.objects.watcher import Watcher
from kloudsync.providers.google.client import Google
from kloudsync.providers.salesloft.client import Salesloft
from kloudsync.stores import MemoryStore, PostgresStore, SQLiteStore
from kloudsync.sync.report import SyncReport
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.exchange import Reply
from kloudsync.testing.google import FakeGoogle, RandomUser, populate
from kloudsync.testing.salesloft import FakeSalesloft

AnyStore = MemoryStore | SQLiteStore | PostgresStore

CALENDARS = ("primary", "team@example.com", "room@example.com")
ADDRESS = "https://hooks.example.com/google"
EDITS = 18
"""Of a history of every day."""
MINUTES = float(os.environ.get("KLOUDSYNC_MINUTES", "10"))
"""How long the long run takes at most; `nox -s long -- --for MINUTES` says otherwise."""
FIRST = int(os.environ.get("KLOUDSYNC_FIRST_SEED", "0"))
LEASE = 1e9
"""Longer than any history: nobody may take over from somebody who lives."""
SWITCH = 1e-5
"""Seconds after which another thread has its turn, so that they meet everywhere."""
PATIENCE = 120.0

_EVER = datetime(2100, 1, 1, tzinfo=UTC)
_HELD_BY_OTHERS = (LeaseHeld, StoreBusy)


@define
class Reader:
    """Somebody who follows a feed, and notices what is lost, told twice or out of order.

    Attributes:
        last: The last position that was read, by calendar.
        held: What there is by the feed, by calendar and id.
    """

    last: Counter[CalendarKey] = field(factory=Counter[CalendarKey])
    held: dict[CalendarKey, dict[str, str]] = field(factory=dict[CalendarKey, dict[str, str]])

    def read(self, entry: FeedRecord) -> None:
        """Take in an entry."""
        self.last[entry.key] += 1
        assert entry.position == self.last[entry.key], "an entry was lost, or told twice"
        if entry.link is not None:
            return
        held = self.held.setdefault(entry.key, {})
        before, after = entry.before, entry.after
        assert (entry.kind is FeedKind.ADDED) == (before is None)
        if before is not None:
            assert before.id in held, "what changed was never there"
            del held[before.id]
        if after is not None:
            assert after.id not in held, "what was added is there"
            held[after.id] = after.raw


@define
class Throng:
    """One history of many threads.

    Attributes:
        store: Shared by all of them.
        seed: Decides what the user does.
        over: Whether the user is done.
        synced: Set by whoever ends a sync.
    """

    store: AnyStore
    seed: int
    over: Event = field(factory=Event)
    synced: Event = field(factory=Event)
    clock: ManualClock = field(init=False)
    fake: FakeGoogle = field(init=False)
    salesloft: FakeSalesloft = field(init=False)
    engines: list[SyncEngine] = field(init=False)
    deeds: list[Counter[str]] = field(factory=list[Counter[str]])
    told: list[SyncReport] = field(factory=list[SyncReport])

    def __attrs_post_init__(self) -> None:
        """Make services with calendars of different sizes."""
        self.clock = ManualClock()
        self.fake, self.salesloft = FakeGoogle(clock=self.clock), FakeSalesloft(clock=self.clock)
        for size, name in zip((30, 15, 5), CALENDARS, strict=True):
            if name != "primary":
                self.fake.add_calendar(name)
            populate(self.fake.calendar(name), events=size, seed=self.seed + size)
        self.engines = self._engines()

    def live(self, edits: int) -> Counter[str]:
        """Let everybody work while the user edits, and return how often who did what."""
        readers = [Reader() for _ in range(len(CALENDARS) + 1)]
        for place, engine in enumerate(self.engines):
            # Known before anybody prunes.
            self.store.changes(f"reader {place}", limit=1, key=engine.key)
        self.store.changes("reader of all", limit=1)
        works = list(self._works(readers))
        with _hectic(), ThreadPoolExecutor(len(works)) as pool:
            running = [pool.submit(self._again, name, work) for name, work in works]
            try:
                self._edit(edits)
            finally:
                self.over.set()
            for each in running:
                each.result()
        seen = sum(self.deeds, Counter[str]())
        day = self._day
        assert self.store.requests_of_all(first=day, last=day) == dict(seen), "a unit was lost"
        self._expect_whole(readers)
        return seen

    @property
    def _day(self) -> Any:
        return datetime(2026, 1, 5, tzinfo=UTC).date()

    def _works(self, readers: list[Reader]) -> Iterator[tuple[str, Callable[[], object]]]:
        """Name what the threads do: each calendar is synced by two that share an engine, and by a third."""
        others = self._engines()
        for place, engine in enumerate(self.engines):
            for shared in (engine, engine, others[place]):
                yield "syncs", partial(self._sync, shared)
            yield "readings", partial(self._read, readers[place], f"reader {place}", engine.key)
            yield "agendas", partial(self._look, engine)
        yield "readings of all", partial(self._read, readers[-1], "reader of all", None)
        yield "rounds", self._rounds()
        for engine in others[:2]:
            yield "pushes", self._mirror(engine).push
        yield "prunings", partial(self.store.prune, _EVER)

    def _again(self, name: str, work: Callable[[], object]) -> None:
        """Do something over and over until the user is done, and count it in the store, too."""
        mine = Counter[str]()
        self.deeds.append(mine)
        try:
            while not self.over.is_set():
                try:
                    work()
                except _HELD_BY_OTHERS:
                    self._count(mine, "found somebody else at it")
                except UsageError as error:
                    if "never synced" not in str(error):
                        raise
                else:
                    self._count(mine, name)
        finally:
            # One who fails keeps nobody waiting.
            self.over.set()

    def _count(self, mine: Counter[str], name: str) -> None:
        key = self.engines[0].key
        self.store.unit(lambda unit: unit.count_requests(key, {name: 1}, day=self._day))
        mine[name] += 1

    def _edit(self, edits: int) -> None:
        """Edit calendars in turn, each time once somebody has synced since."""
        users = [RandomUser(self.fake.calendar(name), f"{self.seed} {name}") for name in CALENDARS]
        for number in range(edits):
            users[number % len(users)].act()
            self.clock.advance(timedelta(seconds=1))
            if number % 10 == 9:
                self.fake.calendar(CALENDARS[number % len(CALENDARS)]).expire_sync_tokens()
            self.synced.clear()
            waited = time.monotonic() + PATIENCE
            while not self.synced.wait(0.01) and not self.over.is_set():
                assert time.monotonic() < waited, "nobody syncs any more"

    def _sync(self, engine: SyncEngine) -> None:
        self.told.append(engine.sync())
        self.synced.set()

    def _read(self, reader: Reader, consumer: str, key: CalendarKey | None) -> None:
        for entry in self.store.changes(consumer, limit=20, key=key):
            reader.read(entry)
            position = entry.token if key is None else entry.position
            assert position is not None
            self.store.acknowledge(consumer, position, key)

    def _look(self, engine: SyncEngine) -> None:
        ids = [one.id for one in engine.events()]
        assert len(ids) == len(set(ids)), "a reader saw two passes"
        first = self.clock.now()
        list(engine.occurrences(first, first + timedelta(days=7)))

    def _rounds(self) -> Callable[[], None]:
        """Return what a watcher does: notifications are taken in, and calendars synced that are due."""
        google = self._google()
        engines = [
            SyncEngine(google.calendar(name), self.store, lease_ttl=LEASE) for name in CALENDARS
        ]
        watcher = Watcher(google.push, self.store, engines, address=ADDRESS)
        intake = PushIntake(self.store, clock=self.clock)

        def receive(_address: str, headers: Any, body: bytes) -> Reply:
            return Reply(intake.answer(headers, body), {}, b"")

        deliveries = self.fake.channels.deliveries
        deliveries.receiver = receive

        def work() -> None:
            watcher.tend()
            deliveries.deliver()
            done = watcher.sync_due()
            assert all(isinstance(one.error, LeaseHeld) for one in done.failures)
            self.told.extend(report for report in done.done.values() if report is not None)

        return work

    def _mirror(self, engine: SyncEngine) -> Mirror:
        http_client = httpx.Client(transport=self.salesloft.transport())
        sales = Salesloft("key", http_client=http_client, clock=self.clock)
        return Mirror(engine, sales.calendar(self.salesloft.calendar_id), self.store)

    def _engines(self) -> list[SyncEngine]:
        google = self._google()
        return [
            SyncEngine(google.calendar(name, page_size=7), self.store, lease_ttl=LEASE)
            for name in CALENDARS
        ]

    def _google(self) -> Google:
        http_client = httpx.Client(transport=self.fake.transport())
        return Google(token="token", http_client=http_client, clock=self.clock)

    def _expect_whole(self, readers: list[Reader]) -> None:
        """Sync once more, and compare copies, feeds and reports with one another and with the service."""
        for name, engine in zip(CALENDARS, self.engines, strict=True):
            self._sync(engine)
            truth, calendar = self.fake.truth(name), self.fake.calendar(name)
            surplus = [one for one in engine.events() if one.id not in truth]
            assert all(stands_again(calendar, one) for one in surplus)
            if surplus:
                self.told.append(engine.sync(full=True))
            assert {one.id: dict(one.raw) for one in engine.events()} == truth
        keys = [engine.key for engine in self.engines]
        *of_one, of_all = readers
        for place, (key, reader) in enumerate(zip(keys, of_one, strict=True)):
            self._drain(reader, f"reader {place}", key)
            copied = {record.id for record in self.store.events(key)}
            assert reader.held.get(key, {}).keys() == copied, "the feed does not lead to the copy"
            entries = sum(_entries(one) for one in self.told if one.calendar == key)
            assert reader.last[key] == entries, "a run told otherwise than the feed"
        self._drain(of_all, "reader of all", None)
        assert of_all.last == sum((one.last for one in of_one), Counter[CalendarKey]())
        for engine in self._engines()[:2]:
            mirror = self._mirror(engine)
            mirror.push()
            assert not mirror.plan(reconciled=True).planned, "the sink does not show the copy"
        shown = [row["id"] for row in self.salesloft.events(self.salesloft.calendar_id)]
        assert len(shown) == len(set(shown)), "something was mirrored twice"

    def _drain(self, reader: Reader, consumer: str, key: CalendarKey | None) -> None:
        before = -1
        while reader.last.total() > before:
            before = reader.last.total()
            self._read(reader, consumer, key)


def live_on(open_store: Callable[[], AnyStore]) -> None:
    """Live through longer histories for as long as there is patience, and say what they saw."""
    ends, seen, lived = time.monotonic() + MINUTES * 60, Counter[str](), 0
    while time.monotonic() < ends:
        with open_store() as store:
            try:
                seen += Throng(store, FIRST + lived).live(10 * EDITS)
            except BaseException as failure:
                failure.add_note(f"seed {FIRST + lived}")
                raise
        lived += 1
    sys.stdout.write(f"\n{lived} histories: {dict(sorted(seen.items()))}\n")


def _entries(report: SyncReport) -> int:
    """Return how many entries of the feed a run speaks of."""
    links = len(report.splits) + len(report.truncations)
    return report.added + report.updated + report.deleted + links


@contextmanager
def _hectic() -> Generator[None]:
    """Let threads take turns a thousand times as often as they would."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
