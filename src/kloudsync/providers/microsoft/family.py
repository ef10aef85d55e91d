"""A series with all of its own: exceptions, and occurrences that it leaves out.

Neither feed tells of an occurrence that was deleted. What a series says of itself, asked with
`cancelledOccurrences` and expanded by `exceptionOccurrences`, is all that there is, and takes the
place of what was held.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any, Final

from attrs import evolve, field, frozen

from kloudsync.errors import RecurrenceError
from kloudsync.http.json_kinds import Item, is_array, is_object
from kloudsync.model.oddity import Oddity
from kloudsync.model.record import EventRecord, Kind, Malformed
from kloudsync.model.times import Time
from kloudsync.providers.microsoft.occurrence_slots import SlotFinder, oid_date
from kloudsync.providers.microsoft.reading import MICROSOFT
from kloudsync.providers.microsoft.records import (
    CANCELLED,
    SLOT,
    ZONE,
    dumped,
    id_of,
    parse_series,
    read_record,
    read_slot,
    rule_of,
    slot_text,
    zone_chain,
)
from kloudsync.providers.microsoft.times import read_span, zone_of
from kloudsync.recurrence import Reading

EXPANDED: Final = "exceptionOccurrences"
LEFT_OUT: Final = "cancelledOccurrences"
_APART: Final = frozenset({EXPANDED, LEFT_OUT})
"""Members that become records of their own."""

_CONTEXT: Final = "@odata.context"


@frozen(kw_only=True)
class Family:
    """What a series says of itself.

    Attributes:
        records: The series, and its occurrences that are not as its pattern has them.
        malformed: What of it could not be understood.
        whole: Whether these are all; not where the series itself could not be understood.
        silent: Whether the series does not say which occurrences it leaves out.
    """

    records: list[EventRecord] = field(factory=list[EventRecord])
    malformed: list[Malformed] = field(factory=list[Malformed])
    whole: bool = True
    silent: bool = False

    def take(self, read: EventRecord | Malformed) -> None:
        """Add what was read."""
        if isinstance(read, EventRecord):
            self.records.append(read)
        else:
            self.malformed.append(read)


def read_family(item: Item, zone: str | None = None, reading: Reading = MICROSOFT) -> Family:
    """Read a series with its occurrences.

    A series without pattern, as polls for a meeting are, is a single event, and so are those that
    it is said to have as exceptions.

    Args:
        item: The series as it was answered.
        zone: The mailbox's zone, in which it recurs if it names none; None where unknown.
        reading: Whose reading of rules counts.
    """
    own = alone(item)
    if zone is not None and zone_chain(own) is None:
        own = {**own, ZONE: zone}
    family = Family()
    series = read_record(own, dumped(own), reading)
    family.take(series)
    if isinstance(series, Malformed):
        return Family(malformed=family.malformed, whole=False)
    finder = finder_of(own, series, reading)
    for one in _expanded(item):
        family.take(read_exception(one, series.id, finder, reading))
    if finder is not None:
        for left_out in _left_out(item, series, finder, reading):
            family.take(left_out)
    return evolve(family, silent=finder is not None and LEFT_OUT not in item)


def alone(item: Item) -> Item:
    """Return a series apart from what becomes records of their own."""
    return {
        name: value
        for name, value in item.items()
        if name not in _APART and not name.endswith(_CONTEXT)
    }


def finder_of(item: Item, series: EventRecord, reading: Reading) -> SlotFinder | None:
    """Return where a series has occurrences; None where it has no pattern.

    Args:
        item: The series.
        series: Its record.
        reading: Whose reading of rules counts.
    """
    if series.kind != Kind.SERIES or series.recurrence is None:
        return None
    times = parse_series(rule_of(item), read_span(item), series.zone, reading)
    return SlotFinder(times, zone_of(series.zone) or UTC)


def _expanded(item: Item) -> Iterator[Item]:
    listed = item.get(EXPANDED)
    for one in listed if is_array(listed) else ():
        if is_object(one):
            yield one


def read_exception(
    item: Item, series: str, finder: SlotFinder | None, reading: Reading
) -> EventRecord | Malformed:
    """Read an exception, at the slot that its series has on its date.

    Args:
        item: The exception as received.
        series: The id of its series.
        finder: Finds the slots of the series; None where that has no pattern.
        reading: Whose reading of rules counts.
    """
    own: Item = {name: value for name, value in item.items() if not name.endswith(_CONTEXT)}
    if finder is None:
        own["seriesMasterId"] = None
        return read_record(own, dumped(own), reading)
    own["seriesMasterId"] = series
    try:
        slot = _slot_of(own, finder)
        if slot is not None:
            own[SLOT] = slot_text(slot)
    except (Oddity, RecurrenceError) as problem:
        return Malformed(id=id_of(own), reason=str(problem), raw=dumped(own))
    return read_record(own, dumped(own), reading)


def _slot_of(item: Item, finder: SlotFinder) -> Time | None:
    """Return the slot of an exception: by the date in its name, else near its original start."""
    for name in (item.get("occurrenceId"), item.get("id")):
        day = oid_date(name) if isinstance(name, str) else None
        if day is not None:
            return finder.on(day) or read_slot(item)
    slot = read_slot(item)
    return None if slot is None else finder.of(slot)


def _left_out(
    item: Item, series: EventRecord, finder: SlotFinder, reading: Reading
) -> Iterator[EventRecord | Malformed]:
    """Yield what stands for occurrences that were deleted.

    A date that the pattern does not have says nothing, and is left alone.
    """
    listed = item.get(LEFT_OUT)
    for oid in listed if is_array(listed) else ():
        day = oid_date(oid) if isinstance(oid, str) else None
        slot = None if day is None else finder.on(day)
        if slot is not None:
            made = cancelled(oid, series.id, slot)
            yield read_record(made, dumped(made), reading)


def cancelled(oid: str, series: str, slot: Time) -> Item:
    """Make what stands for an occurrence that its series leaves out, of which Graph has no object."""
    made: dict[str, Any] = {"id": oid, "seriesMasterId": series, CANCELLED: True}
    return {**made, SLOT: slot_text(slot)}
