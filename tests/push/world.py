"""A fake Google, a client of either colour, a store, an intake and a watcher, wired together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from hashlib import sha512
from types import TracebackType
from typing import Any, Literal, Self

import httpx

from kloudsync.http.retry import Retry
from kloudsync.model.channel import Topic
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.push_intake import AsyncPushIntake, PushIntake
from kloudsync.objects.sync_engine import AsyncSyncEngine, SyncEngine
from kloudsync.objects.watcher import AsyncWatcher, Watcher
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.push.policy import WatchPolicy
from kloudsync.push.report import ChannelReport, Round
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.sync.report import SyncReport
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.exchange import Reply
from kloudsync.testing.google import FakeGoogle

Drive = Literal["blocking", "awaiting"]
AnyStore = MemoryStore | SQLiteStore

ADDRESS = "https://hooks.example.com/google"
POLICY = WatchPolicy(
    life=1000.0, renew_at=0.8, spread=0.0, poll_watched=600.0, poll_unwatched=300.0
)


class World:
    """Whoever watches the calendars of one account.

    Args:
        drive: The colour of client, engines, intake and watcher.
        store: Holds copies, channels and what is due.
        calendars: The calendars that are watched.
        address: Where messages go; straight to the intake unless it is on the loopback interface.
        also: Further topics, with what is called when they are due.
        policy: Lives and intervals.
        fake: The service; a new one by default.
        token: What the client shows to the service.
    """

    def __init__(
        self,
        drive: Drive,
        store: AnyStore,
        *calendars: str,
        address: str = ADDRESS,
        also: Mapping[Topic, Callable[[], None]] | None = None,
        policy: WatchPolicy = POLICY,
        fake: FakeGoogle | None = None,
        token: str | Callable[[], str] = "token",
    ) -> None:
        self.fake = fake or FakeGoogle()
        assert isinstance(self.fake.clock, ManualClock)
        self.clock = self.fake.clock
        self.store = store
        self.drive = drive
        self.tokens: list[bytes] = []
        self._runner = asyncio.Runner()
        self._chance = FakeChance()
        self._also = also or {}
        self._token = token
        if address == ADDRESS:
            self.fake.channels.deliveries.receiver = self._receive
        self._wire(calendars or ("primary",), address, policy)

    def _wire(self, calendars: tuple[str, ...], address: str, policy: WatchPolicy) -> None:
        setting: dict[str, Any] = {"clock": self.clock, "retry": Retry(attempts=2)}
        carrier: Any = self.fake.transport()
        common: dict[str, Any] = {
            "address": address,
            "policy": policy,
            "entropy": self._entropy,
        }
        if self.drive == "blocking":
            google = Google(self._token, http_client=httpx.Client(transport=carrier), **setting)
            engines = [SyncEngine(google.calendar(name), self.store) for name in calendars]
            watcher = Watcher(google.push, self.store, engines, also=self._also, **common)
            intake = PushIntake(self.store, clock=self.clock)
            self.copies: list[CalendarCopy] = list(engines)
            self._tend, self._sync, self._stop = watcher.tend, watcher.sync_due, watcher.stop
            self._answer: Callable[[Mapping[str, str]], int] = intake.answer
            return
        client = httpx.AsyncClient(transport=carrier)
        distant = AsyncGoogle(self._token, http_client=client, **setting)
        slow = [AsyncSyncEngine(distant.calendar(name), self.store) for name in calendars]
        chores = {topic: _later(chore) for topic, chore in self._also.items()}
        watching = AsyncWatcher(distant.push, self.store, slow, also=chores, **common)
        taking = AsyncPushIntake(self.store, clock=self.clock)
        self.copies = [engine.copy for engine in slow]
        self._tend = lambda: self._runner.run(watching.tend())
        self._sync = lambda: self._runner.run(watching.sync_due())
        self._stop = lambda: self._runner.run(watching.stop())
        self._answer = partial(_in_own_loop, taking)

    def _entropy(self, size: int) -> bytes:
        drawn = self._chance.draw(size)
        self.tokens.append(drawn)
        return drawn

    @property
    def now(self) -> float:
        """Seconds since 1970."""
        return self.clock.now().timestamp()

    @property
    def open(self) -> list[str]:
        """The ids of the channels that the service holds open."""
        return [channel.id for channel in self.fake.channels]

    @property
    def kept(self) -> list[str]:
        """The ids of the channels that the store keeps."""
        return [channel.id for channel in self.store.channels("google", "default")]

    def tend(self) -> ChannelReport:
        """Tend the channels once."""
        return self._tend()

    def sync_due(self) -> Round[SyncReport | None]:
        """Sync what is due."""
        return self._sync()

    def stop(self) -> ChannelReport:
        """Stop all channels."""
        return self._stop()

    def answer(self, headers: Mapping[str, str]) -> int:
        """Answer a request to the webhook."""
        return self._answer(headers)

    def _receive(self, address: str, headers: Mapping[str, str], body: bytes) -> Reply:
        return Reply(self.answer(headers), {}, b"")

    def deliver(self) -> list[int]:
        """Deliver what the fake has to say, and return what was answered."""
        return [delivery.status for delivery in self.fake.channels.deliveries.deliver()]

    def wait(self, seconds: float) -> None:
        """Move the clock."""
        self.clock.advance(timedelta(seconds=seconds))

    def is_in_step(self) -> bool:
        """Tell whether the first copy is the calendar."""
        held = {event.id: dict(event.raw) for event in self.copies[0].events()}
        return held == self.fake.truth()

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


class FakeChance:
    """Random bytes that are the same in every run."""

    def __init__(self) -> None:
        self._drawn = 0

    def draw(self, size: int) -> bytes:
        """Draw bytes."""
        self._drawn += 1
        return sha512(f"{self._drawn}".encode()).digest()[:size]


def _in_own_loop(intake: AsyncPushIntake, headers: Mapping[str, str]) -> int:
    """Take a message in as a server would: elsewhere, whatever the calling thread does."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, intake.answer(headers)).result()


def _later(chore: Callable[[], None]) -> Callable[[], Any]:
    async def do() -> None:
        chore()

    return do
