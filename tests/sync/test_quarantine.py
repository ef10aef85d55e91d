"""What cannot be understood is kept aside, stops nothing, and is read again by a later version."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest
from tests.sync.listings import DAY, HOUR, fill, listing
from tests.sync.world import World

import kloudsync
from kloudsync.model.event import SingleEvent
from kloudsync.model.record import LONGEST_KEY, EventRecord, Kind, StagedRecord, Verdict
from kloudsync.model.state import Checkpoint, Quarantined
from kloudsync.sync.ports import Store
from kloudsync.testing.faults import Fault, FaultKind, Faults


def test_a_malformed_event_is_quarantined_and_the_page_goes_on(world: World) -> None:
    """What cannot be understood is reported and kept aside; everything else arrives."""
    fill(world)
    world.fake.faults = Faults([Fault(FaultKind.MALFORMED_ITEM, operation="events.list", nth=2)])
    report = world.sync()
    assert report.committed
    assert report.added == 30
    assert len(report.quarantined) == 1
    assert report.quarantined[0].reason
    assert len(world.copy.quarantined()) == 1
    assert world.is_in_step()


def test_what_can_no_longer_be_understood_is_not_taken_for_deleted(
    make_world: Callable[..., World],
) -> None:
    """A full pass that meets an event it cannot read leaves the copy of it alone."""
    span = {"start": {"date": "2026-02-02"}, "end": {"date": "2026-02-03"}}
    odd = {"start": {"date": "never"}, "end": {"date": "2026-02-03"}}
    world = make_world(
        transport=listing([{"id": "a", **span}, {"id": "b", **span}], [{"id": "a", **odd}])
    )
    assert world.sync().added == 2
    report = world.sync()
    (kept,) = report.quarantined
    assert (kept.id, kept.version) == ("a", kloudsync.__version__)
    assert json.loads(kept.raw) == {"id": "a", **odd}
    assert report.deleted == 1
    assert world.held().keys() == {"a"}


def test_what_an_older_version_could_not_read_is_read_again(
    make_world: Callable[..., World], store: Store
) -> None:
    """After an upgrade the quarantine is tried again with the next pass, and empties."""
    world = make_world()
    fill(world, 3)
    world.sync()
    raw = {
        "id": "odd",
        "status": "confirmed",
        "start": {"date": "2026-02-02"},
        "end": {"date": "2026-02-03"},
    }
    world.calendar.create("Later", DAY, DAY + HOUR)
    quarantine(store, world, json.dumps(raw))
    report = world.sync()
    assert report.added == 2
    assert isinstance(world.copy.event("odd"), SingleEvent)
    assert world.copy.quarantined() == []


@pytest.mark.parametrize("changed", [False, True])
def test_what_is_read_again_is_compared_with_what_is_held(
    world: World, store: Store, *, changed: bool
) -> None:
    """An event that was held before it could not be read is told only if it is another now."""
    world.calendar.create("Held", DAY, DAY + HOUR, event="odd")
    world.sync()
    world.changes()
    raw = store.records(world.copy.key, ["odd"])["odd"].raw
    quarantine(store, world, raw.replace("Held", "Renamed") if changed else raw)
    report = world.sync()
    assert (report.added, report.updated) == (0, int(changed))
    assert len(world.changes()) == int(changed)
    assert world.copy.quarantined() == []


@pytest.mark.parametrize("named", [True, False])
def test_what_may_be_gone_by_the_time_it_can_be_read_is_asked_for(
    make_world: Callable[..., World], store: Store, named: bool
) -> None:
    """Nobody told an older version that an occurrence went with its series, or what had no id."""
    world = make_world()
    fill(world, 3)
    slot = {"dateTime": "2026-02-02T08:00:00Z", "timeZone": "UTC"}
    exception = {
        "id": "weekly_20260202T080000Z",
        "status": "confirmed",
        "recurringEventId": "weekly",
        "originalStartTime": slot,
        "start": slot,
        "end": {"dateTime": "2026-02-02T09:00:00Z", "timeZone": "UTC"},
    }
    if not named:
        del exception["recurringEventId"], exception["originalStartTime"]
    world.sync()
    quarantine(store, world, json.dumps(exception), name="odd" if named else None)
    report = world.sync()
    assert "gone by now" in (report.resync_reason or "")
    assert world.is_in_step()
    assert world.copy.quarantined() == []


def test_an_occurrence_that_can_be_read_at_last_needs_its_series(
    make_world: Callable[..., World], store: Store
) -> None:
    """With its series held, an exception that can be read after an upgrade is simply added."""
    world = make_world()
    series = world.calendar.create("Weekly", DAY, DAY + HOUR, recurrence=["RRULE:FREQ=WEEKLY"])
    world.calendar.edit_this(series, DAY, summary="Moved")
    world.sync()
    exception = next(raw for raw in world.held().values() if "recurringEventId" in raw)
    drop(store, world, exception["id"])
    quarantine(store, world, json.dumps(exception), name=exception["id"])
    report = world.sync()
    assert (report.full, report.added) == (False, 1)
    assert world.is_in_step()


def drop(store: Store, world: World, event: str) -> None:
    """Commit a pass in which an event went."""
    gone = StagedRecord(EventRecord(event, Kind.TOMBSTONE, ""), Verdict.DELETED)
    commit(store, world, staged=[gone])


def quarantine(store: Store, world: World, raw: str, name: str | None = "odd") -> None:
    """Commit a pass of an older version that could not read one event."""
    odd = Quarantined(id=name, reason="not understood", raw=raw, version="0.0.1")
    commit(store, world, quarantined=[odd])


def commit(
    store: Store,
    world: World,
    staged: Sequence[StagedRecord] = (),
    quarantined: Sequence[Quarantined] = (),
) -> None:
    """Commit a pass by hand, with the cursor that there is."""
    key = world.copy.key
    state = store.state(key)
    assert state.cursor is not None
    lease = store.acquire(str(key), "old", ttl=60, now=world.clock.now().timestamp())
    assert lease is not None
    checkpoint = Checkpoint(full=False, fingerprint=state.cursor.fingerprint)
    store.begin(key, lease, checkpoint, since=state)
    begun = store.state(key)
    store.stage(key, lease, staged, quarantined=quarantined, checkpoint=checkpoint, since=begun)
    store.commit(key, lease, cursor=state.cursor, zone=None, now=0.0, since=begun)
    store.release(lease)


def test_what_is_gone_by_a_full_pass_does_not_come_back_from_quarantine(
    make_world: Callable[..., World], store: Store
) -> None:
    """A full listing tells all there is: what is not in it is not read again after an upgrade."""
    world = make_world()
    fill(world, 3)
    world.sync()
    span = {"start": {"date": "2026-02-02"}, "end": {"date": "2026-02-03"}}
    quarantine(store, world, json.dumps({"id": "odd", "status": "confirmed", **span}))
    world.fake.expire_sync_tokens()
    assert world.sync().full
    assert world.is_in_step()
    assert world.copy.quarantined() == []


def test_an_id_that_no_index_takes_is_quarantined(make_world: Callable[..., World]) -> None:
    """Every store does so, in every pass, and the page goes on."""
    span = {"start": {"date": "2026-02-02"}, "end": {"date": "2026-02-03"}}
    longest, longer = "x" * LONGEST_KEY, "\u00fc" * (LONGEST_KEY // 2 + 1)
    page = [{"id": one, **span} for one in ("a", longest, longer)]
    world = make_world(transport=listing(page, page))
    report = world.sync()
    assert report.added == 2
    (kept,) = report.quarantined
    assert (kept.id, kept.reason) == (longer, "expected at most 2000 bytes @ id")
    assert world.sync().unchanged
    assert world.held().keys() == {"a", longest}
    assert [one.id for one in world.copy.quarantined()] == [longer]
