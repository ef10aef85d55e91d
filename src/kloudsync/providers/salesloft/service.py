"""Salesloft as a service: where it lives, and which budget its calls are taken from."""

from __future__ import annotations

import os
from typing import Final

from kloudsync.errors import UsageError
from kloudsync.http.addresses import expect_address
from kloudsync.http.auth import Auth, TokenSource, as_auth
from kloudsync.http.limits import Limiter
from kloudsync.http.perform import Setting, Timeouts
from kloudsync.http.retry import Retry
from kloudsync.http.service import Service
from kloudsync.providers.salesloft.errors import PROVIDER, decode_error
from kloudsync.providers.salesloft.limiter import TeamBudget, shared_budget

BASE_URL: Final = "https://api.salesloft.com/v2"
TOKEN_VARIABLE: Final = "KLOUDSYNC_SALESLOFT_TOKEN"  # noqa: S105 - the variable's name
BASE_URL_VARIABLE: Final = "KLOUDSYNC_SALESLOFT_BASE_URL"


def salesloft_setting(
    token: str | TokenSource | Auth | None,
    *,
    base_url: str | None,
    insecure: bool,
    timeouts: Timeouts,
    retry: Retry,
    team: str | None,
    limiter: Limiter | None,
) -> Setting:
    """Assemble what stays the same from call to call; None means: from the environment.

    Raises:
        UsageError: There is no token, or an argument is not possible.
    """
    service = salesloft_service(base_url, insecure=insecure)
    auth = _auth(token)
    return Setting(
        service=service,
        auth=auth,
        limiter=limiter or _budget(service, auth, team),
        retry=retry,
        timeouts=timeouts,
    )


def salesloft_service(base_url: str | None = None, *, insecure: bool = False) -> Service:
    """Describe the service at an address.

    Args:
        base_url: Where the API's paths begin; from the environment or Salesloft's own where None.
        insecure: Whether the address may be http beyond this machine.
    """
    given = base_url or os.environ.get(BASE_URL_VARIABLE) or BASE_URL
    address = expect_address(given, "base_url", insecure=insecure, such_as=BASE_URL)
    return Service(name=PROVIDER, base_url=address, decode_error=decode_error)


def _budget(service: Service, auth: Auth, team: str | None) -> Limiter:
    """Choose the budget of a team, or of whoever shares a credential where none is named.

    Schemes compare by what they hold where they are fixed, else by being the same object.
    """
    whose: object = team or auth
    try:
        return shared_budget(service.base_url, whose)
    except TypeError:
        # A scheme of the caller's own may have no hash; nobody shares with it then.
        return TeamBudget()


def _auth(token: str | TokenSource | Auth | None) -> Auth:
    given = os.environ.get(TOKEN_VARIABLE) if token is None else token
    if given is None:
        raise UsageError(
            f"there is no token: pass token=…, or set {TOKEN_VARIABLE} in the environment"
        )
    return as_auth(given)
