"""A calendar service, a client of either colour, a store and an engine, wired together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self

import httpx

from kloudsync.http.retry import Retry
from kloudsync.model.change import Added, Change, Deleted, Updated
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.sync_engine import AsyncSyncEngine, SyncEngine
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.providers.google.filters import Filters
from kloudsync.recurrence import GOOGLE, Reading
from kloudsync.sync.ports import Store
from kloudsync.sync.report import SyncReport
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeCalendar, FakeGoogle

Drive = Literal["blocking", "awaiting"]


class Wired(NamedTuple):
    """What an engine can do, whatever its colour, and its copy."""

    sync: Callable[[bool], SyncReport]
    plan: Callable[[], SyncReport]
    refuse: Callable[[], int]
    copy: CalendarCopy


class World:
    """A fake Google calendar and whoever syncs it.

    Args:
        drive: The colour of client and engine.
        store: Holds the copy.
        fake: The service; a new one by default.
        transport: Carries requests; the fake's own by default.
        page_size: Events per page.
        filters: What narrows the calendar down.
        reading: Whose reading of recurrence lines counts.
        settings: Further arguments of the engine.
    """

    def __init__(
        self,
        drive: Drive,
        store: Store,
        *,
        fake: FakeGoogle | None = None,
        transport: Any = None,
        page_size: int = 2500,
        filters: Filters | None = None,
        reading: Reading = GOOGLE,
        **settings: Any,
    ) -> None:
        self.fake = fake or FakeGoogle()
        assert isinstance(self.fake.clock, ManualClock)
        self.clock = self.fake.clock
        self.calendar: FakeCalendar = self.fake.calendar()
        self.store = store
        self._runner = asyncio.Runner()
        self._reading = reading
        carrier = transport or self.fake.transport()
        self._wired = self._wire(drive, carrier, page_size, filters or {}, settings)
        self.copy = self._wired.copy

    def _wire(
        self,
        drive: Drive,
        transport: Any,
        page_size: int,
        filters: Filters,
        settings: dict[str, Any],
    ) -> Wired:
        clock, retry = self.clock, Retry(attempts=4)
        if drive == "blocking":
            google = Google(
                token="token",
                http_client=httpx.Client(transport=transport),
                clock=clock,
                retry=retry,
            )
            source = google.calendar(
                "primary", page_size=page_size, reading=self._reading, **filters
            )
            engine = SyncEngine(source, self.store, **settings)

            def sync(full: bool) -> SyncReport:
                return engine.sync(full=full)

            return Wired(sync, engine.plan, engine.refuse_deletions, engine)
        awaiting = AsyncGoogle(
            token="token",
            http_client=httpx.AsyncClient(transport=transport),
            clock=clock,
            retry=retry,
        )
        distant = awaiting.calendar(
            "primary", page_size=page_size, reading=self._reading, **filters
        )
        slow = AsyncSyncEngine(distant, self.store, **settings)

        def slow_sync(full: bool) -> SyncReport:
            return self._runner.run(slow.sync(full=full))

        return Wired(
            slow_sync,
            lambda: self._runner.run(slow.plan()),
            lambda: self._runner.run(slow.refuse_deletions()),
            CalendarCopy(distant, self.store),
        )

    def sync(self, *, full: bool = False) -> SyncReport:
        """Run the engine once."""
        return self._wired.sync(full)

    def plan(self) -> SyncReport:
        """Rehearse the engine once."""
        return self._wired.plan()

    def refuse_deletions(self) -> int:
        """Refuse what is pending."""
        return self._wired.refuse()

    def held(self) -> dict[str, Any]:
        """Return the raw events of the copy, by id."""
        return {event.id: dict(event.raw) for event in self.copy.events()}

    def truth(self) -> dict[str, Any]:
        """Return the raw events that a client in step holds, by id."""
        return self.calendar.truth()

    def is_in_step(self) -> bool:
        """Tell whether the copy is the calendar."""
        return self.held() == self.truth()

    def changes(self, consumer: str = "reader") -> list[Change]:
        """Read and acknowledge everything new in the feed."""
        changes = list(self.copy.changes(consumer))
        if changes:
            self.copy.acknowledge(consumer, changes[-1])
        return changes

    def __enter__(self) -> Self:
        """Keep the event loop open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the event loop."""
        self._runner.close()


def replayed(changes: list[Change]) -> dict[str, Any]:
    """Return what a reader holds who did nothing but follow the feed."""
    held: dict[str, Any] = {}
    for change in changes:
        if isinstance(change, Added):
            assert change.id not in held
            held[change.id] = dict(change.event.raw)
        elif isinstance(change, Updated):
            assert change.id in held
            held[change.id] = dict(change.after.raw)
        elif isinstance(change, Deleted):
            del held[change.id]
    return held
