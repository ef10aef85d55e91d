"""The mirror: exactly the writes that a change needs, and a sink that equals the agenda."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.mirror.world import World, push, slot

from kloudsync.errors import TransportError
from kloudsync.mirror.window import MirrorWindow
from kloudsync.model.event import Event
from kloudsync.providers.salesloft.policy import Detail, private
from kloudsync.testing.faults import Fault, FaultKind, Faults

PACIFIC = ZoneInfo("America/Los_Angeles")
WEEKDAYS = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


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
