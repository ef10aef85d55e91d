"""The contract of sources: what every source must do, as tests that you subclass for your own.

```python
class TestFolder(SourceContract):
    @pytest.fixture
    def world(self, tmp_path: Path) -> World:
        return FolderWorld(tmp_path)
```

A `World` is your provider and somebody who edits a calendar there.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from kloudsync.model.event import CancelledOccurrence, Held, Series, SeriesException
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.state import Cursor
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.runtime.colour import Blocks
from kloudsync.stores.memory.store import MemoryStore
from kloudsync.sync.ports import Store
from kloudsync.sync.source import Source

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""When the first event begins: a Monday."""

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


class World(ABC):
    """A calendar at a provider, and somebody who edits it."""

    @abstractmethod
    def source(self) -> Source[Any]:
        """Open the calendar anew, for a blocking engine."""

    @abstractmethod
    def add(self, title: str, start: datetime, end: datetime, *, weekly: int = 0) -> str:
        """Add an event, or a series of so many weeks; answers with its id."""

    @abstractmethod
    def rename(self, event: str, title: str) -> None:
        """Give an event or a series another title."""

    @abstractmethod
    def remove(self, event: str) -> None:
        """Delete an event or a series."""

    def move(self, series: str, slot: datetime, start: datetime) -> None:
        """Move one occurrence of a series; leave this out where nobody can."""
        del series, slot, start
        pytest.skip("this provider's occurrences cannot be moved")

    def cancel(self, series: str, slot: datetime) -> None:
        """Cancel one occurrence of a series; leave this out where nobody can."""
        del series, slot
        pytest.skip("this provider's occurrences cannot be cancelled")

    def spoil(self) -> None:
        """Put something there that makes no sense; leave this out where nothing can be."""
        pytest.skip("nothing at this provider can make no sense")


def _titles(held: list[Held]) -> list[str | None]:
    return sorted(
        (one.title or "" for one in held if not isinstance(one, CancelledOccurrence)), key=str
    )


