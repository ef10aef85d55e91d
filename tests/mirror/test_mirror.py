"""The mirror: exactly the writes that a change needs, and a sink that equals the agenda."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.mirror.world import Drive, Steps, Store, World, both
from tests.sync.crashing import Crash, CrashingStore

from kloudsync.errors import LeaseHeld, PermissionDenied, TransportError, Unauthorized
from kloudsync.mirror.window import MirrorWindow
from kloudsync.model.event import Event
from kloudsync.model.writes import Action
from kloudsync.providers.salesloft.policy import Detail, private
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google.population import populate

PACIFIC = ZoneInfo("America/Los_Angeles")
WEEKDAYS = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture(params=["blocking", "awaiting"])
def drive(request: pytest.FixtureRequest) -> Drive:
    """Both colours."""
    chosen: Drive = request.param
    return chosen


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Every store that needs no server."""
    made: Store = MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "c.db")
    yield made
    made.close()


@pytest.fixture
def make_world(drive: Drive, store: Store) -> Iterator[Callable[..., World]]:
    """Make worlds that are closed with the test."""
    with ExitStack() as stack:

        def make(**options: Any) -> World:
            return stack.enter_context(World(drive, store, **options))

        yield make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A weekday series that fills the mirror's window, synced and pushed."""
    world = make_world(bulk_from=1000)
    start, _ = MirrorWindow().at(world.clock.now())
    first = (start + 2 * DAY).astimezone(PACIFIC).replace(hour=13, minute=0)
    while first.weekday() > 4:
        first += DAY
    world.series = world.calendar.create("Stand-up", first, first + HOUR, recurrence=[WEEKDAYS])
    world.sync_and_push()
    return world


def push(world: World) -> tuple[int, int]:
    """Sync and push; return the single upserts that it took, and how many were refused."""
    before = world.upserts()
    report = world.sync_and_push()
    assert world.shown() == world.agenda()
    return world.upserts() - before, len(report.refused)


def slot(world: World, number: int) -> Any:
    """Return the original start of an occurrence, counted from now on."""
    now = world.clock.now()
    coming = [one for one in world.copy.occurrences(now, now + 60 * DAY) if one.series]
    return coming[number].original_start


def test_a_first_push_writes_each_occurrence_once(world: World) -> None:
    """The sink equals the agenda, and a second push writes nothing."""
    assert world.upserts() == len(world.agenda())
    assert len(world.agenda()) > 80
    assert world.shown() == world.agenda()
    assert push(world) == (0, 0)


def test_one_edited_occurrence_is_one_upsert(world: World) -> None:
    """Renaming or moving one occurrence writes one record."""
    world.calendar.edit_this(world.series, slot(world, 3), summary="Guest")
    assert push(world) == (1, 0)
    at = slot(world, 5)
    world.calendar.edit_this(world.series, at, start=at + HOUR)
    assert push(world) == (1, 0)


def test_a_cancelled_occurrence_is_one_upsert_and_so_is_its_return(world: World) -> None:
    """Cancelling one occurrence writes one record, and restoring it one more."""
    cancelled = world.calendar.cancel_occurrence(world.series, slot(world, 2))
    assert push(world) == (1, 0)
    world.calendar.restore(cancelled)
    assert push(world) == (1, 0)


def test_this_and_following_writes_what_follows(world: World) -> None:
    """New contents from a slot on write each occurrence from there on once, and none before."""
    at = slot(world, 10)
    following = sum(begins >= at.timestamp() for _, begins, _, _ in world.agenda())
    world.calendar.edit_following(world.series, at, summary="Other room")
    assert push(world) == (following, 0)


def test_another_time_from_a_slot_on_cancels_and_creates(world: World) -> None:
    """Google gives moved occurrences new ids: the old records are cancelled, new ones written."""
    at = slot(world, 10)
    following = sum(begins >= at.timestamp() for _, begins, _, _ in world.agenda())
    world.calendar.edit_following(world.series, at, start=at + HOUR)
    assert push(world) == (2 * following, 0)


