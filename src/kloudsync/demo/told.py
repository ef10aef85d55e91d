"""The change feed in the page's words."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kloudsync.model.change import (
    Added,
    Change,
    Deleted,
    SeriesSplit,
    SeriesTruncated,
    Unreadable,
    Updated,
)
from kloudsync.model.event import CancelledOccurrence, Event, Held, Series
from kloudsync.model.times import Time

NAMELESS = "(no title)"


def told(change: Change, zone: ZoneInfo, *, title: str | None = None) -> dict[str, Any]:
    """Return a change as the page shows it.

    Args:
        change: What happened.
        zone: The zone that times are told in.
        title: What the series of a split or truncation is called, where that is known.
    """
    kind, shown, detail = _worded(change, zone, title or NAMELESS)
    entry: dict[str, Any] = {
        "position": change.position,
        "kind": kind,
        "title": shown,
        "detail": detail,
        "at": change.recorded_at.astimezone(zone).strftime("%H:%M:%S"),
    }
    if isinstance(change, SeriesSplit):
        entry |= {"old": change.old, "new": change.new}
    return entry


def series_of(change: Change) -> str | None:
    """Return the series whose title tells more than a change's own words, if there is one."""
    match change:
        case SeriesSplit():
            return change.new
        case SeriesTruncated():
            return change.series
        case Added() | Updated() | Deleted() if isinstance(change.event, CancelledOccurrence):
            return change.event.series
        case _:
            return None


def moment(at: Time, zone: ZoneInfo) -> str:
    """Return a time as people read it."""
    if isinstance(at, datetime):
        local = at.astimezone(zone)
        return f"{local:%a} {local.day} {local:%b %H:%M}"
    return f"{at:%a} {at.day} {at:%b}"


def _worded(change: Change, zone: ZoneInfo, title: str) -> tuple[str, str, str]:
    match change:
        case SeriesSplit():
            return "split", title, f"one series became two, at {moment(change.at, zone)}"
        case SeriesTruncated():
            return "truncated", title, f"ends before {moment(change.at, zone)}"
        case Unreadable():
            return "unreadable", change.id, f"{change.kind.value}, and cannot be read"
        case Updated():
            return "updated", _name(change.after, title), _difference(change, zone)
        case Added():
            return "added", _name(change.event, title), _when(change.event, zone)
        case Deleted():
            return "deleted", _name(change.event, title), _when(change.event, zone)


def _name(event: Held, title: str) -> str:
    return title if isinstance(event, CancelledOccurrence) else event.title or NAMELESS


def _when(event: Held, zone: ZoneInfo) -> str:
    if isinstance(event, CancelledOccurrence):
        return f"cancelled on {moment(event.original_start, zone)}"
    return f"{moment(event.start, zone)}{', repeating' if isinstance(event, Series) else ''}"


def _difference(change: Updated, zone: ZoneInfo) -> str:
    before, after = change.before, change.after
    if not isinstance(before, Event) or not isinstance(after, Event):
        return _when(after, zone)
    said: list[str] = []
    if before.title != after.title:
        said.append(f"was “{before.title or NAMELESS}”")
    if (before.start, before.end) != (after.start, after.end):
        said.append(f"{moment(before.start, zone)} → {moment(after.start, zone)}")
    if getattr(before, "recurrence", ()) != getattr(after, "recurrence", ()):
        said.append("another rule")
    return ", ".join(said) or "details"
