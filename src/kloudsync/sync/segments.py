"""Collecting what a pass says of series: what it cut, what it added, and what stood there before."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar

from attrs import define, evolve, field

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.state import CalendarState, SeriesLink
from kloudsync.model.times import DAY
from kloudsync.sync.cuts import FactSource, delay_of, end_of, named, segment_of, trim_of, zoned
from kloudsync.sync.series import Delay, End, Evidence, Segment, Trim, Unread
from kloudsync.sync.written_apart import WRITTEN_APART

T = TypeVar("T")


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

    def beginning(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return visible series that begin in a window."""
        ...

    def links(self, key: CalendarKey) -> list[SeriesLink]:
        """Return the known links."""
        ...

    def state(self, key: CalendarKey) -> CalendarState:
        """Return the calendar's state."""
        ...


def read_evidence(
    store: SeriesStore, source: FactSource, *, first: bool, apart: float = WRITTEN_APART
) -> Evidence:
    """Collect everything that a pass says of series, in one look at each.

    Evidence is a comfort: whatever goes wrong while a series is read, it has none, and is
    named in `Evidence.unread`.

    Args:
        store: Holds the staged pass.
        source: Reads the provider's own fields.
        first: Whether the calendar is seen for the first time; nothing can be cut then.
        apart: So many seconds may lie between the writes of a client that wrote both halves.

    Raises:
        StoreError: The store failed.
    """
    # A series that names no zone recurs in the calendar's own.
    look = _Look(source=source, zone=store.state(source.key).zone)
    series = 0
    for earlier, later in () if first else store.staged_series(source.key):
        look.at_series(earlier, later)
        series += 1
    if not first and not series:
        return Evidence(apart=apart)
    families = [look.at_family(family) for family in store.staged_families(source.key)]
    known = _living(store, source.key, {trim.segment.id for trim in look.trims})
    if look.born:
        _look_at_awaited(look, store, known, apart)
    if look.trims or look.delays:
        _look_at_standing(look, store, apart)
    return Evidence(
        trims=look.trims,
        awaited=look.awaited,
        delays=look.delays,
        born=look.born,
        standing=look.standing,
        ends=look.ends,
        families=families,
        known=known,
        first=first,
        apart=apart,
        unread=look.unread,
    )


@define(kw_only=True)
class _Look:
    """What is seen of series while they are read one by one."""

    source: FactSource
    zone: str | None
    trims: list[Trim] = field(factory=list[Trim])
    awaited: list[Trim] = field(factory=list[Trim])
    delays: list[Delay] = field(factory=list[Delay])
    born: list[Segment] = field(factory=list[Segment])
    standing: list[Segment] = field(factory=list[Segment])
    ends: list[End] = field(factory=list[End])
    unread: list[Unread] = field(factory=list[Unread])

    @property
    def cuts(self) -> list[Trim | Delay]:
        """What this pass cut at either end."""
        return [*self.trims, *self.delays]

    def at_series(self, earlier: EventRecord | None, later: EventRecord) -> None:
        """Look at a series that a pass added or changed."""
        with self._reading(later):
            after = zoned(later, self.zone)
            if earlier is None:
                self.born.append(named(segment_of(after, self.source), self.source))
                return
            before = zoned(earlier, self.zone)
            self.ends += _given(end_of(before, after, self.source.reading))
            self.trims += _given(trim_of(before, after, self.source))
            self.delays += _given(delay_of(before, after, self.source))

    def at_family(self, family: Iterable[EventRecord]) -> list[Segment]:
        """Look at series that belong together."""
        return [segment for record in family for segment in _given(self.at(record))]

    def at(self, record: EventRecord) -> Segment | None:
        """Look at a series as it is."""
        with self._reading(record):
            return segment_of(zoned(record, self.zone), self.source)
        return None

    @contextmanager
    def _reading(self, record: EventRecord) -> Generator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - no series may stop a commit
            self.unread.append(Unread(series=record.id, error=error))