def test_a_truncation_cancels_what_is_gone(world: World) -> None:
    """Each occurrence beyond the cut is cancelled once, and nothing else is written."""
    at = slot(world, 10)
    gone = sum(begins >= at.timestamp() for _, begins, _, _ in world.agenda())
    world.calendar.truncate(world.series, at)
    assert push(world) == (gone, 0)


def test_a_deleted_series_cancels_all_of_it(world: World) -> None:
    """Every record of the window is cancelled, and a further push writes nothing."""
    shown = len(world.agenda())
    world.calendar.delete(world.series)
    assert push(world) == (shown, 0)
    assert world.shown() == set()
    assert push(world) == (0, 0)


def test_time_moves_the_window_along(world: World) -> None:
    """A week later the far end is topped up, and what is past is let alone."""
    world.clock.sleep(7 * 86_400)
    written, _ = push(world)
    assert written == 5


def test_a_plan_says_the_writes_and_makes_none(world: World) -> None:
    """A rehearsal lists exactly what the push then writes."""
    world.calendar.edit_this(world.series, slot(world, 3), summary="Guest")
    world.sync()
    before = world.upserts()
    planned = world.plan().planned
    assert world.upserts() == before
    assert [write.payload.get("title") for write in planned] == ["Guest"]
    assert world.push().written == 1


def test_a_report_counts_every_record_once(world: World) -> None:
    """What was created, updated, cancelled and left alone adds up, planned or pushed."""
    held = len(world.agenda())
    now = world.clock.now()
    world.calendar.create("New", now + DAY, now + DAY + HOUR)
    world.calendar.edit_this(world.series, slot(world, 3), summary="Guest")
    world.calendar.cancel_occurrence(world.series, slot(world, 5))
    world.sync()
    planned = world.plan()
    assert (len(planned.planned), planned.unchanged) == (3, held - 2)
    report = world.push()
    assert (report.created, report.updated, report.cancelled) == (1, 1, 1)
    assert report.unchanged == held - 2
    assert world.push().unchanged == held


def spoil(world: World) -> None:
    """Lose a record at the sink, move another, and put a stranger among them."""
    *_, changed, lost = world.salesloft.book.rows()
    lost["status"] = "cancelled"
    changed["end_time"] = changed["start_time"]
    now = world.clock.now()
    stranger = {
        "id": "stranger",
        "i_cal_uid": "u",
        "calendar_id": world.salesloft.calendar_id,
        "start_time": now.isoformat(),
        "end_time": (now + HOUR).isoformat(),
    }
    world.salesloft.book.upsert(stranger, now)


def test_reconciling_repairs_what_somebody_else_did(world: World) -> None:
    """Records that others cancelled, moved or added are found by comparing, and mended."""
    spoil(world)
    report = world.reconcile()
    assert (report.missing, report.unknown, report.written) == (1, 1, 3)
    assert world.shown() == world.agenda()


@pytest.mark.parametrize("ahead", [timedelta(0), HOUR], ids=["now", "by a clock that is ahead"])
def test_reconciling_outdoes_whoever_cancelled_a_record(world: World, ahead: timedelta) -> None:
    """The cancellation is newer than the event: what is missing is written later than that."""
    world.clock.sleep(3600)
    lost = world.salesloft.book.rows()[-1]
    sent = {name: lost[name] for name in ("id", "i_cal_uid", "calendar_id")}
    sent |= {"start_time": lost["start_time"], "end_time": lost["end_time"]}
    moment = (world.clock.now() + ahead).isoformat()
    world.salesloft.book.upsert(
        {**sent, "status": "cancelled", "updated_at": moment}, world.clock.now()
    )
    world.clock.sleep(60)
    report = world.reconcile()
    assert (report.missing, report.written, report.refused) == (1, 1, ())
    assert world.shown() == world.agenda()
    assert world.reconcile().missing == 0


