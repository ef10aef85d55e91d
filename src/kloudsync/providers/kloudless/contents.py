"""What the stored text of an event says beyond its columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from kloudsync.http.json_kinds import Item, is_object
from kloudsync.http.scan import read_item
from kloudsync.model.page import SeriesFacts
from kloudsync.model.record import EventRecord
from kloudsync.providers.kloudless.times import read_stamp, text_of

_STAMPS: Final = ("modified", "href", "raw", "raw_id")
_TIMES: Final = ("start", "end", "original_start", "created")


def same_contents(before: EventRecord, after: EventRecord) -> bool:
    """Tell whether two records say the same.

    A stamp that moved is no change, nor is an instant with another offset, nor a member that
    is null here and missing there.
    """
    if before.raw == after.raw and before.series == after.series:
        return True
    ties = before.kind == after.kind and before.series == after.series
    return ties and _contents(before) == _contents(after)


def read_facts(record: EventRecord) -> SeriesFacts:
    """Read from a series what helps to link the segments of a split one."""
    item = item_of(record)
    organizer = item.get("organizer") or item.get("owner")
    return SeriesFacts(
        title=text_of(item, "name"),
        organizer=text_of(organizer, "email") if is_object(organizer) else None,
        created=_seconds(item.get("created")),
        updated=_seconds(item.get("modified")),
    )


def item_of(record: EventRecord) -> Item:
    """Decode the text of a record."""
    item = read_item(record.raw)
    return item if is_object(item) else {}


def _contents(record: EventRecord) -> Item:
    said = {n: v for n, v in item_of(record).items() if v not in (None, [], {}, "")}
    return {n: _instant(v) if n in _TIMES else v for n, v in said.items() if n not in _STAMPS}


def _instant(value: Any) -> object:
    if not isinstance(value, str) or len(value) == 10:
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def _seconds(value: Any) -> float | None:
    moment = read_stamp(value)
    return None if moment is None else moment.timestamp()
