"""Ways in to Salesloft: a person's consent, and applications of a team's own.

An API key needs none of this: it is passed as a token. Refresh tokens are good for
one use. `RefreshedToken` has the next one kept before it uses it, and one task or
thread of a client renews while the others wait:

```python
auth = RefreshedToken(salesloft_endpoint(client_id, client_secret), tokens, keep=save)
salesloft = Salesloft(auth)
```
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kloudsync.http.auth import Flow
from kloudsync.http.consent import Consent, ask_consent
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens

AUTHORIZATION_URL = "https://accounts.salesloft.com/oauth/authorize"
"""The page that asks a person for access."""

TOKEN_URL = "https://accounts.salesloft.com/oauth/token"  # noqa: S105 - an address
"""Where codes, refresh tokens and client credentials are turned into access tokens."""

WANTED_BACK = ("context", "scope")
"""What Salesloft adds to the answer, and wants back with the code."""


def salesloft_endpoint(
    client_id: str,
    client_secret: str | None = None,
    *,
    url: str = TOKEN_URL,
    insecure: bool = False,
) -> TokenEndpoint:
    """Return Salesloft's token endpoint, as one registered client of it."""
    return TokenEndpoint(
        provider="salesloft",
        url=url,
        client_id=client_id,
        client_secret=client_secret,
        insecure=insecure,
    )


def ask_salesloft(
    client_id: str,
    *,
    redirect_uri: str,
    entropy: bytes,
    scopes: Iterable[str] = (),
    url: str = AUTHORIZATION_URL,
) -> Consent:
    """Compose the question for access.

    Args:
        client_id: The id of the application.
        redirect_uri: Where the browser is sent with the answer; registered with Salesloft.
        entropy: 64 random bytes, for this question only.
        scopes: What to ask for; what the application is registered with where empty. Which
            scope calendar events need is not documented.
        url: The page that asks.
    """
    return ask_consent(
        url, client_id=client_id, redirect_uri=redirect_uri, scopes=sorted(scopes), entropy=entropy
    )


def redeem(
    endpoint: TokenEndpoint, consent: Consent, redirected: str, now: datetime
) -> Flow[Tokens]:
    """Turn the answer to a question into tokens; run it with `client.caller.follow`.

    Args:
        endpoint: Where the code is exchanged.
        consent: The question.
        redirected: The URL that the browser was sent to.
        now: The current time, aware.

    Raises:
        UsageError: It is not the answer to this question.
        PermissionDenied: The person or the service said no.
        ConsentRequired: The code has lapsed or was used before.
    """
    redirect = consent.answer(redirected)
    return endpoint.exchange(
        redirect.code,
        redirect_uri=consent.redirect_uri,
        verifier=consent.verifier,
        now=now,
        extra={name: redirect.extra[name] for name in WANTED_BACK if name in redirect.extra},
    )
