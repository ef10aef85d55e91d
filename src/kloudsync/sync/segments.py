"""Reading series for split detection: from stored records to comparable segments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from attrs import evolve

from kloudsync.errors import RecurrenceError, UnboundedRecurrence
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.page import SeriesFacts
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.state import CalendarState, SeriesLink
from kloudsync.model.times import DAY, epoch, from_epoch
from kloudsync.recurrence import Recurrence, same_rule_except_bound
from kloudsync.sync.series import End, Evidence, Segment, Trim

_PERIODS = {"YEARLY": 366 * DAY, "MONTHLY": 31 * DAY, "WEEKLY": 7 * DAY}


class SeriesStore(Protocol):
    """The part of a store that tells of series."""

    def staged_series(self, key: CalendarKey) -> Iterator[tuple[EventRecord | None, EventRecord]]:
        """Yield each series that this pass added or updated."""
        ...

    def staged_families(self, key: CalendarKey) -> Iterator[list[EventRecord]]:
        """Yield series that belong together."""
        ...

    def records(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return the visible records with these ids."""
        ...

    def staged(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return what this pass staged under these ids."""
        ...

    def links(self, key: CalendarKey) -> list[SeriesLink]:
        """Return the known links."""
        ...

    def state(self, key: CalendarKey) -> CalendarState:
        """Return the calendar's state."""
        ...


class FactSource(Protocol):
    """The part of a source that reads masters."""

    @property
    def key(self) -> CalendarKey:
        """Which calendar this is."""
        ...

    def series_facts(self, record: EventRecord) -> SeriesFacts:
        """Read what helps to link segments."""
        ...


def read_evidence(store: SeriesStore, source: FactSource, *, first: bool) -> Evidence:
    """Collect everything that a pass says of series, in one look at each.

    Args:
        store: Holds the staged pass.
        source: Reads the provider's own fields.
        first: Whether the calendar is seen for the first time; nothing can be cut then.
    """
    trims: list[Trim] = []
    born: list[Segment] = []
    ends: list[End] = []
    # A series that names no zone recurs in the calendar's own.
    zone = store.state(source.key).zone
    for earlier, later in () if first else store.staged_series(source.key):
        after = _zoned(later, zone)
        if earlier is None:
            born.append(_segment(after, source))
            continue
        before = _zoned(earlier, zone)
        trim, end = _trim(before, after, source), _changed_end(before, after)
        trims += [trim] if trim else []
        ends += [end] if end else []
    families = [
        [_segment(_zoned(record, zone), source) for record in family]
        for family in store.staged_families(source.key)
    ]
    known = _living(store, source.key, {trim.segment.id for trim in trims})
    return Evidence(trims=trims, born=born, ends=ends, families=families, known=known, first=first)


def _changed_end(before: EventRecord, after: EventRecord) -> End | None:
    """Return where a series ends, if its times changed and it is not endless."""
    if _times(before) == _times(after):
        return None
    rule = rule_of(after)
    end = None if rule is None else _end(rule)
    if end is None:
        return None
    # Slots of another kind may be told up to a day later.
    slack = DAY if before.all_day != after.all_day else 0
    return End(series=after.id, beyond=end[0] + 1 + slack)


def _times(record: EventRecord) -> tuple[int | None, int, str | None]:
    return record.start, record.all_day, record.recurrence


def _living(store: SeriesStore, key: CalendarKey, cut: set[str]) -> list[SeriesLink]:
    """Return the known links, without those of series cut now to halves that are gone."""
    known = store.links(key)
    asked = [link.new for link in known if link.new is not None and link.old in cut]
    staged, visible = store.staged(key, asked), store.records(key, asked)
    after = {one: staged.get(one) or visible.get(one) for one in asked}
    gone = {one for one, record in after.items() if record is None or record.kind != Kind.SERIES}
    return [link for link in known if link.new not in gone]


def _zoned(record: EventRecord, zone: str | None) -> EventRecord:
    return record if record.zone or record.all_day else record._replace(zone=zone)


def rule_of(record: EventRecord) -> Recurrence | None:
    """Return the recurrence of a series, or None where it cannot be read."""
    if record.start is None or record.recurrence is None:
        return None
    start = from_epoch(record.start, all_day=bool(record.all_day), zone=record.zone)
    try:
        return Recurrence.parse(record.recurrence.split("\n"), start=start, zone=record.zone)
    except RecurrenceError:
        return None


def _segment(record: EventRecord, source: FactSource) -> Segment:
    facts = source.series_facts(record)
    rule = _ruled(rule_of(record))
    last, following = (rule and _end(rule)) or (None, None)
    return Segment(
        id=record.id,
        start=record.start or 0,
        last=last,
        next=following,
        period=_period(record),
        all_day=bool(record.all_day),
        lineage=record.lineage,
        slot=facts.slot,
        # Imports carry placeholders, such as the year 0 or 1900.
        stamp=record.created if facts.created is not None and facts.created > 0 else None,
        created=facts.created,
        updated=facts.updated,
        title=facts.title,
        organizer=facts.organizer,
        sequence=facts.sequence,
    )


def _ruled(rule: Recurrence | None) -> Recurrence | None:
    """Return a series without dates of its own, which say nothing of where its rule ends."""
    if rule is None or not rule.rules:
        return rule
    return evolve(rule, rdates=(), periods=(), exdates=(), exdays=())


def _end(rule: Recurrence) -> tuple[int, int | None] | None:
    """Return where the last occurrence begins, and where the next one would if there were no end.

    A rule that takes no occurrence ends an instant before its start. None stands for no end, or
    for one too far away to be counted to.
    """
    try:
        if rule.is_endless:
            return None
        endless = evolve(rule, rules=tuple(one.unbounded() for one in rule.rules))
        last = rule.last()
        following = next(iter(endless), None) if last is None else endless.next_after(last)
    except UnboundedRecurrence:
        return None
    begins = epoch(rule.start) - 1 if last is None else epoch(last)
    return begins, None if following is None else epoch(following)


def _period(record: EventRecord) -> int:
    text = (record.recurrence or "").upper()
    interval = 1
    if "INTERVAL=" in text:
        digits = text.partition("INTERVAL=")[2]
        interval = int("".join(c for c in digits.partition(";")[0] if c.isdigit())[:3] or 1)
    for word, seconds in _PERIODS.items():
        if f"FREQ={word}" in text:
            return seconds * interval
    # Daily series are moved by whole weeks as often as by days.
    return 7 * DAY * interval


def _trim(before: EventRecord, after: EventRecord, source: FactSource) -> Trim | None:
    """Return what was cut off a series, or None where its rules do not end earlier.

    An occurrence that was left out, or a date that was taken back, is no cut.
    """
    if before.start != after.start or before.recurrence == after.recurrence:
        return None
    old, new = rule_of(before), rule_of(after)
    if old is None or new is None or not same_rule_except_bound(old, new):
        return None
    segment = _segment(after, source)
    if segment.last is None:
        return None
    last = from_epoch(segment.last, all_day=segment.all_day, zone=after.zone)
    try:
        lost = evolve(old, rdates=(), periods=()).next_after(last)
    except UnboundedRecurrence:
        return None
    return None if lost is None else Trim(segment=segment, at=epoch(lost))