def test_a_plan_compares_with_the_sink_where_it_is_told_to(world: World) -> None:
    """A rehearsal of a reconciliation finds what the ledger cannot know; one of a push doesn't."""
    spoil(world)
    assert world.plan().planned == ()
    before = world.upserts()
    report = world.plan(reconciled=True)
    assert (report.missing, report.unknown, len(report.planned)) == (1, 1, 3)
    assert world.upserts() == before


def test_three_thousand_events_go_in_bulk_within_the_budget(
    make_world: Callable[..., World],
) -> None:
    """A first connection takes a few calls, shows its progress, and leaves nothing to write."""
    world = make_world()
    start, _ = MirrorWindow().at(world.clock.now())
    for day in range(100):
        for n in range(30):
            at = start + (day + 10) * DAY + n * timedelta(minutes=20)
            world.calendar.create(f"Call {n}", at, at + timedelta(minutes=20))
    report = world.sync_and_push()
    assert report.created == 3000
    assert world.shown() == world.agenda()
    assert world.upserts() < 100
    assert world.salesloft.spending.highest_minute <= 600
    assert world.steps[-1] == (3000, 3000)
    assert len(world.steps) > 2
    assert world.push().written == 0


def test_only_one_worker_pushes_at_a_time(world: World, store: Store) -> None:
    """While another worker holds the sink's lease a push leaves with a clear error."""
    now = world.clock.now().timestamp()
    name = f"mirror:salesloft:{world.salesloft.calendar_id}"
    assert store.acquire(name, "other", ttl=60, now=now) is not None
    with pytest.raises(LeaseHeld, match="another worker is pushing"):
        world.push()


NEVER = 1_000_000


@pytest.mark.parametrize("after", [False, True], ids=["before its effect", "after its effect"])
def test_a_push_killed_at_any_operation_is_finished_by_the_next(drive: Drive, after: bool) -> None:
    """Whichever operation of the store is the last, the next push ends with the sink in step."""
    operations = killed(drive, NEVER, after=after)
    assert operations > 10
    for fatal in range(1, operations + 1):
        killed(drive, fatal, after=after)


def killed(drive: Drive, fatal: int, *, after: bool) -> int:
    """Push with a crash, push again, and return how many operations the first push made."""
    services, store = both(), MemoryStore()
    populate(services[0].calendar(), events=60)
    with World(drive, store, services=services) as healthy:
        healthy.sync_and_push()
        dying = CrashingStore(store, fatal, after=after)
        first = healthy.clock.now().replace(microsecond=0) + DAY
        series = healthy.calendar.create(
            "New", first, first + HOUR, recurrence=["RRULE:FREQ=DAILY;COUNT=5"]
        )
        with World(drive, dying.as_store(), services=services) as mortal:
            healthy.sync()
            with suppress(Crash):
                mortal.push()
        operations = dying.calls
        healthy.calendar.truncate(series, first + 3 * DAY)
        healthy.clock.sleep(700)
        healthy.sync_and_push()
        assert healthy.shown() == healthy.agenda()
        rows = services[1].book.rows()
        assert len({row["id"] for row in rows}) == len(rows), "created twice"
        assert healthy.push().written == 0
    return operations


def test_what_the_sink_refused_is_not_there(world: World) -> None:
    """A refused creation is tried again as one, and is not cancelled where it has gone meanwhile."""
    now = world.clock.now()
    event = world.calendar.create("New", now + DAY, now + DAY + HOUR)
    world.salesloft.book.refuses = lambda _: "is not wanted"
    assert len(world.sync_and_push().refused) == 1
    assert [write.action for write in world.plan().planned] == [Action.CREATE]
    world.calendar.delete(event)
    world.salesloft.book.refuses = lambda _: None
    assert push(world) == (0, 0)


