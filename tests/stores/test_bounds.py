from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kloudsync.model.record import EventRecord, Kind
from kloudsync.stores.bounds import ENDLESS, REACHES, placement, touches, until

DAY = 86_400
starts = st.integers(-(2**33), 2**33)
lengths = st.one_of(st.integers(0, 3 * DAY), st.integers(0, 2**34))


@st.composite
def records(draw: st.DrawFn) -> EventRecord:
    """Draw records of every kind, some with parts that are unknown."""
    kind = draw(st.sampled_from(Kind))
    start = draw(st.none() | starts)
    if start is None:
        return EventRecord("a", kind, "{}")
    end = draw(st.none() | lengths.map(lambda length: start + length))
    last_end = draw(st.none() | lengths.map(lambda length: start + length))
    return EventRecord("a", kind, "{}", start, end, last_end)


@given(records(), starts, st.integers(1, 400 * DAY))
def test_reach(record: EventRecord, low: int, length: int) -> None:
    """What touches a window lies within the reach of its bucket, so that no search misses it."""
    bucket, bound = placement(record)
    if record.start is None or bucket is None or not touches(record, low, low + length):
        return
    assert low - dict(REACHES)[bucket] < record.start < low + length
    assert bound > low


@given(records(), starts, st.integers(1, 400 * DAY))
def test_touches(record: EventRecord, low: int, length: int) -> None:
    """A record touches a window if it is not over before and begins before its end."""
    high = low + length
    expected = False
    if record.start is not None and record.kind not in {Kind.CANCELLED, Kind.TOMBSTONE}:
        pointlike = record.end is None or record.end == record.start
        last = record.last_end
        if last is None:
            last = 2**62 if record.kind == Kind.SERIES else record.start
            pointlike = True
        expected = record.start < high and (last > low or (pointlike and last == low))
    assert touches(record, low, high) == expected


def test_endless() -> None:
    """A series without a last end never ends, and has no bucket."""
    record = EventRecord("a", Kind.SERIES, "{}", 0, 10, None)
    assert until(record) == ENDLESS
    assert placement(record) == (None, ENDLESS)


def test_end_before_start() -> None:
    """An event that ends before it starts counts as having no length."""
    assert until(EventRecord("a", Kind.SINGLE, "{}", 100, 50, 50)) == 101


def test_buckets_grow() -> None:
    """Buckets are by power of two, the last one taking all that is longer."""
    ends = [0, 4095, 4096, 8191, 8192, DAY, 365 * DAY, 2**40]
    found = [placement(EventRecord("a", Kind.SINGLE, "{}", 0, end, end))[0] for end in ends]
    assert found == [0, 0, 1, 1, 2, 5, 13, 20]
