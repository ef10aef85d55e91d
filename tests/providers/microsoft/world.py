"""A fake Microsoft, a client of either colour, a store and an engine, wired together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import httpx

from kloudsync.http.retry import Retry
from kloudsync.model.change import Change
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.sync_engine import AsyncSyncEngine, SyncEngine
from kloudsync.providers.microsoft.client import AsyncMicrosoft, Microsoft
from kloudsync.providers.microsoft.rules import Rules
from kloudsync.stores import MemoryStore
from kloudsync.sync.ports import Store
from kloudsync.sync.report import SyncReport
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import Fault, Faults
from kloudsync.testing.microsoft import USUAL, FakeMicrosoft, Habit
from kloudsync.testing.microsoft.items import Occurrence
from kloudsync.testing.microsoft.rendering import Form

Drive = Literal["blocking", "awaiting"]
BASE_URL = "https://graph.microsoft.com/v1.0"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
YEAR = timedelta(days=365)


def client_of(fake: FakeMicrosoft, **settings: Any) -> Microsoft:
    """Return a blocking client of a fake, on the fake's clock."""
    assert isinstance(fake.clock, ManualClock)
    return Microsoft(
        settings.pop("token", "token"),
        base_url=BASE_URL,
        http_client=httpx.Client(transport=fake.transport()),
        clock=fake.clock,
        retry=Retry(attempts=4),
        **settings,
    )


class World:
    """A calendar at Microsoft and whoever syncs it.

    Args:
        drive: The colour of client and engine.
        store: Holds the copy; one in memory by default.
        fake: The service; a new one by default, whose clock stands at the beginning of March 2026.
        habits: What the service does by habit.
        rules: How the calendar is read.
        zone: The mailbox's zone.
    """

    def __init__(
        self,
        drive: Drive = "blocking",
        store: Store | None = None,
        *,
        fake: FakeMicrosoft | None = None,
        habits: Iterable[Habit] = USUAL,
        rules: Rules | None = None,
        zone: str = "UTC",
        **settings: Any,
    ) -> None:
        self.fake = fake or FakeMicrosoft(clock=ManualClock(NOW), habits=habits, time_zone=zone)
        assert isinstance(self.fake.clock, ManualClock)
        self.clock = self.fake.clock
        self.calendar = self.fake.calendar()
        self.store = store or MemoryStore()
        self._runner = asyncio.Runner() if drive == "awaiting" else None
        self.client = client_of(self.fake)
        source = self.client.calendar(rules=rules)
        self.copy = CalendarCopy(source, self.store)
        self._engine = SyncEngine(source, self.store, **settings)
        distant = AsyncMicrosoft(
            "token",
            base_url=BASE_URL,
            http_client=httpx.AsyncClient(transport=self.fake.transport()),
            clock=self.clock,
            retry=Retry(attempts=4),
        )
        self._slow = AsyncSyncEngine(distant.calendar(rules=rules), self.store, **settings)

    def sync(self, *, full: bool = False) -> SyncReport:
        """Run the engine once."""
        if self._runner is None:
            return self._engine.sync(full=full)
        return self._runner.run(self._slow.sync(full=full))

    def close(self) -> None:
        """Close the event loop, if there is one."""
        if self._runner is not None:
            self._runner.close()

    def commit(self, *faults: Fault) -> None:
        """Let the service fail as the script says."""
        self.fake.faults = Faults(faults)

    def operations(self) -> list[str]:
        """Return what was asked of the service since the last time, in order."""
        asked = [line.operation for line in self.fake.requests]
        self.fake.requests.clear()
        return asked

    def changes(self, consumer: str = "reader") -> list[Change]:
        """Read and acknowledge everything new in the feed."""
        changes = list(self.copy.changes(consumer))
        if changes:
            self.copy.acknowledge(consumer, changes[-1])
        return changes

    def told(self) -> list[str]:
        """Name what is new in the feed."""
        return [type(change).__name__ for change in self.changes()]

    def shown(
        self, start: datetime = NOW - YEAR, end: datetime = NOW + YEAR
    ) -> list[tuple[datetime, datetime, str | None]]:
        """List what the copy shows, in order."""
        return sorted(
            (one.begins_at, one.ends_at, one.event.title)
            for one in map(_Shown, self.copy.occurrences(start, end))
        )

    def truth(
        self, start: datetime = NOW - YEAR, end: datetime = NOW + YEAR
    ) -> list[tuple[datetime, datetime, str | None]]:
        """List what the service shows, in order; whole days from midnight in UTC."""
        found = self.calendar.occurrences(start - timedelta(days=1), end + timedelta(days=1))
        placed = [(*_span(one), str(one.fields["subject"])) for one in found]
        return sorted(one for one in placed if one[0] < end and one[1] > start)

    def assert_in_step(self) -> None:
        """See that the copy shows what the service shows, and holds what it holds."""
        assert self.shown() == self.truth()
        form = Form(lasting=True)
        held = {event.id for event in self.copy.events()}
        truth = self.calendar.truth(form)
        families = {
            one["id"] for family in truth.values() for one in family.get("exceptionOccurrences", ())
        }
        missing = {
            oid for family in truth.values() for oid in family.get("cancelledOccurrences", ())
        }
        assert held == truth.keys() | families | missing
        assert not list(self.copy.quarantined())


class _Shown:
    def __init__(self, one: Any) -> None:
        self.begins_at = _instant(one.start)
        self.ends_at = _instant(one.end)
        self.event = one.event


def _instant(time: date) -> datetime:
    if isinstance(time, datetime):
        return time.astimezone(UTC)
    return datetime(time.year, time.month, time.day, tzinfo=UTC)


def _span(one: Occurrence) -> tuple[datetime, datetime]:
    if isinstance(one.start, datetime):
        return one.begins.astimezone(UTC), one.ends.astimezone(UTC)
    return _instant(one.start), _instant(one.end)
