"""Microsoft Graph as a service: where it lives and what every request carries."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from kloudsync.http.service import Service
from kloudsync.http.vendor import Vendor
from kloudsync.providers.microsoft.clouds import GLOBAL, Cloud
from kloudsync.providers.microsoft.errors import PROVIDER, decode_error

VENDOR: Final = Vendor(name=PROVIDER, base_url=GLOBAL.base_url, decode_error=decode_error)


def microsoft_service(
    base_url: str | None = None, cloud: Cloud = GLOBAL, *, insecure: bool = False
) -> Service:
    """Describe the service at an address.

    Args:
        base_url: Where the API's paths begin; from the environment or the cloud where None.
        cloud: The deployment.
        insecure: Whether the address may be http beyond this machine.

    Raises:
        UsageError: Credentials must not be sent there.
    """
    there = evolve(VENDOR, base_url=cloud.base_url)
    return there.service(there.address(base_url, insecure=insecure))
