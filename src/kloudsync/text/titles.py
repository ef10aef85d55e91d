"""What occurrences are called, within one answer."""

from __future__ import annotations

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Event
from kloudsync.model.occurrence import Occurrence
from kloudsync.model.record import Malformed
from kloudsync.model.view import read


class Titles:
    """Reads each row once, however often it takes place: it may be as long as a stranger likes."""

    def __init__(self) -> None:
        self._known: dict[tuple[CalendarKey, str], str | Malformed | None] = {}

    def of(self, one: Occurrence) -> str | Malformed | None:
        """Return a title, None where there is none, or why the row cannot be read."""
        row = one.calendar, one.record.id
        if row not in self._known:
            self._known[row] = _title(one)
        return self._known[row]


def _title(one: Occurrence) -> str | Malformed | None:
    event = read(one.view.source.event, one.record)
    if isinstance(event, Event):
        return event.title
    return event if isinstance(event, Malformed) else None
