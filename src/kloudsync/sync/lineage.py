"""Which segments of a split series belong together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kloudsync.model.state import SeriesLink


def chain(series: str, links: Iterable[SeriesLink]) -> list[str]:
    """Return the ids of all segments of a split series, oldest first.

    Args:
        series: The id of any segment.
        links: Every known link of the calendar.
    """
    successors = {link.old: link.new for link in links if link.new is not None}
    predecessors = {new: old for old, new in successors.items()}
    seen = {series}
    ids = [series]
    while (earlier := predecessors.get(ids[0])) is not None and earlier not in seen:
        seen.add(earlier)
        ids.insert(0, earlier)
    while (later := successors.get(ids[-1])) is not None and later not in seen:
        seen.add(later)
        ids.append(later)
    return ids
