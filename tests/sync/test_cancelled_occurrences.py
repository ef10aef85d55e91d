"""Cancelled occurrences, however they are told, in a copy and its feed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from tests.brought_back import stands_again
from tests.providers.google.payloads import CANCELLED, EXCEPTION, SERIES, Item
from tests.sync.listings import deltas
from tests.sync.world import World

from kloudsync.model.change import Added, Change, Deleted, Updated
from kloudsync.model.event import CancelledOccurrence

MakeWorld = Callable[..., World]
WEEKS = datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 12, 7, tzinfo=UTC)
OCCURRENCE = EXCEPTION["id"]
BARE: Item = {"kind": "calendar#event", "id": OCCURRENCE, "status": "cancelled"}
GONE: Item = {"kind": "calendar#event", "id": SERIES["id"], "status": "cancelled"}


def told(changes: list[Change]) -> list[tuple[type, str]]:
    """Return what the feed tells of which event."""
    return [(type(one), one.id) for one in changes if isinstance(one, Added | Updated | Deleted)]


def days(world: World) -> list[int]:
    """Return the days on which something takes place."""
    return [one.start.day for one in world.copy.occurrences(*WEEKS)]


def run(make_world: MakeWorld, *passes: list[list[Item]]) -> World:
    """Sync once for each pass."""
    world = make_world(transport=deltas(*passes))
    for _ in passes[:-1]:
        world.sync()
    world.changes()
    world.sync()
    return world


def test_a_bare_cancellation_in_a_delta_cancels_an_occurrence(make_world: MakeWorld) -> None:
    """The series goes on, and the occurrence reads back as what it is."""
    world = run(make_world, [[SERIES]], [[BARE]])

    assert days(world) == [17, 1]
    assert told(world.changes()) == [(Added, OCCURRENCE)]
    assert world.copy.event(OCCURRENCE) == CancelledOccurrence(
        id=OCCURRENCE,
        series=SERIES["id"],
        original_start=datetime(2026, 11, 24, 17, tzinfo=UTC),
    )


def test_an_occurrence_that_was_changed_is_told_as_updated(make_world: MakeWorld) -> None:
    """It is not deleted, which would bring back where its rule had it."""
    world = run(make_world, [[SERIES, EXCEPTION]], [[BARE]])

    assert days(world) == [17, 1]
    assert told(world.changes()) == [(Updated, OCCURRENCE)]


@pytest.mark.parametrize("again", [BARE, CANCELLED])
def test_told_again_in_whatever_form_it_stays_silent(make_world: MakeWorld, again: Item) -> None:
    """What it says is the same."""
    world = run(make_world, [[SERIES]], [[BARE]], [[again]])

    assert days(world) == [17, 1]
    assert world.changes() == []


def test_a_bare_cancellation_may_come_pages_before_its_series(make_world: MakeWorld) -> None:
    """What it means is decided when the pass is complete."""
    world = run(make_world, [[BARE], [], [SERIES]])

    assert days(world) == [17, 1]


def test_beyond_the_new_end_of_a_series_it_is_something_deleted(make_world: MakeWorld) -> None:
    """A series that is cut tells so what it lost."""
    cut = SERIES | {"recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261118T000000Z"]}
    world = run(make_world, [[SERIES, EXCEPTION]], [[cut, BARE]])

    assert days(world) == [17]
    assert list(world.held()) == [SERIES["id"]]


@pytest.mark.parametrize("child", [BARE, CANCELLED, CANCELLED | {"etag": "2"}])
@pytest.mark.parametrize("order", [*permutations([0, 1])])
@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("held", [False, True])
def test_a_cancelled_occurrence_goes_with_its_series(
    make_world: MakeWorld, child: Item, order: tuple[int, ...], apart: bool, held: bool
) -> None:
    """In either order, on one page or two, held before or not."""
    items = [[GONE, child][n] for n in order]
    pages = [[one] for one in items] if apart else [items]
    world = run(make_world, [[SERIES, CANCELLED] if held else [SERIES]], pages)

    assert world.held() == {}
    gone = [SERIES["id"], *([OCCURRENCE] if held else [])]
    assert sorted(told(world.changes()), key=str) == sorted(
        ((Deleted, one) for one in gone), key=str
    )


def test_one_that_comes_a_run_after_its_series_went_leaves_no_trace(make_world: MakeWorld) -> None:
    """There is nothing left that it could be an occurrence of."""
    world = run(make_world, [[SERIES]], [[GONE]], [[CANCELLED]])

    assert world.held() == {}
    assert world.changes() == []


def test_a_changed_occurrence_may_outlive_its_series(make_world: MakeWorld) -> None:
    """Somebody is uninvited from a series, and stays in one occurrence."""
    world = run(make_world, [[SERIES, EXCEPTION]], [[EXCEPTION | {"etag": "2"}, GONE]])

    assert list(world.held()) == [OCCURRENCE]
    assert days(world) == [17]


def test_one_whose_slot_went_and_came_back_is_put_right_by_a_full_pass(
    make_world: MakeWorld,
) -> None:
    """One pass can't tell it from a cancellation, as long as it learns of both edits at once."""
    world = make_world()
    nine = datetime(2026, 11, 16, 9, tzinfo=UTC)
    series = world.calendar.create("Daily", nine, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    changed = world.calendar.edit_this(series, nine + timedelta(days=1), summary="Other")
    world.sync()

    world.calendar.edit_all(series, start=nine + timedelta(hours=1))
    world.calendar.edit_all(series, start=nine)
    world.sync()
    assert days(world) == [16, 18]
    assert [one.id for one in world.copy.events() if stands_again(world.calendar, one)] == [changed]

    world.sync(full=True)
    assert days(world) == [16, 17, 18]
    assert world.held() == world.truth()


def test_one_whose_slot_came_back_a_pass_after_it_went_stands(make_world: MakeWorld) -> None:
    """A copy that learned of both edits one after the other takes nothing for cancelled."""
    world = make_world()
    nine = datetime(2026, 11, 16, 9, tzinfo=UTC)
    series = world.calendar.create("Daily", nine, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    world.calendar.edit_this(series, nine + timedelta(days=1), summary="Other")
    world.sync()

    for hours in (1, 0):
        world.calendar.edit_all(series, start=nine + timedelta(hours=hours))
        world.sync()
        assert world.held() == world.truth()
    assert days(world) == [16, 17, 18]
