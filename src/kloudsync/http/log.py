"""What kloudsync says through standard logging: calls and their outcomes, never contents.

Bodies and header values are never logged. Of a URL, the path is kept and every
query value whose name is not known to be harmless is hidden.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from kloudsync.errors import APIError, KloudsyncError
from kloudsync.http.message import Request

logger: logging.Logger = logging.getLogger("kloudsync")
logger.addHandler(logging.NullHandler())

_HARMLESS = frozenset(
    {
        "maxResults",
        "singleEvents",
        "showDeleted",
        "orderBy",
        "timeMin",
        "timeMax",
        "timeZone",
        "page_size",
        "per_page",
        "page",
    }
)


def describe(request: Request) -> str:
    """Render a request for a log line: verb, path, and query with its values hidden."""
    shown = "&".join(_pairs(request.query))
    path = request.path.partition("?")[0]
    return f"{request.method} {path}{'?' if shown else ''}{shown}"


def outcome(error: KloudsyncError) -> str:
    """Render a failure for a log line; a service's own words are left out, they quote contents."""
    if isinstance(error, APIError):
        return f"{type(error).__name__} ({error.status})"
    return f"{type(error).__name__}: {error}"


def _pairs(query: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (f"{name}={value if name in _HARMLESS else '…'}" for name, value in query)
