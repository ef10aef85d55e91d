"""A calendar as readers look at it: whose words name its occurrences, and where its days begin."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from attrs import evolve, field, frozen

from kloudsync.errors import DecodeError, UsageError
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Held
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.model.state import CalendarState
from kloudsync.recurrence.reading import Reading


class RecordReader(Protocol):
    """How a provider's records are read; every source can do it."""

    @property
    @abstractmethod
    def reading(self) -> Reading:
        """Whose reading of the recurrence lines counts."""
        ...

    @abstractmethod
    def event(self, record: EventRecord) -> Held:
        """Build the typed event of a record."""
        ...

    @abstractmethod
    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:
        """Return the provider's id form of an occurrence that has no row of its own."""
        ...


_UNREADABLE = (DecodeError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError)

T = TypeVar("T")


def read(build: Callable[[EventRecord], T], record: EventRecord) -> T | Malformed:
    """Build what a stored record stands for, or say why nothing can be made of it.

    Its text may be of a version that read it otherwise, or damaged; one such record is in no
    other one's way.

    Args:
        build: Builds it, as `RecordReader.event` does.
        record: The record.

    Raises:
        UsageError: Nothing in this calendar is of the kind that is asked for.
    """
    try:
        return build(record)
    except _UNREADABLE as error:
        # Whoever asks for events where there are none has to hear of it.
        if type(error) is UsageError:
            raise
        reason = str(error) if isinstance(error, DecodeError) else type(error).__name__
        return Malformed(id=record.id, reason=reason, raw=record.raw)


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

    def told_by(self, state: CalendarState) -> CalendarView:
        """Return the view of a copy that stands here, where its reader learns from that.

        The service behind a provider may be known to the copy alone: such a reader has a method
        of this name, which returns how the copy's records are read.
        """
        reader = _without_client(self.source)
        told: Callable[[CalendarState], RecordReader] | None = getattr(reader, "told_by", None)
        return self if told is None else evolve(self, source=told(state))

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the client behind."""
        return CalendarView, (self.key, _without_client(self.source), self.zone)
