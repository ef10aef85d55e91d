"""How one copy is read, with a source that could list more of it, or without."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from attrs import field, frozen

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Held
from kloudsync.model.record import EventRecord
from kloudsync.model.view import RecordReader
from kloudsync.recurrence.reading import Reading


class CopyReader(RecordReader, Protocol):
    """How the records of one copy are read; every source can do it."""

    @property
    @abstractmethod
    def key(self) -> CalendarKey:
        """Which copy it is."""
        ...


@frozen
class Reader:
    """How the records of one copy are read, without a source that could list more of them.

    Attributes:
        key: Which copy it is.
        reader: Reads the records of its provider.
    """

    key: CalendarKey
    reader: RecordReader = field(repr=False)

    @property
    def reading(self) -> Reading:
        """Whose reading of the recurrence lines counts."""
        return self.reader.reading

    def event(self, record: EventRecord) -> Held:
        """Build the typed event of a record."""
        return self.reader.event(record)

    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:
        """Return the provider's id form of an occurrence that has no row of its own."""
        return self.reader.occurrence_id(series, start, all_day)
