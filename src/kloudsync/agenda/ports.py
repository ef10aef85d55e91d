"""What an agenda asks of a store; every store of kloudsync answers it."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, RecurrenceId
from kloudsync.model.state import CalendarState


class AgendaReader(Protocol):
    """Reads committed passes; the contracts are those of the stores."""

    @abstractmethod
    def state(self, key: CalendarKey) -> CalendarState:
        """Return a calendar's state; the default state for one never seen."""
        ...

    @abstractmethod
    def window(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return single events, series and exceptions that may touch [start, end)."""
        ...

    @abstractmethod
    def moved(self, key: CalendarKey, start: int, end: int) -> list[RecurrenceId]:
        """Return which exceptions and cancelled occurrences have their `original` in [start, end)."""
        ...
