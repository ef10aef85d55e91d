"""Searches and bounds: a copy holds what matches after every run, and tells what came and went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.sync.world import World

from kloudsync.model.change import Added, Deleted
from kloudsync.providers.google.filters import Filters

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_a_search_holds_what_matches_and_nothing_else(make_world: Callable[..., World]) -> None:
    """The service would tell of every change in the calendar, were it asked with a cursor."""
    world = make_world(filters={"q": "review"})
    first = world.calendar.create("review one", MONDAY)
    world.sync()
    world.calendar.create("dentist", MONDAY)
    second = world.calendar.create("review two", MONDAY)
    world.sync()

    assert world.held().keys() == {first, second}
    assert [change.id for change in world.changes() if isinstance(change, Added)] == [first, second]


def test_what_stops_matching_leaves(make_world: Callable[..., World]) -> None:
    """No tombstone tells it, and it is not held back for one."""
    world = make_world(filters={"q": "review"})
    ids = [world.calendar.create(f"review {n}", MONDAY) for n in range(20)]
    world.sync()
    world.changes()
    for id_ in ids:
        world.calendar.edit(id_, summary="dentist")
    report = world.sync()

    assert report.committed
    assert not world.held()
    assert [type(change) for change in world.changes()] == [Deleted] * 20


def test_a_search_and_the_whole_calendar_live_beside_each_other(
    make_world: Callable[..., World],
) -> None:
    """Neither deletes what the other holds."""
    world = make_world()
    for n in range(6):
        world.calendar.create(("work" if n % 2 else "home"), MONDAY + timedelta(days=n))
    search = make_world(fake=world.fake, filters={"q": "work"})
    for _ in range(3):
        world.sync()
        search.sync()

    assert len(world.held()) == 6
    assert len(search.held()) == 3
    assert [type(change) for change in world.changes()] == [Added] * 6


@pytest.mark.parametrize("filters", [{"time_min": MONDAY}, {"time_max": MONDAY + timedelta(1)}])
def test_what_leaves_the_bounds_leaves_the_copy(
    make_world: Callable[..., World], filters: Filters
) -> None:
    """An event that is moved out of them is no part of the copy any more."""
    world = make_world(filters=filters)
    inside = world.calendar.create("inside", MONDAY)
    world.sync()
    away = MONDAY + timedelta(days=-30 if "time_min" in filters else 30)
    world.calendar.edit(
        inside,
        start={"dateTime": away.isoformat()},
        end={"dateTime": (away + timedelta(hours=1)).isoformat()},
    )
    world.sync()

    assert not world.held()


def test_bounds_that_move_on_tell_nothing_of_what_is_over(make_world: Callable[..., World]) -> None:
    """A program that begins at the present goes on with its copy the next day."""
    world = make_world(filters={"time_min": MONDAY})
    world.calendar.create("today", MONDAY)
    world.sync()
    world.changes()
    later = make_world(fake=world.fake, filters={"time_min": MONDAY + timedelta(days=3)})
    later.sync()

    assert not later.changes()
