"""A Google calendar, its copy, and a Salesloft calendar that mirrors it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Literal, Self

import httpx

from kloudsync.http.retry import Retry
from kloudsync.mirror.report import PushReport
from kloudsync.mirror.window import MirrorWindow
from kloudsync.model.event import Event
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.mirror import AsyncMirror, Mirror
from kloudsync.objects.sync_engine import AsyncSyncEngine, SyncEngine
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.providers.salesloft.client import AsyncSalesloft, Salesloft
from kloudsync.providers.salesloft.policy import Detail, Policy
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.sync.report import SyncReport
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeCalendar, FakeGoogle
from kloudsync.testing.salesloft import FakeSalesloft

Drive = Literal["blocking", "awaiting"]
Store = MemoryStore | SQLiteStore


Steps = list[tuple[int, int]]


def note(steps: Steps, step: tuple[int, int]) -> None:
    """Note how many writes of how many are done."""
    steps.append(step)


def whole(event: Event) -> Detail:
    """A policy that sends every meeting whole."""
    return Detail.FULL


class World:
    """Two services, a copy between them, and a worker of either colour.

    Args:
        drive: The colour of clients, engine and mirror.
        store: Holds copy and ledger.
        services: The calendar service and the sink; new ones by default.
        policy: How much of which meeting is sent.
        options: Further arguments of the sink.
    """

    def __init__(
        self,
        drive: Drive,
        store: Any,
        *,
        services: tuple[FakeGoogle, FakeSalesloft] | None = None,
        policy: Policy = whole,
        **options: Any,
    ) -> None:
        self.services = services or both()
        self.google, self.salesloft = self.services
        assert isinstance(self.google.clock, ManualClock)
        self.clock = self.google.clock
        self.calendar: FakeCalendar = self.google.calendar()
        self.series = ""
        self.steps: Steps = []
        self.noted: Callable[[Steps, tuple[int, int]], None] = note
        self._runner = asyncio.Runner()
        wired = self._blocking if drive == "blocking" else self._awaiting
        self._calls, self.copy = wired(store, {"policy": policy, **options})

    def _blocking(
        self, store: Any, options: dict[str, Any]
    ) -> tuple[dict[str, Callable[[], Any]], CalendarCopy]:
        google = Google(token="token", **self._client(self.google, httpx.Client))
        sales = Salesloft(token="key", **self._client(self.salesloft, httpx.Client))
        engine = SyncEngine(google.calendar("primary"), store)
        sink = sales.calendar(self.salesloft.calendar_id, **options)
        mirror = Mirror(engine, sink, store, progress=self._note)
        return {
            "sync": engine.sync,
            "push": mirror.push,
            "plan": mirror.plan,
            "plan_reconciled": lambda: mirror.plan(reconciled=True),
            "reconcile": mirror.reconcile,
            "withdraw": mirror.withdraw,
        }, engine

    def _awaiting(
        self, store: Any, options: dict[str, Any]
    ) -> tuple[dict[str, Callable[[], Any]], CalendarCopy]:
        google = AsyncGoogle(token="token", **self._client(self.google, httpx.AsyncClient))
        sales = AsyncSalesloft(token="key", **self._client(self.salesloft, httpx.AsyncClient))
        engine = AsyncSyncEngine(google.calendar("primary"), store)
        sink = sales.calendar(self.salesloft.calendar_id, **options)
        mirror = AsyncMirror(engine.copy, sink, store, progress=self._note)
        return {
            "sync": lambda: self._runner.run(engine.sync()),
            "push": lambda: self._runner.run(mirror.push()),
            "plan": lambda: self._runner.run(mirror.plan()),
            "plan_reconciled": lambda: self._runner.run(mirror.plan(reconciled=True)),
            "reconcile": lambda: self._runner.run(mirror.reconcile()),
            "withdraw": lambda: self._runner.run(mirror.withdraw()),
        }, engine.copy

    def _client(self, service: Any, kind: Any) -> dict[str, Any]:
        http = kind(transport=service.transport())
        return {"http_client": http, "clock": self.clock, "retry": Retry(attempts=3)}

    def _note(self, done: int, total: int) -> None:
        self.noted(self.steps, (done, total))

    def sync(self) -> SyncReport:
        """Sync the copy."""
        report: SyncReport = self._calls["sync"]()
        return report

    def push(self) -> PushReport:
        """Push to the sink."""
        report: PushReport = self._calls["push"]()
        return report

    def sync_and_push(self) -> PushReport:
        """Sync, then push."""
        self.sync()
        return self.push()

    def plan(self, *, reconciled: bool = False) -> PushReport:
        """Plan a push, or a reconciliation."""
        report: PushReport = self._calls["plan_reconciled" if reconciled else "plan"]()
        return report

    def reconcile(self) -> PushReport:
        """Compare with the sink and repair."""
        report: PushReport = self._calls["reconcile"]()
        return report

    def withdraw(self) -> PushReport:
        """Take back what is still to come."""
        report: PushReport = self._calls["withdraw"]()
        return report

    def upserts(self) -> int:
        """Return how many single upserts the sink was sent so far."""
        return sum(line.path.endswith("/upsert") for line in self.salesloft.requests)

    def agenda(self) -> set[tuple[str, int, int, str | None]]:
        """Return what the copy shows in the mirror's window."""
        start, end = MirrorWindow().at(self.clock.now())
        return {
            (one.id, one.begins, one.ends, one.event.title)
            for one in self.copy.occurrences(start, end)
        }

    def shown(self) -> set[tuple[str, int, int, str | None]]:
        """Return what the sink shows in the mirror's window."""
        start, end = MirrorWindow().at(self.clock.now())
        rows = {
            (row["id"], seconds(row["start_time"]), seconds(row["end_time"]), row["title"])
            for row in self.salesloft.events(self.salesloft.calendar_id)
        }
        return {row for row in rows if row[2] > start.timestamp() and row[1] < end.timestamp()}

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


def seconds(text: str) -> int:
    """Return an instant of the sink in seconds since 1970."""
    return int(datetime.fromisoformat(text).timestamp())


def both() -> tuple[FakeGoogle, FakeSalesloft]:
    """Return a calendar service and a sink on one clock."""
    clock = ManualClock()
    return FakeGoogle(clock=clock), FakeSalesloft(clock=clock)


def push(world: World) -> tuple[int, int]:
    """Sync and push; return the single upserts that it took, and how many were refused."""
    before = world.upserts()
    report = world.sync_and_push()
    assert world.shown() == world.agenda()
    return world.upserts() - before, len(report.refused)


def slot(world: World, number: int) -> Any:
    """Return the original start of an occurrence, counted from now on."""
    now = world.clock.now()
    coming = [one for one in world.copy.occurrences(now, now + timedelta(days=60)) if one.series]
    return coming[number].original_start
