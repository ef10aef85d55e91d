"""Organizers, creators and attendees between Kloudless's JSON and the model."""

from __future__ import annotations

from typing import Any, Final

from kloudsync.http.json_kinds import Item, is_array, is_object
from kloudsync.model.attendee import Attendee, Person, Reply
from kloudsync.providers.kloudless.times import text_of

_REPLIES: Final = {
    "pending": Reply.NEEDS_ACTION,
    "accepted": Reply.ACCEPTED,
    "declined": Reply.DECLINED,
    "tentative": Reply.TENTATIVE,
}
_WORDS: Final = {reply: word for word, reply in _REPLIES.items()}


def read_person(value: Any) -> Person | None:
    """Read an organizer or creator; the service does not say whether it is the account itself."""
    if not is_object(value):
        return None
    email, name = text_of(value, "email"), text_of(value, "name")
    return None if email is None and name is None else Person(email=email, name=name)


def write_person(person: Person | None, received: Any) -> Item | None:
    """Write an organizer or creator over what was received."""
    if person is None:
        return None
    held = received if is_object(received) else {}
    return {"id": None, **held, "name": person.name, "email": person.email}


def read_attendees(value: Any) -> tuple[Attendee, ...] | None:
    """Read who is invited; None where the list was left out."""
    if not is_array(value):
        return None
    return tuple(_read_attendee(item) for item in value if is_object(item))


def write_attendees(attendees: tuple[Attendee, ...] | None, received: Any) -> list[Item] | None:
    """Write who is invited, each over what was received under the same address."""
    if attendees is None:
        return None
    items = [item for item in received if is_object(item)] if is_array(received) else []
    known = {text_of(item, "email"): item for item in items}
    return [_write_attendee(attendee, known.get(attendee.email, {})) for attendee in attendees]


def _read_attendee(item: Item) -> Attendee:
    word = text_of(item, "status")
    return Attendee(
        email=text_of(item, "email"),
        name=text_of(item, "name"),
        reply=Reply.NEEDS_ACTION if word is None else _REPLIES.get(word, word),
        optional=item.get("required") is False,
        resource=item.get("resource") is True,
    )


def _write_attendee(attendee: Attendee, received: Item) -> Item:
    reply = attendee.reply
    held = _read_attendee(received)
    if held.reply != reply or "status" not in received:
        received = {**received, "status": _WORDS[reply] if isinstance(reply, Reply) else reply}
    if held.optional != attendee.optional or "required" not in received:
        received = {**received, "required": not attendee.optional}
    if held.resource != attendee.resource or "resource" not in received:
        received = {**received, "resource": attendee.resource}
    return {"id": None, **received, "name": attendee.name, "email": attendee.email}
