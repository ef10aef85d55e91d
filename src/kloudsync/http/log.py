"""What kloudsync says through standard logging: calls and their outcomes, never contents.

Bodies and header values are never logged. Of a URL, the path is kept and every
query value whose name is not known to be harmless is hidden.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from kloudsync.http.message import Request

logger = logging.getLogger("kloudsync")
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
    return f"{request.method} {request.path}{'?' if shown else ''}{shown}"


def _pairs(query: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (f"{name}={value if name in _HARMLESS else '…'}" for name, value in query)
