from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.push.world import ADDRESS, POLICY, AnyStore, World

from kloudsync.errors import (
    LeaseHeld,
    PermissionDenied,
    ServiceUnavailable,
    TransportError,
    Unauthorized,
    UsageError,
)
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic, hash_token
from kloudsync.testing.faults import Fault, FaultKind
from kloudsync.testing.google import FakeGoogle

EVENTS = Topic(CalendarKey("google", "default", "primary"))
HOLIDAYS = "en.usa#holiday@group.v.calendar.google.com"


def operations(world: World) -> list[str]:
    """Return what the service was asked, in order."""
    return [line.operation for line in world.fake.requests]


def test_first_channel(world: World) -> None:
    """A calendar without a channel gets one, with the life that was asked for."""
    report = world.tend()
    (channel,) = report.opened
    assert (report.poll, report.failures) == ((), ())
    assert report.next_at == world.now + 800.0
    assert world.store.channel(channel.id) == channel
    (held,) = world.fake.channels
    assert (held.id, held.address) == (channel.id, ADDRESS)
    assert held.resource == channel.resource
    assert held.expires_at.timestamp() == channel.expires_at == world.now + 1000.0


def test_only_the_hash_is_kept(world: World, tmp_path: Path) -> None:
    """Each channel has a token of its own, of which the store has the hash alone."""
    (channel,) = world.tend().opened
    (held,) = world.fake.channels
    assert len(held.token) == 43
    assert channel.token_hash == hash_token(held.token)
    assert held.token not in repr((channel, world.store.channel(channel.id)))
    for file in tmp_path.iterdir():
        assert held.token.encode() not in file.read_bytes()


def test_nothing_to_do(world: World) -> None:
    """While channels are young, tending asks the service nothing."""
    world.tend()
    before = len(world.fake.requests)
    world.wait(799.0)
    report = world.tend()
    assert (report.opened, report.stopped) == ((), ())
    assert len(world.fake.requests) == before


def test_renewal(world: World) -> None:
    """An old channel is replaced by overlap: the new one is open before the old one is stopped."""
    (old,) = world.tend().opened
    world.wait(800.0)
    report = world.tend()
    assert [one.id for one in report.stopped] == [old.id]
    assert world.open == world.kept == [one.id for one in report.opened]
    assert operations(world) == ["events.watch", "events.watch", "channels.stop"]


def test_renewal_marks(world: World) -> None:
    """What the old channel may have missed is fetched once after a renewal."""
    world.tend()
    world.sync_due()
    world.wait(800.0)
    world.tend()
    world.wait(2.0)
    assert list(world.sync_due().done) == [EVENTS]


def test_renewal_fails(world: World) -> None:
    """The old channel stays while no new one can be opened."""
    world.tend()
    before = world.open
    world.wait(800.0)
    world.fake.faults.add(Fault(FaultKind.FORBIDDEN, operation="events.watch"))
    report = world.tend()
    assert [(one.topic, type(one.error)) for one in report.failures] == [(EVENTS, PermissionDenied)]
    assert world.open == world.kept == before
    assert world.tend().failures == ()


def test_stopped_elsewhere(world: World) -> None:
    """A channel that the service no longer knows counts as stopped."""
    world.tend()
    world.fake.channels._open.clear()
    assert len(world.stop().stopped) == 1
    assert world.kept == []


def test_stop_fails(world: World) -> None:
    """A channel that could not be stopped is stopped later."""
    world.tend()
    world.fake.faults.add(Fault(FaultKind.FORBIDDEN, operation="channels.stop"))
    assert [one.topic for one in world.stop().failures] == [EVENTS]
    assert world.open == world.kept != []
    assert world.stop().failures == ()
    assert world.open == world.kept == []


def test_all_lists(make_world: Callable[..., World]) -> None:
    """Events, access rules, the list of calendars and the settings are watched alike."""
    whole = CalendarKey("google", "default", "")
    also = {
        Topic(CalendarKey("google", "default", "primary"), "acl"): lambda: None,
        Topic(whole, "calendarList"): lambda: None,
        Topic(whole, "settings"): lambda: None,
    }
    world = make_world(also=also)
    assert len(world.tend().opened) == 4
    places = {channel.place for channel in world.fake.channels}
    calendar = "calendars/owner%40example.com"
    assert places == {
        f"{calendar}/events",
        f"{calendar}/acl",
        "users/me/calendarList",
        "users/me/settings",
    }
    assert len(world.stop().stopped) == 4


def test_unwatchable(make_world: Callable[..., World]) -> None:
    """A calendar that cannot be watched is polled, and asked for again after a month."""
    fake = FakeGoogle()
    fake.add_calendar(HOLIDAYS)
    world = make_world("primary", HOLIDAYS, fake=fake)
    report = world.tend()
    holidays = Topic(CalendarKey("google", "default", HOLIDAYS))
    assert (report.unwatchable, report.poll, report.failures) == ((holidays,), (holidays,), ())
    assert world.open == world.kept == [one.id for one in report.opened]
    assert world.tend().unwatchable == ()
    assert operations(world).count("events.watch") == 2
    world.wait(30 * 86_400.0)
    assert world.tend().unwatchable == (holidays,)


