"""What a stored series is to split detection, and what was cut off it between two versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from attrs import evolve

from kloudsync import recurrence
from kloudsync.errors import RecurrenceError, UnboundedRecurrence
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.page import SeriesFacts
from kloudsync.model.record import EventRecord
from kloudsync.model.times import DAY, Time, epoch, from_epoch
from kloudsync.recurrence import ICALENDAR, Reading
from kloudsync.sync.series import Delay, End, Segment, Trim

_PERIODS = {"YEARLY": 366 * DAY, "MONTHLY": 31 * DAY, "WEEKLY": 7 * DAY}


class FactSource(Protocol):
    """The part of a source that reads masters."""

    @property
    def key(self) -> CalendarKey:
        """Which calendar this is."""
        ...

    @property
    def reading(self) -> Reading:
        """Whose reading of recurrence lines counts."""
        ...

    def series_facts(self, record: EventRecord) -> SeriesFacts:
        """Read what helps to link segments."""
        ...

    def continuations(self, series: str, at: int) -> Sequence[str]:
        """Return ids under which a series that is cut at a slot may go on."""
        ...


def zoned(series: EventRecord, zone: str | None) -> EventRecord:
    """Return a series with the zone that it recurs in: its calendar's where it names none."""
    return series if series.zone or series.all_day else series._replace(zone=zone)


def rule_of(record: EventRecord, reading: Reading) -> recurrence.Recurrence | None:
    """Return the recurrence of a series, or None where it cannot be read.

    Args:
        record: The series.
        reading: Whose reading of its lines counts.
    """
    if record.start is None or record.recurrence is None:
        return None
    start = from_epoch(record.start, all_day=bool(record.all_day), zone=record.zone)
    try:
        lines = record.recurrence.split("\n")
        return recurrence.Recurrence.parse(lines, start=start, zone=record.zone, reading=reading)
    except RecurrenceError:
        return None


def segment_of(record: EventRecord, source: FactSource) -> Segment:
    """Reduce a series to what detection compares.

    Args:
        record: The series; where it names no zone, that of its calendar has to stand there.
        source: Reads the provider's own fields.
    """
    facts = source.series_facts(record)
    read = rule_of(record, source.reading)
    rule = None if read is None else _ruled(read)
    last, following = (rule and _end(rule)) or (None, None)
    return Segment(
        id=record.id,
        start=record.start or 0,
        last=last,
        next=following,
        period=_period(record),
        length=None if record.start is None or record.end is None else record.end - record.start,
        rule=recurrence.rule_except_bound(rule) if rule is not None and rule.rules else None,
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


def named(segment: Segment, source: FactSource) -> Segment:
    """Add the ids under which a segment that has an end may go on there."""
    if segment.next is None:
        return segment
    return evolve(segment, names=tuple(source.continuations(segment.id, segment.next)))


def _ruled(rule: recurrence.Recurrence) -> recurrence.Recurrence:
    """Return a series without dates of its own, which say nothing of where its rule ends.

    A start that no rule selects is one of them, which only iCalendar's reading leaves out.
    """
    if not rule.rules:
        return rule
    return evolve(rule, rdates=(), periods=(), exdates=(), exdays=(), reading=ICALENDAR)


def _end(rule: recurrence.Recurrence) -> tuple[int, int | None] | None:
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


def trim_of(before: EventRecord, after: EventRecord, source: FactSource) -> Trim | None:
    """Return what was cut off a series, or None where its rules do not end earlier.

    An occurrence that was left out, or a date that was taken back, is no cut; nor is anything
    where meetings became whole days, or the reverse.
    """
    moved = before.start != after.start or before.all_day != after.all_day
    if moved or before.recurrence == after.recurrence:
        return None
    old, new = rule_of(before, source.reading), rule_of(after, source.reading)
    if old is None or new is None or not recurrence.same_rule_except_bound(old, new):
        return None
    segment = segment_of(after, source)
    lost = _lost(old, segment, after.zone)
    if lost is None:
        return None
    ended = _end(_ruled(old))
    return Trim(
        segment=segment,
        at=lost,
        written=segment.updated,
        since=source.series_facts(before).updated,
        resumed=None if ended is None else ended[1],
        names=tuple(source.continuations(after.id, lost)),
    )


def _lost(old: recurrence.Recurrence, segment: Segment, zone: str | None) -> int | None:
    """Return the first occurrence that a rule had behind where a segment ends; None for none."""
    if segment.last is None:
        return None
    last = from_epoch(segment.last, all_day=segment.all_day, zone=zone)
    try:
        lost = evolve(old, rdates=(), periods=(), reading=ICALENDAR).next_after(last)
    except UnboundedRecurrence:
        return None
    return None if lost is None else epoch(lost)


def delay_of(before: EventRecord, after: EventRecord, source: FactSource) -> Delay | None:
    """Return a series that begins later than before, or None where it does not."""
    if before.start is None or after.start is None or before.start >= after.start:
        return None
    old, new = rule_of(before, source.reading), rule_of(after, source.reading)
    if old is None or new is None or before.all_day != after.all_day:
        return None
    segment, was = segment_of(after, source), segment_of(before, source)
    # What is moved by less than a period goes elsewhere, and leaves no past behind.
    gone = segment.start - was.start > was.period or old.between(new.start, _just_after(new.start))
    return Delay(
        segment=segment,
        was=was,
        awaits=bool(gone),
        written=segment.updated,
        since=was.updated,
    )


def _just_after(start: Time) -> Time:
    return (
        start + timedelta(seconds=1) if isinstance(start, datetime) else start + timedelta(days=1)
    )


def end_of(before: EventRecord, after: EventRecord, reading: Reading) -> End | None:
    """Return where a series ends, if its times changed and it is not endless.

    Args:
        before: The series as it was.
        after: The series as it is.
        reading: Whose reading of its lines counts.
    """
    if _times(before) == _times(after):
        return None
    rule = rule_of(after, reading)
    end = None if rule is None else _end(rule)
    if end is None:
        return None
    # Slots of another kind may be told up to a day later.
    slack = DAY if before.all_day != after.all_day else 0
    return End(series=after.id, beyond=end[0] + 1 + slack)


def _times(record: EventRecord) -> tuple[int | None, int, str | None]:
    return record.start, record.all_day, record.recurrence
