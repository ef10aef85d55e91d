"""Following the feed from its beginning, as a reader does who never asks the store."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any, cast

from kloudsync.model.change import (
    Added,
    Change,
    Deleted,
    SeriesSplit,
    SeriesTruncated,
    Unreadable,
    Updated,
)
from kloudsync.model.event import CancelledOccurrence, Held

VOLATILE = (
    "etag", "updated", "modified",
    "@odata.etag", "@odata.type", "changeKey", "lastModifiedDateTime", "@kloudsync.slot",
)  # fmt: skip
"""What every re-send of an event changes, at one service or another."""


def replay(feed: list[Change]) -> dict[str, Any]:
    """Return the contents that a reader holds who did nothing but follow the feed."""
    held: dict[str, Any] = {}
    for change in feed:
        match change:
            case Added():
                assert change.id not in held, "added twice"
                held[change.id] = contents(change.event)
            case Updated():
                assert held[change.id] == contents(change.before), "updated from elsewhere"
                assert held[change.id] != contents(change.after), "an update of nothing"
                held[change.id] = contents(change.after)
            case Deleted():
                assert held.pop(change.id) == contents(change.event), "deleted something else"
            case SeriesSplit() | SeriesTruncated():
                pass
            case Unreadable():
                raise AssertionError("a change that cannot be read")
    return held


def check_order(feed: list[Change]) -> None:
    """Positions rise, and no split is told twice."""
    positions = [change.position for change in feed]
    assert positions == sorted(set(positions))
    splits = Counter((c.old, c.new) for c in feed if isinstance(c, SeriesSplit))
    assert all(count == 1 for count in splits.values()), splits


def contents(event: Held) -> dict[str, Any]:
    """Return what an event says, without what changes whenever it is sent again.

    Of a cancelled occurrence the service says sometimes more and sometimes less, and an instant
    is written with the offset that the calendar's zone has when it is sent.
    """
    if isinstance(event, CancelledOccurrence):
        return {"series": event.series, "original": event.original_start}
    return {name: _plain(value) for name, value in event.raw.items() if name not in VOLATILE}


def _plain(value: Any) -> Any:
    """Read the instants of a value, as either service writes them."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {name: _plain(each) for name, each in members.items()}
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return datetime.fromisoformat(value).astimezone(UTC)
    return value


_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")