def test_answer_lost(world: World) -> None:
    """A channel whose answer was lost is replaced, and stopped once a message shows that it exists."""
    world.fake.faults.add(Fault(FaultKind.CUT_BODY, operation="events.watch"))
    report = world.tend()
    assert [isinstance(one.error, TransportError) for one in report.failures] == [True]
    (ghost,) = world.open
    assert world.kept == [ghost]
    assert world.tend().opened == ()
    world.wait(120.0)
    (current,) = world.tend().opened
    assert world.open == world.kept == [ghost, current.id]
    assert set(world.deliver()) == {204}
    assert [one.id for one in world.tend().stopped] == [ghost]
    assert world.open == world.kept == [current.id]


def test_ghost_adopted(world: World) -> None:
    """A channel whose answer was lost is used if its first message comes in time."""
    world.fake.faults.add(Fault(FaultKind.CUT_BODY, operation="events.watch"))
    world.tend()
    assert world.deliver() == [204]
    world.wait(120.0)
    report = world.tend()
    assert (report.opened, report.poll) == ((), ())
    assert world.open == world.kept


def test_stop_unconfirmed(world: World) -> None:
    """A channel whose answer was lost is told when all are stopped, and stopped once it spoke."""
    world.fake.faults.add(Fault(FaultKind.CUT_BODY, operation="events.watch"))
    world.tend()
    (ghost,) = world.open
    report = world.stop()
    assert ([one.id for one in report.unconfirmed], report.stopped) == ([ghost], ())
    assert report.next_at == report.unconfirmed[0].expires_at
    assert world.open == world.kept == [ghost]
    assert world.deliver() == [204]
    report = world.stop()
    assert ([one.id for one in report.stopped], report.unconfirmed) == ([ghost], ())
    assert world.open == world.kept == []


def test_unconfirmed_ends(world: World) -> None:
    """A channel that never spoke is forgotten when it has ended."""
    world.fake.faults.add(Fault(FaultKind.UNAVAILABLE, operation="events.watch"))
    world.tend()
    assert world.stop().next_at == world.now + 1000.0
    world.wait(1000.0)
    report = world.stop()
    assert (len(report.forgotten), report.unconfirmed, report.next_at) == (1, (), None)
    assert world.kept == []


def test_fate_unknown(world: World) -> None:
    """After a failure of the service the channel may exist, so that its row stays."""
    world.fake.faults.add(Fault(FaultKind.UNAVAILABLE, operation="events.watch"))
    assert isinstance(world.tend().failures[0].error, ServiceUnavailable)
    assert (world.open, len(world.kept)) == ([], 1)
    world.wait(120.0)
    world.tend()
    world.wait(900.0)
    assert world.tend().forgotten != ()
    assert world.open == world.kept


def test_no_way_in(make_world: Callable[..., World]) -> None:
    """Where the credentials are refused, the service is not asked for every calendar."""
    fake = FakeGoogle()
    fake.add_calendar("team@example.com")
    world = make_world("primary", "team@example.com", fake=fake)
    fake.faults.add(Fault(FaultKind.UNAUTHORIZED, times=None))
    report = world.tend()
    assert [type(one.error) for one in report.failures] == [Unauthorized]
    assert world.kept == []


def test_one_worker(world: World, store: AnyStore) -> None:
    """Two workers do not tend the same channels at once."""
    store.acquire("channels:google:default", "another", ttl=60.0, now=world.now)
    with pytest.raises(LeaseHeld):
        world.tend()
    world.wait(60.0)
    assert len(world.tend().opened) == 1


def test_foreign_calendar(make_world: Callable[..., World]) -> None:
    """A watcher refuses the lists of another account."""
    topic = Topic(CalendarKey("google", "another", ""), "settings")
    with pytest.raises(UsageError, match="does not belong to google:default"):
        make_world(also={topic: lambda: None})


def test_engine_replaced(make_world: Callable[..., World]) -> None:
    """A watcher refuses a function in the place of an engine's own sync."""
    with pytest.raises(UsageError, match=r"synced by an engine"):
        make_world(also={EVENTS: lambda: None})


@pytest.mark.parametrize("address", ["http://hooks.example.com/google", "hooks.example.com", ""])
def test_open_address(make_world: Callable[..., World], address: str) -> None:
    """A watcher refuses an address to which nothing would ever be sent."""
    with pytest.raises(UsageError, match="https"):
        make_world(address=address)


def test_nothing_sent(make_world: Callable[..., World]) -> None:
    """What could not be asked for at all leaves no channel to be found, however often it is tried."""
    world = make_world(also={Topic(EVENTS.key, "colors"): lambda: None})
    for _ in range(3):
        assert [type(one.error) for one in world.tend().failures] == [UsageError]
    assert world.kept == world.open
    assert len(world.kept) == 1


def test_token_refused(make_world: Callable[..., World]) -> None:
    """A token that cannot be sent leaves no channel behind."""
    world = make_world(token=lambda: "two words")
    for _ in range(3):
        assert [type(one.error) for one in world.tend().failures] == [UsageError]
        world.wait(POLICY.longest_rest)
    assert (world.kept, world.fake.requests) == ([], [])
