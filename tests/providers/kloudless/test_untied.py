"""Exceptions without the id of their series, as payloads of 2019 have them."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from tests.providers.kloudless.world import Drive, World

from kloudsync.errors import ConnectFailed
from kloudsync.model.event import SeriesException, SingleEvent
from kloudsync.model.record import EventRecord, Kind
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.providers.kloudless.untied import SeriesMemory, as_single, is_untied
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.kloudless import FakeKloudless

PACIFIC = ZoneInfo("America/Los_Angeles")
WEEKDAYS = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def at(day: int, hour: int) -> datetime:
    """Return an hour of April 2019 in Los Angeles."""
    return datetime(2019, 4, day, hour, tzinfo=PACIFIC)


def old_world(drive: Drive = "blocking") -> World:
    """Return a calendar whose occurrences name no series, but have a UID and an original start."""
    fake = FakeKloudless()
    fake.pointers = False
    return World(drive, fake=fake)


def starts(world: World) -> list[datetime]:
    """Return when something takes place in the first days of April."""
    window = datetime(2019, 4, 1, tzinfo=UTC), datetime(2019, 4, 5, tzinfo=UTC)
    found = [one.start for one in world.copy.occurrences(*window)]
    return [start for start in found if isinstance(start, datetime)]


def test_an_exception_is_tied_by_uid_and_original_start(drive: Drive) -> None:
    """Listed or told as activity, it belongs to its series and takes the place of its slot."""
    world = old_world(drive)
    series = world.calendar.create("Stand-up", at(2, 13), recurrence=[WEEKDAYS])
    listed = world.calendar.edit_this(series, at(3, 13), start=at(3, 15))
    world.sync()
    told = world.calendar.edit_this(series, at(4, 13), start=at(4, 16))
    world.sync()
    for name in (listed, told):
        event = world.copy.event(world.fake.event_id(name))
        assert isinstance(event, SeriesException)
        assert event.series == world.fake.event_id(series)
    assert starts(world) == [at(2, 13), at(3, 15), at(4, 16)]


def reversed_world() -> World:
    """Return a calendar of one event per page, whose last page holds the series of the one before."""
    world = old_world()
    world.rules = Rules(page_size=1)
    world.restart()
    reverse = Fault(FaultKind.REORDER_PAGES, operation="events.list", times=None)
    world.google.faults = Faults([reverse])
    series = world.calendar.create("Stand-up", at(2, 13), recurrence=[WEEKDAYS])
    world.calendar.edit_this(series, at(3, 13), start=at(3, 15))
    for hour in range(3):
        world.calendar.create(f"e{hour}", at(20, hour))
    return world


def test_an_exception_that_is_listed_before_its_series_waits() -> None:
    """Whatever page the series is on, the exception is tied before the pass ends."""
    world = reversed_world()
    assert not world.sync().resumed
    assert starts(world) == [at(2, 13), at(3, 15), at(4, 13)]
    assert world.held() == world.truth()


@pytest.mark.parametrize("nth", range(1, 6))
@pytest.mark.parametrize("restarted", [True, False])
def test_a_pass_that_is_cut_while_one_waits_loses_nothing(nth: int, restarted: bool) -> None:
    """What waited is in no store: a new process lists again, the same one goes on."""
    world = reversed_world()
    cut = Fault(FaultKind.CUT_CONNECTION, operation="events.list", nth=nth, times=4)
    world.fake.faults = Faults([cut])
    with pytest.raises(ConnectFailed):
        world.sync()
    if restarted:
        world.restart()
    world.sync()
    assert world.held() == world.truth()
    assert starts(world) == [at(2, 13), at(3, 15), at(4, 13)]


def test_an_exception_whose_series_is_nowhere_stays_unattached() -> None:
    """After the whole listing, or told by activity, it is shown as the single event that it looks."""
    world = old_world()
    world.calendar.load(
        [
            {
                "id": "orphan0",
                "status": "confirmed",
                "recurringEventId": "nowhere",
                "created": "2019-04-01T00:00:00.000Z",
                "start": {"dateTime": at(3, 15).isoformat()},
                "end": {"dateTime": at(3, 16).isoformat()},
                "originalStartTime": {"dateTime": at(3, 13).isoformat()},
            }
        ]
    )
    world.sync()
    assert isinstance(world.copy.event(world.fake.event_id("orphan0")), SingleEvent)
    assert not world.sync().full


def test_a_new_process_reads_the_calendar_once_to_tie() -> None:
    """In a delta, a series that this process never met is sought by a single full pass."""
    world = old_world()
    series = world.calendar.create("Stand-up", at(2, 13), recurrence=[WEEKDAYS])
    world.sync()
    world.restart()
    world.calendar.edit_this(series, at(3, 13), start=at(3, 15))
    world.fake.pull()
    # Google sends the series again with its exception; other services need not.
    log = world.fake.subscriptions[0].log
    log.records = deque(r for r in log.records if "recurrence" not in r.body["metadata"])
    report = world.sync()
    assert report.resync_reason is not None
    assert "without its series" in report.resync_reason
    assert starts(world) == [at(2, 13), at(3, 15), at(4, 13)]
    world.calendar.edit_this(series, at(4, 13), start=at(4, 16))
    assert not world.sync().full


def test_without_a_uid_an_exception_stays_unattached() -> None:
    """Where nothing ties it, an edited occurrence is what it claims to be: a single event."""
    world = old_world()
    world.fake.uids = False
    series = world.calendar.create("Stand-up", at(2, 13), recurrence=[WEEKDAYS])
    moved = world.calendar.edit_this(series, at(3, 13), start=at(3, 15))
    world.sync()
    assert isinstance(world.copy.event(world.fake.event_id(moved)), SingleEvent)


def exception(original: int, uid: str = "u") -> EventRecord:
    """Return an untied exception."""
    return EventRecord("o", Kind.EXCEPTION, "{}", original=original, uid=uid)


def test_of_several_segments_the_one_that_covers_the_slot_is_meant() -> None:
    """Segments of a split series may share a UID; the last to begin before the slot counts."""
    memory = SeriesMemory()
    memory.begin(1.0)
    memory.learn(
        EventRecord(name, Kind.SERIES, "{}", start=start, uid="u")
        for name, start in (("a", 100), ("b", 200))
    )
    tied = [memory.tie(exception(slot)) for slot in (150, 200, 900, 50)]
    assert [one.series if one else None for one in tied] == ["a", "b", "b", "a"]
    assert memory.tie(exception(1, uid="other")) is None
    memory.begin(2.0)
    assert memory.tie(exception(150)) is None


def test_unattached_exceptions_are_single_events() -> None:
    """What is left unattached has no original start that could hide a slot."""
    single = as_single(exception(5))
    assert (single.kind, single.original) == (Kind.SINGLE, None)
    assert not is_untied(single)
