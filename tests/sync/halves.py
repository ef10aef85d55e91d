"""A series and what goes on where it was cut, as the detector is given them."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from kloudsync.model.state import SeriesLink
from kloudsync.sync.series import DAY, Segment, Trim

WEEK = 7 * DAY
MONDAY = 4 * DAY  # 5 January 1970


def series(name: str, start: int, weeks: int | None = None, **changes: Any) -> Segment:
    """Describe a weekly series of so many weeks, endless by default."""
    last = None if weeks is None else start + (weeks - 1) * WEEK
    segment = Segment(
        id=name, start=start, last=last, stamp="T0", lineage=name, organizer="o@example.com"
    )
    return evolve(segment, **changes)


def link(
    old: str, new: str | None, at: int, evidence: str = "id", *, settled: bool = True
) -> SeriesLink:
    """Describe a link; one to nothing is of a cut that waits."""
    cut = at if new is None else None
    return SeriesLink(old=old, new=new, at=at, evidence=evidence, settled=settled, cut=cut)


HEAD = series("a", MONDAY, weeks=3)
CUT = MONDAY + 3 * WEEK
TAIL_BY_ID = series("a_R", CUT, lineage="a", slot=CUT)
TAIL_BY_CREATION = series("b", CUT + 3600, sequence=1)
TRIM = Trim(segment=HEAD, at=CUT)
