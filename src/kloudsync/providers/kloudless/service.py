"""Kloudless as a service: where it lives and what every request carries."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Final

from attrs import evolve

from kloudsync.http.addresses import expect_address
from kloudsync.http.limits import Limiter, Unlimited
from kloudsync.http.perform import Setting, Timeouts
from kloudsync.http.retry import Retry
from kloudsync.http.service import Service
from kloudsync.providers.kloudless.auth import CLOUD, Token, choose_auth, service_url
from kloudsync.providers.kloudless.errors import PROVIDER, decode_error

TOKEN_VARIABLE: Final = "KLOUDSYNC_KLOUDLESS_TOKEN"  # noqa: S105 - the variable's name
API_KEY_VARIABLE: Final = "KLOUDSYNC_KLOUDLESS_API_KEY"
BASE_URL_VARIABLE: Final = "KLOUDSYNC_KLOUDLESS_BASE_URL"

PATIENCE: Final = Timeouts(read=90.0, total=150.0)
"""The service itself may ask the upstream service again for 30 s within one request."""


def kloudless_setting(
    token: Token | None,
    api_key: str | None,
    *,
    base_url: str | None,
    insecure: bool,
    version: int | None,
    timeouts: Timeouts,
    retry: Retry,
    limiter: Limiter | None,
) -> Setting:
    """Assemble what stays the same from call to call; None means: from the environment.

    Raises:
        UsageError: There is no credential, or an argument is not possible.
    """
    if token is None and api_key is None:
        token = os.environ.get(TOKEN_VARIABLE)
        api_key = os.environ.get(API_KEY_VARIABLE) if token is None else None
    return Setting(
        service=kloudless_service(base_url, version, insecure=insecure),
        auth=choose_auth(token, api_key),
        limiter=limiter or Unlimited(),
        retry=retry,
        timeouts=timeouts,
    )


def kloudless_service(
    base_url: str | None = None, version: int | None = None, *, insecure: bool = False
) -> Service:
    """Describe the service at an address.

    Args:
        base_url: The address of the cloud or an appliance, with or without `/v1` or `/v2`; from
            the environment or the cloud's own where None.
        version: 1 or 2; what the address names where None, else 1.
        insecure: Whether the address may be http beyond this machine.
    """
    named = base_url or os.environ.get(BASE_URL_VARIABLE) or CLOUD
    given = expect_address(named, "base_url", insecure=insecure, such_as=CLOUD)
    if version is None:
        version = 2 if given.endswith("/v2") else 1
    return Service(name=PROVIDER, base_url=service_url(given, version), decode_error=decode_error)


def version_of(service: Service) -> int:
    """Return the version of the API that a service's address names."""
    return 2 if service.base_url.endswith("/v2") else 1


def token_setting(setting: Setting) -> Setting:
    """Return the setting of the calls that fetch tokens: version 1, without credentials."""
    service = evolve(setting.service, base_url=service_url(setting.service.base_url, 1))
    return evolve(setting, service=service, auth=None)


def marked(
    setting: Setting,
    *,
    raw_data: bool | None = None,
    user: str | None = None,
    upstream_headers: Mapping[str, str] | None = None,
) -> Setting:
    """Return a setting whose requests carry Kloudless's own header fields."""
    marks: dict[str, str] = {}
    if raw_data is not None:
        marks["X-Kloudless-Raw-Data"] = "true" if raw_data else "false"
    if user is not None:
        marks["X-Kloudless-As-User"] = user
    if upstream_headers is not None:
        marks["X-Kloudless-Raw-Headers"] = json.dumps(dict(upstream_headers))
    service = setting.service
    return evolve(setting, service=evolve(service, headers=service.headers.merged(marks)))
