"""What Kloudless offers, as functions that every provider has alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.client import ClientOptions
from kloudsync.model.calendar import Calendar
from kloudsync.providers.kloudless.auth import Token
from kloudsync.providers.kloudless.client import AsyncKloudless, Kloudless
from kloudsync.providers.kloudless.consent import (
    AUTHORIZATION_URL,
    DISCONNECTION_URL,
    TOKEN_URL,
    ask_kloudless,
    disconnect,
    kloudless_endpoint,
)
from kloudsync.providers.kloudless.source import KloudlessCalendar
from kloudsync.runtime.provider import SignIn

WEB_SIGN_IN = SignIn(
    ask=ask_kloudless,
    endpoint=kloudless_endpoint,
    authorization_url=AUTHORIZATION_URL,
    token_url=TOKEN_URL,
    scopes=frozenset({"calendar"}),
    renewable=False,
    revocation_url=DISCONNECTION_URL,
    revoke=disconnect,
)


def client(
    token: Token | None,
    account: str,  # noqa: ARG001 - calendars name it
    **options: Unpack[ClientOptions],
) -> Kloudless:
    """Make a blocking client; the token says which accounts it reaches."""
    return Kloudless(token, **options)


def async_client(
    token: Token | None,
    account: str,  # noqa: ARG001 - the same
    **options: Unpack[ClientOptions],
) -> AsyncKloudless:
    """Make an awaiting client; the token says which accounts it reaches."""
    return AsyncKloudless(token, **options)


def calendar(
    kloudless: Kloudless | AsyncKloudless, calendar_id: str, account: str
) -> KloudlessCalendar[Blocking] | KloudlessCalendar[Awaiting]:
    """Open a calendar for syncing."""
    return kloudless.calendar(calendar_id, account=account)


def calendars(kloudless: Kloudless, account: str) -> Iterator[Calendar]:
    """List an account's calendars."""
    for held in kloudless.calendars.iterate(account=account):
        yield Calendar(
            id=str(held.id),
            title=held.name or None,
            description=held.description or None,
            zone=held.timezone or None,
        )
