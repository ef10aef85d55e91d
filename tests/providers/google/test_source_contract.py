from __future__ import annotations

from datetime import datetime

import httpx
import pytest

from kloudsync import Google
from kloudsync.http.caller import Blocking
from kloudsync.providers.google.source import GoogleCalendar
from kloudsync.testing.faults import Fault, FaultKind
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.sources import SourceContract, World


class GoogleWorld(World):
    """The fake, and its owner."""

    def __init__(self) -> None:
        self.fake = FakeGoogle()
        self.calendar = self.fake.calendar()

    def source(self) -> GoogleCalendar[Blocking]:
        """Open the calendar anew, three events to a page."""
        client = httpx.Client(transport=self.fake.transport())
        return Google("token", http_client=client).calendar(page_size=3)

    def add(self, title: str, start: datetime, end: datetime, *, weekly: int = 0) -> str:
        """Add an event or a series."""
        rules = [f"RRULE:FREQ=WEEKLY;COUNT={weekly}"] if weekly else []
        return self.calendar.create(title, start, end, recurrence=rules)

    def rename(self, event: str, title: str) -> None:
        """Give an event another title."""
        self.calendar.edit(event, summary=title)

    def remove(self, event: str) -> None:
        """Delete an event."""
        self.calendar.delete(event)

    def move(self, series: str, slot: datetime, start: datetime) -> None:
        """Move an occurrence."""
        self.calendar.edit_this(series, slot, start=start)

    def cancel(self, series: str, slot: datetime) -> None:
        """Cancel an occurrence."""
        self.calendar.cancel_occurrence(series, slot)

    def spoil(self) -> None:
        """Let the next page hold an item that makes no sense."""
        self.fake.faults.add(Fault(FaultKind.MALFORMED_ITEM, operation="events.list"))


class TestGoogle(SourceContract):
    """A calendar at Google keeps the contract of sources."""

    @pytest.fixture
    def world(self) -> GoogleWorld:
        """Return an empty calendar."""
        return GoogleWorld()
