"""Kloudless as a service: where it lives and what every request carries."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Final

from attrs import evolve

from kloudsync.http.auth import Auth
from kloudsync.http.clocks import Timeouts
from kloudsync.http.service import Service
from kloudsync.http.setting import Setting
from kloudsync.http.vendor import Vendor
from kloudsync.providers.kloudless.auth import CLOUD, Token, choose_auth, service_url
from kloudsync.providers.kloudless.errors import PROVIDER, decode_error

VENDOR: Final = Vendor(name=PROVIDER, base_url=CLOUD, decode_error=decode_error)

PATIENCE: Final = Timeouts(read=90.0, total=150.0)
"""The service itself may ask the upstream service again for 30 s within one request."""


def kloudless_auth(token: Token | None, api_key: str | None) -> Auth:
    """Return how requests are authorised; where both are None, from the environment.

    Raises:
        UsageError: There is no credential, or there are two.
    """
    if token is None and api_key is None:
        token = os.environ.get(VENDOR.token_variable)
        api_key = os.environ.get(VENDOR.variable("API_KEY")) if token is None else None
    return choose_auth(token, api_key)


def kloudless_service(
    base_url: str | None = None, version: int | None = None, *, insecure: bool = False
) -> Service:
    """Describe the service at an address.

    Args:
        base_url: The address of the cloud or an appliance, with or without `/v1` or `/v2`; from
            the environment or the cloud's own where None.
        version: 1 or 2; what the address names where None, else 1.
        insecure: Whether the address may be http beyond this machine.

    Raises:
        UsageError: An argument is not possible.
    """
    given = VENDOR.address(base_url, insecure=insecure)
    if version is None:
        version = 2 if given.endswith("/v2") else 1
    return VENDOR.service(service_url(given, version))


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
