"""Following the feed from its beginning, as a reader does who never asks the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from kloudsync.model.change import Added, Change, Deleted, SeriesSplit, SeriesTruncated, Updated

VOLATILE = ("etag", "updated", "modified")
"""What every re-send of an event changes, at one service or another."""


def replay(feed: list[Change]) -> dict[str, Any]:
    """Return the contents that a reader holds who did nothing but follow the feed."""
    held: dict[str, Any] = {}
    for change in feed:
        match change:
            case Added():
                assert change.id not in held, "added twice"
                held[change.id] = contents(change.event.raw)
            case Updated():
                assert held[change.id] == contents(change.before.raw), "updated from elsewhere"
                assert held[change.id] != contents(change.after.raw), "an update of nothing"
                held[change.id] = contents(change.after.raw)
            case Deleted():
                assert held.pop(change.id) == contents(change.event.raw), "deleted something else"
            case SeriesSplit() | SeriesTruncated():
                pass
    return held


def check_order(feed: list[Change]) -> None:
    """Positions rise, and no split is told twice."""
    positions = [change.position for change in feed]
    assert positions == sorted(set(positions))
    splits = Counter((c.old, c.new) for c in feed if isinstance(c, SeriesSplit))
    assert all(count == 1 for count in splits.values()), splits


def contents(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an event says, without what changes whenever it is sent again."""
    return {name: value for name, value in raw.items() if name not in VOLATILE}
