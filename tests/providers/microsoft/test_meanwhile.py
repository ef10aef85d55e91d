"""What people do while a pass is under way."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.providers.microsoft.world import World

from kloudsync.testing.exchange import Reply
from kloudsync.testing.microsoft import FakeMicrosoft, recurring


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


class _Meanwhile:
    """Lets somebody do something right after the first answer of a kind."""

    def __init__(self, fake: FakeMicrosoft, operation: str, deed: Any) -> None:
        self.done = False
        handle = fake.handle

        def handled(*request: Any) -> Reply:
            reply = handle(*request)
            if not self.done and fake.requests[-1].operation == operation:
                self.done = True
                deed()
            return reply

        fake.handle = handled  # type: ignore[method-assign, assignment]
