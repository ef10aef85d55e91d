"""What the engine promises, shown for a calendar behind Kloudless."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.providers.kloudless.world import HOUR, NINE, Drive, World, asked, fill

from kloudsync.errors import KloudsyncError
from kloudsync.model.change import Added, Deleted
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.recurrence import ICALENDAR
from kloudsync.sync.hook import Hook
from kloudsync.sync.progress import PageStaged, Progress
from kloudsync.testing.faults import TRANSIENT, Fault, FaultKind, Faults


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
