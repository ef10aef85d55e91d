"""Readers of committed passes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import astuple

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, Kind, RecurrenceId
from kloudsync.model.state import Quarantined, SeriesLink
from kloudsync.stores.bounds import touches
from kloudsync.stores.memory.role import Role

_MOVED: Final = frozenset({Kind.EXCEPTION, Kind.CANCELLED})


class Events(Role):
    """The part of the store that readers ask."""

    def events(self, key: CalendarKey) -> Iterator[EventRecord]:
        """Yield every visible record of a calendar, cancelled occurrences included, by id."""
        return iter([record for _, record in sorted(self._shelf(key).visible.items())])

    def window(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return single events, series and exceptions that may touch a window."""
        return [one for one in self._shelf(key).visible.values() if touches(one, start, end)]

    def moved(self, key: CalendarKey, start: int, end: int) -> list[RecurrenceId]:
        """Return which exceptions and cancelled occurrences have their `original` in [start, end)."""
        return [
            RecurrenceId(one.id, one.series, one.original, one.original_all_day)
            for one in self._shelf(key).visible.values()
            if one.kind in _MOVED and one.original is not None and start <= one.original < end
        ]

    def beginning(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return the series whose first start is in [start, end)."""
        return [
            one
            for one in self._shelf(key).visible.values()
            if one.kind == Kind.SERIES and one.start is not None and start <= one.start < end
        ]

    def links(self, key: CalendarKey) -> list[SeriesLink]:
        """Return the known links between segments of split series, earliest slot first."""
        return sorted(self._shelf(key).links.values(), key=lambda link: (link.at, link.old))

    def quarantined(self, key: CalendarKey) -> list[Quarantined]:
        """Return what could not be understood."""
        return [one for _, one in sorted(self._shelf(key).quarantine.items())]

    def pending(self, key: CalendarKey) -> list[str]:
        """Return the visible ids whose deletion is pending, in order."""
        return self._shelf(key).unsaid

    def refused(self, key: CalendarKey) -> list[str]:
        """Return the visible ids whose deletion was refused, in order."""
        return self._shelf(key).kept

    def calendars(self) -> list[CalendarKey]:
        """Return the calendars of which a pass was committed, in a stable order."""
        known = [key for key, shelf in self._content.shelves.items() if shelf.state.passes]
        return sorted(known, key=astuple)

    def calendars_of(self, provider: str, account: str) -> list[CalendarKey]:
        """Return those of one account."""
        known = self.calendars()
        return [key for key in known if (key.provider, key.account) == (provider, account)]
