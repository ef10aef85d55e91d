"""Where credentials may go: the one rule for addresses of services, tokens, consents and webhooks.

A token in clear text belongs to everybody on the way (RFC 6749, section 3.2; RFC 6750, section
5.3). So an address is `https`, or lies on this machine, unless somebody says that the way is safe.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from kloudsync.errors import UsageError

_ODD: Final = re.compile(r"[^!-~]|[\\<>\"^`{|}]")
"""What no address holds as it is; some readers take a backslash for a slash, and others do not."""


def expect_address(
    url: str, what: str, *, insecure: bool = False, query: bool = False, such_as: str = ""
) -> str:
    """Refuse an address that credentials must not be sent to.

    Args:
        url: The address.
        what: What it is, as in "base_url".
        insecure: Whether clear text is all right, since the way to the host is safe.
        query: Whether it may have a query.
        such_as: An example, for the message.

    Returns:
        The address, without a slash at its end.

    Raises:
        UsageError: It is no absolute address, carries a user, query or fragment, or is neither
            https nor on this machine.
    """
    parts = _parts(url)
    if parts is None:
        example = f", such as {such_as}" if such_as else ""
        raise UsageError(f"{what} has to be an http or https address{example}")
    if parts.username is not None or parts.fragment or (parts.query and not query):
        unwanted = "user and fragment" if query else "user, query and fragment"
        raise UsageError(f"{what} has to come without {unwanted}")
    if parts.scheme != "https" and not (insecure or is_loopback(parts.hostname or "")):
        raise UsageError(
            f"{what} has to be https, or on this machine: credentials would be sent in clear text; "
            "pass insecure=True where the way to the host is safe"
        )
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _parts(url: object) -> SplitResult | None:
    if not isinstance(url, str) or _ODD.search(url):
        return None
    try:
        parts = urlsplit(url)
        # Asking for the port reads it; one that is no number is found only then.
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if known else None
