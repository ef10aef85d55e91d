"""Engine, stores, agenda, mirror and push over a source of no vendor: the page's folder of files."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field
from tests.core.folder import FolderWorld

from kloudsync import AsyncSyncEngine, Mirror, PushIntake, SyncEngine
from kloudsync.agenda import busy, free
from kloudsync.errors import UsageError
from kloudsync.model.arrival import Arrival, Heard
from kloudsync.model.change import Added, Deleted, Updated
from kloudsync.provider import (
    AsyncLocal,
    CalendarKey,
    Cursor,
    EventRecord,
    Held,
    Item,
    LedgerEntry,
    Local,
    Malformed,
    Occurrence,
    Outcome,
    SinkPorts,
    Source,
    SourcePage,
    Step,
    Store,
    Write,
)
from kloudsync.push.ports import Find
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.sinks import SinkContract, Target
from kloudsync.testing.sources import HOUR, START, WEEK, SourceContract


class TestFolder(SourceContract):
    """The page's example keeps the contract of sources, over each store."""

    @pytest.fixture
    def world(self, tmp_path: Path) -> FolderWorld:
        """Return an empty folder."""
        folder = tmp_path / "calendar"
        folder.mkdir()
        return FolderWorld(folder)

    @pytest.fixture(params=["memory", "sqlite"])
    def store(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
        """Return an empty store."""
        if request.param == "memory":
            yield MemoryStore()
        else:
            with SQLiteStore(tmp_path / "calendars.db") as store:
                yield store

    def test_an_awaiting_engine_reads_it(self, world: FolderWorld, store: Store) -> None:
        """The same steps are done in worker threads."""
        world.add("Review", START, START + HOUR)

        async def work() -> list[datetime]:
            engine = AsyncSyncEngine(world.source(AsyncLocal()), store)
            await engine.sync()
            found = await engine.occurrences(START, START + WEEK)
            return [one.start for one in found if isinstance(one.start, datetime)]

        assert asyncio.run(work()) == [START]

    def test_the_feed_tells_what_happened(self, world: FolderWorld, store: Store) -> None:
        """In order, and until it is acknowledged."""
        engine = self.engine(world, store)
        event = world.add("Review", START, START + HOUR)
        engine.sync()
        world.rename(event, "Retrospective")
        engine.sync()
        world.remove(event)
        engine.sync()
        told = list(engine.changes("reader"))
        assert [type(one) for one in told] == [Added, Updated, Deleted]
        engine.acknowledge("reader", told[1])
        assert [type(one) for one in engine.changes("reader")] == [Deleted]

    def test_the_agenda_knows_when_one_is_free(self, world: FolderWorld, store: Store) -> None:
        """Busy and free time add up to the window."""
        world.add("Standup", START, START + HOUR, weekly=2)
        engine = self.engine(world, store)
        engine.sync()
        window = START, START + 2 * WEEK
        taken = busy(store, [engine.view], *window)
        assert [(one.start, one.end) for one in taken] == [
            (at, at + HOUR) for at in (START, START + WEEK)
        ]
        left = free(store, [engine.view], *window)
        lengths = [one.end - one.start for one in (*taken, *left)]
        assert sum(lengths, timedelta()) == 2 * WEEK

    def test_a_reason_of_ones_own_makes_it_due(self, world: FolderWorld) -> None:
        """Whoever learns of a change marks the calendar, as a notification would."""
        store = MemoryStore()
        engine = self.engine(world, store)
        engine.sync()
        PushIntake(store, unwrap=unread, clock=ManualClock()).mark(engine.key)
        (standing,) = store.standings(engine.key.provider, engine.key.account)
        assert standing.topic.key == engine.key

    def test_a_lease_outlasts_the_longest_step(self, world: FolderWorld, store: Store) -> None:
        """A source says how long a step may take, and a shorter lease is refused."""
        source = world.source(Local(longest_step=300))
        with pytest.raises(UsageError, match="may run out during one call, which may take 300 s"):
            SyncEngine(source, store, lease_ttl=240)
        SyncEngine(source, store, lease_ttl=300)

    def test_colours_do_not_mix(self, world: FolderWorld, store: Store) -> None:
        """A blocking engine refuses steps that are awaited, when it is made."""
        with pytest.raises(UsageError, match="blocking"):
            SyncEngine(world.source(AsyncLocal()), store)

    def test_a_folder_that_is_gone_is_no_empty_folder(
        self, world: FolderWorld, store: Store, tmp_path: Path
    ) -> None:
        """The run ends with the system's error, and the copy is as before."""
        world.add("Review", START, START + HOUR)
        engine = self.engine(world, store)
        engine.sync()
        (tmp_path / "calendar").rename(tmp_path / "away")
        with pytest.raises(FileNotFoundError):
            engine.sync()
        assert len(list(engine.events())) == 1


class Unfinished(Source[Local]):
    """A source whose author has some of it."""

    @property
    def caller(self) -> Local:
        """Performs the steps."""
        return Local()

    @property
    def key(self) -> CalendarKey:
        """Which calendar this is."""
        return CalendarKey("unfinished", "nobody", "calendar")

    @property
    def fingerprint(self) -> str:
        """What cursors are tied to."""
        return "unfinished"

    def page(self, cursor: Cursor | None, position: str | None) -> Step[SourcePage]:
        """Describe a page of nothing."""
        return Step("unfinished.read", lambda: SourcePage(records=()))


def test_a_source_that_lacks_a_member_is_not_made() -> None:
    """Each is named, and no event comes to be None."""
    made: Any = Unfinished
    with pytest.raises(TypeError, match="event, occurrence_id, reread"):
        made()


class Odd(Unfinished):
    """A source that describes its page in a way of its own."""

    def __init__(self, described: Any) -> None:
        self.described = described

    def page(self, cursor: Cursor | None, position: str | None) -> Step[SourcePage]:
        """Describe the page."""
        described: Step[SourcePage] = self.described
        return described

    def reread(self, raw: str) -> EventRecord | Malformed:
        """There is nothing to read."""
        raise AssertionError(raw)

    def event(self, record: EventRecord) -> Held:
        """There are no events."""
        raise AssertionError(record)

    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:
        """There are no series."""
        raise AssertionError(series)


ODD: Any = {}
NO_PAGES: list[tuple[Any, str]] = [
    (SourcePage(records=()), "by a Step or an Operation, and not by SourcePage"),
    (None, "by a Step or an Operation, and not by NoneType"),
    (Step("read", list), "returns a SourcePage, and not list"),
    (Step("read", lambda: SourcePage(records=[ODD])), "EventRecords, and not dict"),
]


@pytest.mark.parametrize(("described", "said"), NO_PAGES)
def test_what_is_no_page_is_named(described: Any, said: str) -> None:
    """Whoever writes a source reads what is expected of it, and nothing is held."""
    store, source = MemoryStore(), Odd(described)
    with pytest.raises(UsageError, match=said):
        SyncEngine(source, store).sync()
    assert store.calendars() == []


async def _page() -> SourcePage:
    return SourcePage(records=())


def test_a_step_is_no_coroutine_function() -> None:
    """It is done in a worker thread, where nobody would await it."""
    coroutine = _page()
    source = Odd(Step("read", lambda: coroutine))
    with pytest.raises(UsageError, match="not coroutine; its function is a plain one"):
        SyncEngine(source, MemoryStore()).sync()
    coroutine.close()


def unread(arrival: Arrival, find: Find, now: float) -> Heard:
    """Take nothing: no service sends notifications here."""
    raise AssertionError


@define
class Wall:
    """A sink without HTTP: a list of what hangs on a wall."""

    caller: Local
    name: str = "wall"
    records: dict[str, LedgerEntry] = field(factory=dict[str, LedgerEntry])
    refused: set[int] = field(factory=set[int])

    def item(self, occurrence: Occurrence, *, apart: bool = False) -> Item:
        """Return an occurrence as it hangs there."""
        start, end = occurrence.begins, occurrence.ends
        return Item(
            key=f"{occurrence.id}{'+' * apart}",
            uid=occurrence.id,
            start=start,
            end=end,
            digest=f"{start} {end}",
        )

    async def deliver(
        self,
        writes: Sequence[Write],
        ports: SinkPorts,
        delivered: Callable[[Sequence[Outcome]], Awaitable[None]],
    ) -> None:
        """Hang or take down."""
        for write in writes:
            bad = write.entry.start in self.refused
            if not bad:
                self.records[write.entry.key] = write.entry
            await delivered([Outcome(write=write, error="no nail" if bad else None)])

    async def present(self, start: int, end: int, ports: SinkPorts) -> list[LedgerEntry]:
        """Return what hangs there."""
        return [one for one in self.records.values() if one.start < end and one.end > start]


class WallTarget(Target):
    """A wall, and somebody before it."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self._wall = Wall(Local(clock=self.clock))

    def sink(self) -> Wall:
        """Return the wall."""
        return self._wall

    def shown(self) -> list[tuple[datetime, datetime]]:
        """Return what hangs there."""
        return sorted(
            (datetime.fromtimestamp(one.start, UTC), datetime.fromtimestamp(one.end, UTC))
            for one in self._wall.records.values()
            if not one.cancelled
        )

    def refuse(self, start: datetime) -> None:
        """Refuse what begins then."""
        self._wall.refused.add(int(start.timestamp()))

    def lose(self, start: datetime) -> None:
        """Take something down."""
        at = int(start.timestamp())
        self._wall.records = {k: one for k, one in self._wall.records.items() if one.start != at}


class TestWall(SinkContract):
    """A sink without HTTP keeps the contract of sinks."""

    @pytest.fixture
    def target(self) -> WallTarget:
        """Return an empty wall."""
        return WallTarget()


def test_the_folder_is_mirrored(tmp_path: Path) -> None:
    """From a source without HTTP to a sink without HTTP."""
    world, target, store = FolderWorld(tmp_path), WallTarget(), MemoryStore()
    source: Source[Local] = world.source(Local(clock=target.clock))
    begins = target.clock.now() + timedelta(days=1)
    world.add("Standup", begins, begins + HOUR, weekly=2)
    engine = SyncEngine(source, store)
    engine.sync()
    assert Mirror(engine, target.sink(), store).push().created == 2
    assert [at for at, _ in target.shown()] == [begins, begins + WEEK]
