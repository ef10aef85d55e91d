"""Whose calendar it is, which every calendar behind Kloudless says of itself."""

from __future__ import annotations

from typing import Any

from kloudsync.http.codec import decode_json
from kloudsync.http.json_kinds import is_object
from kloudsync.http.message import Response
from kloudsync.http.operation import Operation
from kloudsync.providers.kloudless import resources
from kloudsync.providers.kloudless.times import id_of


def account_of(calendar: Any) -> str | None:
    """Return the id of the account that a calendar belongs to, or None where it does not say."""
    return id_of(calendar, "account_id") if is_object(calendar) else None


def ask_account(calendar: str, account: str | int) -> Operation[str | None]:
    """Describe the question to what account a calendar belongs."""
    described = resources.Calendars.get(calendar, account=account)
    return Operation(name=described.name, request=described.request, decode=_read_account)


def _read_account(response: Response) -> str | None:
    return account_of(decode_json(response))
