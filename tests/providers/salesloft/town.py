"""A Google calendar, its copy, and a calendar at Salesloft that mirrors it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import httpx
from tests.providers.salesloft.colours import Colour, Work, World

from kloudsync.mirror.difference import difference
from kloudsync.mirror.mirror import Mirror
from kloudsync.mirror.ports import Calendar
from kloudsync.mirror.report import PushReport
from kloudsync.mirror.window import MirrorWindow
from kloudsync.model.occurrence import Occurrence
from kloudsync.model.writes import Item, LedgerEntry, Outcome, Write
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.providers.salesloft.sink import SalesloftCalendar
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.salesloft import FakeSalesloft

ZONE = ZoneInfo("America/Los_Angeles")
FIRST = datetime(2026, 1, 6, 10, tzinfo=ZONE)
HALF_AN_HOUR = timedelta(minutes=30)


def with_uid(occurrence: Occurrence, uid: str | None) -> Occurrence:
    """Return an occurrence whose event has another UID, or none."""
    return occurrence._replace(record=occurrence.record._replace(uid=uid))


class Town:
    """A Google calendar, its copy, and a calendar at Salesloft."""

    def __init__(self, colour: Colour, clock: ManualClock) -> None:
        self.clock = clock
        self.google = FakeGoogle(clock=clock)
        self.calendar = self.google.calendar()
        self.fake = FakeSalesloft(clock=clock)
        self.store = MemoryStore()
        http_client = httpx.Client(transport=self.google.transport())
        source = Google("token", http_client=http_client, clock=clock).calendar()
        self.copy = SyncEngine(source, self.store)
        self.colour = colour
        self.sink: SalesloftCalendar[None] = SalesloftCalendar(
            caller=None, calendar_id=self.fake.calendar_id
        )

    def occurrences(self) -> Sequence[Occurrence]:
        """Return what the copy shows of the next weeks."""
        self.copy.sync()
        now = self.clock.now()
        return self.copy.occurrences(now - timedelta(days=7), now + timedelta(days=120))

    def entries(self) -> dict[str, LedgerEntry]:
        """Return what the ledger holds of the calendar at Salesloft."""
        return self.store.ledger(f"mirror:{self.sink.name}:{self.copy.key}")

    def item(self) -> Item:
        """Return the only occurrence as the sink wants it."""
        (occurrence,) = self.occurrences()
        item = self.sink.item(occurrence)
        assert item is not None
        return item

    def push(self, *, reconciled: bool = False) -> PushReport:
        """Sync and push."""
        self.copy.sync()

        async def push(world: World) -> PushReport:
            mirror = Mirror(
                calendar=cast("Calendar", self.copy),
                sink=self.sink,
                store=self.store,
                ports=world,
                owner=lambda: "test",
                window=MirrorWindow(ahead=timedelta(days=60)),
            )
            return await (mirror.reconcile() if reconciled else mirror.push())

        self.clock.advance(timedelta(seconds=5))
        return self.colour.live(push, self.fake.transport(), self.clock)

    def deliver(self, writes: Sequence[Write]) -> list[list[Outcome]]:
        """Deliver writes and return what was told, as it was told."""
        told: list[list[Outcome]] = []

        async def delivered(outcomes: Sequence[Outcome]) -> None:
            told.append(list(outcomes))

        async def deliver(world: World) -> None:
            await self.sink.deliver(writes, Work(world), delivered)

        try:
            self.colour.live(deliver, self.fake.transport(), self.clock)
        finally:
            self.told = told
        return told

    def writes(self) -> list[Write]:
        """Return the writes of a first push of everything."""
        items = [item for item in map(self.sink.item, self.occurrences()) if item is not None]
        now = self.clock.now().timestamp()
        return list(difference(items, {}, since=0, now=now).writes)

    def shown(self) -> list[tuple[str, datetime]]:
        """Return the events at Salesloft by id and start."""
        rows = self.fake.events()
        return [(row["id"], datetime.fromisoformat(row["start_time"])) for row in rows]

    def agenda(self) -> list[tuple[str, datetime]]:
        """Return the occurrences that Salesloft should show."""
        return [(o.id, datetime.fromtimestamp(o.begins, UTC)) for o in self.occurrences()]

    def upserts(self) -> int:
        """Return how many upserts were sent, and forget them."""
        sent = sum(line.operation == "calendar_events.upsert" for line in self.fake.requests)
        self.fake.requests.clear()
        return sent
