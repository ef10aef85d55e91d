"""Exceptions that come without the id of their series, tied by UID and original start.

Payloads of 2019 have no pointer. What series there are is remembered while a calendar is
read; an occurrence that comes before its series waits until the listing is at its end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from attrs import define, field

from kloudsync.model.record import EventRecord, Kind


@define
class SeriesMemory:
    """The series that were met since a full pass began.

    Attributes:
        begun: Which full pass it remembers, or None where it remembers no whole one.
        complete: Whether that pass's listing was read to its end.
        waiting: Exceptions whose series did not come yet, by id.
        service: The service that holds the account's calendars, where it is known.
    """

    begun: float | None = None
    complete: bool = False
    waiting: dict[str, EventRecord] = field(factory=dict[str, EventRecord])
    service: str | None = None
    _starts: dict[str, dict[str, int]] = field(factory=lambda: defaultdict(dict))

    def begin(self, stamp: float) -> None:
        """Forget everything and remember a new full pass, named by when it began."""
        self.begun, self.complete = stamp, False
        self.waiting.clear()
        self._starts.clear()

    def learn(self, records: Iterable[EventRecord]) -> None:
        """Remember the series among records."""
        for record in records:
            if record.kind == Kind.SERIES and record.uid is not None:
                self._starts[record.uid][record.id] = record.start or 0

    def tie(self, record: EventRecord) -> EventRecord | None:
        """Return an exception with its series, or None where none is known.

        Of several series with the UID, segments of one that was split, the last that begins
        before the original start is the one.
        """
        known = self._starts.get(record.uid or "", {})
        if not known:
            return None
        slot = record.original or 0
        before = {name: start for name, start in known.items() if start <= slot}
        series = max(before, key=lambda name: before[name]) if before else min(known)
        return record._replace(series=series)


def is_untied(record: EventRecord) -> bool:
    """Tell whether a record is an exception of an unknown series."""
    return record.kind == Kind.EXCEPTION and record.series is None


def as_single(record: EventRecord) -> EventRecord:
    """Leave an exception unattached, where its series is nowhere to be found."""
    return record._replace(kind=Kind.SINGLE, original=None, original_all_day=0)
