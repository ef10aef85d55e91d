"""Whose calendar it is, and who reads its rules: what calendars and accounts behind Kloudless say of themselves."""

from __future__ import annotations

from typing import Any, Final

from kloudsync.http.codec import decode_json
from kloudsync.http.json_kinds import is_object
from kloudsync.http.message import Response
from kloudsync.http.operation import Operation
from kloudsync.providers.kloudless import resources
from kloudsync.providers.kloudless.times import id_of
from kloudsync.recurrence import GOOGLE, ICALENDAR, Reading

_READINGS: Final = {"google_calendar": GOOGLE}


def reading_at(service: str | None) -> Reading:
    """Return how the service that holds an account's calendars reads the lines that it holds.

    Args:
        service: As an account names it; None where it is not known.
    """
    return _READINGS.get(service or "", ICALENDAR)


def account_of(calendar: Any) -> str | None:
    """Return the id of the account that a calendar belongs to, or None where it does not say."""
    return id_of(calendar, "account_id") if is_object(calendar) else None


def ask_account(calendar: str, account: str | int) -> Operation[str | None]:
    """Describe the question to what account a calendar belongs."""
    described = resources.Calendars.get(calendar, account=account)
    return Operation(name=described.name, request=described.request, decode=_read_account)


def _read_account(response: Response) -> str | None:
    return account_of(decode_json(response))