def test_a_refused_update_leaves_what_was_written_before(world: World) -> None:
    """The ledger says what the sink has: an edit that is taken back needs no write at all."""
    at = slot(world, 3)
    edited = world.calendar.edit_this(world.series, at, summary="Guest")
    world.salesloft.book.refuses = lambda _: "is not wanted"
    assert len(world.sync_and_push().refused) == 1
    world.salesloft.book.refuses = lambda _: None
    world.calendar.edit(edited, summary="Stand-up")
    assert push(world) == (0, 0)


def test_a_refused_record_holds_back_no_feed(world: World, store: Store) -> None:
    """What was refused is found again by comparing: the mirror is done with the changes."""
    now = world.clock.now()
    world.clock.sleep(60)
    store.prune(world.clock.now())
    world.calendar.create("New", now + DAY, now + DAY + HOUR)
    world.salesloft.book.refuses = lambda _: "is not wanted"
    world.sync_and_push()
    world.clock.sleep(60)
    assert store.prune(world.clock.now()) > 0


def test_a_series_that_cannot_be_expanded_stops_no_push(world: World) -> None:
    """It is reported, and everything else is mirrored."""
    now = world.clock.now()
    odd = world.calendar.create(
        "Tick", now + DAY, now + DAY + HOUR, recurrence=["RRULE:FREQ=SECONDLY"]
    )
    world.calendar.create("New", now + DAY, now + DAY + HOUR)
    report = world.sync_and_push()
    assert [one.series for one in report.unexpanded] == [odd]
    assert report.created == 1
    assert [one.series for one in world.plan().unexpanded] == [odd]


def test_what_was_mirrored_of_a_series_stays_when_it_cannot_be_expanded(world: World) -> None:
    """Whoever edits it so is no witness that its meetings are off; when it is mended all is as before."""
    now = world.clock.now()
    day = ["RRULE:FREQ=DAILY;COUNT=3"]
    odd = world.calendar.create("Talk", now + DAY, now + DAY + HOUR, recurrence=day)
    single = world.calendar.create("Once", now + DAY, now + DAY + HOUR)
    assert world.sync_and_push().created == 4
    world.calendar.edit(odd, recurrence=["RRULE:FREQ=SECONDLY"])
    world.calendar.delete(single)
    report = world.sync_and_push()
    assert (report.cancelled, len(report.unexpanded)) == (1, 1)
    world.calendar.edit(odd, recurrence=day)
    report = world.sync_and_push()
    assert (report.created, report.cancelled) == (0, 0)


def test_two_pushes_of_one_mirror_exclude_each_other(store: Store) -> None:
    """Whoever shares a mirror between threads gets one push at a time, like any two workers."""
    tries: list[str] = []

    def intrude() -> None:
        with suppress(LeaseHeld):
            shared.push()
            tries.append("got in")

    def intruded(steps: Steps, step: tuple[int, int]) -> None:
        steps.append(step)
        if not tries:
            tries.append("tried")
            other = threading.Thread(target=intrude)
            other.start()
            other.join()

    with World("blocking", store) as shared:
        now = shared.clock.now()
        shared.calendar.create("New", now + DAY, now + DAY + HOUR)
        shared.noted = intruded
        assert shared.sync_and_push().created == 1
        assert tries == ["tried"]


def test_a_worker_that_died_before_it_sent_leaves_no_trace_at_the_sink(world: World) -> None:
    """What was never there is not created as cancelled when its event has gone meanwhile."""
    world.sync_and_push()
    before = len(world.salesloft.events(cancelled=True))
    now = world.clock.now()
    event = world.calendar.create("Never sent", now + DAY, now + DAY + HOUR)
    world.sync()
    world.salesloft.faults = Faults([Fault(FaultKind.UNAUTHORIZED, times=None)])
    with pytest.raises(Unauthorized):
        world.push()
    world.salesloft.faults = Faults([])
    world.calendar.delete(event)
    assert push(world) == (0, 0)
    assert len(world.salesloft.events(cancelled=True)) == before
    assert push(world) == (0, 0)


