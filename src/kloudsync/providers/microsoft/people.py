"""Organizers and attendees between Graph's JSON and the model."""

from __future__ import annotations

from typing import Any, Final

from kloudsync.http.json_kinds import Item, is_array, is_object
from kloudsync.model.attendee import Attendee, Person, Reply

_REPLIES: Final = {
    "none": Reply.NEEDS_ACTION,
    "notResponded": Reply.NEEDS_ACTION,
    "organizer": Reply.ACCEPTED,
    "accepted": Reply.ACCEPTED,
    "declined": Reply.DECLINED,
    "tentativelyAccepted": Reply.TENTATIVE,
}
_WORDS: Final = {
    Reply.NEEDS_ACTION: "none",
    Reply.ACCEPTED: "accepted",
    Reply.DECLINED: "declined",
    Reply.TENTATIVE: "tentativelyAccepted",
}


def read_person(value: Any, *, is_self: bool = False) -> Person | None:
    """Read an organizer; None where none is named."""
    address = value.get("emailAddress") if is_object(value) else None
    if not is_object(address):
        return None
    return Person(email=_text(address, "address"), name=_text(address, "name"), is_self=is_self)


def write_person(person: Person | None, received: Any) -> Item | None:
    """Write an organizer over what was received of it."""
    if person is None:
        return None
    item: Item = dict(received) if is_object(received) else {}
    return {**item, "emailAddress": _address(person, item.get("emailAddress"))}


def read_attendees(value: Any, organizer: Person | None = None) -> tuple[Attendee, ...] | None:
    """Read who is invited; None where the service left the list out.

    Args:
        value: The list as received.
        organizer: Whose event it is, who may be among them.
    """
    if not is_array(value):
        return None
    leader = (organizer.email or "").lower() if organizer else ""
    return tuple(_read_attendee(item, leader) for item in value if is_object(item))


def write_attendees(
    attendees: tuple[Attendee, ...] | None, received: Any, organizer: Person | None = None
) -> list[Item] | None:
    """Write who is invited, each attendee over what was received under the same address."""
    if attendees is None:
        return None
    leader = (organizer.email or "").lower() if organizer else ""
    items = [item for item in received if is_object(item)] if is_array(received) else []
    known = {_read_attendee(item, leader).email: item for item in reversed(items)}
    return [_write(attendee, known.get(attendee.email, {}), leader) for attendee in attendees]


def _read_attendee(item: Item, leader: str) -> Attendee:
    address, status = item.get("emailAddress"), item.get("status")
    email = _text(address, "address") if is_object(address) else None
    word = _text(status, "response") if is_object(status) else None
    kind = _text(item, "type")
    return Attendee(
        email=email,
        name=_text(address, "name") if is_object(address) else None,
        reply=Reply.NEEDS_ACTION if word is None else _REPLIES.get(word, word),
        optional=kind == "optional",
        resource=kind == "resource",
        organizer=word == "organizer" or bool(email and email.lower() == leader),
    )


def _write(attendee: Attendee, received: Item, leader: str) -> Item:
    if received and _read_attendee(received, leader) == attendee:
        return received
    reply = attendee.reply
    word = _WORDS[reply] if isinstance(reply, Reply) else reply
    if attendee.organizer and reply is Reply.ACCEPTED and (attendee.email or "").lower() != leader:
        word = "organizer"
    kind = "resource" if attendee.resource else "optional" if attendee.optional else "required"
    status = received.get("status")
    return {
        **received,
        "type": kind,
        "status": {**(status if is_object(status) else {}), "response": word},
        "emailAddress": _address(attendee, received.get("emailAddress")),
    }


def _address(person: Person | Attendee, received: Any) -> Item:
    item: Item = dict(received) if is_object(received) else {}
    for name, value in (("address", person.email), ("name", person.name)):
        if item.get(name) != value:
            item[name] = value
    return item


def _text(item: Item, name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) else None
