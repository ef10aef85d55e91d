"""What the engine promises besides splits and cursors: whole passes, quarantine, guards, leases."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from attrs import evolve
from tests.sync.world import World, replayed

import kloudsync
from kloudsync.errors import (
    APIError,
    DecodeError,
    LeaseHeld,
    NotFound,
    Unauthorized,
    UnboundedRecurrence,
    UsageError,
)
from kloudsync.model.change import Deleted
from kloudsync.model.event import SingleEvent
from kloudsync.model.occurrence import Unexpanded
from kloudsync.model.record import EventRecord, Kind, StagedRecord, Verdict
from kloudsync.model.state import Checkpoint, Quarantined
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.ports import Store
from kloudsync.sync.progress import (
    CursorDropped,
    PageStaged,
    PassStarted,
    Progress,
    RunFinished,
    TryMade,
)
from kloudsync.testing.faults import TRANSIENT, Fault, FaultKind, Faults

DAY = datetime(2026, 2, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def fill(world: World, events: int = 30) -> list[str]:
    """Put single events into the calendar."""
    return [
        world.calendar.create(f"Event {n}", DAY + n * HOUR, DAY + (n + 1) * HOUR)
        for n in range(events)
    ]


class Polling:
    """A transport that looks at the store before each page is answered.

    Args:
        inner: Carries the request.
        look: Called before each.
    """

    def __init__(self, inner: Any, look: Callable[[], None]) -> None:
        self._inner = inner
        self._look = look

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Look, then answer."""
        self._look()
        answer: httpx.Response = self._inner.handle_request(request)
        return answer


def test_readers_see_only_states_that_the_calendar_had_at_some_cursor(
    make_world: Callable[..., World],
) -> None:
    """Whoever polls the store during passes never sees half of one."""
    calm = make_world(page_size=3)
    ids = fill(calm, 10)
    truths: list[list[str]] = [[]]
    seen: list[list[str]] = []

    def look() -> None:
        seen.append(sorted(one.id for one in calm.copy.events()))

    watched = make_world(
        fake=calm.fake,
        page_size=3,
        transport=httpx.MockTransport(Polling(calm.fake.transport(), look)),
    )

    def sync() -> None:
        truths.append(sorted(calm.truth()))
        watched.sync()

    sync()
    series = calm.calendar.create("Review", DAY, DAY + HOUR, recurrence=["RRULE:FREQ=DAILY"])
    sync()
    calm.calendar.edit_following(series, DAY + 3 * timedelta(days=1), summary="Other room")
    for event in ids[:5]:
        calm.calendar.delete(event)
    sync()
    calm.fake.expire_sync_tokens()
    calm.calendar.delete(ids[9])
    sync()
    assert len(seen) > 8
    assert all(state in truths for state in seen)


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


def listing(*listings: list[Any], cursor: str | None = "next") -> httpx.MockTransport:
    """Return a service that shows a calendar whole, each time another one, and refuses cursors."""
    left = list(listings)

    def answer(request: httpx.Request) -> httpx.Response:
        if "syncToken" in request.url.params:
            return httpx.Response(410, json={})
        items = left.pop(0)
        return httpx.Response(200, json={"items": items, "nextSyncToken": cursor})

    return httpx.MockTransport(answer)


def test_a_listing_without_a_cursor_proves_no_deletion(
    make_world: Callable[..., World], store: Store
) -> None:
    """A listing that ends without saying where changes go on may have stopped anywhere."""
    span = {"start": {"date": "2026-02-02"}, "end": {"date": "2026-02-03"}}
    a, b, c = ({"id": name, **span} for name in "abc")
    world = make_world(transport=listing([a, b], [a], [a, b, c], cursor=None))
    assert world.sync().added == 2
    with pytest.raises(DecodeError, match="without a cursor"):
        world.sync()
    assert world.held().keys() == {"a", "b"}
    assert store.state(world.copy.key).checkpoint is None
    assert world.sync().added == 1
    assert len(world.changes()) == 3


