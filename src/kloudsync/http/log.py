"""What kloudsync says through standard logging: calls and their outcomes, never contents.

Bodies and header values are never logged. Of a URL, the path is kept, but for the names
in mail addresses, and every query value whose name is not known to be harmless is hidden.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote

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

_MAILBOX = re.compile(r"[^\s/,;:'\"<>()=&?]+(@|%40)", re.IGNORECASE)


def without_mailboxes(text: str) -> str:
    """Hide whose mail addresses a text holds: ids of calendars often are some."""
    return _MAILBOX.sub(r"…\1", text)


def describe(request: Request) -> str:
    """Render a request for a log line: verb, path, and query with its values hidden."""
    shown = "&".join(_pairs(request.query))
    path = without_mailboxes(request.path.partition("?")[0])
    return f"{request.method} {path}{'?' if shown else ''}{shown}"


def outcome(error: KloudsyncError) -> str:
    """Render a failure for a log line; a service's own words are left out, they quote contents."""
    if isinstance(error, APIError):
        return f"{type(error).__name__} ({error.status})"
    return without_mailboxes(f"{type(error).__name__}: {error}")


def quiet_target(path: str, query: str) -> str:
    """Render path and query of a URL so that they may appear in logs that are not ours.

    Args:
        path: The percent-encoded path.
        query: The encoded query, without its question mark.
    """
    shown = "&".join(f"{quote(n)}={quote(v)}" for n, v in _shown(parse_qsl(query), "-"))
    return f"{without_mailboxes(path).replace('…', '-')}{'?' if shown else ''}{shown}"


def _pairs(query: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (f"{name}={value}" for name, value in _shown(query, "…"))


def _shown(query: Iterable[tuple[str, str]], instead: str) -> Iterable[tuple[str, str]]:
    return ((name, value if name in _HARMLESS else instead) for name, value in query)
