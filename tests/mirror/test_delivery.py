"""What a sink refuses, and what a worker that died left: the ledger says what is there."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from tests.mirror.world import Drive, Store, World, both, push, slot
from tests.sync.crashing import Crash, CrashingStore

from kloudsync.errors import PermissionDenied, TransportError, Unauthorized
from kloudsync.model.writes import Action
from kloudsync.stores import MemoryStore
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google.population import populate

DAY = timedelta(days=1)


HOUR = timedelta(hours=1)


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
