"""What the engine takes for deleted, what goes along with it, and when it asks first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.sync.listings import DAY, HOUR, fill, listing
from tests.sync.world import World

from kloudsync.errors import (
    DecodeError,
)
from kloudsync.model.change import Deleted
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
