"""Members of an event that Google and the model name one for one, and how each is read and written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, NamedTuple

from kloudsync.http.json_kinds import Item, is_array, is_object
from kloudsync.model.event import Status, Visibility
from kloudsync.providers.google.people import (
    read_attendees,
    read_person,
    write_attendees,
    write_person,
)

_STATUSES: Final = {status.value: status for status in Status}
_VISIBILITIES: Final = {visibility.value: visibility for visibility in Visibility}


class Member(NamedTuple):
    """A member of an event.

    Attributes:
        name: What the model calls it.
        key: What Google calls it.
        read: From JSON, or None where it is absent, to the model's value.
        write: From the model's value and the JSON received to JSON; None leaves it out.
    """

    name: str
    key: str
    read: Callable[[Any], Any]
    write: Callable[[Any, Any], Any]


def read_conference(item: Item) -> str | None:
    """Return where to join an event online, or None."""
    link = item.get("hangoutLink")
    if isinstance(link, str):
        return link
    data = item.get("conferenceData")
    entries = data.get("entryPoints") if is_object(data) else None
    for entry in entries if is_array(entries) else ():
        if is_object(entry) and entry.get("entryPointType") == "video":
            return _read_text(entry.get("uri"))
    return None


def write_conference(url: str | None, item: Item) -> None:
    """Put into an event where to join it online, unless it says so already."""
    if read_conference(item) == url:
        return
    item.pop("hangoutLink", None)
    item.pop("conferenceData", None)
    if url is not None:
        item["hangoutLink"] = url


def _read_text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _read_status(value: Any) -> Status | str | None:
    return _STATUSES.get(value, value) if isinstance(value, str) else None


def _read_visibility(value: Any) -> Visibility | str | None:
    return _VISIBILITIES.get(value, value) if isinstance(value, str) else None


def _read_busy(value: Any) -> bool:
    return bool(value != "transparent")


def _read_kind(value: Any) -> str | None:
    return value if isinstance(value, str) and value != "default" else None


def _read_stamp(value: Any) -> datetime | None:
    try:
        stamp = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)


def _write_as_is(value: Any, _received: Any) -> Any:
    return value


def _write_word(value: Enum | str | None, _received: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _write_busy(value: bool | None, _received: Any) -> str | None:
    return None if value is None else "opaque" if value else "transparent"


def _write_kind(value: str | None, _received: Any) -> str:
    return value or "default"


def _write_stamp(value: datetime | None, _received: Any) -> str | None:
    return None if value is None else value.isoformat().replace("+00:00", "Z")


MEMBERS: Final = (
    Member("title", "summary", _read_text, _write_as_is),
    Member("description", "description", _read_text, _write_as_is),
    Member("location", "location", _read_text, _write_as_is),
    Member("status", "status", _read_status, _write_word),
    Member("visibility", "visibility", _read_visibility, _write_word),
    Member("busy", "transparency", _read_busy, _write_busy),
    Member("organizer", "organizer", read_person, write_person),
    Member("creator", "creator", read_person, write_person),
    Member("attendees", "attendees", read_attendees, write_attendees),
    Member("ical_uid", "iCalUID", _read_text, _write_as_is),
    Member("kind", "eventType", _read_kind, _write_kind),
    Member("created", "created", _read_stamp, _write_stamp),
    Member("updated", "updated", _read_stamp, _write_stamp),
    Member("url", "htmlLink", _read_text, _write_as_is),
)
"""Times, recurrence, origin and conference need more than one member and are not here."""
