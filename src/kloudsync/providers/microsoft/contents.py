"""What the stored text of an event says beyond its columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from kloudsync.http.json_kinds import Item, is_object
from kloudsync.http.scan import read_item
from kloudsync.model.page import SeriesFacts
from kloudsync.model.record import EventRecord, Kind

_STAMPS: Final = frozenset({"@odata.etag", "@odata.type", "changeKey", "lastModifiedDateTime"})
"""Members that change with every touch, also of the service's own."""


def same_contents(before: EventRecord, after: EventRecord) -> bool:
    """Tell whether two records say the same.

    Members that one of them lacks were not asked for: listings, feeds and single answers hold
    different ones, and what is empty comes as null.
    """
    if before.raw == after.raw:
        return True
    if before.kind != after.kind or before[3:15] != after[3:15]:
        return False
    if before.kind == Kind.CANCELLED:
        return True
    one, other = item_of(before), item_of(after)
    common = (one.keys() & other.keys()) - _STAMPS
    return all(one[name] == other[name] for name in common)


def read_facts(record: EventRecord) -> SeriesFacts:
    """Read from a series what helps to link the segments of a divided one.

    Nothing at Graph links the two: what there is are stamps, titles and organizers.
    """
    item = item_of(record)
    organizer = item.get("organizer")
    address = organizer.get("emailAddress") if is_object(organizer) else None
    return SeriesFacts(
        title=_text(item.get("subject")),
        organizer=_address(address),
        created=_stamp(item.get("createdDateTime")),
        updated=_stamp(item.get("lastModifiedDateTime")),
    )


def item_of(record: EventRecord) -> Item:
    """Return the decoded text of a record."""
    item = read_item(record.raw)
    return item if is_object(item) else {}


def _address(value: Any) -> str | None:
    address = _text(value.get("address")) if is_object(value) else None
    return None if address is None else address.lower()


def _stamp(value: Any) -> float | None:
    try:
        return datetime.fromisoformat(value).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