class SourceContract:
    """What every source must do; subclasses say by the fixture `world` whose it is."""

    @pytest.fixture
    def world(self) -> World:
        """Return an empty calendar; subclasses override this."""
        raise NotImplementedError("override the fixture `world` so that it gives an empty calendar")

    @pytest.fixture
    def store(self) -> Store:
        """Return an empty store; may be overridden."""
        return MemoryStore()

    def engine(self, world: World, store: Store) -> SyncEngine:
        """Return an engine as another process would make it."""
        return SyncEngine(world.source(), store)

    def test_two_sources_of_one_calendar_are_one_copy(self, world: World) -> None:
        """Key and fingerprint are the same in every process, and so is the reading of rules."""
        one, other = world.source(), world.source()
        assert one.key == other.key
        assert one.fingerprint == other.fingerprint
        assert one.reading == other.reading

    def test_an_empty_calendar_is_a_copy(self, world: World, store: Store) -> None:
        """A first pass that holds nothing is committed, and is a pass."""
        report = self.engine(world, store).sync()
        assert (report.committed, report.added) == (True, 0)
        assert store.calendars() == [world.source().key]

    def test_what_is_there_is_held(self, world: World, store: Store) -> None:
        """Every event is, once, with its title and times."""
        for number in range(7):
            begins = START + number * HOUR
            world.add(f"Event {number}", begins, begins + HOUR)
        engine = self.engine(world, store)
        assert engine.sync().added == 7
        assert _titles(list(engine.events())) == [f"Event {number}" for number in range(7)]
        found = [(one.start, one.end) for one in engine.occurrences(START, START + 7 * HOUR)]
        starts = [START + number * HOUR for number in range(7)]
        assert found == [(at, at + HOUR) for at in starts]

    def test_nothing_new_is_nothing_told(self, world: World, store: Store) -> None:
        """A second pass over the same calendar changes nothing, whoever runs it."""
        world.add("Review", START, START + HOUR)
        world.add("Standup", START, START + HOUR, weekly=5)
        self.engine(world, store).sync()
        report = self.engine(world, store).sync()
        assert (report.added, report.updated, report.deleted) == (0, 0, 0)

    def test_an_edit_is_one_change(self, world: World, store: Store) -> None:
        """It is told with what was there before."""
        event = world.add("Review", START, START + HOUR)
        engine = self.engine(world, store)
        engine.sync()
        world.rename(event, "Retrospective")
        report = engine.sync()
        assert (report.added, report.updated, report.deleted) == (0, 1, 0)
        assert _titles(list(engine.events())) == ["Retrospective"]

    def test_what_is_gone_is_told(self, world: World, store: Store) -> None:
        """It is held no longer, and what is left stays."""
        event = world.add("Review", START, START + HOUR)
        world.add("Retrospective", START, START + HOUR)
        engine = self.engine(world, store)
        engine.sync()
        world.remove(event)
        assert engine.sync().deleted == 1
        assert _titles(list(engine.events())) == ["Retrospective"]

    def test_a_series_recurs(self, world: World, store: Store) -> None:
        """It is held as one, ends with its rule, and its occurrences have ids of their own."""
        series = world.add("Standup", START, START + HOUR, weekly=5)
        engine = self.engine(world, store)
        engine.sync()
        assert isinstance(engine.event(series), Series)
        found = list(engine.occurrences(START, START + 10 * WEEK))
        assert [one.start for one in found] == [START + number * WEEK for number in range(5)]
        assert len({one.id for one in found}) == 5

    def test_a_moved_occurrence_takes_its_place(self, world: World, store: Store) -> None:
        """It belongs to its series and stands for the slot that the rule gave it."""
        series = world.add("Standup", START, START + HOUR, weekly=3)
        engine = self.engine(world, store)
        engine.sync()
        world.move(series, START + WEEK, START + WEEK + 3 * HOUR)
        engine.sync()
        (moved,) = [one for one in engine.events() if isinstance(one, SeriesException)]
        assert (moved.series, moved.original_start) == (series, START + WEEK)
        found = [one.start for one in engine.occurrences(START, START + 10 * WEEK)]
        assert found == [START, START + WEEK + 3 * HOUR, START + 2 * WEEK]

    def test_a_cancelled_occurrence_leaves_a_hole(self, world: World, store: Store) -> None:
        """The series goes on without it."""
        series = world.add("Standup", START, START + HOUR, weekly=3)
        engine = self.engine(world, store)
        engine.sync()
        world.cancel(series, START + WEEK)
        engine.sync()
        found = [one.start for one in engine.occurrences(START, START + 10 * WEEK)]
        assert found == [START, START + 2 * WEEK]

    def test_what_makes_no_sense_is_kept_aside(self, world: World, store: Store) -> None:
        """It stops nothing, and is found with its text and the reason."""
        world.add("Review", START, START + HOUR)
        world.spoil()
        engine = self.engine(world, store)
        report = engine.sync()
        assert (report.committed, report.added) == (True, 1)
        assert [bool(one.reason) for one in engine.quarantined()] == [True]

    def test_records_say_what_their_text_says(self, world: World, store: Store) -> None:
        """Read again, the text of a record gives the record, and it is JSON."""
        series = world.add("Standup", START, START + HOUR, weekly=3)
        world.add("Review", START, START + HOUR)
        engine = self.engine(world, store)
        engine.sync()
        source = world.source()
        held = list(store.events(source.key))
        assert {one.id: one.kind for one in held}[series] == Kind.SERIES
        for record in held:
            json.loads(record.raw)
            again = source.reread(record.raw)
            assert isinstance(again, EventRecord)
            assert source.same(record, again)
            assert (again.id, again.start, again.end) == (record.id, record.start, record.end)
            assert source.event(record).id == record.id

    def test_a_pass_that_is_cut_off_is_finished_by_the_next(
        self, world: World, store: Store
    ) -> None:
        """Wherever it stops, all is held or nothing, and at last the calendar is."""
        for number in range(7):
            begins = START + number * HOUR
            world.add(f"Event {number}", begins, begins + HOUR)
        engine = self.engine(world, store)
        for pages in range(20):
            try:
                SyncEngine(cast("Source[Blocks]", _Stopping(world.source(), pages)), store).sync()
                break
            except _StoppedError:
                # All, where an earlier run's pass was finished before the next one was cut off.
                assert len(list(engine.events())) in {0, 7}
        engine.sync()
        assert len(list(engine.events())) == 7


class _StoppedError(Exception):
    """The process died."""


class _Stopping:
    """A source whose process dies after so many pages."""

    def __init__(self, source: Source[Any], pages: int) -> None:
        self._source = source
        self._left = pages

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def page(self, cursor: Cursor | None, position: str | None) -> Any:
        """Describe a page, or die."""
        if self._left == 0:
            raise _StoppedError
        self._left -= 1
        return self._source.page(cursor, position)
