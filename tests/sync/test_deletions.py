"""What the engine takes for deleted, what goes along with it, and when it asks first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from tests.sync.listings import DAY, HOUR, deltas, fill, listing
from tests.sync.world import World

from kloudsync.errors import DecodeError, LeaseHeld
from kloudsync.model.change import Added, Deleted, Updated
from kloudsync.model.state import StagedCounts
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.ports import Store


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


def lose(world: World, count: int, events: int = 30) -> list[str]:
    """Fill a calendar, and let some of its events go while the cursor is dead."""
    ids = fill(world, events)
    world.sync()
    world.changes()
    for event in ids[:count]:
        world.calendar.delete(event)
    world.fake.expire_sync_tokens()
    return ids


def test_what_a_service_says_is_gone_is_gone(make_world: Callable[..., World]) -> None:
    """A tombstone is a statement, however many there are."""
    world = make_world()
    for event in fill(world):
        world.calendar.delete(event)
    world.sync()
    world.calendar.create("Later", DAY, DAY + HOUR)
    report = world.sync()
    assert (report.held, report.pending) == (None, 0)
    assert world.is_in_step()


def test_deletions_that_nobody_said_are_held_and_everything_else_goes_on(
    make_world: Callable[..., World],
) -> None:
    """A calendar that suddenly looks empty keeps what it held; what is new and changed arrives."""
    world = make_world(page_size=7)
    ids = lose(world, 20)
    world.calendar.edit(ids[25], summary="Renamed")
    new = world.calendar.create("New", DAY, DAY + HOUR)
    report = world.sync()
    assert (report.committed, report.added, report.updated, report.deleted) == (True, 1, 1, 0)
    assert report.held is not None
    assert (report.held.deleted, report.held.held, report.pending) == (20, 30, 20)
    assert world.held().keys() == {*ids, new}
    told = [change.id for change in world.changes() if isinstance(change, (Added, Updated))]
    assert sorted(told) == sorted([ids[25], new])
    assert [one.id for one in world.copy.pending()] == sorted(ids[:20])


def test_every_report_tells_what_is_pending(make_world: Callable[..., World]) -> None:
    """A delta, a quiet one, a plan and another listing tell it alike, and time settles nothing."""
    world = make_world()
    lose(world, 20)
    assert world.sync().pending == 20
    assert world.plan().pending == 20
    world.clock.advance(timedelta(days=30))
    assert world.sync().pending == 20
    world.calendar.create("New", DAY, DAY + HOUR)
    assert world.sync().pending == 20
    world.fake.expire_sync_tokens()
    assert world.plan().pending == 20
    assert world.sync().pending == 20
    assert "held: 20 of 31 events are lacking" in str(world.sync())


def test_what_returns_or_is_named_is_pending_no_more(make_world: Callable[..., World]) -> None:
    """The service's word settles it, one way or the other."""
    world = make_world()
    ids = lose(world, 20)
    world.sync()
    world.calendar.restore(ids[0])
    world.calendar.restore(ids[1])
    world.calendar.edit(ids[1], summary="Renamed")
    world.calendar.restore(ids[2])
    world.calendar.delete(ids[2])
    report = world.sync()
    assert (report.pending, report.deleted, report.updated) == (17, 1, 1)
    assert [one.id for one in world.copy.pending()] == sorted(ids[3:20])
    assert ids[2] not in world.held()


def test_a_caller_lets_go_what_is_pending(make_world: Callable[..., World]) -> None:
    """The answer in code is asked for by each run, and needs nothing else to have changed."""
    world = make_world()
    ids = lose(world, 20)
    world.sync()
    asked: list[tuple[int, int]] = []
    answers = [False, True]

    def confirm(counts: StagedCounts) -> bool:
        asked.append((counts.deleted, counts.held))
        return answers.pop(0)

    trusting = make_world(fake=world.fake, mass_deletion=MassDeletion(confirm=confirm))
    assert trusting.sync().pending == 20
    report = trusting.sync()
    assert (report.pending, report.deleted) == (0, 20)
    assert asked == [(20, 30)] * 2
    told = [change.id for change in world.changes() if isinstance(change, Deleted)]
    assert sorted(told) == sorted(ids[:20])
    assert world.copy.pending() == []
    assert world.is_in_step()


def test_what_is_let_go_takes_its_occurrences_along(make_world: Callable[..., World]) -> None:
    """Though the delta in which it goes tells of something else, and the listing had shown them."""
    span = {
        "start": {"dateTime": "2026-02-02T08:00:00Z"},
        "end": {"dateTime": "2026-02-02T09:00:00Z"},
    }
    slot = {"dateTime": "2026-02-09T08:00:00Z"}
    master = {"id": "s", "recurrence": ["RRULE:FREQ=WEEKLY"], **span}
    moved = {"id": "s_1", "recurringEventId": "s", "originalStartTime": slot, **span}
    singles = [{"id": f"single{number}", **span} for number in range(12)]
    answers: list[list[object] | None] = [
        [master, moved, *singles],
        None,
        [moved],
        [singles[0] | {"summary": "Renamed"}],
    ]

    def answer(_: httpx.Request) -> httpx.Response:
        items = answers.pop(0)
        if items is None:
            return httpx.Response(410, json={})
        return httpx.Response(200, json={"items": items, "nextSyncToken": "next"})

    said = [False, True]
    policy = MassDeletion(confirm=lambda _: said.pop(0))
    world = make_world(transport=httpx.MockTransport(answer), mass_deletion=policy)
    assert world.sync().added == 14
    assert world.sync().pending == 13
    assert world.sync().pending == 0
    assert world.held().keys() == {"single0"}