def test_a_worker_that_died_after_it_sent_leaves_nothing_to_be_cancelled(world: World) -> None:
    """The answer was lost, the record is there: it is cancelled once its event has gone."""
    now = world.clock.now()
    event = world.calendar.create("Sent", now + DAY, now + DAY + HOUR)
    lost = Fault(FaultKind.CUT_BODY, operation="calendar_events.upsert", times=None)
    world.salesloft.faults = Faults([lost])
    world.sync()
    with pytest.raises(TransportError):
        world.push()
    world.salesloft.faults = Faults([])
    world.calendar.delete(event)
    assert world.sync_and_push().cancelled == 1
    assert world.shown() == world.agenda()


def test_a_calendar_that_is_not_connected_ends_the_push_at_once(world: World) -> None:
    """All rows would be refused alike: one is enough to know, and its error says why."""
    world.sync_and_push()
    before = world.upserts()
    now = world.clock.now()
    for days in range(1, 6):
        world.calendar.create("New", now + days * DAY, now + days * DAY + HOUR)
    refusing = Fault(FaultKind.FORBIDDEN, operation="calendar_events.upsert", times=None)
    world.salesloft.faults = Faults([refusing])
    with pytest.raises(PermissionDenied):
        world.sync_and_push()
    assert world.upserts() - before == 1
    world.salesloft.faults = Faults([])
    assert world.push().written == 5


def test_refusals_for_one_reason_are_told_with_their_number(world: World) -> None:
    """However many they are, whoever reads the report learns each reason once."""
    world.sync_and_push()
    now = world.clock.now()
    for days in range(1, 4):
        world.calendar.create("New", now + days * DAY, now + days * DAY + HOUR)
    world.salesloft.book.refuses = lambda _: "is not wanted"
    report = world.sync_and_push()
    assert list(report.reasons.values()) == [3]
    (reason,) = report.reasons
    assert "is not wanted" in reason


@pytest.mark.parametrize("takes", [True, False], ids=["empty organizers", "no empty organizers"])
def test_a_meeting_that_becomes_private_is_emptied_at_the_sink(
    takes: bool, make_world: Callable[..., World]
) -> None:
    """What a fuller write filled in is cleared by default, through crashes and cancellations."""
    told = {"policy": Detail.FULL}

    def policy(_: Event) -> Detail:
        return told["policy"]

    world = make_world(policy=policy)
    world.salesloft.book.takes_empty_organizers = takes
    now = world.clock.now()
    event = world.calendar.create("Layoffs", now + DAY, now + DAY + HOUR, location="Room 1")
    world.sync_and_push()
    told["policy"] = Detail.MINIMAL
    lost = Fault(FaultKind.CUT_CONNECTION, operation="calendar_events.upsert", times=None)
    world.salesloft.faults = Faults([lost])
    with pytest.raises(TransportError):
        world.push()
    world.calendar.delete(event)
    world.salesloft.faults = Faults([])
    assert world.sync_and_push().cancelled == 1
    world.calendar.restore(event)
    assert world.sync_and_push().created == 1
    (row,) = world.salesloft.events()
    assert (row["title"], row["location"], row["description"]) == ("", "", "")
    assert (row["organizer"] == "") is takes


def test_what_was_never_told_is_not_cleared(make_world: Callable[..., World]) -> None:
    """A meeting that was booked at the sink keeps the title that it was given there."""
    world = make_world(policy=private)
    now = world.clock.now()
    event = world.calendar.create("Own", now + DAY, now + DAY + HOUR)
    world.sync_and_push()
    (row,) = world.salesloft.book.rows()
    row["title"] = "Booked there"
    world.calendar.edit(event, start=now + 2 * DAY, end=now + 2 * DAY + HOUR)
    world.sync_and_push()
    (shown,) = world.salesloft.events()
    assert shown["title"] == "Booked there"
