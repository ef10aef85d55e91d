"""Tending that is cut off: by a crash, another worker, or whoever stops a channel meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ParamSpec, TypeVar

import httpx
import pytest
from attrs import define, field
from tests.push.world import ADDRESS, FakeChance

from kloudsync.errors import (
    ConnectFailed,
    DecodeError,
    KloudsyncError,
    LeaseLost,
    MissingExtra,
    ServiceUnavailable,
    StoreBusy,
    TimedOut,
    UsageError,
)
from kloudsync.http.caller import Blocking
from kloudsync.http.operation import Operation
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Channel, Grant, Topic, WatchFate
from kloudsync.objects.push_intake import PushIntake
from kloudsync.providers.google.client import Google
from kloudsync.providers.google.push import GooglePush
from kloudsync.push.policy import WatchPolicy
from kloudsync.push.tending import Tending, fate_of
from kloudsync.runtime.drive import run
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.exchange import Reply
from kloudsync.testing.google import FakeGoogle

P = ParamSpec("P")
T = TypeVar("T")

EVENTS = Topic(CalendarKey("google", "default", "primary"))
STEPS = 15
"""What a renewal takes: calls of the store and of the service."""


def unavailable(operation: str) -> ServiceUnavailable:
    """Describe a call that a service answered with 503."""
    return ServiceUnavailable("down", status=503, provider="google", operation=operation)


class Crashed(BaseException):
    """The process ended."""


@define
class CrashingPorts:
    """An outside world that ends at a step, before or after it is taken.

    Attributes:
        left: How many steps are taken before the end.
        after: Whether the last step is still performed.
    """

    caller: Blocking
    left: int = 10**9
    after: bool = False
    entropy: Callable[[int], bytes] = field(factory=lambda: FakeChance().draw)

    async def send(self, described: Operation[T]) -> T:
        """Perform an operation."""
        return await self._step(lambda: self.caller.call(described))

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method."""
        return await self._step(lambda: method(*args, **kwargs))

    async def _step(self, take: Callable[[], T]) -> T:
        self.left -= 1
        if self.left > 0:
            return take()
        if self.left == 0 and self.after:
            take()
        raise Crashed

    def now(self) -> datetime:
        """Return the current time."""
        return self.caller.ports.now()

    def chance(self) -> float:
        """Return half."""
        return 0.5


class Crashes:
    """One account whose tending worker dies."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.clock = ManualClock()
        self.fake = FakeGoogle(clock=self.clock)
        client = httpx.Client(transport=self.fake.transport())
        self.google = Google("token", http_client=client, clock=self.clock)
        self.store = store or MemoryStore()
        self.draw = FakeChance().draw
        intake = PushIntake(self.store, clock=self.clock)
        self.fake.channels.deliveries.receiver = lambda _, headers, body: Reply(
            intake.answer(headers), {}, body
        )

    def tending(self, owner: str, left: int = 10**9, *, after: bool = False) -> Tending:
        """Return a worker that dies after some steps."""
        return Tending(
            service=GooglePush(caller=self.google.caller),
            store=self.store,
            ports=CrashingPorts(self.google.caller, left, after, self.draw),
            address=ADDRESS,
            owner=owner,
            policy=WatchPolicy(life=10_000.0, spread=0.0),
        )

    def known(self) -> set[str]:
        """Return the channels that are open and would be heard."""
        kept = {channel.id for channel in self.store.channels("google", "default")}
        return kept & {channel.id for channel in self.fake.channels}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("left", range(1, STEPS + 2))
def test_crash(left: int, after: bool) -> None:
    """Wherever a renewal is cut off, some channel is heard, and the next worker ends with one."""
    world = Crashes()
    run(world.tending("first").tend([EVENTS]))
    world.clock.sleep(8000.0)
    ended = False
    try:
        run(world.tending("second", left, after=after).tend([EVENTS]))
        ended = True
    except Crashed:
        pass
    assert world.known()
    assert ended == (left > STEPS)
    world.clock.sleep(300.0)
    run(world.tending("third").tend([EVENTS]))
    # Messages tell of channels whose answer nobody lived to see.
    world.fake.channels.deliveries.deliver()
    run(world.tending("third").tend([EVENTS]))
    assert world.known() == {one.id for one in world.fake.channels}
    assert len(world.known()) == 1


class Overtaken(MemoryStore):
    """A store in which another worker takes over as soon as a channel is kept."""

    def open_channel(self, channel: Channel) -> None:
        """Keep a channel, and let the other worker in."""
        super().open_channel(channel)
        self.acquire("channels:google:default", "another", ttl=1000.0, now=1e10)


def test_lease_lost() -> None:
    """A worker that was taken for dead opens nothing more."""
    world = Crashes(Overtaken())
    with pytest.raises(LeaseLost):
        run(world.tending("slow").tend([EVENTS, Topic(EVENTS.key, "acl")]))
    assert len(list(world.fake.channels)) == 1


class Slow(MemoryStore):
    """A store in which something happens before a channel is confirmed."""

    meanwhile: Callable[[str], object]

    def confirm_channel(self, channel_id: str, grant: Grant, *, now: float) -> bool:
        """Confirm a channel, once the other thing has happened."""
        self.meanwhile(channel_id)
        return super().confirm_channel(channel_id, grant, now=now)


def test_stopped_while_opening() -> None:
    """A channel that another worker stopped before its answer came is not told to be open."""
    store = Slow()
    world = Crashes(store)

    def meanwhile(_: str) -> None:
        world.clock.sleep(1000.0)
        world.fake.channels.deliveries.deliver()
        assert len(run(world.tending("other").tend([], closing=True)).stopped) == 1

    store.meanwhile = meanwhile
    report = run(world.tending("slow").tend([EVENTS]))
    assert (report.opened, report.poll) == ((), (EVENTS,))
    assert [(one.topic, type(one.error)) for one in report.failures] == [(EVENTS, LeaseLost)]
    assert (store.channels("google", "default"), list(world.fake.channels)) == ([], [])


def test_forgotten_while_opening() -> None:
    """A channel that nobody would hear is stopped by whoever opened it."""
    store = Slow()
    world = Crashes(store)
    store.meanwhile = store.close_channel
    report = run(world.tending("slow").tend([EVENTS]))
    assert (report.opened, len(report.stopped)) == ((), 1)
    assert [type(one.error) for one in report.failures] == [LeaseLost]
    assert list(world.fake.channels) == []


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (UsageError("not a token"), WatchFate.REFUSED),
        (MissingExtra("no library"), WatchFate.REFUSED),
        (ConnectFailed("cut", operation="oauth.token"), WatchFate.REFUSED),
        (DecodeError("no tokens", operation="oauth.token"), WatchFate.REFUSED),
        (unavailable("oauth.token"), WatchFate.REFUSED),
        (unavailable("events.watch"), WatchFate.UNKNOWN),
        (ConnectFailed("cut", operation="events.watch"), WatchFate.UNKNOWN),
        (TimedOut("slow"), WatchFate.UNKNOWN),
        (StoreBusy("the budget is locked"), WatchFate.UNKNOWN),
        (DecodeError("no resource", operation="events.watch"), WatchFate.UNKNOWN),
    ],
)
def test_fate(error: KloudsyncError, fate: WatchFate) -> None:
    """A channel may exist only if the call for it may have reached the service."""
    assert fate_of(error, "events.watch", Crashes().google.push) is fate
