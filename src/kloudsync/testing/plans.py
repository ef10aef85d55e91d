"""A calendar of nobody's: a few events that a test writes down, as an engine syncs them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Held, SingleEvent
from kloudsync.model.page import SourcePage
from kloudsync.model.record import EventRecord, Kind, Malformed
from kloudsync.model.state import Cursor
from kloudsync.model.times import epoch, from_epoch
from kloudsync.runtime.clock import Clock
from kloudsync.runtime.local import Local
from kloudsync.runtime.step import Step
from kloudsync.sync.source import Source


class PlannedCalendar(Source[Local]):
    """A calendar in memory that needs no provider and no fake, for tests of what reads copies.

    Args:
        name: Its id.
        clock: Tells the time to the engine.
    """

    def __init__(self, name: str = "plan", clock: Clock | None = None) -> None:
        self._name = name
        self._caller = Local(clock=clock)
        self._events: dict[str, dict[str, Any]] = {}

    @property
    def caller(self) -> Local:
        """Performs the steps."""
        return self._caller

    @property
    def key(self) -> CalendarKey:
        """Which calendar this is."""
        return CalendarKey("planned", "nobody", self._name)

    @property
    def fingerprint(self) -> str:
        """What cursors are tied to."""
        return f"planned {self._name}"

    def put(self, event: str, title: str, start: datetime, length: timedelta) -> None:
        """Write an event down, or another time or title of it."""
        begins, ends = epoch(start), epoch(start + length)
        self._events[event] = {"id": event, "title": title, "start": begins, "end": ends}

    def remove(self, event: str) -> None:
        """Take an event out."""
        del self._events[event]

    def page(self, cursor: Cursor | None, position: str | None) -> Step[SourcePage]:
        """Describe the reading of everything."""
        del cursor, position
        return Step("planned.read", self._read)

    def reread(self, raw: str) -> EventRecord | Malformed:
        """Read stored text again."""
        told = json.loads(raw)
        return EventRecord(
            id=told["id"],
            kind=Kind.SINGLE,
            raw=raw,
            start=told["start"],
            end=told["end"],
            last_end=told["end"],
            uid=f"{told['id']}@planned.invalid",
        )

    def event(self, record: EventRecord) -> Held:
        """Build the typed event of a record."""
        told = json.loads(record.raw)
        start, end = (from_epoch(told[name], all_day=False) for name in ("start", "end"))
        return SingleEvent(
            id=record.id, start=start, end=end, title=told["title"], busy=True, ical_uid=record.uid
        )

    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:
        """Name an occurrence that has no row of its own."""
        del all_day
        return f"{series}@{start}"

    def _read(self) -> SourcePage:
        read = [self.reread(json.dumps(one)) for one in self._events.values()]
        return SourcePage(records=[one for one in read if isinstance(one, EventRecord)])
