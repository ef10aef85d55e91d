"""Google Calendar as a service: where it lives and what every request carries."""

from __future__ import annotations

from typing import Final

from kloudsync.errors import UsageError
from kloudsync.http.message import Headers, query
from kloudsync.http.service import Service
from kloudsync.http.vendor import Vendor
from kloudsync.providers.google.errors import PROVIDER, decode_error

VENDOR: Final = Vendor(
    name=PROVIDER,
    base_url="https://www.googleapis.com/calendar/v3",
    decode_error=decode_error,
    # The service packs answers only for clients that ask twice: here and in their name.
    headers=Headers((("Accept-Encoding", "gzip"),)),
    remark=" (gzip)",
)
QUOTA_USER: Final = 40


def google_service(
    base_url: str | None = None, quota_user: str | None = None, *, insecure: bool = False
) -> Service:
    """Describe the service at an address.

    Args:
        base_url: Where the API's paths begin; from the environment or Google's own where None.
        quota_user: Whose share of the quota calls count against, at most 40 characters.
        insecure: Whether the address may be http beyond this machine.

    Raises:
        UsageError: An argument is not possible.
    """
    if quota_user is not None and not 1 <= len(quota_user) <= QUOTA_USER:
        raise UsageError(f"quota_user has {len(quota_user)} characters; 1 to {QUOTA_USER} fit")
    address = VENDOR.address(base_url, insecure=insecure)
    return VENDOR.service(address, query({"prettyPrint": False, "quotaUser": quota_user}))
