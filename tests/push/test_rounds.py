from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from tests.push.world import Drive, World

from kloudsync.errors import PermissionDenied, StoreBusy, StoreFull
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import Fault, FaultKind
from kloudsync.testing.google import FakeGoogle

EVENTS = Topic(CalendarKey("google", "default", "primary"))
TEAM = Topic(CalendarKey("google", "default", "team@example.com"))
LIST = Topic(CalendarKey("google", "default", ""), "calendarList")
SETTINGS = Topic(CalendarKey("google", "default", ""), "settings")
NINE = datetime(2026, 1, 6, 9, tzinfo=UTC)


def edit(world: World, times: int = 1) -> None:
    """Create events."""
    for _ in range(times):
        world.fake.calendar().create("Review", NINE)


def test_first_round(world: World) -> None:
    """A calendar that was never fetched is due at once, channel or not."""
    edit(world)
    assert list(world.sync_due().done) == [EVENTS]
    assert world.is_in_step()


def test_nothing_due(world: World) -> None:
    """A calendar that was just fetched is not due, and the round says when it will be."""
    world.sync_due()
    found = world.sync_due()
    assert (dict(found.done), found.failures) == ({}, ())
    assert found.next_at == world.now + 300.0


def test_poll_floor(world: World) -> None:
    """Without any message a watched calendar is fetched by the clock."""
    world.tend()
    world.sync_due()
    edit(world)
    world.wait(599.0)
    assert world.sync_due().next_at == world.now + 1.0
    world.wait(1.0)
    world.sync_due()
    assert world.is_in_step()


def test_many_messages(world: World) -> None:
    """A burst of messages makes one sync."""
    world.tend()
    world.sync_due()
    edit(world, times=5)
    assert set(world.deliver()) == {204}
    assert dict(world.sync_due().done) == {}
    world.wait(2.0)
    (report,) = world.sync_due().done.values()
    assert report is not None
    assert report.added == 5
    assert dict(world.sync_due().done) == {}


class Interrupted(ManualClock):
    """A clock on which something happens during every wait."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        super().sleep(seconds)
        self.meanwhile()


def test_message_during_sync(make_world: Callable[..., World]) -> None:
    """A change announced while its calendar is synced is not forgotten."""
    clock = Interrupted()
    world = make_world(fake=FakeGoogle(clock=clock))
    world.tend()
    world.sync_due()
    edit(world)
    world.deliver()
    world.wait(2.0)
    world.fake.faults.add(Fault(FaultKind.RETRY_AFTER_SECONDS, operation="events.list"))

    def meanwhile() -> None:
        edit(world)
        world.deliver()

    clock.meanwhile = meanwhile
    world.sync_due()
    (standing,) = world.store.standings("google", "default")
    assert standing.first_mark is not None
    world.wait(2.0)
    assert list(world.sync_due().done) == [EVENTS]


def test_failure(make_world: Callable[..., World]) -> None:
    """A calendar that fails rests for a while and stays due; the others are synced."""
    fake = FakeGoogle()
    fake.add_calendar(TEAM.key.calendar)
    world = make_world("primary", TEAM.key.calendar, fake=fake)
    fake.faults.add(Fault(FaultKind.FORBIDDEN, operation="events.list"))
    found = world.sync_due()
    assert [(one.topic, type(one.error)) for one in found.failures] == [(EVENTS, PermissionDenied)]
    assert list(found.done) == [TEAM]
    assert found.next_at == world.now + 60.0
    assert dict(world.sync_due().done) == {}
    world.wait(60.0)
    assert list(world.sync_due().done) == [EVENTS]


def test_another_worker(world: World) -> None:
    """A calendar that another worker is syncing is looked at again soon."""
    world.store.acquire(str(EVENTS.key), "another", ttl=60.0, now=world.now)
    assert world.sync_due().next_at == world.now + 2.0
    world.wait(60.0)
    assert list(world.sync_due().done) == [EVENTS]


def test_other_lists(make_world: Callable[..., World]) -> None:
    """Another list of the account is worked off by what the program gives for it."""
    done: list[str] = []
    world = make_world(also={SETTINGS: lambda: done.append("settings")})
    world.tend()
    world.sync_due()
    world.fake.channels.announce("users/me/settings", account="owner@example.com")
    world.deliver()
    world.wait(2.0)
    world.sync_due()
    assert done == ["settings", "settings"]


@pytest.mark.parametrize("error", [ValueError("boom"), StoreFull("no room for that one")])
def test_chore_fails(make_world: Callable[..., World], error: Exception) -> None:
    """Whatever a program's own function raises is told, and the lists behind it are worked off."""
    done: list[str] = []

    def fail() -> None:
        done.append("calendarList")
        raise error

    world = make_world(also={LIST: fail, SETTINGS: lambda: done.append("settings")})
    found = world.sync_due()
    assert [(one.topic, one.error) for one in found.failures] == [(LIST, error)]
    assert list(found.done) == [EVENTS, SETTINGS]
    assert found.next_at == world.now + 60.0
    world.sync_due()
    assert done == ["calendarList", "settings"], "it rests for a while"
    world.wait(60.0)
    world.sync_due()
    assert done == ["calendarList", "settings", "calendarList"]


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_end_of_program(make_world: Callable[..., World], end: type[BaseException]) -> None:
    """What ends a program or a task is no failure of a list."""

    def stop() -> None:
        raise end

    world = make_world(also={LIST: stop})
    with pytest.raises(end):
        world.sync_due()


class Locked(MemoryStore):
    """A store in which nothing can be noted."""

    def settle(self, topic: Topic, marks: int, *, now: float) -> None:
        """Fail."""
        raise StoreBusy("locked")


def test_broken_store(drive: Drive) -> None:
    """A store that fails ends the round: nothing could be noted."""
    with World(drive, Locked()) as world, pytest.raises(StoreBusy):
        world.sync_due()
