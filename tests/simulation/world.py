"""A small world in one process: a service, a person, workers that die and race, readers."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import httpx
from tests.hasty import hasty
from tests.simulation.deeds import Deeds
from tests.simulation.neighbours import Mirrored, Relayed
from tests.simulation.replay import check_order, contents, replay
from tests.simulation.script import (
    CALENDARS,
    Act,
    Calm,
    Crash,
    Expire,
    Found,
    Jump,
    Push,
    Race,
    Read,
    Relay,
    Script,
    Step,
    Storm,
    Sync,
)
from tests.simulation.wire import FoulPlay, Wire
from tests.sync.crashing import Crash as Death
from tests.sync.crashing import CrashingStore

from kloudsync.engine import SyncEngine
from kloudsync.errors import (
    APIError,
    DecodeError,
    KloudsyncError,
    LeaseHeld,
    LeaseLost,
    ResyncLoop,
    TransportError,
)
from kloudsync.http.retry import Retry
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.change import Change
from kloudsync.model.event import Held
from kloudsync.providers.google.client import Google
from kloudsync.stores import MemoryStore
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.ports import Store
from kloudsync.sync.progress import CursorDropped, PageStaged, PassStarted, Progress
from kloudsync.sync.report import SyncReport
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import TRANSIENT, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.google.user import RandomUser

TOKEN = "simulated"
STORMS = (
    *TRANSIENT,
    FaultKind.CURSOR_GONE,
    FaultKind.CURSOR_INVALID,
    FaultKind.DUPLICATE_ITEMS,
    FaultKind.REORDER_PAGES,
    FaultKind.HTML_200,
)
LASTING = (APIError, TransportError, DecodeError, ResyncLoop)
"""What a run may end with while the service fails; anything else is a bug."""


class Weather(ManualClock):
    """A manual clock with seeded luck, so that retries spread and workers get names of their own."""

    def __init__(self) -> None:
        super().__init__()
        self._dice = random.Random(0)

    def chance(self) -> float:
        """Return the next number."""
        return self._dice.random()


class World:
    """Runs scripts, and checks after every sync that nothing was lost.

    Args:
        store: Holds the copies; in memory by default.

    Attributes:
        seen: What happened, counted: the measure of how thick a history was.
    """

    def __init__(self, store: Store | None = None) -> None:
        self.clock = Weather()
        self.fake = FakeGoogle(clock=self.clock, tokens={TOKEN: "owner@example.com"})
        self.store: Store = store or MemoryStore()
        self.wire = Wire(self.fake.transport(), TOKEN)
        self.seen: Counter[str] = Counter()
        self._calendars = [self.fake.calendar("primary")]
        self._calendars += [
            self.fake.add_calendar(f"team{n}@example.com") for n in range(1, CALENDARS)
        ]
        http = httpx.Client(transport=self.wire)
        self._google = Google(
            token=TOKEN, http_client=http, clock=self.clock, retry=Retry(attempts=3)
        )
        self._commits: dict[tuple[CalendarKey, int], dict[str, str]] = {}
        self._calm = True
        self._mirrored = Mirrored(self.clock, self.seen)
        self._relayed = Relayed(self.fake, self.clock, self.store, self.seen)
        self._deeds = [Deeds() for _ in range(CALENDARS)]
        self._met: list[dict[int, str]] = [{} for _ in range(CALENDARS)]
        self._acknowledged = [0] * CALENDARS

    def run(self, script: Script) -> None:
        """Live through a script, then let the storm pass and check that all is well."""
        for step in script:
            self._take(step)
        self._take(Calm())
        self._take(Jump(1.0))
        for calendar in range(CALENDARS):
            self._take(Sync(calendar, 50))
            self._take(Read(calendar, 0))
            self._check_readers(calendar)
        self._take(Push(None))
        self._take(Relay())
        self._google.close()

    def _take(self, step: Step) -> None:
        match step:
            case Act():
                self._act(step.calendar, RandomUser(self._calendars[step.calendar], step.luck).act)
            case Found():
                user = RandomUser(self._calendars[step.calendar], step.luck)
                self._act(step.calendar, partial(user.act, "create series"))
            case Sync():
                self._sync(step.calendar, step.page_size)
            case Crash():
                self._crash(step)
            case Race():
                self._race(step)
            case Read():
                self._read(step)
            case Push():
                self._mirrored.push(self._copy(0), self.store, step.fatal)
            case Relay():
                self._relayed.sync(self._calendars[0].truth(), calm=self._calm)
            case _:
                self._change(step)

    def _act(self, calendar: int, act: Callable[[], str]) -> None:
        edited = self._calendars[calendar]
        before = edited.truth()
        done = act()
        self._deeds[calendar].note(before, edited.truth())
        self.seen[f"act: {done}"] += 1

    def _change(self, step: Storm | Calm | Expire | Jump) -> None:
        """Change the weather."""
        match step:
            case Storm():
                self._count_faults()
                self._calm = False
                self.fake.faults = Faults.random(step.luck, rate=step.rate, kinds=STORMS)
                for neighbour in (self._mirrored.fake, self._relayed.fake):
                    neighbour.faults = Faults.random(step.luck, rate=step.rate)
            case Calm():
                self._count_faults()
                self._calm = True
                for fake in (self.fake, self._mirrored.fake, self._relayed.fake):
                    fake.faults = Faults([])
            case Expire():
                self.fake.expire_sync_tokens()
                if step.pages:
                    self.fake.expire_page_tokens()
            case Jump():
                self.clock.sleep(step.hours * 3600)

    def _engine(self, calendar: int, page_size: int, store: Store, hook: Any) -> SyncEngine:
        source = self._google.calendar(self._calendars[calendar].id, page_size=page_size)
        engine = SyncEngine(source, store, hook=hook, mass_deletion=MassDeletion(share=1.0))
        return hasty(engine, 120.0)

    def _sync(self, calendar: int, page_size: int) -> None:
        engine = self._engine(calendar, page_size, self.store, self._watch)
        try:
            self._succeed(calendar, engine.sync())
        except LeaseHeld:
            self.seen["lease held"] += 1
        except LASTING as error:
            self._check_error(error)

    def _succeed(self, calendar: int, report: SyncReport) -> None:
        self.seen["syncs"] += 1
        self.seen["syncs with earlier state"] += report.lag is not None
        self.seen["full passes"] += report.full
        self.seen["resumed"] += report.resumed
        self.seen["splits"] += len(report.splits)
        self.seen["truncations"] += len(report.truncations)
        feed = self._check(calendar)
        self.seen["cuts told as they were made"] += self._deeds[calendar].settle(
            feed, first=report.lag is None, resumed=report.resumed
        )

    def _check_error(self, error: KloudsyncError) -> None:
        """Every lasting error has a cause that was put into the world."""
        self.seen[f"error: {type(error).__name__}"] += 1
        if isinstance(error, FoulPlay):
            raise error
        assert sum(self.fake.faults.injected.values()) > 0, f"{error!r} without a cause"

    def _watch(self, step: Progress) -> None:
        if isinstance(step, PageStaged):
            self._look(step.calendar)
        match step:
            case PassStarted(resumed=True):
                self.seen["passes resumed"] += 1
            case CursorDropped():
                self.seen["cursors dropped"] += 1
            case PageStaged():
                self.seen["pages"] += 1
            case _:
                pass

    def _look(self, key: CalendarKey) -> None:
        """A reader in the middle of a pass sees the last commit, and nothing of the pass."""
        held = {record.id: record.raw for record in self.store.events(key)}
        passes = self.store.state(key).passes
        known = self._commits.setdefault((key, passes), held)
        assert held == known, "a reader saw a pass that is not committed"
        self.seen["looks"] += 1

    def _crash(self, step: Crash) -> None:
        dying = CrashingStore(self.store, step.fatal, after=step.after)
        pages = Counter[str]()

        def watch(progress: Progress) -> None:
            pages["staged"] += isinstance(progress, PageStaged)
            self._watch(progress)

        engine = self._engine(step.calendar, step.page_size, dying.as_store(), watch)
        try:
            self._succeed(step.calendar, engine.sync())
        except Death:
            self.seen["crashes"] += 1
            self.seen["crashes between pages"] += pages["staged"] > 0
            self.clock.sleep(121)
        except LeaseHeld:
            self.seen["lease held"] += 1
        except LASTING as error:
            self._check_error(error)

    def _race(self, step: Race) -> None:
        pages = Counter[str]()

        def intrude(progress: Progress) -> None:
            self._watch(progress)
            pages["staged"] += isinstance(progress, PageStaged)
            if isinstance(progress, PageStaged) and pages["staged"] == step.pages:
                self.seen["races"] += 1
                if step.late:
                    self.clock.sleep(121)
                self._sync(step.calendar, step.page_size)

        engine = self._engine(step.calendar, step.page_size, self.store, intrude)
        try:
            self._succeed(step.calendar, engine.sync())
        except LeaseLost:
            assert step.late
            self.seen["lease lost"] += 1
        except LeaseHeld:
            self.seen["lease held"] += 1
        except LASTING as error:
            self._check_error(error)

    def _read(self, step: Read) -> None:
        """Read the feed as a consumer that sometimes dies before it acknowledges."""
        dice = random.Random(step.luck)
        copy = self._copy(step.calendar)
        changes = list(copy.changes("reader"))
        for change in changes:
            self._meet(step.calendar, change)
        if changes and dice.random() < 0.8:
            last = changes[dice.randrange(len(changes))] if step.luck else changes[-1]
            copy.acknowledge("reader", last)
            self._acknowledged[step.calendar] = max(
                self._acknowledged[step.calendar], last.position
            )
        self.seen["changes read"] += len(changes)

    def _meet(self, calendar: int, change: Change) -> None:
        met = self._met[calendar]
        told = _told(change)
        assert change.position > self._acknowledged[calendar], "an acknowledged change came again"
        assert met.setdefault(change.position, told) == told, "a change was told in two ways"

    def _check_readers(self, calendar: int) -> None:
        """The consumer met every change of the feed at least once."""
        everything = list(self._copy(calendar).changes("auditor of all"))
        assert {change.position for change in everything} == self._met[calendar].keys()

    def _copy(self, calendar: int) -> SyncEngine:
        return self._engine(calendar, 50, self.store, self._watch)

    def _check(self, calendar: int) -> list[Change]:
        """The store is the calendar, and the feed replays to it; returns the feed."""
        copy = self._copy(calendar)
        held = {event.id: dict(event.raw) for event in copy.events()}
        assert held == self._calendars[calendar].truth()
        feed = list(copy.changes("auditor"))
        assert replay(feed) == {name: contents(raw) for name, raw in held.items()}
        check_order(feed)
        return feed

    def _count_faults(self) -> None:
        for kind, count in self.fake.faults.injected.items():
            self.seen[f"fault: {kind.name}"] += count


def _told(change: Change) -> str:
    event: Held | None = getattr(change, "event", None) or getattr(change, "after", None)
    return f"{type(change).__name__} {getattr(event, 'id', change)}"


def fails(script: Script, store: Store | None = None) -> BaseException | None:
    """Return why a script fails, or None."""
    with suppress(RecursionError):
        try:
            World(store).run(script)
        except (AssertionError, KloudsyncError, KeyError) as failure:
            return failure
    return None
