"""What the stored text of an event says beyond its columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from kloudsync.http.json_kinds import Item, is_object
from kloudsync.http.scan import read_item
from kloudsync.model.oddity import Oddity
from kloudsync.model.page import SeriesFacts
from kloudsync.model.record import EventRecord, Kind
from kloudsync.providers.google.ids import parse_id
from kloudsync.providers.google.series.notes import without_noted
from kloudsync.providers.google.times import read_time

_STAMPS: Final = ("etag", "updated")
_TIMES: Final = ("start", "end", "originalStartTime")


def same_contents(before: EventRecord, after: EventRecord) -> bool:
    """Tell whether two records say the same.

    An edit of a series sends all its exceptions again with a new etag and `updated`,
    and an instant may come with the offset of another zone: neither is a change. Nor is what
    the editor of series notes on one while it is at work.
    """
    if before.raw == after.raw:
        return True
    if before.kind == after.kind == Kind.CANCELLED:
        return _slot(before) == _slot(after)
    if before.kind != after.kind or before.start != after.start or before.end != after.end:
        return False
    return _contents(before) == _contents(after)


def read_facts(record: EventRecord) -> SeriesFacts:
    """Read from a series what helps to link the segments of a split one."""
    item = _item(record)
    organizer, sequence = item.get("organizer"), item.get("sequence")
    slot = parse_id(record.id).segment
    return SeriesFacts(
        title=_text(item.get("summary")),
        organizer=_text(organizer.get("email")) if is_object(organizer) else None,
        created=_stamp(item.get("created")),
        updated=_stamp(item.get("updated")),
        sequence=sequence if type(sequence) is int else 0,
        slot=None if slot is None else slot.start,
    )


def _slot(cancelled: EventRecord) -> tuple[str | None, int | None, int]:
    """Return all that a cancelled occurrence says, in whatever form it was told."""
    return cancelled.series, cancelled.original, cancelled.original_all_day


def _contents(record: EventRecord) -> Item:
    item = dict(without_noted(_item(record)))
    for name in _STAMPS:
        item.pop(name, None)
    for name in _TIMES:
        value = item.get(name)
        if is_object(value) and value.get("dateTime") is not None:
            item[name] = {**value, "dateTime": _instant(value, name)}
    return item


def _instant(value: dict[str, Any], name: str) -> object:
    try:
        return read_time(value, name)
    except Oddity:
        return value["dateTime"]


def _item(record: EventRecord) -> Item:
    item = read_item(record.raw)
    return item if is_object(item) else {}


def _stamp(value: Any) -> float | None:
    try:
        return datetime.fromisoformat(value).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