def test_a_series_that_nobody_saw_takes_its_occurrences_along(
    make_world: Callable[..., World],
) -> None:
    """Whoever was invited to one occurrence holds that one alone, and hears of the series' end."""
    span = {
        "start": {"dateTime": "2026-02-02T08:00:00Z"},
        "end": {"dateTime": "2026-02-02T09:00:00Z"},
    }
    alone = {"id": "s_1", "recurringEventId": "s", "originalStartTime": span["start"], **span}
    gone = {"id": "s", "status": "cancelled"}
    other = {"id": "single", **span}
    world = make_world(transport=deltas([[alone]], [[other, gone]]))
    assert world.sync().added == 1
    assert world.sync().deleted == 1
    assert world.held().keys() == {"single"}


def test_a_caller_refuses_what_is_pending(make_world: Callable[..., World]) -> None:
    """It stays through deltas, listings and confirmations, and each report counts it apart."""
    world = make_world()
    ids = lose(world, 20)
    world.sync()
    assert world.refuse_deletions() == 20
    assert world.copy.pending() == []
    assert [one.id for one in world.copy.refused()] == sorted(ids[:20])
    trusting = make_world(fake=world.fake, mass_deletion=MassDeletion(confirm=lambda _: True))
    for engine in (world, trusting):
        for full in (False, True):
            assert (engine.plan().pending, engine.plan().refused) == (0, 20)
            report = engine.sync(full=full)
            assert (report.held, report.refused, report.deleted) == (None, 20, 0)
            assert "20 kept whose deletion was refused" in str(report)
    assert world.held().keys() == set(ids)
    assert world.refuse_deletions() == 0


def test_the_service_decides_again_about_what_was_refused(
    make_world: Callable[..., World],
) -> None:
    """What it names is refused no more: deleted if it says so, and held or let go as anything is."""
    world = make_world()
    ids = lose(world, 20)
    world.sync()
    world.refuse_deletions()
    world.calendar.restore(ids[0])
    world.calendar.restore(ids[1])
    world.calendar.delete(ids[1])
    report = world.sync()
    assert (report.deleted, report.refused) == (1, 18)
    world.calendar.delete(ids[0])
    world.fake.expire_sync_tokens()
    report = world.sync()
    assert (report.deleted, report.pending, report.refused) == (1, 0, 18)
    assert world.held().keys() == set(ids[2:])


def test_what_goes_later_is_held_beside_what_was_refused(
    make_world: Callable[..., World],
) -> None:
    """A refusal is for what it was asked for, and says nothing of later losses."""
    world = make_world()
    ids = lose(world, 20)
    world.sync()
    world.refuse_deletions()
    more = fill(world, 40)
    world.sync()
    for event in more:
        world.calendar.delete(event)
    world.fake.expire_sync_tokens()
    report = world.sync()
    assert (report.pending, report.refused) == (40, 20)
    assert [one.id for one in world.copy.pending()] == sorted(more)
    assert [one.id for one in world.copy.refused()] == sorted(ids[:20])


def test_nobody_refuses_beside_a_run(make_world: Callable[..., World], store: Store) -> None:
    """Whoever syncs a calendar is alone in it."""
    world = make_world()
    lose(world, 20)
    world.sync()
    assert store.acquire(str(world.copy.key), "other", ttl=60, now=world.clock.now().timestamp())
    with pytest.raises(LeaseHeld):
        world.refuse_deletions()
    assert len(world.copy.pending()) == 20


def test_a_confirmed_listing_deletes_at_once(make_world: Callable[..., World]) -> None:
    """Nobody waits for a second run where the first one may delete."""
    world = make_world(mass_deletion=MassDeletion(confirm=lambda _: True))
    lose(world, 20)
    report = world.sync()
    assert (report.pending, report.deleted) == (0, 20)
    assert world.is_in_step()


def test_a_listing_that_lacks_less_settles_the_rest(make_world: Callable[..., World]) -> None:
    """Where most of it came back, what is still lacking is an ordinary deletion."""
    world = make_world()
    ids = lose(world, 20)
    world.sync()
    for event in ids[4:20]:
        world.calendar.restore(event)
    world.fake.expire_sync_tokens()
    report = world.sync()
    assert (report.pending, report.deleted) == (0, 4)
    assert world.is_in_step()


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


def test_more_deletions_than_one_question_answers_are_all_found(
    make_world: Callable[..., World],
) -> None:
    """A calendar that lost hundreds of events while its cursor was dead loses all of them here."""
    world = make_world(mass_deletion=MassDeletion(share=1.0))
    ids = fill(world, 1_010)
    world.sync()
    for event in ids[5:]:
        world.calendar.delete(event)
    world.fake.expire_sync_tokens()
    assert world.sync().deleted == 1_005
    assert world.is_in_step()
