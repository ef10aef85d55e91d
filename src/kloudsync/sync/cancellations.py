"""What a bare cancellation means: an occurrence that is cancelled, or something that is gone. Pure.

A service may tell that an occurrence of a living series was cancelled by no more than its id, and
tells in the very same form what lies beyond the new end of a series. Which of the two it is, shows
when the pass is complete: an occurrence that its series still has is cancelled, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from kloudsync.errors import RecurrenceError
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.staging import by_start
from kloudsync.recurrence import Reading
from kloudsync.sync.cuts import rule_of, zoned

_DAY = 86_400
_NOTHING: Mapping[str, EventRecord] = MappingProxyType({})


def is_open(record: EventRecord) -> bool:
    """Tell whether a record is a cancellation that only names where a series may have an occurrence."""
    return record.kind == Kind.TOMBSTONE and record.original is not None


def read_cancelled(
    stubs: Iterable[EventRecord],
    series: Sequence[EventRecord],
    held: Mapping[str, EventRecord] = _NOTHING,
    *,
    zone: str | None,
    reading: Reading,
) -> Iterator[EventRecord]:
    """Yield the cancelled occurrences among bare cancellations, as such.

    Args:
        stubs: Cancellations that name their slot, with what the ids of all segments of the series
            have in common as their `series`.
        series: The series of these lineages, and of those that held occurrences belong to, as
            they are at the end of the pass, by start.
        held: What is held of the same occurrences, by id: an occurrence stays with the segment
            that it was known to belong to, or passes to a later one.
        zone: The calendar's zone, for series that name none.
        reading: Whose reading of recurrence lines counts.
    """
    for stub in stubs:
        # Where segments overlap, the later one has it: it was divided off to take over.
        later_first = reversed(_heirs(series, stub, held.get(stub.id)))
        segment = next((one for one in later_first if _has(one, stub, zone, reading)), None)
        if segment is not None:
            yield stub._replace(kind=int(Kind.CANCELLED), series=segment.id)


def _heirs(
    series: Sequence[EventRecord], stub: EventRecord, known: EventRecord | None
) -> list[EventRecord]:
    """Return the series that an occurrence may belong to by now, by start."""
    home = next((one for one in series if known is not None and one.id == known.series), None)
    if home is None:
        return [one for one in series if one.lineage == stub.series]
    lineages = {stub.series, home.lineage}
    return [one for one in series if one.lineage in lineages and by_start(one) >= by_start(home)]


def _has(series: EventRecord, stub: EventRecord, zone: str | None, reading: Reading) -> bool:
    if stub.original is None or bool(series.all_day) != bool(stub.original_all_day):
        return False
    rule = rule_of(zoned(series, zone), reading)
    try:
        return rule is not None and stub.original in rule.starts_between_utc(
            stub.original, stub.original + (_DAY if series.all_day else 1)
        )
    except RecurrenceError:
        return False
