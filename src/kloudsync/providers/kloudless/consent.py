"""Connecting an account: Kloudless's page, and what its answer is exchanged for.

Kloudless knows no proof keys (RFC 7636) and grants no refresh tokens: it renews the upstream
service's tokens by itself. A connection ends with the account.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kloudsync.http.auth import Flow
from kloudsync.http.consent import Consent, ask_consent
from kloudsync.http.message import Headers, Request, Response
from kloudsync.http.revocation import expect_ended
from kloudsync.http.secret import Secret
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.providers.kloudless.auth import CLOUD

AUTHORIZATION_URL: Final = f"{CLOUD}/v1/oauth"
"""The page where a person chooses a service and signs in to it."""

TOKEN_URL: Final = f"{CLOUD}/v1/oauth/token"
"""Where codes are turned into tokens, whatever version of the API is used."""

DISCONNECTION_URL: Final = f"{CLOUD}/v1/accounts/me/"
"""The account that a token is for, by whose deletion it is disconnected."""


def kloudless_endpoint(
    client_id: str,
    client_secret: str | None = None,
    *,
    url: str = TOKEN_URL,
    insecure: bool = False,
) -> TokenEndpoint:
    """Return Kloudless's token endpoint, as one registered application of it.

    Args:
        client_id: The application's id.
        client_secret: Its API key in version 1, its client secret in version 2.
        url: The address; appliances have their own.
        insecure: Whether it may be http beyond this machine.
    """
    return TokenEndpoint(
        provider="kloudless",
        url=url,
        client_id=client_id,
        client_secret=client_secret,
        # `google_calendar` is granted as `google_calendar:normal.calendar.default:kloudless`, and
        # what stands for what is not documented: a grant counts for whatever was asked.
        plain=_anything,
        insecure=insecure,
    )


def ask_kloudless(
    client_id: str,
    *,
    redirect_uri: str,
    entropy: bytes,
    scopes: Iterable[str] = ("calendar",),
    url: str = AUTHORIZATION_URL,
) -> Consent:
    """Compose the question for access.

    Args:
        client_id: The application's id.
        redirect_uri: Where the browser is sent with the answer.
        entropy: 64 random bytes, for this question only.
        scopes: Which services are offered, such as `google_calendar`; `calendar` for all that
            hold calendars.
        url: The page that asks.
    """
    return ask_consent(
        url,
        client_id=client_id,
        redirect_uri=redirect_uri,
        scopes=sorted(scopes),
        entropy=entropy,
        proof=False,
    )


def disconnect(endpoint: TokenEndpoint, url: str, tokens: Tokens) -> Flow[None]:
    """Describe how an account is taken from the application, its subscriptions with it.

    Args:
        endpoint: Who asks.
        url: The account of the token.
        tokens: What was granted.
    """
    headers = Headers.of({"Authorization": Secret(f"Bearer {tokens.access_token}")})
    response: Response = yield Request(method="DELETE", path=url, headers=headers)
    expect_ended(endpoint.provider, response, unknown={401, 404})


def _anything(scope: str) -> str:  # noqa: ARG001 - all are the same
    return ""
