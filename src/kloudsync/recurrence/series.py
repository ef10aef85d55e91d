"""What a recurrence set consists of, and what its rules come to."""

from __future__ import annotations

from datetime import datetime, tzinfo

from attrs import Factory, field, frozen, resolve_types

from kloudsync.recurrence.kinds import Kind, Start, kind_of, wall_of
from kloudsync.recurrence.occurrences import OccurrenceSet
from kloudsync.recurrence.reading import ICALENDAR, Reading
from kloudsync.recurrence.repairs import Repair
from kloudsync.recurrence.rule import Rule
from kloudsync.recurrence.stamps import INSTANT, Length
from kloudsync.recurrence.strands import Strand


def _identity(start: Start) -> tuple[Start, tzinfo | None, int]:
    # Datetimes in different zones may be equal, as are the two of one time in autumn.
    return start, zone_of(start), fold_of(start)


def zone_of(start: Start) -> tzinfo | None:
    """Return the zone of a start, or None where it has none."""
    return start.tzinfo if isinstance(start, datetime) else None


def _kind(series: Series) -> Kind:
    return kind_of(series.start)


def _compiled(series: Series) -> OccurrenceSet:
    wall, clock, is_date = wall_of(series.start), series.kind.clock, series.kind.is_date
    strands = tuple(Strand(rule, wall, clock, is_date=is_date) for rule in series.rules)
    added, left_out = _start_apart(series, strands)
    return OccurrenceSet(
        clock,
        strands=strands,
        exstrands=tuple(Strand(rule, wall, clock, is_date=is_date) for rule in series.exrules),
        dates=tuple(sorted({*series.rdates, *added})) if added else series.rdates,
        exdates=(*series.exdates, *left_out),
        exdays=series.exdays,
    )


def _start_apart(
    series: Series, strands: tuple[Strand, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the start where it takes place apart from the rules, and what it stands in for.

    Rules name the first of two equal local times only, of which the start may be the second.
    """
    start = series.start
    folded = isinstance(start, datetime) and start.fold
    if not (folded or series.reading.start_takes_place) and strands:
        return (), ()
    ruled, own = series.kind.clock.to_utc([wall_of(start)])[0], series.kind.instant(start)
    selected = any(strand.instants(ruled, ruled + 1) for strand in strands)
    if selected:
        return ((), ()) if own == ruled else ((own,), (ruled,))
    takes_place = series.reading.start_takes_place or not strands
    return ((own,) if takes_place else ()), ()


def fold_of(start: Start) -> int:
    """Return which of two equal local times a start is; 0 for dates."""
    return start.fold if isinstance(start, datetime) else 0


@frozen(kw_only=True)
class Series:
    """The parts of a recurrence set, as they were read.

    Attributes:
        start: DTSTART, in the series' zone.
        rules: RRULEs, repaired.
        exrules: EXRULEs, repaired.
        rdates: Ascending instants of RDATE. Instants are seconds since 1970 in UTC, or
            on the series' own clock where it is all-day or has no zone.
        periods: Durations of those RDATEs that have their own, by instant.
        exdates: Ascending instants of EXDATE.
        exdays: Day numbers since 1970 that an EXDATE without time leaves out of a timed
            series.
        local: Those instants of RDATE and EXDATE that were written on a wall clock, as with
            TZID; `lines` writes them so.
        length: The duration of each occurrence: days that follow the wall clock, and
            exact seconds.
        zone: The zone's name as given, or None.
        zone_known: False where the zone's name means nothing, so that the offset of
            `start` stands in for it; UTC where all-day.
        reading: Whose reading of the lines counts.
        repairs: What was read otherwise than it was written.
    """

    start: Start = field(eq=_identity)
    rules: tuple[Rule, ...] = ()
    exrules: tuple[Rule, ...] = ()
    rdates: tuple[int, ...] = ()
    periods: tuple[tuple[int, Length], ...] = ()
    exdates: tuple[int, ...] = ()
    exdays: tuple[int, ...] = ()
    local: tuple[int, ...] = field(default=(), eq=False)
    length: Length = INSTANT
    zone: str | None = None
    zone_known: bool = True
    reading: Reading = ICALENDAR
    repairs: tuple[Repair, ...] = field(default=(), eq=False)
    kind: Kind = field(default=Factory(_kind, takes_self=True), init=False, eq=False, repr=False)
    occurrences: OccurrenceSet = field(
        default=Factory(_compiled, takes_self=True), init=False, eq=False, repr=False
    )


resolve_types(Series)  # for classes of other modules that inherit its constructor
