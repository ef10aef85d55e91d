"""One calendar, seen through Google and through Kloudless, with a client and an engine for each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

import httpx

from kloudsync.http.operation import Operation
from kloudsync.http.retry import Retry
from kloudsync.model.change import Change
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.sync_engine import AsyncSyncEngine, SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.providers.kloudless.client import AsyncKloudless, Kloudless
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.stores import MemoryStore
from kloudsync.sync.hook import Hook, silence
from kloudsync.sync.ports import Store
from kloudsync.sync.report import SyncReport
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.kloudless import FakeKloudless

T = TypeVar("T")
Drive = Literal["blocking", "awaiting"]

BASE_URL = "https://kloudless.example.com"
NINE = datetime(2026, 1, 6, 9, tzinfo=ZoneInfo("America/Los_Angeles"))
HOUR = timedelta(hours=1)


def client_of(fake: FakeKloudless, **settings: Any) -> Kloudless:
    """Return a blocking client of a fake, on the fake's clock."""
    settings.setdefault("token", None if "api_key" in settings else "token")
    assert isinstance(fake.clock, ManualClock)
    return Kloudless(
        base_url=BASE_URL,
        http_client=httpx.Client(transport=fake.transport()),
        clock=fake.clock,
        retry=Retry(attempts=4),
        **settings,
    )


def scripted(answer: Callable[[httpx.Request], httpx.Response], **settings: Any) -> Kloudless:
    """Return a blocking client whose service is a function; it never tries twice."""
    transport = httpx.MockTransport(answer)
    return Kloudless(
        settings.pop("token", "token"),
        base_url=BASE_URL,
        http_client=httpx.Client(transport=transport),
        clock=ManualClock(),
        retry=Retry(attempts=1),
        **settings,
    )


def always(status: int, body: Any = None, **headers: str) -> Kloudless:
    """Return a client whose service gives one answer to everything."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(_: httpx.Request) -> httpx.Response:
        if isinstance(body, str):
            return httpx.Response(status, text=body, headers=named)
        return httpx.Response(status, json=body, headers=named)

    return scripted(answer)


class World:
    """A calendar upstream, Kloudless before it, and an engine that syncs it through Kloudless.

    Args:
        drive: The colour of client and engine.
        store: Holds the copy; one in memory by default.
        fake: The service; a new one by default.
        rules: How the calendar is synced.
    """

    def __init__(
        self,
        drive: Drive = "blocking",
        *,
        store: Store | None = None,
        fake: FakeKloudless | None = None,
        rules: Rules | None = None,
    ) -> None:
        self.fake = fake or FakeKloudless()
        self.google: FakeGoogle = self.fake.google
        self.calendar = self.google.calendar()
        assert isinstance(self.fake.clock, ManualClock)
        self.clock = self.fake.clock
        self.store = store or MemoryStore()
        self._drive = drive
        self.rules = rules or Rules(page_size=4)
        self.hook: Hook = silence
        self.restart()

    def restart(self) -> None:
        """Forget everything that is not in the store, as a new process does."""
        transport, retry = self.fake.transport(), Retry(attempts=4)
        settings: Mapping[str, Any] = {
            "base_url": BASE_URL,
            "clock": self.clock,
            "retry": retry,
        }
        if self._drive == "blocking":
            client = Kloudless("token", http_client=httpx.Client(transport=transport), **settings)
            engine = SyncEngine(client.calendar(rules=self.rules), self.store, hook=self.hook)
            self.sync: Callable[[], SyncReport] = engine.sync
            self.copy: CalendarCopy = engine
            return
        distant = AsyncKloudless(
            "token", http_client=httpx.AsyncClient(transport=transport), **settings
        )
        source = distant.calendar(rules=self.rules)
        slow = AsyncSyncEngine(source, self.store, hook=self.hook)
        self.sync = lambda: asyncio.run(slow.sync())
        self.copy = CalendarCopy(source, self.store)

    def truth(self) -> set[str]:
        """Return the ids that a client in step holds."""
        return {self.fake.event_id(event) for event in self.calendar.truth()}

    def held(self) -> set[str]:
        """Return the ids that the copy holds."""
        return {event.id for event in self.copy.events()}

    def changes(self, consumer: str = "reader") -> list[Change]:
        """Read and acknowledge everything new in the feed."""
        changes = list(self.copy.changes(consumer))
        if changes:
            self.copy.acknowledge(consumer, changes[-1])
        return changes


def google_engine(google: FakeGoogle) -> SyncEngine:
    """Return an engine that syncs the same calendar through Google itself."""
    assert isinstance(google.clock, ManualClock)
    client = Google(
        "token", http_client=httpx.Client(transport=google.transport()), clock=google.clock
    )
    return SyncEngine(client.calendar("primary"), MemoryStore())


def described(operation: Operation[Any]) -> str:
    """Write a described call as its verb and its path with query."""
    request = operation.request
    return f"{request.method} {request.url('').lstrip('/')}"


def fill(world: World, count: int, prefix: str = "e") -> list[str]:
    """Create events, an hour apart."""
    return [world.calendar.create(f"{prefix}{n}", NINE + n * HOUR) for n in range(count)]


def asked(world: World) -> list[str]:
    """Return the operations of the requests so far."""
    return [line.operation for line in world.fake.requests]
