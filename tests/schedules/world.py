"""Workers of one event loop whose order somebody else decides: clocks, a wire, and who dies when.

The loop is simloom's: which task goes on, and which of the calls to a store comes first, is drawn
from a seed at each step, and time passes only where nobody has anything to do.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
from attrs import define, field
from tests.brought_back import stands_again

from kloudsync.errors import (
    ConsentRequired,
    KloudsyncError,
    LeaseHeld,
    LeaseLost,
    StoreError,
    Unauthorized,
)
from kloudsync.http.oauth import RefreshedToken, RenewalLease
from kloudsync.http.retry import Retry
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.model.change import Added, Deleted, Updated
from kloudsync.objects.mirror import AsyncMirror
from kloudsync.objects.push_intake import AsyncPushIntake
from kloudsync.objects.sync_engine import AsyncSyncEngine
from kloudsync.objects.watcher import AsyncWatcher
from kloudsync.providers.google.client import AsyncGoogle
from kloudsync.providers.salesloft.client import AsyncSalesloft
from kloudsync.stores import MemoryStore
from kloudsync.stores.memory.leases import Leases
from kloudsync.testing.exchange import Reply
from kloudsync.testing.google import FakeGoogle, RandomUser
from kloudsync.testing.oauth import FakeAuthorisationServer
from kloudsync.testing.salesloft import FakeSalesloft

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
ADDRESS = "https://hooks.example.com/google"
ENDPOINT = TokenEndpoint(
    provider="google", url="https://auth.example.com/token", client_id="client"
)
LEASE = 240.0


@define
class LoopClock:
    """The loop's own time, seen by a machine whose clock may be wrong.

    Attributes:
        dice: Rolls chance.
        skew: By so many seconds the machine is ahead.
    """

    dice: Random
    skew: float = 0.0

    def now(self) -> datetime:
        """Return the time as this machine sees it."""
        return BEGIN + timedelta(seconds=self.monotonic() + self.skew)

    def monotonic(self) -> float:
        """Return the loop's time."""
        return asyncio.get_running_loop().time()

    def chance(self) -> float:
        """Return a random number in [0, 1)."""
        return self.dice.random()

    def sleep(self, seconds: float) -> None:
        """Refuse: nobody blocks a loop."""
        raise AssertionError(f"somebody would block the loop for {seconds} s")

    async def pause(self, seconds: float) -> None:
        """Let the loop's time pass."""
        await asyncio.sleep(seconds)


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to several fakes; any request, and any answer, may take its time."""

    def __init__(self, services: dict[str, httpx.AsyncBaseTransport], dice: Random) -> None:
        self._services = services
        self._dice = dice

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request there and its answer back."""
        await asyncio.sleep(self._dice.choice((0, 0, 0.01, 0.4, 20)))
        service = self._services.get(request.url.host, self._services["*"])
        answer = await service.handle_async_request(request)
        await asyncio.sleep(self._dice.choice((0, 0, 0.01, 0.4, 20)))
        return answer


@define
class Vault:
    """Where the login of all workers is kept."""

    refresh: str
    tokens: Tokens | None = None

    def load(self) -> Tokens | str:
        """Return what was kept last."""
        return self.tokens or self.refresh

    def keep(self, tokens: Tokens) -> None:
        """Keep new tokens."""
        self.tokens = tokens


@define
class Universe:
    """One seed's world.

    Attributes:
        dice: Decides whatever the scheduler does not.
        seen: What happened how often.
        over: Whether it has ended: those who were killed may tidy up then, and work no more.
    """

    dice: Random
    seen: Counter[str] = field(factory=Counter[str])
    over: bool = field(default=False, init=False)
    google: FakeGoogle = field(init=False)
    salesloft: FakeSalesloft = field(init=False)
    server: FakeAuthorisationServer = field(init=False)
    store: MemoryStore = field(init=False)
    vault: Vault = field(init=False)
    user: RandomUser = field(init=False)
    intake: AsyncPushIntake = field(init=False)
    messages: list[dict[str, str]] = field(factory=list[dict[str, str]], init=False)

    def __attrs_post_init__(self) -> None:
        """Make the services, which go by the right time."""
        clock = LoopClock(self.dice)
        self.google, self.salesloft = FakeGoogle(clock=clock), FakeSalesloft(clock=clock)
        self.server = FakeAuthorisationServer(
            clock=clock, lifetime=timedelta(minutes=10), leeway=timedelta(hours=9)
        )
        self.server.person.address = "owner@example.com"
        self.google.accounts.trust(self.server.user_of)
        self.store = MemoryStore()
        self.vault = Vault(self.server.grant("client", user="owner@example.com"))
        self.user = RandomUser(self.google.calendar(), self.dice.randrange(10**9))
        self.intake = AsyncPushIntake(self.store, clock=clock)
        self.google.channels.deliveries.receiver = self._receive

    def _receive(self, address: str, headers: Any, body: bytes) -> Reply:
        self.messages.append(dict(headers))
        return Reply(204, {}, b"")

    async def deliver(self) -> None:
        """Hand in what the service had to say."""
        self.google.channels.deliveries.deliver()
        while self.messages:
            status = await self.intake.answer(self.messages.pop(0))
            self.seen[f"notifications answered {status}"] += 1

    def worker(self, clock: LoopClock) -> Worker:
        """Return a worker with clients of its own."""
        own: dict[str, Any] = {"www.googleapis.com": self.google, "auth.example.com": self.server}
        carriers: dict[str, Any] = {host: fake.transport() for host, fake in own.items()}
        carriers["*"] = self.salesloft.transport()
        auth = RefreshedToken(
            ENDPOINT,
            load=self.vault.load,
            keep=self.vault.keep,
            lease=RenewalLease(self.store, "owner"),
        )
        http_client = httpx.AsyncClient(transport=Wire(carriers, self.dice))
        options: dict[str, Any] = {
            "clock": clock,
            "retry": Retry(attempts=3),
            "http_client": http_client,
        }
        google = AsyncGoogle(auth, **options)
        sales = AsyncSalesloft("key", team=f"team {self.dice.random()}", **options)
        engine = AsyncSyncEngine(google.calendar(page_size=3), self.store, lease_ttl=LEASE)
        sink = sales.calendar(self.salesloft.calendar_id)
        return Worker(
            self,
            clock,
            engine,
            AsyncMirror(engine.copy, sink, self.store),
            AsyncWatcher(google.push, self.store, [engine], address=ADDRESS),
        )


