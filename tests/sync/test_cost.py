"""What a run costs the store: transactions and statements, counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.conftest import OnConnect
from tests.sync.world import World

from kloudsync.model.calendar import CalendarKey
from kloudsync.stores import SQLiteStore
from kloudsync.testing.stores.records import added, single
from kloudsync.testing.stores.worker import Worker

DAY = datetime(2026, 2, 2, 9, tzinfo=UTC)


@pytest.fixture
def quiet(tmp_path: Path, statements: list[str]) -> Iterator[World]:
    """Return a calendar that was synced twice, and of which nothing is counted yet."""
    with SQLiteStore(tmp_path / "calendars.db") as store, World("blocking", store) as world:
        series = world.calendar.create("Review", DAY, recurrence=["RRULE:FREQ=DAILY"])
        world.calendar.edit_this(series, DAY.replace(day=5), summary="Guest")
        world.sync()
        world.sync()
        statements.clear()
        yield world


def begun(statements: list[str]) -> list[str]:
    """Return what begins a transaction."""
    return [one for one in statements if one.startswith("BEGIN")]


def asked(statements: list[str]) -> list[str]:
    """Return what a store asks and writes within transactions."""
    around = ("BEGIN", "COMMIT", "PRAGMA synchronous")
    return [one for one in statements if not one.startswith(around)]


def test_nothing_changed_takes_two_transactions(quiet: World, statements: list[str]) -> None:
    """A run opens in one and closes in one, and asks nothing whose answer it knows."""
    assert not quiet.sync().changed
    assert begun(statements) == ["BEGIN IMMEDIATE"] * 2
    assert len(asked(statements)) <= 9, asked(statements)
    assert not [one for one in statements if " event " in one], "no event was looked for"


def test_one_change_is_asked_about_once(quiet: World, statements: list[str]) -> None:
    """A single event that is new is no reason to look at series, nor for asking anything twice."""
    quiet.calendar.create("Lunch", DAY)
    assert quiet.sync().changed
    assert begun(statements) == ["BEGIN IMMEDIATE"] * 2
    assert len(asked(statements)) <= 24, asked(statements)
    assert not [one for one in statements if "event_lineage" in one or "event_created" in one]


def edit(world: World) -> None:
    """Rename an event, and delete another one."""
    for event in world.calendar.truth():
        world.calendar.edit(event, summary="Renamed")


def refill(world: World) -> None:
    """Let the cursor die, so that everything is listed."""
    world.calendar.create("Later", DAY)
    world.fake.expire_sync_tokens()


@pytest.mark.parametrize("change", [edit, refill])
def test_a_pass_of_one_page_takes_two_transactions(
    quiet: World, statements: list[str], change: Callable[[World], None]
) -> None:
    """What one page tells is judged, staged and committed together, a full listing too."""
    change(quiet)
    assert quiet.sync().changed
    assert begun(statements) == ["BEGIN IMMEDIATE"] * 2
    assert quiet.is_in_step()


@pytest.fixture
def steps(on_connect: OnConnect) -> list[int]:
    """Return a list whose only number grows with each step that SQLite's machine takes."""
    taken = [0]

    def step() -> int:
        taken[0] += 1
        return 0

    on_connect(lambda connection: connection.set_progress_handler(step, 1))
    return taken


def steps_of_a_first_delta(path: Path, others: int, steps: list[int]) -> int:
    """Return what SQLite does for a calendar's second pass after others wrote much."""
    with SQLiteStore(path) as store, World("blocking", store) as world:
        world.calendar.create("Event", DAY)
        world.sync()
        for number in range(others):
            key = CalendarKey("google", "default", f"other {number}")
            Worker(store, key).sync(*(added(single(f"e{n}")) for n in range(20)))
        world.calendar.create("Later", DAY)
        steps[0] = 0
        assert world.sync().added == 1
        return steps[0]


def test_a_delta_costs_the_same_among_many_calendars(tmp_path: Path, steps: list[int]) -> None:
    """What other calendars wrote since the last pass of this one is not gone through."""
    few = steps_of_a_first_delta(tmp_path / "few.db", 5, steps)
    many = steps_of_a_first_delta(tmp_path / "many.db", 100, steps)
    assert many < few + 50


def test_a_change_costs_the_same_after_many_of_one_event(tmp_path: Path, steps: list[int]) -> None:
    """Versions that the feed still speaks of are not gone through by each that comes after them."""
    taken: list[int] = []
    with SQLiteStore(tmp_path / "calendars.db") as store, World("blocking", store) as world:
        event = world.calendar.create("Event", DAY)
        world.sync()
        for number in range(100):
            world.calendar.edit(event, summary=f"Title {number}")
            steps[0] = 0
            assert world.sync().updated == 1
            taken.append(steps[0])
    early, late = taken[10], taken[-1]
    assert late - early < 6 * 90, "at most a look at each of them, to find the visible one"
