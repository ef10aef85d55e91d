from collections.abc import Callable

import pytest
from attrs import evolve
from tests.agenda.rows import at, moved, series
from tests.agenda.shelf import hold, view

from kloudsync.agenda import occurrences
from kloudsync.errors import StoreBusy
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord
from kloudsync.model.state import CalendarState
from kloudsync.stores import MemoryStore

WINDOW = at("2026-01-05T00:00"), at("2026-01-07T00:00")


class Interrupted(MemoryStore):
    """A store to which somebody commits in the middle of a question."""

    between: Callable[[], None] | None = None

    def window(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Answer, and then let the other one work."""
        found = super().window(key, start, end)
        interruption, self.between = self.between, None
        if interruption:
            interruption()
        return found


class Restless(MemoryStore):
    """A store that has another pass whenever it is asked."""

    passes = 0

    def state(self, key: CalendarKey) -> CalendarState:
        """Count passes up."""
        self.passes += 1
        return evolve(super().state(key), passes=self.passes)


def test_an_agenda_is_of_one_pass() -> None:
    """A series that moves into an exception meanwhile shows neither twice nor not at all."""
    store = Interrupted()
    one = series("a", at("2026-01-05T09:00"), "RRULE:FREQ=DAILY;COUNT=1")
    later = moved(one, at("2026-01-05T09:00"), at("2026-01-05T15:00"))
    hold(store, [one])
    store.between = lambda: hold(store, [later])
    found = occurrences(store, [view()], *WINDOW)
    assert [item.start for item in found] == [at("2026-01-05T15:00")]


def test_a_store_that_never_rests_is_busy() -> None:
    """Instead of mixing passes, the agenda gives up after a bounded number of looks."""
    store = Restless()
    with pytest.raises(StoreBusy, match="example:owner:team"):
        occurrences(store, [view()], *WINDOW)
    assert store.passes < 100
