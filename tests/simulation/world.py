"""A small world in one process: a service, a person, workers that die and race, readers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import httpx
from tests.hasty import hasty
from tests.simulation.audit import Audit
from tests.simulation.deeds import Deeds, Told
from tests.simulation.foreign import ForeignClient
from tests.simulation.neighbours import Mirrored, Relayed
from tests.simulation.readers import Reader
from tests.simulation.script import (
    CALENDARS,
    Act,
    Calm,
    Crash,
    Divide,
    Do,
    Expire,
    Found,
    Jump,
    Push,
    Race,
    Read,
    Relay,
    Rezone,
    Script,
    Search,
    Step,
    Storm,
    Sync,
)
from tests.simulation.weather import STORMS, Weather
from tests.simulation.wire import FoulPlay, Wire
from tests.sync.crashing import Crash as Death
from tests.sync.crashing import CrashingStore

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
from kloudsync.objects.sync_engine import AsyncSyncEngine, SyncEngine
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.stores import MemoryStore
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.ports import Store
from kloudsync.sync.progress import CursorDropped, PageStaged, PassStarted, Progress
from kloudsync.sync.report import SyncReport
from kloudsync.testing.faults import Faults
from kloudsync.testing.google import USUAL, FakeGoogle, Habit
from kloudsync.testing.google.filters import Filter
from kloudsync.testing.google.user import RandomUser

TOKEN = "simulated"
LASTING = (APIError, TransportError, DecodeError, ResyncLoop)
"""What a run may end with while the service fails; anything else is a bug."""


class World:
    """Runs scripts, and checks after every sync that nothing was lost.

    Args:
        store: Holds the copies; in memory by default.

    Attributes:
        seen: What happened, counted: the measure of how thick a history was.
    """

    def __init__(self, store: Store | None = None) -> None:
        self.clock = Weather()
        self.fake = FakeGoogle(
            clock=self.clock,
            tokens={TOKEN: "owner@example.com"},
            habits=USUAL | {Habit.BARE_CANCELLATIONS, Habit.CHILDREN_OF_THE_DEAD},
        )
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
        self._calm = True
        self._mirrored = Mirrored(self.clock, self.seen)
        self._relayed = Relayed(self.fake, self.clock, self.store, self.seen)
        self._deeds = [Deeds() for _ in range(CALENDARS)]
        self._readers = [Reader() for _ in range(CALENDARS)]
        self._audit = Audit(self.clock, self._calendars, self._deeds, self.seen)

    def run(self, script: Script) -> None:
        """Live through a script, then let the storm pass and check that all is well."""
        for step in script:
            self._take(step)
        self._take(Calm())
        self._take(Jump(1.0))
        for calendar in range(CALENDARS):
            self._take(Sync(calendar, 50))
            self._take(Read(calendar, 0))
            self._readers[calendar].check(self._copy(calendar))
            self._audit.check_agenda(calendar, self._copy(calendar))
        self._take(Push(None))
        self._take(Relay())
        self._google.close()

    def _take(self, step: Step) -> None:
        match step:
            case Act() | Found() | Do() | Divide() | Rezone():
                self._edit(step)
            case Sync() | Crash() | Race() | Search() | Push() | Relay():
                self._work(step)
            case Read():
                read = self._readers[step.calendar].read(self._copy(step.calendar), step.luck)
                self.seen["changes read"] += read
            case _:
                self._change(step)

    def _edit(self, step: Act | Found | Do | Divide | Rezone) -> None:
        """A person or another program edits a calendar."""
        user = RandomUser(self._calendars[step.calendar], step.luck)
        match step:
            case Act():
                self._act(step.calendar, user.act)
            case Found():
                self._act(step.calendar, partial(user.act, "create series"))
            case Do():
                # Within half an hour nobody can tell a series that was created where another
                # ends since from its other half.
                self.clock.sleep(1860)
                self._act(step.calendar, partial(user.act, step.deed))
            case Divide():
                self._divide(step)
            case Rezone():
                self._foreign(step.calendar).rezone(step.luck)
                self.seen["zones changed"] += 1

    def _work(self, step: Sync | Crash | Race | Search | Push | Relay) -> None:
        """A worker keeps a copy in step, or what depends on one."""
        match step:
            case Sync():
                self._sync(step.calendar, step.page_size, awaiting=step.awaiting)
            case Crash():
                self._crash(step)
            case Race():
                self._race(step)
            case Search():
                self._search(step)
            case Push():
                self._mirrored.push(self._copy(0), self.store, step.fatal)
            case Relay():
                # What Kloudless makes of a bare stub, nobody has said.
                self.fake.habits.discard(Habit.BARE_CANCELLATIONS)
                self._relayed.fake.numbered = step.numbered
                self._relayed.sync(
                    fresh=step.fresh, between=self._meanwhile(step.luck), calm=self._calm
                )
                self.fake.habits.add(Habit.BARE_CANCELLATIONS)

    def _meanwhile(self, luck: int | None) -> Callable[[], object] | None:
        """Return what a person does to the first calendar while it is listed."""
        if luck is None:
            return None
        # What is deleted lets the pages behind it shift; what is not there cannot be.
        user, deeds = RandomUser(self._calendars[0], luck), ("delete", None)
        return lambda: self._act(0, partial(user.act, deeds[luck % 2]))

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

    def _foreign(self, calendar: int) -> ForeignClient:
        return ForeignClient(self.fake, self._calendars[calendar], TOKEN)

    def _divide(self, step: Divide) -> None:
        """Another client divides a series; in one step for those who sync, or in two."""
        division = self._foreign(step.calendar).divide(step.luck)
        if division is None:
            self.seen["divisions of nothing"] += 1
            return
        edited, deeds = self._calendars[step.calendar], self._deeds[step.calendar]
        if deeds.is_divided(division.old):
            # Within half an hour nobody can tell which of two cuts a half belongs to.
            self.clock.sleep(1860)
        deeds.adopt(division.new, division.old)
        writes = [division.shorten, division.insert]
        told: list[Told | None] = [(division.old, None), (division.old, division.new)]
        if step.tail_first:
            writes, told[0] = writes[::-1], None
        between = step.synced_between and deeds.is_settled(division.old)
        before = edited.truth()
        for number, write in enumerate(writes):
            write()
            if between:
                deeds.note(before, edited.truth(), told[number])
                before = edited.truth()
                if number == 0:
                    self._sync(step.calendar, 250)
        if not between:
            deeds.note(before, edited.truth(), told[1])
        self.seen[f"divisions by a client in {1 + between}"] += 1

    def _search(self, step: Search) -> None:
        """A search is a copy of its own, and holds what matches, whatever changed."""
        searched = self._calendars[step.calendar]
        source = self._google.calendar(searched.id, q=step.text)
        engine = hasty(SyncEngine(source, self.store, mass_deletion=MassDeletion(share=1.0)), 120.0)
        try:
            engine.sync()
        except LASTING as error:
            self._check_error(error)
            return
        chosen = Filter(text=step.text)
        wanted = {row.id for row in searched.book.rows if chosen.keeps(searched.book, row)}
        assert {event.id for event in engine.events()} == wanted, "a search found something else"
        self.seen["searches"] += 1

    def _sync(self, calendar: int, page_size: int, *, awaiting: bool = False) -> None:
        try:
            self._succeed(calendar, self._report(calendar, page_size, awaiting=awaiting))
        except LeaseHeld:
            self.seen["lease held"] += 1
        except LASTING as error:
            self._check_error(error)

    def _report(self, calendar: int, page_size: int, *, awaiting: bool) -> SyncReport:
        if not awaiting:
            return self._engine(calendar, page_size, self.store, self._watch).sync()
        self.seen["syncs by awaiting workers"] += 1
        return asyncio.run(self._awaited(calendar, page_size))

    async def _awaited(self, calendar: int, page_size: int) -> SyncReport:
        async with httpx.AsyncClient(transport=self.wire) as http:
            google = AsyncGoogle(
                token=TOKEN, http_client=http, clock=self.clock, retry=Retry(attempts=3)
            )
            source = google.calendar(self._calendars[calendar].id, page_size=page_size)
            engine = AsyncSyncEngine(
                source,
                self.store,
                hook=self._watch,
                mass_deletion=MassDeletion(share=1.0),
            )
            return await hasty(engine, 120.0).sync()

    def _succeed(self, calendar: int, report: SyncReport) -> None:
        self.seen["syncs"] += 1
        self.seen["syncs with earlier state"] += report.lag is not None
        self.seen["full passes"] += report.full
        self.seen["resumed"] += report.resumed
        self.seen["splits"] += len(report.splits)
        self.seen["truncations"] += len(report.truncations)
        feed = self._audit.check(calendar, self._copy(calendar))
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
            self._audit.look(self.store, step.calendar)
        match step:
            case PassStarted(resumed=True):
                self.seen["passes resumed"] += 1
            case CursorDropped():
                self.seen["cursors dropped"] += 1
            case PageStaged():
                self.seen["pages"] += 1
            case _:
                pass

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

    def _copy(self, calendar: int) -> SyncEngine:
        return self._engine(calendar, 50, self.store, self._watch)

    def _count_faults(self) -> None:
        for kind, count in self.fake.faults.injected.items():
            self.seen[f"fault: {kind.name}"] += count


def fails(script: Script, store: Store | None = None) -> BaseException | None:
    """Return why a script fails, or None."""
    with suppress(RecursionError):
        try:
            World(store).run(script)
        except (AssertionError, KloudsyncError, KeyError) as failure:
            return failure
    return None
