"""Microsoft Graph as a service: where it lives and what every request carries."""

from __future__ import annotations

import os
from typing import Final

from kloudsync.errors import UsageError
from kloudsync.http.addresses import expect_address
from kloudsync.http.auth import Auth, TokenSource, as_auth
from kloudsync.http.limits import Limiter
from kloudsync.http.message import Headers
from kloudsync.http.perform import Setting, Timeouts
from kloudsync.http.retry import Retry
from kloudsync.http.service import Service
from kloudsync.providers.microsoft.clouds import GLOBAL, Cloud
from kloudsync.providers.microsoft.errors import PROVIDER, decode_error
from kloudsync.providers.microsoft.slots import MailboxSlots

TOKEN_VARIABLE: Final = "KLOUDSYNC_MICROSOFT_TOKEN"  # noqa: S105 - the variable's name
BASE_URL_VARIABLE: Final = "KLOUDSYNC_MICROSOFT_BASE_URL"

_HEADERS: Final = Headers((("User-Agent", "kloudsync"),))


def microsoft_setting(
    token: str | TokenSource | Auth | None,
    base_url: str | None,
    cloud: Cloud,
    timeouts: Timeouts,
    retry: Retry,
    *,
    limiter: Limiter | None = None,
    insecure: bool = False,
) -> Setting:
    """Assemble what stays the same from call to call; None means: from the environment.

    Raises:
        UsageError: There is no token, or an argument is not possible.
    """
    return Setting(
        service=microsoft_service(base_url, cloud, insecure=insecure),
        auth=_auth(token),
        limiter=MailboxSlots() if limiter is None else limiter,
        retry=retry,
        timeouts=timeouts,
    )


def microsoft_service(
    base_url: str | None = None, cloud: Cloud = GLOBAL, *, insecure: bool = False
) -> Service:
    """Describe the service at an address.

    Args:
        base_url: Where the API's paths begin; from the environment or the cloud where None.
        cloud: The deployment.
        insecure: Whether the address may be http beyond this machine.
    """
    return Service(
        name=PROVIDER,
        base_url=expect_address(
            base_url or os.environ.get(BASE_URL_VARIABLE) or cloud.base_url,
            "base_url",
            insecure=insecure,
            such_as=GLOBAL.base_url,
        ),
        decode_error=decode_error,
        headers=_HEADERS,
    )


def _auth(token: str | TokenSource | Auth | None) -> Auth:
    given = os.environ.get(TOKEN_VARIABLE) if token is None else token
    if given is None:
        raise UsageError(
            f"there is no token: pass token=…, or set {TOKEN_VARIABLE} in the environment"
        )
    return as_auth(given)
