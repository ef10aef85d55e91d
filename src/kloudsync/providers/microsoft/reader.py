"""How Microsoft's records are read, apart from whatever lists them."""

from __future__ import annotations

from attrs import frozen

from kloudsync.model.event import Held
from kloudsync.model.page import SeriesFacts
from kloudsync.model.record import EventRecord
from kloudsync.model.times import from_epoch
from kloudsync.providers.microsoft.contents import read_facts, same_contents
from kloudsync.providers.microsoft.reading import MICROSOFT
from kloudsync.providers.microsoft.translate import read_held
from kloudsync.recurrence import Reading


class ReadsRecords:
    """What every source at Microsoft reads records with."""

    __slots__ = ()

    def event(self, record: EventRecord) -> Held:
        """Build the typed event of a record."""
        return read_held(record)

    def same(self, before: EventRecord, after: EventRecord) -> bool:
        """Tell whether two records have the same contents, apart from stamps that every touch changes."""
        return same_contents(before, after)

    def series_facts(self, record: EventRecord) -> SeriesFacts:
        """Read from a series what helps to link segments."""
        return read_facts(record)

    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:
        """Name an occurrence that has no row of its own.

        Graph names it by its date in the zone of the series, which only whole days tell; the name
        of any other is kloudsync's, unique within the calendar, and good for no request.
        """
        if all_day:
            return f"OID.{series}.{from_epoch(start, all_day=True).isoformat()}"
        return f"{series}@{start}"


@frozen
class MicrosoftReader(ReadsRecords):
    """What is left of a source without its client: plain values, which travel to other processes.

    Attributes:
        reading: Whose reading of rules counts.
    """

    reading: Reading = MICROSOFT
