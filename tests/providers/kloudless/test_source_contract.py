from __future__ import annotations

from datetime import datetime

import httpx
import pytest

from kloudsync import Kloudless
from kloudsync.http.caller import Blocking
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.providers.kloudless.source import KloudlessCalendar
from kloudsync.testing.faults import Fault, FaultKind
from kloudsync.testing.kloudless import FakeKloudless
from kloudsync.testing.sources import SourceContract, World


class KloudlessWorld(World):
    """The fake, and the owner of the calendar upstream."""

    def __init__(self) -> None:
        self.fake = FakeKloudless()
        self.calendar = self.fake.google.calendar()
        self._upstream: dict[str, str] = {}

    def source(self) -> KloudlessCalendar[Blocking]:
        """Open the calendar anew, three events to a page."""
        client = httpx.Client(transport=self.fake.transport())
        kloudless = Kloudless("token", base_url="https://kloudless.example.com", http_client=client)
        return kloudless.calendar(rules=Rules(page_size=3))

    def add(self, title: str, start: datetime, end: datetime, *, weekly: int = 0) -> str:
        """Add an event or a series."""
        rules = [f"RRULE:FREQ=WEEKLY;COUNT={weekly}"] if weekly else []
        upstream = self.calendar.create(title, start, end, recurrence=rules)
        known = self.fake.event_id(upstream)
        self._upstream[known] = upstream
        return known

    def rename(self, event: str, title: str) -> None:
        """Give an event another title."""
        self.calendar.edit(self._upstream[event], summary=title)

    def remove(self, event: str) -> None:
        """Delete an event."""
        self.calendar.delete(self._upstream[event])

    def move(self, series: str, slot: datetime, start: datetime) -> None:
        """Move an occurrence."""
        self.calendar.edit_this(self._upstream[series], slot, start=start)

    def cancel(self, series: str, slot: datetime) -> None:
        """Cancel an occurrence."""
        self.calendar.cancel_occurrence(self._upstream[series], slot)

    def spoil(self) -> None:
        """Let the next page hold an item that makes no sense."""
        self.fake.faults.add(Fault(FaultKind.MALFORMED_ITEM, operation="events.list"))


class TestKloudless(SourceContract):
    """A calendar at Kloudless keeps the contract of sources."""

    @pytest.fixture
    def world(self) -> KloudlessWorld:
        """Return an empty calendar."""
        return KloudlessWorld()