def test_a_series_that_goes_with_its_occurrences_is_no_mass_deletion(
    make_world: Callable[..., World],
) -> None:
    """Thirty cancelled days of one stand-up are not thirty events of a calendar."""
    world = make_world()
    fill(world, 12)
    series = world.calendar.create("Stand-up", DAY, DAY + HOUR, recurrence=["RRULE:FREQ=DAILY"])
    for number in range(15):
        world.calendar.cancel_occurrence(series, DAY + number * 24 * HOUR)
    for number in range(15, 25):
        slot = DAY + number * 24 * HOUR
        world.calendar.edit_this(series, slot, start=slot + HOUR)
    world.sync()
    world.calendar.delete(series)
    plan = world.plan()
    assert (plan.held, plan.deleted) == (None, 26)
    report = world.sync()
    assert (report.committed, report.deleted) == (True, 26)
    assert world.is_in_step()


def test_a_series_that_becomes_a_single_event_leaves_no_occurrence_behind(
    make_world: Callable[..., World],
) -> None:
    """A service may say no more of it than the event without its rule."""
    span = {
        "start": {"dateTime": "2026-02-02T08:00:00Z"},
        "end": {"dateTime": "2026-02-02T09:00:00Z"},
    }
    slot = {"dateTime": "2026-02-09T08:00:00Z"}
    master = {"id": "s", "recurrence": ["RRULE:FREQ=WEEKLY"], **span}
    name = "s_20260209T080000Z"
    moved = {"id": name, "recurringEventId": "s", "originalStartTime": slot, **span}
    answers = [[master, moved], [{"id": "s", **span}]]

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"items": answers.pop(0), "nextSyncToken": "next"})

    world = make_world(transport=httpx.MockTransport(answer))
    world.sync()
    assert world.held().keys() == {"s", name}
    assert world.sync().deleted == 1
    assert world.held().keys() == {"s"}


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
    store.begin(key, lease, checkpoint)
    store.stage(key, lease, staged, quarantined=quarantined, checkpoint=checkpoint)
    store.commit(key, lease, cursor=state.cursor, zone=None, now=0.0)
    store.release(lease)


def test_a_mass_deletion_is_held_until_it_is_confirmed(
    make_world: Callable[..., World], store: Store
) -> None:
    """A calendar that suddenly looks empty changes nothing until somebody answers in code."""
    world = make_world()
    ids = fill(world)
    world.sync()
    before, state = world.held(), store.state(world.copy.key)
    world.changes()
    for event in ids:
        world.calendar.delete(event)
    report = world.sync()
    assert not report.committed
    assert report.held is not None
    assert (report.held.deleted, report.held.held) == (30, 30)
    assert world.held() == before
    assert store.state(world.copy.key) == state
    assert world.changes() == []
    asked: list[int] = []

    def confirm(counts: Any) -> bool:
        asked.append(counts.deleted)
        return True

    trusting = make_world(fake=world.fake, mass_deletion=MassDeletion(confirm=confirm))
    assert trusting.sync().deleted == 30
    assert asked == [30]
    assert world.held() == {}


def test_a_plan_says_what_a_sync_would_do_and_writes_nothing(
    make_world: Callable[..., World], store: Store
) -> None:
    """A rehearsal reports the same counts and splits as the run after it, and leaves no trace."""
    world = make_world(page_size=4)
    ids = fill(world, 12)
    series = world.calendar.create("Review", DAY, DAY + HOUR, recurrence=["RRULE:FREQ=DAILY"])
    assert world.plan().added == 13
    assert store.state(world.copy.key).passes == 0
    world.sync()
    before = world.held()
    world.calendar.delete(ids[0])
    world.calendar.edit(ids[1], summary="Renamed")
    world.calendar.edit_following(series, DAY + timedelta(days=2), summary="Other room")
    plan = world.plan()
    assert world.held() == before
    assert plan.changed
    assert not plan.committed
    report = world.sync()
    for name in ("added", "updated", "deleted", "splits", "truncations", "full"):
        assert getattr(plan, name) == getattr(report, name), name


