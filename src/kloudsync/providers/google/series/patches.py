"""Changes of JSON objects, as patches that merge (RFC 7396)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from attrs import evolve

from kloudsync.http.unset import UNSET
from kloudsync.providers.google.wire.codec import codec
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.people import EventAttendee

SERVICES_OWN = frozenset(
    {"kind", "etag", "id", "iCalUID", "created", "updated", "creator", "organizer", "htmlLink"}
    | {"hangoutLink", "sequence", "recurringEventId", "originalStartTime", "locked"}
    | {"privateCopy", "attendeesOmitted", "endTimeUnspecified"}
)
"""Members that the service fills by itself."""

TIMES = frozenset(("start", "end", "recurrence"))


def merged(held: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Apply a patch: objects merge, lists and values replace, None clears."""
    result = dict(held)
    for name, value in patch.items():
        known = result.get(name)
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(known, dict):
            result[name] = merged(cast("dict[str, Any]", known), cast("dict[str, Any]", value))
        else:
            result[name] = value
    return result


def difference(held: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the patch that turns one object into another."""
    patch: dict[str, Any] = {name: None for name in held if name not in wanted}
    for name, value in wanted.items():
        known = held.get(name)
        if isinstance(value, dict) and isinstance(known, dict) and known != value:
            patch[name] = difference(cast("dict[str, Any]", known), cast("dict[str, Any]", value))
        elif known != value:
            patch[name] = value
    return patch


def written(event: Event) -> dict[str, Any]:
    """Write what clients may set of an event."""
    if event.attendees:
        event = evolve(event, attendees=[_invited(guest) for guest in event.attendees])
    items = codec.dump(event).items()
    return {name: value for name, value in items if name not in SERVICES_OWN}


def read(item: Mapping[str, Any]) -> Event:
    """Read an event of JSON that was put together here."""
    return codec.load(Event, dict(item))


def _invited(guest: EventAttendee) -> EventAttendee:
    return evolve(guest, organizer=UNSET, is_self=UNSET, async_operation=UNSET)
