"""Organizers, creators and attendees between Google's JSON and the model."""

from __future__ import annotations

from typing import Any, Final

from kloudsync.http.json_kinds import Item, is_array, is_object
from kloudsync.model.attendee import Attendee, Person, Reply

_REPLIES: Final = {
    "needsAction": Reply.NEEDS_ACTION,
    "accepted": Reply.ACCEPTED,
    "declined": Reply.DECLINED,
    "tentative": Reply.TENTATIVE,
}
_WORDS: Final = {reply: word for word, reply in _REPLIES.items()}


def read_person(value: Any) -> Person | None:
    """Read an organizer or creator."""
    if not is_object(value):
        return None
    return Person(
        email=_text(value, "email"),
        name=_text(value, "displayName"),
        is_self=value.get("self") is True,
    )


def write_person(person: Person | None, received: Any) -> Item | None:
    """Write an organizer or creator over what was received of it."""
    if person is None:
        return None
    item = dict(received) if is_object(received) else {}
    _put(item, "email", person.email)
    _put(item, "displayName", person.name)
    _put(item, "self", person.is_self or None)
    return item


def read_attendees(value: Any) -> tuple[Attendee, ...] | None:
    """Read who is invited; None where the service left the list out."""
    if not is_array(value):
        return None
    return tuple(_read_attendee(item) for item in value if is_object(item))


def write_attendees(attendees: tuple[Attendee, ...] | None, received: Any) -> list[Item] | None:
    """Write who is invited, each attendee over what was received under the same address."""
    if attendees is None:
        return None
    items = [item for item in received if is_object(item)] if is_array(received) else []
    known = {_text(item, "email"): item for item in reversed(items)}
    return [_write_attendee(attendee, known.get(attendee.email, {})) for attendee in attendees]


def _read_attendee(item: Item) -> Attendee:
    word = _text(item, "responseStatus")
    return Attendee(
        email=_text(item, "email"),
        name=_text(item, "displayName"),
        reply=Reply.NEEDS_ACTION if word is None else _REPLIES.get(word, word),
        optional=item.get("optional") is True,
        resource=item.get("resource") is True,
        organizer=item.get("organizer") is True,
        is_self=item.get("self") is True,
        comment=_text(item, "comment"),
    )


def _write_attendee(attendee: Attendee, received: Item) -> Item:
    if _read_attendee(received) == attendee:
        return received
    item = dict(received)
    _put(item, "email", attendee.email)
    _put(item, "displayName", attendee.name)
    reply = attendee.reply
    _put(item, "responseStatus", _WORDS[reply] if isinstance(reply, Reply) else reply)
    _put(item, "optional", attendee.optional or None)
    _put(item, "resource", attendee.resource or None)
    _put(item, "organizer", attendee.organizer or None)
    _put(item, "self", attendee.is_self or None)
    _put(item, "comment", attendee.comment)
    return item


def _text(item: Item, name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) else None


def _put(item: Item, name: str, value: object) -> None:
    if value is None:
        item.pop(name, None)
    else:
        item[name] = value
