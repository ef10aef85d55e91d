"""Members of an event, and how each is read from Graph's JSON and written over it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from kloudsync.http.json_kinds import Item, is_object
from kloudsync.model.event import Event, Status, Visibility
from kloudsync.providers.microsoft.people import (
    read_attendees,
    read_person,
    write_attendees,
    write_person,
)
from kloudsync.providers.microsoft.records import is_busy

_VISIBILITIES: Final = {
    "normal": Visibility.DEFAULT,
    "private": Visibility.PRIVATE,
    "confidential": Visibility.CONFIDENTIAL,
}
_SENSITIVITIES: Final = {
    Visibility.PUBLIC: "normal",
    **{visibility: word for word, visibility in _VISIBILITIES.items()},
}

_TEXTS: Final = {"title": "subject", "ical_uid": "iCalUId", "url": "webLink"}
_STAMPS: Final = {"created": "createdDateTime", "updated": "lastModifiedDateTime"}
_INNER: Final = {
    "description": ("body", "content"),
    "location": ("location", "displayName"),
}


def read_members(item: Item) -> dict[str, Any]:
    """Read what needs neither times nor recurrence."""
    organizer = read_person(item.get("organizer"), is_self=item.get("isOrganizer") is True)
    return {
        "title": _text(item.get("subject")),
        "description": _text(_inner(item, "body", "content")),
        "location": _text(_inner(item, "location", "displayName")) or None,
        "status": _read_status(item),
        "visibility": _read_visibility(item.get("sensitivity")),
        "busy": is_busy(item),
        "organizer": organizer,
        "attendees": read_attendees(item.get("attendees"), organizer),
        "ical_uid": _text(item.get("iCalUId")),
        "created": _read_stamp(item.get("createdDateTime")),
        "updated": _read_stamp(item.get("lastModifiedDateTime")),
        "url": _text(item.get("webLink")),
        "conference_url": _read_conference(item),
    }


def write_members(event: Event, item: Item) -> None:
    """Write over an event's JSON what it says otherwise."""
    held = read_members(item)
    changed = {name: getattr(event, name) for name in held if held[name] != getattr(event, name)}
    for name in changed.keys() & _TEXTS.keys():
        item[_TEXTS[name]] = changed[name]
    for name in changed.keys() & _STAMPS.keys():
        item[_STAMPS[name]] = _write_stamp(changed[name])
    for name in changed.keys() & _INNER.keys():
        key, inner = _INNER[name]
        item[key] = {**_object(item.get(key)), inner: changed[name] or ""}
    if "visibility" in changed:
        item["sensitivity"] = _write_visibility(event.visibility)
    if "conference_url" in changed:
        item |= {"onlineMeeting": None, "onlineMeetingUrl": event.conference_url}
    if changed.keys() & {"status", "busy"}:
        _write_state(event, item, held)
    _write_people(event, item, changed)


def _write_people(event: Event, item: Item, changed: Mapping[str, Any]) -> None:
    if "organizer" in changed:
        item["organizer"] = write_person(event.organizer, item.get("organizer"))
        item["isOrganizer"] = bool(event.organizer and event.organizer.is_self)
    if "attendees" in changed:
        received = item.get("attendees")
        item["attendees"] = write_attendees(event.attendees, received, event.organizer)


def _read_status(item: Item) -> Status:
    if item.get("isCancelled") is True:
        return Status.CANCELLED
    return Status.TENTATIVE if item.get("showAs") == "tentative" else Status.CONFIRMED


def _write_state(event: Event, item: Item, held: dict[str, Any]) -> None:
    """Write whether an event takes place, and how its time is shown, which Graph says in one."""
    item["isCancelled"] = event.status is Status.CANCELLED
    if event.status is Status.TENTATIVE:
        item["showAs"] = "tentative"
    elif held["busy"] != event.busy or item.get("showAs") == "tentative":
        item["showAs"] = "free" if event.busy is False else "busy"


def _read_visibility(value: Any) -> Visibility | str | None:
    return _VISIBILITIES.get(value, value) if isinstance(value, str) else None


def _write_visibility(value: Visibility | str | None) -> str:
    if isinstance(value, Visibility):
        return _SENSITIVITIES[value]
    return value or "normal"


def _read_conference(item: Item) -> str | None:
    joined = _text(_inner(item, "onlineMeeting", "joinUrl"))
    return joined or _text(item.get("onlineMeetingUrl")) or None


def _read_stamp(value: Any) -> datetime | None:
    try:
        stamp = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)


def _write_stamp(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _inner(item: Item, key: str, inner: str) -> Any:
    return _object(item.get(key)).get(inner)


def _object(value: Any) -> Item:
    return value if is_object(value) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
