"""Holding the copies of a simulated world against its calendars: nothing lost, nothing made up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from tests.simulation.deeds import Deeds
from tests.simulation.replay import check_order, contents, replay
from tests.simulation.truth import is_bare, is_clouded, said, whose
from tests.simulation.weather import Weather

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.change import Change
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.sync.ports import Store
from kloudsync.testing.google.calendar import FakeCalendar

AROUND = timedelta(days=45)
"""How far around the present agenda and calendar are held against each other."""


class Audit:
    """Knows what stands in the calendars, and what readers of the copies saw.

    Args:
        clock: Tells the present.
        calendars: What is copied.
        deeds: What was done to each of them.
        seen: Where it is counted what was compared.
    """

    def __init__(
        self,
        clock: Weather,
        calendars: Sequence[FakeCalendar],
        deeds: Sequence[Deeds],
        seen: Counter[str],
    ) -> None:
        self._clock, self._calendars, self._deeds, self._seen = clock, calendars, deeds, seen
        self._clouded: set[int] = set()
        self._commits: dict[tuple[CalendarKey, int], dict[str, str]] = {}

    def look(self, store: Store, key: CalendarKey) -> None:
        """A reader in the middle of a pass sees the last commit, and nothing of the pass."""
        held = {record.id: record.raw for record in store.events(key)}
        passes = store.state(key).passes
        known = self._commits.setdefault((key, passes), held)
        assert held == known, "a reader saw a pass that is not committed"
        self._seen["looks"] += 1

    def check(self, calendar: int, copy: SyncEngine) -> list[Change]:
        """The store is the calendar, and the feed replays to it; returns the feed."""
        held = {event.id: event for event in copy.events()}
        edited, known = self._calendars[calendar], self._deeds[calendar].occurrences
        truth, now = edited.truth(), self._clock.now()
        unknown = (held.keys() - truth.keys()) & set(known)
        clouded = {name for name in unknown if is_clouded(edited, name, now)}
        self._seen["stubs that nobody can judge"] += len(clouded)
        self._clouded |= {calendar} if clouded else set()
        assert {name: said(one) for name, one in held.items() if name not in clouded} == {
            name: whose(raw) if raw["status"] == "cancelled" else raw for name, raw in truth.items()
        }, "the copy is not the calendar"
        self._seen["bare cancellations held"] += sum(map(is_bare, held.values()))
        feed = list(copy.changes("auditor"))
        assert replay(feed) == {name: contents(event) for name, event in held.items()}
        check_order(feed)
        return feed

    def check_agenda(self, calendar: int, copy: SyncEngine) -> None:
        """What the copy shows is what stands in the calendar."""
        if calendar in self._clouded:
            return
        start, end = self._clock.now() - AROUND, self._clock.now() + AROUND
        shown = [(one.start, one.end, one.event.title) for one in copy.occurrences(start, end)]
        stands = [
            (one.start, one.end, one.summary)
            for one in self._calendars[calendar].occurrences(start, end)
        ]
        assert Counter(shown) == Counter(stands), "the agenda is not the calendar"
        self._seen["occurrences compared"] += len(shown)
