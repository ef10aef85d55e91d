"""Readers of committed passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.state import Quarantined, SeriesLink
from kloudsync.stores.bounds import touches
from kloudsync.stores.memory.role import Role


class Events(Role):
    """The part of the store that readers ask."""

    def events(self, key: CalendarKey) -> Iterator[EventRecord]:
        """Yield every visible record of a calendar, cancelled occurrences included, by id."""
        with self._lock:
            return iter([record for _, record in sorted(self._shelf(key).visible.items())])

    def window(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return single events, series and exceptions that may touch a window."""
        return self._select(key, lambda record: touches(record, start, end))

    def moved(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return exceptions and cancelled occurrences whose `original` lies in [start, end)."""
        return self._select(
            key,
            lambda record: (
                record.kind in {Kind.EXCEPTION, Kind.CANCELLED}
                and record.original is not None
                and start <= record.original < end
            ),
        )

    def links(self, key: CalendarKey) -> list[SeriesLink]:
        """Return the known links between segments of split series, earliest slot first."""
        with self._lock:
            return sorted(self._shelf(key).links.values(), key=lambda link: (link.at, link.old))

    def quarantined(self, key: CalendarKey) -> list[Quarantined]:
        """Return what could not be understood."""
        with self._lock:
            return [one for _, one in sorted(self._shelf(key).quarantine.items())]

    def calendars(self) -> list[CalendarKey]:
        """Return the calendars of which a pass was committed, in a stable order."""
        with self._lock:
            known = [key for key, shelf in self._shelves.items() if shelf.state.passes]
        return sorted(known, key=lambda key: (key.provider, key.account, key.calendar))

    def _select(self, key: CalendarKey, wanted: Callable[[EventRecord], bool]) -> list[EventRecord]:
        with self._lock:
            return [record for record in self._shelf(key).visible.values() if wanted(record)]
