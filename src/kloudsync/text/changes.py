"""What happened to a calendar, as text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Final

from kloudsync.model.change import (
    Added,
    Change,
    Deleted,
    SeriesSplit,
    SeriesTruncated,
    Unreadable,
    Updated,
)
from kloudsync.model.event import Event, Held, Series
from kloudsync.text.agenda import MOST
from kloudsync.text.bounded import bounded
from kloudsync.text.wording import FENCE, Local, counted, expect_zone, fenced

_VERBS: Final = {Added: "added", Updated: "updated", Deleted: "deleted"}


def changes(told: Iterable[Change], *, zone: str | tzinfo, most: int = MOST) -> str:
    """Return what happened, a line for each change, in the order of the feed.

    Args:
        told: Changes, as `engine.changes` yields them.
        zone: The zone that times are told in; whole days are told as they are.
        most: Characters that the answer may take.

    Raises:
        UsageError: The zone is unknown, or `most` leaves no room.
    """
    every, local = list(told), Local(expect_zone(zone))
    head = f"{counted(len(every), 'change')}, {local.heading}. {FENCE}"

    def rest(kept: int) -> str:
        left = counted(len(every) - kept, "change")
        return f"… {left} left out, from position {every[kept].position} on"

    return bounded(head, (_line(one, local) for one in every), most, rest=rest)


def _line(change: Change, local: Local) -> str:
    match change:
        case SeriesSplit():
            at = local.begin(change.at)
            return f"split: series {fenced(change.old)} goes on as {fenced(change.new)} from {at}"
        case SeriesTruncated():
            return f"ended: series {fenced(change.series)} before {local.begin(change.at)}"
        case Unreadable():
            return f"{change.kind.value}: {fenced(change.id)}, which cannot be read"
        case Added() | Updated() | Deleted():
            return f"{_VERBS[type(change)]}: {_event(change.event, local)}{_was(change, local)}"


def _event(held: Held, local: Local) -> str:
    if not isinstance(held, Event):
        at = local.begin(held.original_start)
        return f"cancelled occurrence of series {fenced(held.series)} at {at}"
    repeating = ", repeating" if isinstance(held, Series) else ""
    return f"{local.span(held.start, held.end)} {fenced(held.title)}{repeating}"


def _was(change: Change, local: Local) -> str:
    """Say when it was, and what it was called, where that is what changed."""
    if not isinstance(change, Updated):
        return ""
    before, after = change.before, change.after
    if not isinstance(before, Event) or not isinstance(after, Event):
        return ""
    then, now = (local.span(one.start, one.end) for one in (before, after))
    was = [*([then] if then != now else []), *_renamed(before, after)]
    return f" (was {' '.join(was)})" if was else ""


def _renamed(before: Event, after: Event) -> list[str]:
    return [fenced(before.title)] if before.title != after.title else []
