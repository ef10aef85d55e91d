"""Readers of committed passes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, RecurrenceId, record_of
from kloudsync.model.state import Quarantined, SeriesLink
from kloudsync.stores.sql.calendars import find
from kloudsync.stores.sql.columns import RECORD, listed
from kloudsync.stores.sql.session import Role, Session

_E = listed(RECORD, "e")
_VISIBLE = "e.calendar = ? AND e.born <= ? AND e.died IS NULL"

_EVENTS = f"SELECT {_E} FROM event e INDEXED BY event_id WHERE {_VISIBLE} ORDER BY e.id"
# One narrow range per bucket of lengths; CROSS JOIN keeps the planner from turning this around.
_PLACED = f"""
SELECT {_E} FROM span CROSS JOIN event e INDEXED BY event_placed
WHERE {_VISIBLE} AND e.bucket = span.bucket AND e.bucket IS NOT NULL
AND e.start > ? - span.reach AND e.start < ? AND e.until > ?
"""
_RECURRING = f"""
SELECT {_E} FROM event e INDEXED BY event_recurring WHERE {_VISIBLE} AND e.kind = 2 AND e.until > ? AND e.start < ?
"""
_MOVED = f"""
SELECT {listed(RecurrenceId._fields, "e")} FROM event e INDEXED BY event_moved WHERE {_VISIBLE} AND e.kind IN (3, 4)
AND e.original >= ? AND e.original < ? AND e.original IS NOT NULL
"""
_BEGINNING = f"""
SELECT {_E} FROM event e INDEXED BY event_started WHERE {_VISIBLE} AND e.kind = 2
AND e.start >= ? AND e.start < ?
"""
_LINKS = "SELECT body FROM link WHERE calendar = ? ORDER BY at, old"
_QUARANTINED = """
SELECT id, reason, raw, version FROM quarantine WHERE calendar = ? AND staged = 0 ORDER BY slot
"""
_CALENDARS = """
SELECT provider, account, name, query FROM calendar WHERE passes > 0
ORDER BY provider, account, name, query
"""
_OF_ACCOUNT = """
SELECT provider, account, name, query FROM calendar
WHERE passes > 0 AND provider = ? AND account = ? ORDER BY name, query
"""


class Events(Role):
    """The part of a store that readers ask."""

    def events(self, key: CalendarKey) -> Iterator[EventRecord]:
        """Yield every visible record of a calendar, cancelled occurrences included, by id.

        All of them are as of one commit, however long the reading takes; what is read
        meanwhile is kept in the database, so finish or close the iterator.
        """
        return self._database.iterate(lambda session: _all(session, key))

    def window(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return single events, series and exceptions that may touch a window."""
        with self._database.reading() as session:
            shelf = find(session, key)
            visible = (shelf.number, shelf.passes)
            found = list(map(record_of, session.each(_PLACED, *visible, start, end, start)))
            found += map(record_of, session.each(_RECURRING, *visible, start, end))
        return found

    def moved(self, key: CalendarKey, start: int, end: int) -> list[RecurrenceId]:
        """Return which exceptions and cancelled occurrences have their `original` in [start, end)."""
        with self._database.reading() as session:
            shelf = find(session, key)
            rows = session.each(_MOVED, shelf.number, shelf.passes, start, end)
            return [RecurrenceId(*row) for row in rows]

    def beginning(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return the series whose first start is in [start, end)."""
        with self._database.reading() as session:
            shelf = find(session, key)
            rows = session.each(_BEGINNING, shelf.number, shelf.passes, start, end)
            return list(map(record_of, rows))

    def links(self, key: CalendarKey) -> list[SeriesLink]:
        """Return the known links between segments of split series, earliest slot first."""
        with self._database.reading() as session:
            rows = session.all(_LINKS, find(session, key).number)
        return [SeriesLink(**json.loads(body)) for (body,) in rows]

    def quarantined(self, key: CalendarKey) -> list[Quarantined]:
        """Return what could not be understood."""
        with self._database.reading() as session:
            rows = session.all(_QUARANTINED, find(session, key).number)
        return [
            Quarantined(id=id_, reason=reason, raw=raw, version=version)
            for id_, reason, raw, version in rows
        ]

    def calendars(self) -> list[CalendarKey]:
        """Return the calendars of which a pass was committed, in a stable order."""
        with self._database.reading() as session:
            return [CalendarKey(*row) for row in session.all(_CALENDARS)]

    def calendars_of(self, provider: str, account: str) -> list[CalendarKey]:
        """Return those of one account."""
        with self._database.reading() as session:
            rows = session.all(_OF_ACCOUNT, provider, account)
            return [CalendarKey(*row) for row in rows]


def _all(session: Session, key: CalendarKey) -> Iterator[EventRecord]:
    shelf = find(session, key)
    return map(record_of, session.stream(_EVENTS, shelf.number, shelf.passes))
