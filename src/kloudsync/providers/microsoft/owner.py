"""Whose calendar `primary` is: the mailbox's default calendar has an id like any other."""

from __future__ import annotations

from kloudsync.http.codec import decode_json
from kloudsync.http.json_kinds import is_object
from kloudsync.http.message import Response
from kloudsync.http.operation import Operation
from kloudsync.providers.microsoft import resources
from kloudsync.providers.microsoft.records import id_of


def ask_owner(calendar: str, mailbox: str) -> Operation[str | None]:
    """Describe the question by what id a calendar is known whoever asks."""
    described = resources.Calendars.get(calendar, mailbox=mailbox)
    return Operation(name=described.name, request=described.request, decode=_read_id)


def _read_id(response: Response) -> str | None:
    found = decode_json(response)
    return id_of(found) if is_object(found) else None
