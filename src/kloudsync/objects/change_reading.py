"""What an entry of the feed tells, as a typed change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from kloudsync.model.change import (
    Added,
    Change,
    Deleted,
    SeriesSplit,
    SeriesTruncated,
    Unreadable,
    Updated,
)
from kloudsync.model.event import Held
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.model.state import FeedKind, FeedRecord
from kloudsync.model.times import from_epoch


def change_of(
    entry: FeedRecord, zone: str | None, read: Callable[[EventRecord], Held | Malformed]
) -> Change:
    """Build the change that an entry tells of.

    Args:
        entry: The entry.
        zone: The calendar's zone, by name, in which places in a series are told.
        read: Builds the event of a record, or says why nothing can be made of it.
    """
    at = datetime.fromtimestamp(entry.recorded_at, UTC)
    position, key = entry.position, entry.key
    if entry.link is not None:
        link = entry.link
        slot = from_epoch(link.at, all_day=link.all_day, zone=zone)
        if link.new is None:
            return SeriesTruncated(
                position=position, calendar=key, recorded_at=at, series=link.old, at=slot
            )
        return SeriesSplit(
            position=position,
            calendar=key,
            recorded_at=at,
            old=link.old,
            new=link.new,
            at=slot,
            evidence=link.evidence,
        )
    before, after = (
        None if record is None else read(record) for record in (entry.before, entry.after)
    )
    told = before if entry.kind is FeedKind.DELETED else after
    assert told is not None, "an entry names what it tells"  # noqa: S101 - the store's contract
    if isinstance(told, Malformed):
        return Unreadable(
            position=position,
            calendar=key,
            recorded_at=at,
            id=told.id or "",
            kind=entry.kind,
            reason=told.reason,
        )
    if entry.kind is FeedKind.DELETED:
        return Deleted(position=position, calendar=key, recorded_at=at, event=told)
    if before is None or isinstance(before, Malformed):
        return Added(position=position, calendar=key, recorded_at=at, event=told)
    return Updated(position=position, calendar=key, recorded_at=at, before=before, after=told)
