"""The contract of sinks: what every sink must do, as tests that you subclass for your own.

```python
class TestMySink(SinkContract):
    @pytest.fixture
    def target(self) -> Target:
        return MyTarget()
```

A `Target` is a calendar that is written to, and somebody who looks at it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kloudsync.mirror.ports import BoundSink
from kloudsync.objects.mirror import Mirror
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.stores.memory.store import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.plans import PlannedCalendar

HOUR = timedelta(hours=1)


class Target(ABC):
    """A calendar that is written to, and somebody who looks at it.

    Attributes:
        clock: The clock of the sink's client.
    """

    clock: ManualClock

    @abstractmethod
    def sink(self) -> BoundSink[Any]:
        """Open the calendar anew, for a blocking mirror."""

    @abstractmethod
    def shown(self) -> list[tuple[datetime, datetime]]:
        """Return start and end of everything that takes place there, in order."""

    def refuse(self, start: datetime) -> None:
        """Refuse writes of what begins then; leave this out where nobody can."""
        del start
        pytest.skip("this sink refuses nothing by itself")

    def lose(self, start: datetime) -> None:
        """Let a record vanish as if somebody else deleted it; leave this out where nobody can."""
        del start
        pytest.skip("nobody else can delete here")


class SinkContract:
    """What every sink must do; subclasses say by the fixture `target` whose it is."""

    @pytest.fixture
    def target(self) -> Target:
        """Return an empty calendar; subclasses override this."""
        raise NotImplementedError(
            "override the fixture `target` so that it gives an empty calendar"
        )

    @pytest.fixture
    def calendar(self, target: Target) -> PlannedCalendar:
        """A calendar to mirror, of three events that are still to come."""
        calendar = PlannedCalendar(clock=target.clock)
        for number in range(3):
            calendar.put(f"e{number}", f"Event {number}", self.start(target, number), HOUR)
        return calendar

    @pytest.fixture
    def store(self) -> MemoryStore:
        """Holds the copy and what was written."""
        return MemoryStore()

    def start(self, target: Target, number: int) -> datetime:
        """Return when an event begins: whole hours from tomorrow on."""
        day = target.clock.now().astimezone(UTC) + timedelta(days=1)
        return day.replace(minute=0, second=0, microsecond=0) + 2 * number * HOUR

    def mirror(self, target: Target, calendar: PlannedCalendar, store: MemoryStore) -> Mirror:
        """Sync the calendar, and return a mirror as another process would make it."""
        engine = SyncEngine(calendar, store)
        engine.sync()
        return Mirror(engine, target.sink(), store)

    def test_two_sinks_of_one_calendar_have_one_name(self, target: Target) -> None:
        """Ledgers and leases are found by it, in every process."""
        assert target.sink().name == target.sink().name != ""

    def test_what_takes_place_is_shown(
        self, target: Target, calendar: PlannedCalendar, store: MemoryStore
    ) -> None:
        """Every occurrence is written once, at its time."""
        report = self.mirror(target, calendar, store).push()
        assert (report.created, report.refused) == (3, ())
        starts = [self.start(target, number) for number in range(3)]
        assert target.shown() == [(at, at + HOUR) for at in starts]

    def test_what_is_shown_is_not_written_again(
        self, target: Target, calendar: PlannedCalendar, store: MemoryStore
    ) -> None:
        """Another push, by another process, has nothing to do."""
        self.mirror(target, calendar, store).push()
        report = self.mirror(target, calendar, store).push()
        assert (report.created, report.updated, report.cancelled) == (0, 0, 0)

    def test_what_moves_is_moved(
        self, target: Target, calendar: PlannedCalendar, store: MemoryStore
    ) -> None:
        """The record follows, and nothing is shown twice."""
        self.mirror(target, calendar, store).push()
        target.clock.advance(timedelta(minutes=1))
        later = self.start(target, 7)
        calendar.put("e0", "Event 0", later, HOUR)
        report = self.mirror(target, calendar, store).push()
        assert report.refused == ()
        assert target.shown() == [
            (at, at + HOUR) for at in (self.start(target, 1), self.start(target, 2), later)
        ]

    def test_what_is_gone_is_cancelled(
        self, target: Target, calendar: PlannedCalendar, store: MemoryStore
    ) -> None:
        """It takes place there no longer; and what comes back does again."""
        self.mirror(target, calendar, store).push()
        target.clock.advance(timedelta(minutes=1))
        calendar.remove("e1")
        assert self.mirror(target, calendar, store).push().cancelled == 1
        assert [at for at, _ in target.shown()] == [self.start(target, 0), self.start(target, 2)]
        target.clock.advance(timedelta(minutes=1))
        calendar.put("e1", "Event 1", self.start(target, 1), HOUR)
        self.mirror(target, calendar, store).push()
        assert [at for at, _ in target.shown()] == [self.start(target, n) for n in range(3)]

    def test_one_refusal_is_in_nobody_elses_way(
        self, target: Target, calendar: PlannedCalendar, store: MemoryStore
    ) -> None:
        """What the sink refuses is told with its words, and the others are written."""
        target.refuse(self.start(target, 1))
        report = self.mirror(target, calendar, store).push()
        assert [bool(one.error) for one in report.refused] == [True]
        assert [at for at, _ in target.shown()] == [self.start(target, 0), self.start(target, 2)]

    def test_what_is_missing_is_found(
        self, target: Target, calendar: PlannedCalendar, store: MemoryStore
    ) -> None:
        """Reconciling compares with what is really shown, and repairs."""
        self.mirror(target, calendar, store).push()
        target.lose(self.start(target, 1))
        target.clock.advance(timedelta(minutes=1))
        report = self.mirror(target, calendar, store).reconcile()
        assert report.missing == 1
        assert [at for at, _ in target.shown()] == [self.start(target, n) for n in range(3)]
