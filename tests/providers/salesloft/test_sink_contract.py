from __future__ import annotations

from datetime import datetime

import httpx
import pytest

from kloudsync import Salesloft
from kloudsync.http.caller import Blocking
from kloudsync.providers.salesloft.sink import SalesloftCalendar
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.exchange import Resource
from kloudsync.testing.salesloft import FakeSalesloft
from kloudsync.testing.sinks import SinkContract, Target


class SalesloftTarget(Target):
    """The fake, and its user."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.fake = FakeSalesloft(clock=self.clock)

    def sink(self) -> SalesloftCalendar[Blocking]:
        """Open the calendar anew."""
        client = httpx.Client(transport=self.fake.transport())
        return Salesloft("token", http_client=client, clock=self.clock).calendar(self.fake.guid)

    def shown(self) -> list[tuple[datetime, datetime]]:
        """Return what takes place there."""
        return [
            (datetime.fromisoformat(row["start_time"]), datetime.fromisoformat(row["end_time"]))
            for row in self.fake.events()
        ]

    def refuse(self, start: datetime) -> None:
        """Refuse what begins then."""

        def refuses(row: Resource) -> str | None:
            return "no" if datetime.fromisoformat(row["start_time"]) == start else None

        self.fake.book.refuses = refuses


class TestSalesloft(SinkContract):
    """A calendar at Salesloft keeps the contract of sinks."""

    @pytest.fixture
    def target(self) -> SalesloftTarget:
        """Return an empty calendar."""
        return SalesloftTarget()