def test_another_worker_s_lease_is_respected_and_outlived(
    make_world: Callable[..., World], store: Store
) -> None:
    """While a lease lasts others leave with a clear error; when it has run out they take over."""
    world = make_world()
    fill(world, 3)
    lease = store.acquire(
        str(world.copy.key), "somebody", ttl=100, now=world.clock.now().timestamp()
    )
    assert lease is not None
    with pytest.raises(LeaseHeld, match="another worker is syncing"):
        world.sync()
    assert world.held() == {}
    world.clock.sleep(101)
    assert world.sync().added == 3


@pytest.mark.parametrize("kind", TRANSIENT)
def test_transient_faults_on_every_page_are_overcome(world: World, kind: FaultKind) -> None:
    """What a service recovers from costs retries and nothing else."""
    fill(world)
    world.fake.faults = Faults(
        [Fault(kind, operation="events.list", nth=n, times=1) for n in (1, 3, 5)]
    )
    report = world.sync()
    assert report.retries == 3
    assert report.waited > 0
    assert world.is_in_step()


def test_a_lasting_error_leaves_the_last_state(world: World) -> None:
    """A service that stays down ends the run with its error; the copy is as before, and heals."""
    fill(world)
    world.sync()
    before = world.held()
    world.calendar.create("New", DAY, DAY + HOUR)
    world.fake.faults = Faults([Fault(FaultKind.HTML_502, operation="events.list", times=None)])
    with pytest.raises(APIError, match=r"events\.list"):
        world.sync()
    assert world.held() == before
    world.fake.faults = Faults([])
    world.sync()
    assert world.is_in_step()


def test_pages_that_come_twice_or_in_another_order_change_nothing(world: World) -> None:
    """Duplicated items and reordered pages lead to the same copy and the same feed."""
    ids = fill(world)
    for kind in (FaultKind.DUPLICATE_ITEMS, FaultKind.REORDER_PAGES):
        world.fake.faults = Faults([Fault(kind, operation="events.list", times=None)])
        for event in ids[:15]:
            world.calendar.edit(event, summary=kind.name)
        world.sync()
        assert world.is_in_step()
    assert replayed(world.changes()).keys() == world.truth().keys()


def test_a_listing_without_end_is_an_error(world: World) -> None:
    """A page that names itself as the next one ends the run instead of the memory."""
    fill(world)
    world.fake.faults = Faults(
        [Fault(FaultKind.ENDLESS_PAGES, operation="events.list", times=None)]
    )
    with pytest.raises(DecodeError, match="read before"):
        world.sync()
    assert len(world.fake.requests) < 10


def test_a_deleted_series_takes_its_exceptions_along(world: World) -> None:
    """One stub for the master is told as the deletion of master and exceptions."""
    series = world.calendar.create("Review", DAY, DAY + HOUR, recurrence=["RRULE:FREQ=DAILY"])
    moved = world.calendar.edit_this(series, DAY + timedelta(days=2), summary="Guest")
    gone = world.calendar.cancel_occurrence(series, DAY + timedelta(days=3))
    world.sync()
    world.changes()
    world.calendar.delete(series)
    assert world.sync().deleted == 3
    told = {change.id for change in world.changes() if isinstance(change, Deleted)}
    assert told == {series, moved, gone}
    assert world.is_in_step()


def test_a_changed_query_gets_a_cursor_of_its_own(make_world: Callable[..., World]) -> None:
    """A cursor is never sent with another query; the full pass says why it was needed."""
    world = make_world()
    fill(world, 3)
    world.sync()
    other = make_world(fake=world.fake, filters={"event_types": ["default"]})
    report = other.sync()
    assert report.full
    assert report.resync_reason == "the query changed"
    tokens = [line.query.get("syncToken") for line in world.fake.requests]
    assert tokens == [None, None]


def test_a_run_tells_its_steps(make_world: Callable[..., World]) -> None:
    """A hook hears of the pass, of each page with its count, and of the report."""
    steps: list[Any] = []
    world = make_world(page_size=10, hook=steps.append)
    fill(world)
    report = world.sync()
    assert isinstance(steps[0], PassStarted)
    assert [step.events for step in steps if isinstance(step, PageStaged)] == [10, 20, 30]
    assert isinstance(steps[-1], RunFinished)
    assert steps[-1].report == report
    assert any(isinstance(step, TryMade) for step in steps)
    assert {step.calendar for step in steps} == {world.copy.key}


