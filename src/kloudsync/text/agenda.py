"""What takes place, what collides and what is free, as text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from itertools import islice
from typing import Final

from attrs import evolve

from kloudsync.model.occurrence import Interval, Occurrence
from kloudsync.model.record import Malformed
from kloudsync.text.bounded import bounded
from kloudsync.text.titles import Titles
from kloudsync.text.wording import FENCE, Local, counted, expect_zone, fenced

MOST: Final = 5000
"""Characters of an answer, where the caller says nothing else."""

LONGEST_ID: Final = 1024
"""Characters of an id, which is of no use when it is cut; as long as any service's."""


def agenda(
    occurrences: Iterable[Occurrence],
    *,
    zone: str | tzinfo,
    most: int = MOST,
    ids: bool = False,
) -> str:
    """Return what takes place, a line each, in order of beginning.

    Args:
        occurrences: What a copy or an agenda lists.
        zone: The zone that times are told in; whole days are told as they are.
        most: Characters that the answer may take.
        ids: Whether lines end with the provider's id, for whoever means to change something.

    Raises:
        UsageError: The zone is unknown, or `most` leaves no room.
    """
    told = sorted(occurrences, key=_order)
    local = _local(told, zone)
    titles = Titles()
    lines = (_line(one, titles, local, ids=ids) for one in told)
    head = f"{counted(len(told), 'event')}, {local.heading}. {FENCE}"

    def rest(kept: int) -> str:
        return _rest(counted(len(told) - kept, "event"), told[kept], local)

    return bounded(head, lines, most, rest=rest)


def conflicts(occurrences: Iterable[Occurrence], *, zone: str | tzinfo, most: int = MOST) -> str:
    """Return which timed occurrences overlap, a line for each pair.

    Args:
        occurrences: What a copy or an agenda lists; leave out what blocks no time.
        zone: The zone that times are told in.
        most: Characters that the answer may take.

    Raises:
        UsageError: The zone is unknown, or `most` leaves no room.
    """
    timed = sorted((one for one in occurrences if _takes_time(one)), key=_order)
    count = _collisions(timed)
    local = _local([later for _, later in islice(_overlapping(timed), 1)], zone)
    titles = Titles()
    lines = (_collision(one, two, titles, local) for one, two in _overlapping(timed))
    head = f"{counted(count, 'conflict')}, {local.heading}. {FENCE}"

    def rest(kept: int) -> str:
        _, later = next(islice(_overlapping(timed), kept, None))
        return _rest(counted(count - kept, "conflict"), later, local)

    return bounded(head, lines, most, rest=rest)


def free(intervals: Iterable[Interval], *, zone: str | tzinfo, most: int = MOST) -> str:
    """Return stretches of time, such as the slots of `find_free`, a line each.

    Args:
        intervals: The stretches.
        zone: The zone that times are told in.
        most: Characters that the answer may take.

    Raises:
        UsageError: The zone is unknown, or `most` leaves no room.
    """
    told, local = sorted(intervals), Local(expect_zone(zone))
    if told:
        local = evolve(local, year=local.by_the_clock(told[0].start).year)
    lines = (local.stretch(one.start, one.end) for one in told)

    def rest(kept: int) -> str:
        left = counted(len(told) - kept, "slot")
        return f"… {left} left out, from {local.moment(told[kept].start)} on"

    return bounded(f"{counted(len(told), 'slot')}, {local.heading}.", lines, most, rest=rest)


def _order(one: Occurrence) -> tuple[int, int, str]:
    return (one.begins, one.ends, one.record.id)


def _local(told: Sequence[Occurrence], zone: str | tzinfo) -> Local:
    """Tell times by a zone, in the year of the first occurrence."""
    local = Local(expect_zone(zone))
    return evolve(local, year=local.at(told[0].begins).year) if told else local


def _line(one: Occurrence, titles: Titles, local: Local, *, ids: bool) -> str:
    said = f"{local.span(one.start, one.end)} {_titled(one, titles)}"
    return f"{said} {fenced(one.id, longest=LONGEST_ID)}" if ids else said


def _titled(one: Occurrence, titles: Titles) -> str:
    title = titles.of(one)
    if isinstance(title, Malformed):
        return f"{fenced(one.record.id)}, which cannot be read"
    return fenced(title)


def _collision(earlier: Occurrence, later: Occurrence, titles: Titles, local: Local) -> str:
    both = local.stretch(local.at(later.begins), local.at(min(earlier.ends, later.ends)))
    return f"{both} {_titled(earlier, titles)} and {_titled(later, titles)}"


def _takes_time(one: Occurrence) -> bool:
    return not one.all_day and one.begins < one.ends


def _collisions(timed: Sequence[Occurrence]) -> int:
    """Count the pairs that overlap, which may be far more than anybody could list."""
    ends = sorted(one.ends for one in timed)
    return sum(before - bisect_right(ends, one.begins) for before, one in enumerate(timed))


def _overlapping(timed: Iterable[Occurrence]) -> Iterator[tuple[Occurrence, Occurrence]]:
    """Yield each pair of which one begins before the other ends, in order."""
    running: list[Occurrence] = []
    for one in timed:
        running = [before for before in running if before.ends > one.begins]
        yield from ((before, one) for before in running)
        running.append(one)


def _rest(left: str, first: Occurrence, local: Local) -> str:
    return f"… {left} left out, from {local.begin(first.start)} on"
