"""Whose calendar `primary` is.

Every page of events carries the calendar's title. That of a person's own calendar is the person's
address unless somebody renamed it, and then the calendar itself has to be asked for its id.
"""

from __future__ import annotations

from typing import Any, Final

from kloudsync.http.codec import decode_json
from kloudsync.http.json_kinds import is_object
from kloudsync.http.message import Response
from kloudsync.http.operation import Operation
from kloudsync.model.record import is_storable
from kloudsync.providers.google import resources

PRIMARY: Final = "primary"
"""Stands for the calendar of whoever asks; every other id says itself which calendar is meant."""


def label_of(calendar: str, title: Any) -> str | None:
    """Return the title of a calendar that is not told by its id from other people's, or None."""
    return title if calendar == PRIMARY and isinstance(title, str) and title else None


def owner_of(label: str) -> str | None:
    """Return whose calendar has this title, or None where it is one that somebody gave it."""
    return label if "@" in label else None


def ask_owner(calendar: str) -> Operation[str | None]:
    """Describe the question by what id everybody else knows a calendar."""
    described = resources.Calendars.get(calendar)
    return Operation(name=described.name, request=described.request, decode=_read_id)


def _read_id(response: Response) -> str | None:
    found = decode_json(response)
    own = found.get("id") if is_object(found) else None
    return own if isinstance(own, str) and own != PRIMARY and is_storable(own) else None
