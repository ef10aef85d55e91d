"""What the engine promises, shown for a calendar behind Kloudless."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.providers.kloudless.world import Drive, World

from kloudsync.errors import KloudsyncError, NotFound, PermissionDenied, ResyncLoop
from kloudsync.model.change import Added, Deleted
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.recurrence import ICALENDAR
from kloudsync.sync.progress import Hook, PageStaged, Progress
from kloudsync.testing.faults import TRANSIENT, Fault, FaultKind, Faults
from kloudsync.testing.kloudless import FakeKloudless

NINE = datetime(2026, 1, 6, 9, tzinfo=ZoneInfo("America/Los_Angeles"))
HOUR = timedelta(hours=1)


def fill(world: World, count: int, prefix: str = "e") -> list[str]:
    """Create events, an hour apart."""
    return [world.calendar.create(f"{prefix}{n}", NINE + n * HOUR) for n in range(count)]


def asked(world: World) -> list[str]:
    """Return the operations of the requests so far."""
    return [line.operation for line in world.fake.requests]


def test_the_cursor_comes_before_the_list(world: World) -> None:
    """A first pass seeks the newest cursor, lists, and reads what happened since the cursor."""
    fill(world, 5)
    report = world.sync()
    assert report.added == 5
    assert asked(world) == [
        "accounts.get",
        "calendars.get",
        "subscriptions.list",
        *["activity.list"] * 3,
        *["events.list"] * 2,
        "activity.list",
    ]
    assert world.copy.state().zone == "America/Los_Angeles"


def test_what_happens_while_the_list_is_read_is_not_lost(world: World) -> None:
    """An event that is added behind the reader's back is told by the activity since the cursor."""
    fill(world, 9)
    late: list[str] = []

    def meddle(progress: Progress) -> None:
        if isinstance(progress, PageStaged) and asked(world)[-1] == "events.list" and not late:
            late.append(world.calendar.create("late", NINE))

    world.hook = meddle
    world.restart()
    world.sync()
    assert late
    assert world.held() == world.truth()


def test_a_delta_asks_only_for_activity(world: World) -> None:
    """Later passes check the subscription and read the stream; an idle one needs two requests."""
    world.sync()
    world.fake.requests.clear()
    assert not world.sync().changed
    assert asked(world) == ["subscriptions.list", "activity.list"]


def test_activity_of_25_pages_is_read_whole(world: World) -> None:
    """A delta of 25 pages commits every change, and the next one is empty."""
    world.sync()
    fill(world, 97)
    report = world.sync()
    assert (report.added, report.full) == (97, False)
    assert asked(world).count("activity.list") >= 25
    assert world.held() == world.truth()
    assert not world.sync().changed


@pytest.mark.parametrize("fatal", [*range(1, 26, 2), 26])
@pytest.mark.parametrize("restarted", [True, False])
def test_a_run_that_is_killed_between_pages_loses_and_doubles_nothing(
    fatal: int, restarted: bool
) -> None:
    """Cut off after any page, the next run goes on there; the feed tells each event once."""
    world = World()
    world.sync()
    fill(world, 100)
    fault = Fault(FaultKind.CUT_CONNECTION, operation="activity.list", nth=fatal, times=4)
    world.fake.faults = Faults([fault])
    with pytest.raises(KloudsyncError):
        world.sync()
    assert world.held() == set()
    if restarted:
        world.restart()
    assert world.sync().resumed
    assert world.held() == world.truth()
    told = Counter(change.id for change in world.changes() if isinstance(change, Added))
    assert set(told.values()) == {1}
    assert told.keys() == world.truth()


@pytest.mark.parametrize("seed", range(6))
def test_transient_faults_change_nothing(seed: int, drive: Drive) -> None:
    """Whatever fails for a while, the copy is the calendar in the end."""
    world = World(drive)
    world.fake.faults = Faults.random(seed, rate=0.2, kinds=TRANSIENT, longest=2)
    for round_ in range(4):
        fill(world, 6, f"r{round_}-")
        world.sync()
    assert world.held() == world.truth()


@pytest.mark.parametrize("kind", [FaultKind.DUPLICATE_ITEMS, FaultKind.MALFORMED_ITEM])
@pytest.mark.parametrize("operation", ["events.list", "activity.list"])
def test_odd_pages_are_read(kind: FaultKind, operation: str, world: World) -> None:
    """Items that come twice count once, and one senseless item never stops a page."""
    world.sync()
    fill(world, 3)
    world.fake.faults = Faults([Fault(kind, operation=operation, nth=1)])
    if operation == "events.list":
        world.clock.advance(timedelta(hours=21))
    report = world.sync()
    assert (report.added, world.held()) == (3, world.truth())
    assert len(report.quarantined) == (kind is FaultKind.MALFORMED_ITEM)


@pytest.mark.parametrize("page_size", [2, 3, 4, 100])
@pytest.mark.parametrize("restarted", [True, False])
def test_what_a_series_had_goes_with_it_even_within_one_pass(
    page_size: int, restarted: bool
) -> None:
    """Its exceptions are told before its end, on the same page or an earlier one, or were held."""
    world = World(rules=Rules(page_size=page_size))
    daily = [world.calendar.create(name, NINE, recurrence=["RRULE:FREQ=DAILY"]) for name in "ab"]
    for series in daily:
        world.calendar.edit_this(series, NINE + 24 * HOUR, summary="held")
    world.sync()
    world.changes()
    for series in daily:
        world.calendar.edit_this(series, NINE + 48 * HOUR, summary="new")
        world.calendar.edit_this(series, NINE + 24 * HOUR, summary="edited")
        world.fake.pull()
    world.calendar.delete(daily[0])
    if restarted:
        last = Fault(FaultKind.CUT_CONNECTION, operation="activity.list", nth=2, times=4)
        world.fake.faults = Faults([last])
        with pytest.raises(KloudsyncError):
            world.sync()
        world.restart()
    world.sync()
    assert world.held() == world.truth()
    told = Counter(type(change).__name__ for change in world.changes())
    assert told["Deleted"] == 2


