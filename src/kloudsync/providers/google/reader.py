"""How Google's records are read, apart from whatever lists them."""

from __future__ import annotations

from attrs import frozen

from kloudsync.model.event import Held
from kloudsync.model.page import SeriesFacts
from kloudsync.model.record import EventRecord
from kloudsync.providers.google.contents import read_facts, same_contents
from kloudsync.providers.google.ids import occurrence_id
from kloudsync.providers.google.translate import read_held
from kloudsync.recurrence import GOOGLE, Reading


class ReadsRecords:
    """What every source at Google reads records with."""

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

    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:
        """Return Google's id form of an occurrence that has no row of its own."""
        return occurrence_id(series, start, all_day=all_day)


@frozen
class GoogleReader(ReadsRecords):
    """What is left of a source without its client: plain values, which travel to other processes.

    Attributes:
        reading: Whose reading of recurrence lines counts.
    """

    reading: Reading = GOOGLE
