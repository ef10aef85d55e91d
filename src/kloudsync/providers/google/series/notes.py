"""Which properties of an event are notes of our own, and no content of it."""

from __future__ import annotations

from typing import Final

from kloudsync.http.json_kinds import Item, is_object

PREFIX: Final = "kloudsync-handover-"
"""With this begin the names of the properties that hold the notes."""

EXTENDED: Final = "extendedProperties"
"""The member that holds an event's properties."""


def without_noted(item: Item) -> Item:
    """Return the JSON of an event without the notes, which are no content of it."""
    held = item.get(EXTENDED)
    private = held.get("private") if is_object(held) else None
    if not is_object(held) or not is_object(private):
        return item
    own = {name: value for name, value in private.items() if not name.startswith(PREFIX)}
    if len(own) == len(private):
        return item
    rest = {name: value for name, value in held.items() if name != "private"}
    properties = {**rest, "private": own} if own else rest
    others = {name: value for name, value in item.items() if name != EXTENDED}
    return {**others, EXTENDED: properties} if properties else others
