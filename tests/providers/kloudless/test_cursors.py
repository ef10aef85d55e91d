"""A cursor is good for a while, for its subscription, and for its question."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.providers.kloudless.world import Drive, World, asked, fill

from kloudsync.errors import KloudsyncError, NotFound, PermissionDenied, ResyncLoop
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.kloudless import FakeKloudless


@pytest.mark.parametrize("hours", [21, 30, 24 * 9])
def test_a_cursor_that_is_too_old_is_not_used(hours: int, world: World) -> None:
    """What the window may have lost is found by a full pass, which tells what was missed."""
    events = fill(world, 12)
    world.sync()
    world.calendar.delete(events[0])
    fill(world, 1, "late")
    world.clock.advance(timedelta(hours=hours))
    report = world.sync()
    assert report.full
    assert report.resync_reason is not None
    assert "hours old" in report.resync_reason
    assert (report.added, report.deleted) == (1, 1)
    assert world.held() == world.truth()


def test_an_idle_calendar_keeps_its_cursor_young(world: World) -> None:
    """Each empty answer proves that nothing was missed so far, and starts the day anew."""
    world.sync()
    for _ in range(4):
        world.clock.advance(timedelta(hours=12))
        assert not world.sync().full


def test_a_cut_pass_that_is_resumed_too_late_begins_anew(world: World) -> None:
    """A position ages as a cursor does."""
    world.sync()
    fill(world, 9)
    world.fake.faults = Faults(
        [Fault(FaultKind.CUT_CONNECTION, operation="activity.list", nth=2, times=4)]
    )
    with pytest.raises(KloudsyncError):
        world.sync()
    world.clock.advance(timedelta(hours=25))
    report = world.sync()
    assert report.full
    assert world.held() == world.truth()


def test_too_much_activity_in_one_go_is_not_trusted(drive: Drive) -> None:
    """A stream as long as what is kept may have lost its beginning, so the calendar is read."""
    world = World(drive, rules=Rules(page_size=10, most_records=30))
    world.sync()
    fill(world, 29)
    assert not world.sync().full
    fill(world, 30, "more")
    report = world.sync()
    assert report.full
    assert report.resync_reason is not None
    assert "10,000" in report.resync_reason
    assert world.held() == world.truth()


def test_records_that_fell_out_of_the_window_are_found_again(drive: Drive) -> None:
    """With the real limits, more records than are kept lead to a full pass and lose nothing."""
    world = World(drive, rules=Rules(page_size=1000))
    event = fill(world, 1)[0]
    world.sync()
    log = world.fake.subscriptions[0].log
    fill(world, 1, "forgotten")
    world.fake.pull()
    for _ in range(10_001):
        log.record({"type": "update", "metadata": {"type": "file"}}, world.clock.now())
    world.calendar.edit(event, summary="renamed")
    report = world.sync()
    assert report.full
    assert (report.added, report.updated) == (1, 1)
    assert world.held() == world.truth()


@pytest.mark.parametrize("kind", [FaultKind.CURSOR_GONE, FaultKind.CURSOR_INVALID])
def test_any_refusal_of_the_cursor_leads_to_a_full_pass(kind: FaultKind, world: World) -> None:
    """Whatever a dead cursor is answered with, the calendar is read again."""
    fill(world, 3)
    world.sync()
    fill(world, 2, "more")
    world.fake.faults = Faults([Fault(kind, operation="activity.list")])
    report = world.sync()
    assert report.full
    assert report.resync_reason is not None
    assert "the cursor was refused" in report.resync_reason
    assert (report.added, report.deleted) == (2, 0)


def test_cursors_that_are_always_refused_end_the_run(world: World) -> None:
    """A service that refuses its own cursors is told, and the store keeps the last good state."""
    fill(world, 3)
    world.sync()
    before = world.held()
    world.fake.faults = Faults(
        [Fault(FaultKind.CURSOR_GONE, operation="activity.list", times=None)]
    )
    fill(world, 2, "more")
    with pytest.raises((ResyncLoop, KloudsyncError)):
        world.sync()
    assert world.held() == before


def test_a_subscription_that_was_replaced_leads_to_a_full_pass(world: World) -> None:
    """A cursor of a subscription that is gone is worth nothing, not even an empty answer."""
    fill(world, 2)
    world.sync()
    world.fake.subscriptions.clear()
    fill(world, 2, "unwatched")
    world.fake.subscribe(4242, default=True)
    report = world.sync()
    assert report.resync_reason is not None
    assert "99 is gone" in report.resync_reason
    assert (report.added, world.held()) == (2, world.truth())


def test_a_subscription_that_turned_elsewhere_leads_to_a_full_pass(world: World) -> None:
    """Where the calendar is no longer watched, another subscription is made and all is read."""
    fill(world, 2)
    world.sync()
    world.fake.subscriptions[0].resources = ["elsewhere@example.com"]
    fill(world, 1, "unwatched")
    report = world.sync()
    assert report.resync_reason is not None
    assert "no longer watches" in report.resync_reason
    assert len(world.fake.subscriptions) == 2
    assert world.held() == world.truth()
    fill(world, 1, "watched")
    assert world.sync().added == 1


def test_a_subscription_that_was_switched_off_is_reported_with_its_reason(world: World) -> None:
    """Silence is not mistaken for peace; once mended, a full pass tells what was missed."""
    fill(world, 2)
    world.sync()
    world.fake.switch_off("the upstream grant was revoked")
    fill(world, 1, "missed")
    for _ in range(2):
        with pytest.raises(PermissionDenied, match="the upstream grant was revoked") as caught:
            world.sync()
        assert caught.value.reason == "subscriptionInactive"
    world.fake.switch_on()
    report = world.sync()
    assert report.full
    assert (report.added, world.held()) == (1, world.truth())


def test_a_missing_subscription_is_created(drive: Drive) -> None:
    """An account without one gets a subscription to the calendar before anything is listed."""
    world = World(drive, fake=FakeKloudless(track_activity=False))
    fill(world, 1)
    world.sync()
    assert asked(world).index("subscriptions.create") < asked(world).index("events.list")
    assert [one.resources for one in world.fake.subscriptions] == [["owner@example.com"]]
    fill(world, 1, "more")
    assert world.sync().added == 1


def test_what_may_not_be_created_is_missed_aloud(drive: Drive) -> None:
    """Where no subscription may be created, or the wanted one is not there, the run says so."""
    bare = FakeKloudless(track_activity=False)
    with pytest.raises(NotFound, match="no subscription"):
        World(drive, fake=bare, rules=Rules(creates_subscription=False)).sync()
    with pytest.raises(NotFound, match="'7'"):
        World(drive, rules=Rules(subscription="7")).sync()
    named = World(drive, rules=Rules(subscription="default"))
    assert named.sync().committed


def test_numbers_and_texts_are_cursors_alike(world: World) -> None:
    """Cursors that are numbers lead through the stream as texts do."""
    world.fake.numeric_cursors = True
    world.sync()
    fill(world, 9)
    assert world.sync().added == 9
    assert not world.sync().changed


def test_another_parameter_needs_another_pass() -> None:
    """A cursor is tied to account, calendar, version and parameters."""
    world = World()
    world.sync()
    world.rules = Rules(list_parameters=(("kind", "x"),))
    world.restart()
    assert world.sync().resync_reason == "the query changed"
