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

# Plain numbers: every record that is staged passes here.
_SINGLE, _SERIES, _EXCEPTION = int(Kind.SINGLE), int(Kind.SERIES), int(Kind.EXCEPTION)
_PLACED = frozenset({_SINGLE, _EXCEPTION})
_TOUCHING = frozenset({_SINGLE, _SERIES, _EXCEPTION})


def until(record: EventRecord) -> int:
    """Return the first second that a record can no longer touch.

    An event without length touches the second at which it starts. An end that is
    unknown means no length, except for a series, which is endless then.
    """
    start, end, last_end = record.start or 0, record.end, record.last_end
    if last_end is None:
        return ENDLESS if record.kind == _SERIES else start + 1
    if end is None or end <= start:
        return (max(start, last_end)) + 1
    return max(start, last_end)


def placement(record: EventRecord) -> tuple[int | None, int]:
    """Return the bucket of a record and its `until`.

    Only single events and exceptions whose start is known have a bucket.
    """
    start, end = record.start, record.end
    if start is not None and end is not None and end == record.last_end and end > start:
        # What nearly every record is.
        bound = end
    else:
        bound = until(record)
    if start is None or record.kind not in _PLACED:
        return None, bound
    bucket = ((bound - start) >> SHORTEST).bit_length()
    return (min(LONGEST, bucket)), bound


def touches(record: EventRecord, low: int, high: int) -> bool:
    """Tell whether a single event, series or exception may touch the window [low, high)."""
    if record.start is None or record.kind not in _TOUCHING:
        return False
    return record.start < high and until(record) > low
