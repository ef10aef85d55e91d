"""Records for the suites, made in a few words."""

from __future__ import annotations

from kloudsync.model.record import EventRecord, Kind, StagedRecord, Verdict
from kloudsync.model.state import Quarantined

HOUR = 3600


def single(id_: str, start: int = 1000, length: int = HOUR, *, raw: str = "{}") -> EventRecord:
    """Return a single event."""
    end = start + length
    return EventRecord(
        id=id_,
        kind=Kind.SINGLE,
        raw=raw,
        start=start,
        end=end,
        last_end=end,
        uid=f"{id_}@example.com",
    )


def series(
    id_: str,
    start: int = 1000,
    *,
    last_end: int | None = None,
    lineage: str | None = None,
    created: str | None = None,
    raw: str = "{}",
) -> EventRecord:
    """Return a series; endless unless told otherwise."""
    return EventRecord(
        id=id_,
        kind=Kind.SERIES,
        raw=raw,
        start=start,
        end=start + HOUR,
        last_end=last_end,
        zone="Europe/Paris",
        recurrence="RRULE:FREQ=DAILY",
        lineage=lineage,
        created=created,
    )


def exception(id_: str, parent: str, original: int, *, start: int | None = None) -> EventRecord:
    """Return an occurrence with its own fields; where the rule put it unless told otherwise."""
    begin = original if start is None else start
    return EventRecord(
        id=id_,
        kind=Kind.EXCEPTION,
        raw="{}",
        start=begin,
        end=begin + HOUR,
        last_end=begin + HOUR,
        series=parent,
        original=original,
    )


def cancelled(id_: str, parent: str, original: int) -> EventRecord:
    """Return a cancelled occurrence."""
    return EventRecord(id=id_, kind=Kind.CANCELLED, raw="{}", series=parent, original=original)


def added(record: EventRecord) -> StagedRecord:
    """Stage a record as new."""
    return StagedRecord(record, Verdict.ADDED)


def updated(record: EventRecord) -> StagedRecord:
    """Stage a record as changed."""
    return StagedRecord(record, Verdict.UPDATED)


def silent(record: EventRecord) -> StagedRecord:
    """Stage a record as replaced without meaning."""
    return StagedRecord(record, Verdict.SILENT)


def deleted(id_: str) -> StagedRecord:
    """Stage a tombstone."""
    return StagedRecord(EventRecord(id=id_, kind=Kind.TOMBSTONE, raw="{}"), Verdict.DELETED)


def bare(id_: str, lineage: str, original: int) -> StagedRecord:
    """Stage a tombstone that names a place in a series."""
    record = EventRecord(id_, Kind.TOMBSTONE, "{}", series=lineage, original=original)
    return StagedRecord(record, Verdict.DELETED)


def bad(id_: str | None, raw: str = "{", reason: str = "start: missing") -> Quarantined:
    """Return a payload that could not be understood."""
    return Quarantined(id=id_, reason=reason, raw=raw, version="0.1.0")
