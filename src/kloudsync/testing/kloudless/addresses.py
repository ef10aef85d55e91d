"""Addresses of resources: each begins where it was asked for, whoever carries the request."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from kloudsync.testing.exchange import Reply

_HERE: Final = "https://here.invalid"
"""Stands for the base URL in what was written before somebody asked for it."""

_CLOUD: Final = "https://api.kloudless.com"


def href(path: str) -> str:
    """Write the address of a resource.

    Args:
        path: Its path below the version, such as `accounts/4242`.
    """
    return f"{_HERE}/{path}"


def base_of(url: str, headers: Mapping[str, str], version: int) -> str:
    """Return what addresses begin with in the answer to a request.

    Args:
        url: The request's URL or path.
        headers: Its headers, names in lower case.
        version: The version of the API that was asked.
    """
    parts = urlsplit(url)
    if parts.netloc:
        origin = f"{parts.scheme}://{parts.netloc}"
    else:
        origin = f"http://{headers['host']}" if "host" in headers else _CLOUD
    return f"{origin}/v{version or 1}"


def placed(reply: Reply, base: str) -> Reply:
    """Return an answer whose addresses begin with a base URL."""
    return reply._replace(body=reply.body.replace(_HERE.encode(), base.encode()))
