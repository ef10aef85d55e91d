"""How Kloudless's records are read, apart from whatever lists them."""

from __future__ import annotations

from attrs import frozen

from kloudsync.errors import UsageError
from kloudsync.model.event import Held
from kloudsync.model.page import SeriesFacts
from kloudsync.model.record import EventRecord
from kloudsync.model.state import CalendarState
from kloudsync.providers.kloudless.account import reading_at
from kloudsync.providers.kloudless.contents import read_facts, same_contents
from kloudsync.providers.kloudless.place import Place
from kloudsync.providers.kloudless.translate import read_held
from kloudsync.recurrence import ICALENDAR, Reading


class ReadsRecords:
    """What every source at Kloudless reads records with."""

    __slots__ = ()

    def event(self, record: EventRecord) -> Held:
        """Build the typed event of a record."""
        return read_held(record)

    def same(self, before: EventRecord, after: EventRecord) -> bool:
        """Tell whether two records have the same contents, apart from stamps that every re-send changes."""
        return same_contents(before, after)

    def series_facts(self, record: EventRecord) -> SeriesFacts:
        """Read from a series what helps to link segments."""
        return read_facts(record)

    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:  # noqa: ARG002 - the port's shape
        """Name an occurrence that has no row of its own.

        Kloudless's own ids of occurrences are opaque and cannot be computed: the name is
        kloudsync's, unique within the calendar, and good for no request.
        """
        return f"{series}@{start}"


@frozen
class KloudlessReader(ReadsRecords):
    """What is left of a source without its client: plain values, which travel to other processes.

    Attributes:
        given: Whose reading of recurrence lines counts; None for that of the account's service,
            which a copy tells that has come so far.
    """

    given: Reading | None = None

    @property
    def reading(self) -> Reading:
        """Whose reading of recurrence lines counts."""
        return self.given or ICALENDAR

    def told_by(self, state: CalendarState) -> KloudlessReader:
        """Return how the records of a copy are read that stands here: its cursor names the service."""
        if self.given is not None or state.cursor is None:
            return self
        try:
            place = Place.decode(state.cursor.token)
        except UsageError:
            return self
        return KloudlessReader(reading_at(place.service))
