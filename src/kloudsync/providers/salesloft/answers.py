"""What the answer to a write says of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kloudsync.providers.salesloft.wire.event import CalendarEvent, EventStatus, Upserted


def taken(row: Mapping[str, Any], answer: Upserted) -> bool:
    """Tell whether an answer leaves room for the row having been written.

    How Salesloft answers a write that it takes for stale is not documented. Not taken is what
    changed nothing and yet shows another status or other times than were sent. Texts do not
    count, which a service may trim, nor do the times of all-day events, which it may move to
    midnights of its own.
    """
    event = answer.event
    if event.changed_attributes:
        return True
    cancelled = row.get("status") == EventStatus.CANCELLED
    if event.status and event.is_cancelled != cancelled:
        return False
    return cancelled or bool(row.get("all_day")) or _times_agree(row, event)


def _times_agree(row: Mapping[str, Any], event: CalendarEvent) -> bool:
    pairs = ((row["start_time"], event.start_time), (row["end_time"], event.end_time))
    return all(not shown or datetime.fromisoformat(sent) == shown for sent, shown in pairs)