@define
class Worker:
    """One process of a deployment: engine, mirror and watcher over the common store."""

    universe: Universe
    clock: LoopClock
    engine: AsyncSyncEngine
    mirror: AsyncMirror
    watcher: AsyncWatcher

    async def work(self) -> None:
        """Do something over and over, until somebody pulls the plug."""
        deeds: dict[str, Callable[[], Awaitable[Any]]] = {
            "syncs": self.engine.sync,
            "pushes": self.mirror.push,
            "tendings": self.watcher.tend,
            "rounds": self.watcher.sync_due,
        }
        while not self.universe.over:
            name = self.universe.dice.choice(list(deeds))
            await self.attempt(name, deeds[name])
            await asyncio.sleep(self.universe.dice.choice((0, 1, 30)))

    async def attempt(self, name: str, deed: Callable[[], Awaitable[Any]]) -> None:
        """Do one thing; what another worker may cause is no failure, and anything else is."""
        seen = self.universe.seen
        try:
            await deed()
        except (LeaseHeld, LeaseLost) as lost:
            seen[type(lost).__name__] += 1
        except (ConsentRequired, Unauthorized):
            raise
        except StoreError:
            seen["refused by the store"] += 1
        except KloudsyncError as error:
            if "never synced" not in str(error):
                raise
        else:
            seen[name] += 1


def watched(monkeypatch: Any) -> list[str]:
    """Return a list of what was written under a lease that somebody had taken over, by books of our own."""
    newest: dict[str, int] = {}
    late: list[str] = []
    acquire, admit = Leases.acquire, Leases._admit

    def taken(self: Leases, name: str, owner: str, *, ttl: float, now: float) -> Any:
        lease = acquire(self, name, owner, ttl=ttl, now=now)
        if lease is not None:
            newest[name] = lease.fence
        return lease

    def admitted(self: Leases, lease: Any) -> None:
        admit(self, lease)
        if newest[lease.name] != lease.fence:
            late.append(f"{lease.name}: {lease.fence} after {newest[lease.name]}")

    monkeypatch.setattr(Leases, "acquire", taken)
    monkeypatch.setattr(Leases, "_admit", admitted)
    return late


async def settle(universe: Universe) -> None:
    """Let the dust settle, and see that everything is as it has to be."""
    # A mirror's lease is the longest, and a machine that is ahead takes it for 400 s more.
    await asyncio.sleep(5 * LEASE)
    last = universe.worker(LoopClock(universe.dice))
    await last.engine.sync()
    await last.mirror.push()
    truth = universe.google.truth()
    surplus = [one async for one in last.engine.events() if one.id not in truth]
    assert all(stands_again(universe.google.calendar(), one) for one in surplus), "something stays"
    if surplus:
        await last.engine.sync(full=True)
    held = {one.id: dict(one.raw) async for one in last.engine.events()}
    assert held == truth, "the copy is not the calendar"
    assert await replayed(last.engine) == held.keys(), "the feed does not lead to the copy"
    ids = [row["id"] for row in universe.salesloft.events(universe.salesloft.calendar_id)]
    assert len(ids) == len(set(ids)), "something was mirrored twice"


async def replayed(engine: AsyncSyncEngine) -> set[str]:
    """Return which events there are by the feed, from its beginning."""
    held: set[str] = set()
    async for change in engine.changes("judge"):
        match change:
            case Added():
                assert change.id not in held, "something was added twice"
                held.add(change.id)
            case Updated():
                held.discard(change.before.id)
                held.add(change.id)
            case Deleted():
                assert change.id in held, "something was deleted that was not there"
                held.discard(change.id)
            case _:
                pass
    return held