def test_a_wrong_token_and_an_unknown_calendar_are_told_apart(
    make_world: Callable[..., World],
) -> None:
    """Bad credentials and bad ids are errors of their own, and nothing is stored."""
    world = make_world()
    world.fake.accounts.revoke("token")
    with pytest.raises(Unauthorized):
        world.sync()
    assert world.held() == {}
    refused = make_world(transport=httpx.MockTransport(lambda _: httpx.Response(404, json={})))
    with pytest.raises(NotFound):
        refused.sync()


def test_naive_and_empty_windows_are_refused(world: World) -> None:
    """A naive bound and an end before the start are errors that say what to pass."""
    with pytest.raises(UsageError, match="naive"):
        world.copy.occurrences(datetime(2026, 2, 2), DAY)
    with pytest.raises(UsageError, match="not after"):
        world.copy.busy(DAY, DAY)


def test_a_consumer_sees_a_change_until_it_acknowledges_it(world: World) -> None:
    """Every consumer has its own position, and unacknowledged changes come again."""
    fill(world, 3)
    world.sync()
    first = list(world.copy.changes("crm"))
    assert list(world.copy.changes("crm")) == first
    world.copy.acknowledge("crm", first[1])
    assert list(world.copy.changes("crm")) == first[2:]
    assert list(world.copy.changes("mail")) == first
    world.copy.acknowledge("crm", first[0])
    assert list(world.copy.changes("crm")) == first[2:]
    with pytest.raises(UsageError, match="name"):
        next(world.copy.changes(""))


def test_settings_that_make_no_sense_are_refused() -> None:
    """A share outside 0 to 1 cannot be a policy."""
    with pytest.raises(ValueError, match="share"):
        evolve(MassDeletion(), share=1.5)


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


def test_a_series_that_cannot_be_expanded_is_left_out_on_request(world: World) -> None:
    """Questions about a window raise for it, unless somebody wants to hear of it instead."""
    fill(world, 1)
    odd = world.calendar.create("Tick", DAY, DAY + HOUR, recurrence=["RRULE:FREQ=SECONDLY"])
    world.sync()
    window = (DAY, DAY + 100 * 24 * HOUR)
    with pytest.raises(UnboundedRecurrence, match=odd):
        world.copy.occurrences(*window)
    heard: list[Unexpanded] = []
    assert len(world.copy.occurrences(*window, skipped=heard.append)) == 1
    assert len(world.copy.busy(*window, skipped=heard.append)) == 1
    assert len(world.copy.free(*window, skipped=heard.append)) == 1
    assert [one.series for one in heard] == [odd] * 3


def test_a_change_is_acknowledged_at_its_own_calendar(world: World) -> None:
    """Positions are shared by all calendars: another calendar's change would skip what is unread."""
    fill(world, 3)
    world.sync()
    change = next(world.copy.changes("crm"))
    stray = evolve(change, calendar=evolve(change.calendar, calendar="other"))
    with pytest.raises(UsageError, match="other"):
        world.copy.acknowledge("crm", stray)


def test_what_a_refused_cursor_told_is_counted_once(make_world: Callable[..., World]) -> None:
    """A run that starts over reports what it found in the end, and not what it threw away."""
    steps: list[Progress] = []
    world = make_world(page_size=2, hook=steps.append)
    ids = fill(world, 7)
    world.sync()
    for event in ids:
        world.calendar.edit(event, summary="Renamed")
    world.fake.faults = Faults(
        [
            Fault(FaultKind.MALFORMED_ITEM, operation="events.list", nth=1),
            Fault(FaultKind.CURSOR_GONE, operation="events.list", nth=2),
            Fault(FaultKind.MALFORMED_ITEM, operation="events.list", nth=3),
        ]
    )
    report = world.sync()
    assert report.full
    assert len(report.quarantined) == len(world.copy.quarantined()) == 1
    assert [step.calendar for step in steps if isinstance(step, CursorDropped)] == [world.copy.key]
