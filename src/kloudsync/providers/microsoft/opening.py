"""What Microsoft offers, as functions that every provider has alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from kloudsync.http.auth import Auth, TokenSource
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.client import ClientOptions
from kloudsync.model.calendar import Calendar
from kloudsync.providers.microsoft.auth import (
    ANYBODY,
    ask_microsoft,
    ask_on_device,
    authorization_url,
    microsoft_endpoint,
    token_url,
)
from kloudsync.providers.microsoft.client import AsyncMicrosoft, Microsoft
from kloudsync.providers.microsoft.clouds import GLOBAL, Cloud
from kloudsync.providers.microsoft.edits import MicrosoftEdits
from kloudsync.providers.microsoft.push import MicrosoftPush
from kloudsync.providers.microsoft.scopes import EDIT, SYNC
from kloudsync.providers.microsoft.source import MicrosoftCalendar
from kloudsync.runtime.provider import SignIn


def microsoft_sign_in(*, tenant: str = ANYBODY, cloud: Cloud = GLOBAL) -> SignIn:
    """Return how a person grants access, for `OAuthApp` in place of the provider's name.

    Args:
        tenant: Whose accounts, see `microsoft_endpoint`.
        cloud: The deployment.
    """
    return SignIn(
        ask=ask_microsoft,
        endpoint=microsoft_endpoint,
        authorization_url=authorization_url(tenant, cloud),
        token_url=token_url(tenant, cloud),
        scopes=frozenset(SYNC),
        editing=frozenset(EDIT),
        hinted=True,
        on_device=ask_on_device,
    )


SIGN_IN = microsoft_sign_in()


def client(
    token: str | TokenSource | Auth | None,
    account: str,
    **options: Unpack[ClientOptions],
) -> Microsoft:
    """Make a blocking client of an account."""
    return Microsoft(token, account=account, **options)


def async_client(
    token: str | TokenSource | Auth | None,
    account: str,
    **options: Unpack[ClientOptions],
) -> AsyncMicrosoft:
    """Make an awaiting client of an account."""
    return AsyncMicrosoft(token, account=account, **options)


def calendar(
    microsoft: Microsoft | AsyncMicrosoft,
    calendar_id: str,
    account: str,  # noqa: ARG001 - the client has it
) -> MicrosoftCalendar[Blocking] | MicrosoftCalendar[Awaiting]:
    """Open a calendar for syncing."""
    return microsoft.calendar(calendar_id)


def calendars(microsoft: Microsoft, account: str) -> Iterator[Calendar]:  # noqa: ARG001 - the client has it
    """List the calendars of a mailbox."""
    for entry in microsoft.calendars.iterate(mailbox=microsoft.mailbox, top=100):
        yield Calendar(
            id=entry.id or "",
            title=entry.name or None,
            primary=bool(entry.is_default_calendar),
            access="write" if entry.can_edit else "read",
        )


def push(
    microsoft: Microsoft | AsyncMicrosoft,
) -> MicrosoftPush[Blocking] | MicrosoftPush[Awaiting]:
    """Open the subscriptions of a mailbox."""
    return microsoft.push


def edits(
    microsoft: Microsoft | AsyncMicrosoft, calendar_id: str
) -> MicrosoftEdits[Blocking] | MicrosoftEdits[Awaiting]:
    """Open a calendar to be edited."""
    return microsoft.edits(calendar_id)
