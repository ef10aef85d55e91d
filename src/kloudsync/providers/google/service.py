"""Google Calendar as a service: where it lives and what every request carries."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from kloudsync.errors import UsageError
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
) -> Setting:
    """Assemble what stays the same from call to call; None means: from the environment.

    Raises:
        UsageError: There is no token, or an argument is not possible.
    """
    return Setting(
        service=google_service(base_url, quota_user),
        auth=_auth(token),
        limiter=Unlimited(),
        retry=retry,
        timeouts=timeouts,
    )


def google_service(base_url: str | None = None, quota_user: str | None = None) -> Service:
    """Describe the service at an address.

    Args:
        base_url: Where the API's paths begin; from the environment or Google's own where None.
        quota_user: Whose share of the quota calls count against, at most 40 characters.
    """
    if quota_user is not None and not 1 <= len(quota_user) <= QUOTA_USER:
        raise UsageError(f"quota_user has {len(quota_user)} characters; 1 to {QUOTA_USER} fit")
    return Service(
        name=PROVIDER,
        base_url=_url(base_url or os.environ.get(BASE_URL_VARIABLE) or BASE_URL),
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


def _url(base_url: str) -> str:
    if not _is_address(base_url):
        raise UsageError(f"base_url has to be an http or https address, such as {BASE_URL}")
    parts = urlsplit(base_url)
    if parts.username is not None or parts.query or parts.fragment:
        raise UsageError("base_url has to come without user, query and fragment")
    return base_url.rstrip("/")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        # Asking for the port reads it; one that is no number is found only then.
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
