"""Events as stores keep them: the text as received, and the few columns that decisions need.

A record is a tuple of plain values: it binds to a database row as it stands, and is one
object for the garbage collector. Typed events are built from `raw` when somebody asks for
them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import partial
from typing import Any, Final, NamedTuple

from attrs import field, frozen

from kloudsync.model.visible import visible


class Kind(IntEnum):
    """What a record stands for."""

    SINGLE = 1
    SERIES = 2
    EXCEPTION = 3
    CANCELLED = 4
    """A cancelled occurrence of a living series."""
    TOMBSTONE = 5
    """Staged only: tells that the id is gone; never visible to readers."""


class EventRecord(NamedTuple):
    """One event of one calendar.

    Attributes:
        id: The provider's id, unique within the calendar.
        kind: A `Kind`.
        raw: The event's JSON as received, or as close to it as the provider allows.
        start: Seconds since 1970 of the (first) start; of midnight UTC if all-day. None if unknown.
        end: The same for the end, exclusive.
        last_end: End of the last occurrence; `end` itself unless a series; None if endless.
        all_day: 1 if start and end are dates.
        zone: Name of the zone in which a series recurs, or None.
        busy: 1 if it blocks time.
        declined: 1 if the calendar's owner declined it.
        recurrence: The recurrence lines of a series joined by newlines, or None.
        series: Id of the series that an exception or cancelled occurrence belongs to, or None.
        original: Seconds since 1970 of where the rule put it; of midnight UTC if `original_all_day`.
        original_all_day: 1 if the original start is a date.
        uid: The iCalendar UID, or None.
        lineage: What the segments of one split series have in common in their ids, or None.
        created: The provider's creation stamp of a series, as received, or None.
    """

    id: str
    kind: int
    raw: str
    start: int | None = None
    end: int | None = None
    last_end: int | None = None
    all_day: int = 0
    zone: str | None = None
    busy: int = 1
    declined: int = 0
    recurrence: str | None = None
    series: str | None = None
    original: int | None = None
    original_all_day: int = 0
    uid: str | None = None
    lineage: str | None = None
    created: str | None = None


record_of: Final[Callable[[Sequence[Any]], EventRecord]] = partial(
    vars(tuple)["__new__"], EventRecord
)
"""Makes a record of the values of all its fields, in their order, such as a row of a database.

Not checked, and so a third of the time that `EventRecord._make` takes.
"""


class RecurrenceId(NamedTuple):
    """Which occurrence of a series a record stands for (RFC 5545, section 3.8.4.4).

    The attributes are those of the record.
    """

    id: str
    series: str | None
    original: int
    original_all_day: int


def is_storable(text: str) -> bool:
    """Tell whether text has neither NUL, which PostgreSQL refuses, nor half a surrogate pair.

    Only escapes in JSON can bring them in; in the text as received they are harmless.
    """
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return False
    return "\0" not in text


LONGEST_KEY: Final = 2_000
"""Bytes of what a record is found by, in every store: an index of PostgreSQL takes little more."""

_SHORT = LONGEST_KEY // 4
"""So few characters are never too long, whatever they are."""


def overlong(record: EventRecord) -> str | None:
    """Return the name of what is too long for a record to be found by it, or None."""
    series, lineage, created = record.series or "", record.lineage or "", record.created or ""
    if len(record.id) + len(series) + len(lineage) + len(created) <= _SHORT:
        return None
    found = (record.id, series, lineage, created)
    names = ("id", "series", "lineage", "created")
    sizes = (len(text.encode("utf-8", "surrogatepass")) for text in found)
    return next((name for name, size in zip(names, sizes, strict=True) if size > LONGEST_KEY), None)


class Verdict(IntEnum):
    """What staging a record will mean to readers of the feed once the pass is committed."""

    SILENT = 0
    """The row is replaced, but nothing that readers care for changed."""
    ADDED = 1
    UPDATED = 2
    DELETED = 3


class StagedRecord(NamedTuple):
    """A record on its way into the store, with what it will mean."""

    record: EventRecord
    verdict: int


staged_of: Final[Callable[[tuple[EventRecord, int]], StagedRecord]] = partial(
    vars(tuple)["__new__"], StagedRecord
)
"""Makes a staged record of its two values, unchecked like `record_of`."""


@frozen(kw_only=True)
class Malformed:
    """Something received that is no event; it is quarantined, and the page goes on.

    Attributes:
        id: The provider's id where it could be read, or None.
        reason: What is wrong, and where. It may quote what a stranger wrote, so that it is kept
            as `visible` shows it: a store must be able to hold it, a terminal to print it.
        raw: As received.
    """

    id: str | None
    reason: str = field(converter=visible)
    raw: str
