"""What Google Calendar offers, as functions that every provider has alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from kloudsync.http.auth import Auth, TokenSource
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.client import ClientOptions
from kloudsync.http.revocation import revoke_token
from kloudsync.model.calendar import Calendar
from kloudsync.providers.google.auth import (
    AUTHORIZATION_URL,
    REVOCATION_URL,
    TOKEN_URL,
    ask_google,
    google_endpoint,
)
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.providers.google.edits import GoogleEdits
from kloudsync.providers.google.push import GooglePush
from kloudsync.providers.google.scopes import EDIT, SYNC
from kloudsync.providers.google.source import GoogleCalendar
from kloudsync.runtime.provider import SignIn

SIGN_IN = SignIn(
    ask=ask_google,
    endpoint=google_endpoint,
    authorization_url=AUTHORIZATION_URL,
    token_url=TOKEN_URL,
    scopes=frozenset(SYNC),
    editing=frozenset(EDIT),
    hinted=True,
    revocation_url=REVOCATION_URL,
    revoke=revoke_token,
)


def client(
    token: str | TokenSource | Auth | None,
    account: str,
    **options: Unpack[ClientOptions],
) -> Google:
    """Make a blocking client of an account."""
    return Google(token, account=account, **options)


def async_client(
    token: str | TokenSource | Auth | None,
    account: str,
    **options: Unpack[ClientOptions],
) -> AsyncGoogle:
    """Make an awaiting client of an account."""
    return AsyncGoogle(token, account=account, **options)


def calendar(
    google: Google | AsyncGoogle,
    calendar_id: str,
    account: str,  # noqa: ARG001 - the client has it
) -> GoogleCalendar[Blocking] | GoogleCalendar[Awaiting]:
    """Open a calendar for syncing."""
    return google.calendar(calendar_id)


def calendars(google: Google, account: str) -> Iterator[Calendar]:  # noqa: ARG001 - the client has it
    """List the calendars in an account's list."""
    for entry in google.calendar_list.iterate():
        yield Calendar(
            id=entry.id or "",
            title=entry.summary or None,
            description=entry.description or None,
            zone=entry.time_zone or None,
            primary=bool(entry.primary),
            access=entry.access_role or None,
        )


def push(google: Google | AsyncGoogle) -> GooglePush[Blocking] | GooglePush[Awaiting]:
    """Open the channels of an account."""
    return google.push


def edits(
    google: Google | AsyncGoogle, calendar_id: str
) -> GoogleEdits[Blocking] | GoogleEdits[Awaiting]:
    """Open a calendar to be edited."""
    return google.edits(calendar_id)
