"""What people do while a pass is under way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.providers.microsoft.world import BERLIN, World

from kloudsync.providers.microsoft.rules import Rules
from kloudsync.testing.exchange import Reply
from kloudsync.testing.microsoft import USUAL, FakeMicrosoft, Habit, recurring


def test_a_series_that_changes_after_it_was_asked_for_is_asked_for_again(
    world: World, weekly: str
) -> None:
    """A full pass reads a series, then what changed meanwhile: the series itself, for one."""
    tuesdays = recurring("weekly", date(2026, 3, 3), days=["tuesday"], times=10)
    shift = _Meanwhile(
        world.fake, "events.get", lambda: world.calendar.edit_all(weekly, recurrence=tuesdays)
    )
    world.sync()
    assert shift.done
    world.assert_in_step()


MONDAYS = recurring("weekly", date(2026, 3, 2), days=["monday"], times=10)
SILENT = USUAL | {Habit.FAMILIES_WITHHELD, Habit.NO_ORIGINAL_START}
"""Series say nothing of their exceptions, and lists of occurrences not where those were."""


def _weekly(world: World) -> str:
    return world.calendar.create(
        "Weekly", datetime(2026, 3, 2, 11, tzinfo=BERLIN), recurrence=MONDAYS
    )


def test_a_series_that_goes_before_its_occurrences_are_listed_is_gone() -> None:
    """What is asked about it last is answered with 404, which is an answer."""
    world = World(habits=SILENT)
    weekly = _weekly(world)
    deed = _Meanwhile(world.fake, "events.get", lambda: world.calendar.delete(weekly))
    world.sync()
    assert deed.done
    world.assert_in_step()


def _delete(world: World, weekly: str) -> None:
    world.calendar.delete(weekly)


def _move(world: World, weekly: str) -> None:
    world.calendar.edit_all(weekly, start=datetime(2026, 3, 2, 13, tzinfo=BERLIN))


def _edit(world: World, weekly: str) -> None:
    world.calendar.edit_this(weekly, date(2026, 3, 9), subject="Other")


def _leave(world: World, weekly: str) -> None:
    world.calendar.move(weekly, world.fake.calendar("Second"))


@pytest.mark.parametrize("deed", [_delete, _leave])
def test_a_series_that_goes_after_it_was_read_takes_all_with_it(
    deed: Callable[[World, str], None],
) -> None:
    """What a first pass has read of its occurrences is not held either."""
    world = World()
    world.fake.add_calendar("Second")
    weekly = _weekly(world)
    world.calendar.edit_this(weekly, date(2026, 3, 9), subject="Changed")
    world.calendar.cancel_occurrence(weekly, date(2026, 3, 16))
    happened = _Meanwhile(world.fake, "events.get", lambda: deed(world, weekly))
    world.sync()
    assert happened.done
    world.assert_in_step()
    assert list(world.copy.events()) == []


@pytest.mark.parametrize("deed", [_delete, _move, _edit])
def test_an_exception_that_is_asked_for_alone_may_be_another_by_then(
    deed: Callable[[World, str], object],
) -> None:
    """It may be gone, or an occurrence like any other; the feed tells of it once more."""
    world = World(habits=SILENT)
    weekly = _weekly(world)
    world.calendar.edit_this(weekly, date(2026, 3, 9), subject="Changed")
    happened = _Meanwhile(world.fake, "events.instances", lambda: deed(world, weekly))
    world.sync()
    assert happened.done
    world.assert_in_step()


@pytest.mark.parametrize("page", [1, 2, 3])
def test_what_goes_while_the_calendar_is_listed_is_gone(page: int) -> None:
    """Rows move up behind it, and none of them is missed."""
    world = World(rules=Rules(page_size=3))
    ids = [
        world.calendar.create(f"Day {day}", datetime(2026, 3, day, 9, tzinfo=UTC))
        for day in range(1, 12)
    ]

    def delete() -> None:
        for one in ids[:3]:
            world.calendar.delete(one)

    deed = _Meanwhile(world.fake, "events.list", delete, page)
    world.sync()
    assert deed.done
    world.assert_in_step()


def test_an_event_that_goes_after_it_was_found_is_gone() -> None:
    """Between where it is and what it says lies a request."""
    world = World()
    event = world.calendar.create("Early", datetime(2019, 1, 7, 9, tzinfo=UTC))
    world.sync()
    world.calendar.edit(event, subject="Earlier")
    deed = _Meanwhile(world.fake, "events.calendar", lambda: world.calendar.delete(event))
    assert world.sync().deleted == 1
    assert deed.done
    world.assert_in_step()


class _Meanwhile:
    """Lets somebody do something right after the nth answer of a kind."""

    def __init__(
        self, fake: FakeMicrosoft, operation: str, deed: Callable[[], object], nth: int = 1
    ) -> None:
        self.done = False
        handle, left = fake.handle, nth

        def handled(*request: Any) -> Reply:
            nonlocal left
            reply = handle(*request)
            left -= fake.requests[-1].operation == operation
            if left == 0 and not self.done:
                self.done = True
                deed()
            return reply

        fake.handle = handled  # type: ignore[method-assign, assignment]