def test_deletions_come_with_an_id_and_nothing_else(world: World) -> None:
    """A tombstone takes the event away; one for an event that was never held leaves no trace."""
    events = fill(world, 3)
    world.sync()
    world.calendar.delete(events[1])
    assert world.sync().deleted == 1
    unseen = world.calendar.create("brief", NINE)
    world.fake.pull()
    world.calendar.delete(unseen)
    report = world.sync()
    assert (report.deleted, world.held()) == (0, world.truth())


def test_the_activity_of_other_calendars_is_left_out(world: World) -> None:
    """A subscription that watches everything brings only what the calendar concerns."""
    world.sync()
    world.google.add_calendar("side@example.com").create("elsewhere", NINE)
    fill(world, 1)
    world.google.calendar("side@example.com").create("elsewhere too", NINE)
    assert world.sync().added == 1
    assert world.held() == world.truth()


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


def test_inferred_shortcuts_can_be_set(drive: Drive) -> None:
    """Without the checks and the calendar, and from the last cursor, fewer requests are made."""
    rules = Rules(
        checks_subscription=False,
        trusts_last_cursor=True,
        reads_calendar=False,
        reading=ICALENDAR,
        page_size=None,
    )
    world = World(drive, rules=rules)
    fill(world, 2)
    world.sync()
    fill(world, 1, "more")
    assert world.sync().added == 1
    assert asked(world) == [
        "subscriptions.list",
        *["activity.list", "events.list", "activity.list"],
        *["activity.list"] * 2,
    ]
    assert "page_size" not in world.fake.requests[-1].query


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


def test_the_calendars_zone_is_followed(drive: Drive) -> None:
    """Activity does not tell that it changed: once what is known is old, a delta asks again."""
    world = World(drive)
    world.sync()
    world.calendar.book.zone = ZoneInfo("Europe/Paris")
    world.clock.advance(timedelta(hours=5))
    world.sync()
    assert world.copy.state().zone == "America/Los_Angeles"
    world.clock.advance(timedelta(hours=2))
    world.fake.requests.clear()
    assert not world.sync().full
    assert asked(world) == ["calendars.get", "subscriptions.list", "activity.list"]
    assert world.copy.state().zone == "Europe/Paris"
    world.fake.requests.clear()
    world.sync()
    assert asked(world) == ["subscriptions.list", "activity.list"]


def test_the_calendar_may_be_read_in_every_run_or_never(drive: Drive) -> None:
    """Who cannot wait pays a request; who does not read it at all never hears of it."""
    for rules, zone in (
        (Rules(oldest_calendar=timedelta()), "Europe/Paris"),
        (Rules(reads_calendar=False), None),
    ):
        world = World(drive, rules=rules)
        world.sync()
        world.calendar.book.zone = ZoneInfo("Europe/Paris")
        world.sync()
        assert world.copy.state().zone == zone


def numbered(drive: Drive) -> World:
    """Return a world whose listings go by number, in pages of two."""
    world = World(drive, rules=Rules(page_size=2))
    world.fake.numbered = True
    return world


def deleting_while_listing(world: World, doomed: list[str]) -> Hook:
    """Return a hook that deletes the next of some events after each first page of a listing."""

    def meddle(progress: Progress) -> None:
        line = world.fake.requests[-1] if world.fake.requests else None
        first = line is not None and line.operation == "events.list" and "page" not in line.query
        if isinstance(progress, PageStaged) and first and doomed:
            world.calendar.delete(doomed.pop(0))

    return meddle


def test_an_event_between_two_pages_that_shifted_is_not_lost(drive: Drive) -> None:
    """Something on a page that was read is deleted, and what follows moves up behind the reader."""
    world = numbered(drive)
    ids = fill(world, 7)
    world.hook = deleting_while_listing(world, ids[:1])
    world.restart()
    world.sync()
    assert world.held() == world.truth()
    assert len(world.held()) == 6


def test_what_a_shifted_listing_passed_over_is_not_swept(drive: Drive) -> None:
    """A resync tells the one deletion that there was, and no event goes and comes back."""
    world = numbered(drive)
    ids = fill(world, 7)
    world.sync()
    world.changes()
    world.clock.advance(timedelta(hours=25))
    world.hook = deleting_while_listing(world, ids[:1])
    world.restart()
    report = world.sync()
    assert report.full
    (told,) = world.changes()
    assert isinstance(told, Deleted)
    assert told.id == world.fake.event_id(ids[0])
    assert world.held() == world.truth()


def test_a_calendar_that_never_stands_still_is_listed_a_bounded_number_of_times(
    drive: Drive,
) -> None:
    """Deletions during each listing end it after the third; what any of them showed is held."""
    world = numbered(drive)
    ids = fill(world, 12)
    world.hook = deleting_while_listing(world, ids[:6])
    world.restart()
    world.sync()
    listings = [one for one in world.fake.requests if one.operation == "events.list"]
    assert sum("page" not in one.query for one in listings) == 3
    assert world.held() == world.truth()


def test_a_listing_of_one_page_is_read_once(drive: Drive) -> None:
    """There is no second page that could have moved."""
    world = numbered(drive)
    ids = fill(world, 2)
    world.hook = deleting_while_listing(world, ids[:1])
    world.restart()
    world.sync()
    assert asked(world).count("events.list") == 1
    assert world.held() == world.truth()
