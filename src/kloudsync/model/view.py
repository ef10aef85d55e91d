"""A calendar as readers look at it: whose words name its occurrences, and where its days begin."""

from __future__ import annotations

from typing import Any, Protocol

from attrs import field, frozen

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Held
from kloudsync.model.record import EventRecord
from kloudsync.recurrence.reading import Reading


class RecordReader(Protocol):
    """How a provider's records are read; every source can do it."""

    @property
    def reading(self) -> Reading:
        """Whose reading of the recurrence lines counts."""
        ...

    def event(self, record: EventRecord) -> Held:
        """Build the typed event of a record."""
        ...

    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:
        """Return the provider's id form of an occurrence that has no row of its own."""
        ...


def _without_client(source: RecordReader) -> RecordReader:
    """Return how a source reads its records, as plain values where it can say so."""
    reader: RecordReader = getattr(source, "reader", source)
    return reader


@frozen
class CalendarView:
    """One calendar of a store, and all that it takes to show what it holds.

    Views and what they show can be pickled and copied: of the source, what reads its records
    travels (its `reader`), and the client stays behind.

    Attributes:
        key: Which calendar it is.
        source: Reads its records.
        zone: The name of the zone in which its days begin; None takes the zone that the
            store knows, and UTC where it knows none.
    """

    key: CalendarKey
    source: RecordReader = field(repr=False, eq=_without_client)
    zone: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the client behind."""
        return CalendarView, (self.key, _without_client(self.source), self.zone)