def _given(one: T | None) -> list[T]:
    return [] if one is None else [one]


def _look_at_awaited(
    look: _Look, store: SeriesStore, known: Iterable[SeriesLink], apart: float
) -> None:
    """Look at what earlier passes cut about when something was written that this pass added."""
    moments = _Moments((one.created for one in look.born), apart)
    links = {link.old: link for link in known if link.cut is not None and link.written in moments}
    cut_now = {trim.segment.id for trim in look.trims}
    seen_now = {cut.segment.id for cut in look.cuts}
    # That a series begins later now says nothing of where it was cut before.
    asked = [
        id_
        for id_, link in links.items()
        if id_ not in (cut_now if link.begins is None else seen_now)
    ]
    for id_, record in _after(store, look.source.key, asked).items():
        segment, link = look.at(record), links[id_]
        if segment is None or link.cut is None:
            continue
        if link.begins is None and segment.ends < link.cut:
            names = tuple(look.source.continuations(id_, link.cut))
            trim = Trim(segment=segment, at=link.cut, written=link.written, names=names)
            look.awaited.append(trim)
        elif link.begins is not None and segment.start == link.cut:
            was = evolve(segment, start=link.begins)
            look.delays.append(Delay(segment=segment, was=was, awaits=True, written=link.written))


def _look_at_standing(look: _Look, store: SeriesStore, apart: float) -> None:
    """Look at what stood before this pass where it cut something, written about then."""
    key = look.source.key
    moments = _Moments((cut.written for cut in look.cuts), apart)
    names = {name for trim in look.trims for name in trim.names}
    found = store.records(key, sorted(names))
    for start, end in _merged(_places(look)):
        found.update((one.id, one) for one in store.beginning(key, start, end))
    cut = {one.segment.id for one in look.cuts}
    born = {segment.id for segment in look.born}
    after = _after(store, key, [id_ for id_ in found if id_ not in cut and id_ not in born])
    for id_, record in after.items():
        segment = look.at(record)
        if segment is not None and (id_ in names or segment.created in moments):
            look.standing.append(segment)


def _places(look: _Look) -> Iterator[tuple[int, int]]:
    """Yield where a series may begin that goes on, or ends, where this pass cut one."""
    for trim in look.trims:
        reach = trim.segment.period + DAY
        yield trim.at - reach, trim.at + reach + 1
    for delay in look.delays:
        yield delay.was.start, delay.was.start + 1


def _merged(places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield stretches once that overlap, so that each series in them is met once."""
    begun: tuple[int, int] | None = None
    for start, end in sorted(places):
        if begun is not None and start <= begun[1]:
            begun = begun[0], max(begun[1], end)
            continue
        if begun is not None:
            yield begun
        begun = start, end
    if begun is not None:
        yield begun


class _Moments:
    """Tells what is near in time to any of many moments."""

    def __init__(self, moments: Iterable[float | None], apart: float) -> None:
        self._sorted = sorted(moment for moment in moments if moment is not None)
        self._apart = apart

    def __contains__(self, moment: float | None) -> bool:
        if moment is None:
            return False
        at = bisect_left(self._sorted, moment - self._apart)
        return at < len(self._sorted) and self._sorted[at] <= moment + self._apart


def _after(store: SeriesStore, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
    """Return the series with these ids as they will be after the pass."""
    after = store.records(key, ids) | store.staged(key, ids)
    return {id_: record for id_, record in after.items() if record.kind == Kind.SERIES}


def _living(store: SeriesStore, key: CalendarKey, cut: set[str]) -> list[SeriesLink]:
    """Return the known links, without those of series cut now to halves that are gone."""
    known = store.links(key)
    asked = [link.new for link in known if link.new is not None and link.old in cut]
    gone = set(asked) - _after(store, key, asked).keys()
    return [link for link in known if link.new not in gone]
