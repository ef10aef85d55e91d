"""Google Calendar as a service: where it lives and what every request carries."""

from __future__ import annotations

import os

from kloudsync.errors import UsageError
from kloudsync.http.addresses import expect_address
from kloudsync.http.auth import Auth, TokenSource, as_auth
from kloudsync.http.limits import Unlimited
from kloudsync.http.message import Headers, query
from kloudsync.http.perform import Setting, Timeouts
from kloudsync.http.retry import Retry
from kloudsync.http.service import Service
from kloudsync.providers.google.errors import PROVIDER, decode_error

BASE_URL = "https://www.googleapis.com/calendar/v3"
TOKEN_VARIABLE = "KLOUDSYNC_GOOGLE_TOKEN"  # noqa: S105 - the variable's name
BASE_URL_VARIABLE = "KLOUDSYNC_GOOGLE_BASE_URL"
QUOTA_USER = 40

# The service packs answers only for clients that ask twice: here and in their name.
_HEADERS = Headers((("Accept-Encoding", "gzip"), ("User-Agent", "kloudsync (gzip)")))


def google_setting(
    token: str | TokenSource | Auth | None,
    base_url: str | None,
    quota_user: str | None,
    timeouts: Timeouts,
    retry: Retry,
    *,
    insecure: bool = False,
) -> Setting:
    """Assemble what stays the same from call to call; None means: from the environment.

    Raises:
        UsageError: There is no token, or an argument is not possible.
    """
    return Setting(
        service=google_service(base_url, quota_user, insecure=insecure),
        auth=_auth(token),
        limiter=Unlimited(),
        retry=retry,
        timeouts=timeouts,
    )


def google_service(
    base_url: str | None = None, quota_user: str | None = None, *, insecure: bool = False
) -> Service:
    """Describe the service at an address.

    Args:
        base_url: Where the API's paths begin; from the environment or Google's own where None.
        quota_user: Whose share of the quota calls count against, at most 40 characters.
        insecure: Whether the address may be http beyond this machine.
    """
    if quota_user is not None and not 1 <= len(quota_user) <= QUOTA_USER:
        raise UsageError(f"quota_user has {len(quota_user)} characters; 1 to {QUOTA_USER} fit")
    return Service(
        name=PROVIDER,
        base_url=expect_address(
            base_url or os.environ.get(BASE_URL_VARIABLE) or BASE_URL,
            "base_url",
            insecure=insecure,
            such_as=BASE_URL,
        ),
        decode_error=decode_error,
        headers=_HEADERS,
        query=query({"prettyPrint": False, "quotaUser": quota_user}),
    )


def _auth(token: str | TokenSource | Auth | None) -> Auth:
    given = os.environ.get(TOKEN_VARIABLE) if token is None else token
    if given is None:
        raise UsageError(
            f"there is no token: pass token=…, or set {TOKEN_VARIABLE} in the environment"
        )
    return as_auth(given)
