"""When a record may matter to a window of time, as plain numbers that an index can search.

An event may touch a window [low, high) if `start < high` and `until > low`.
Short events are found by their start alone once it is known how long events
can be; so stores sort them into buckets by length, each with a reach: an event
of the bucket that touches the window starts after `low - reach`. One year-long
event then costs a look at its own bucket, and nothing to all others.
"""

from __future__ import annotations

from kloudsync.model.record import EventRecord, Kind

ENDLESS = 2**63 - 1
"""The `until` of a series without end."""

SHORTEST = 12
LONGEST = 20

REACHES: tuple[tuple[int, int], ...] = (
    *((bucket, 1 << (SHORTEST + bucket)) for bucket in range(LONGEST)),
    (LONGEST, 1 << 60),
)
"""Each bucket with its reach in seconds; the first holds all up to 68 minutes."""

_PLACED = frozenset({Kind.SINGLE, Kind.EXCEPTION})


def until(record: EventRecord) -> int:
    """Return the first second that a record can no longer touch.

    An event without length touches the second at which it starts. An end that is
    unknown means no length, except for a series, which is endless then.
    """
    start = record.start or 0
    if record.last_end is None:
        return ENDLESS if record.kind == Kind.SERIES else start + 1
    pointlike = record.end is None or record.end <= start
    return max(record.last_end, start) + (1 if pointlike else 0)


def placement(record: EventRecord) -> tuple[int | None, int]:
    """Return the bucket of a record and its `until`.

    Only single events and exceptions whose start is known have a bucket.
    """
    start = record.start
    bound = until(record)
    if start is None or record.kind not in _PLACED:
        return None, bound
    return min(((bound - start) >> SHORTEST).bit_length(), LONGEST), bound


def touches(record: EventRecord, low: int, high: int) -> bool:
    """Tell whether a single event, series or exception may touch the window [low, high)."""
    if record.start is None or record.kind in {Kind.CANCELLED, Kind.TOMBSTONE}:
        return False
    return record.start < high and until(record) > low
