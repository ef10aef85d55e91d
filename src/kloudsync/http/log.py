"""What kloudsync says through standard logging: calls and their outcomes, never contents.

Bodies and header values are never logged. Of a URL, the path is kept, but for the names
in mail addresses, and every query value whose name is not known to be harmless is hidden.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import parse_qsl, quote

from kloudsync.errors import APIError, KloudsyncError
from kloudsync.http.message import Request
from kloudsync.http.secret import Secret

logger: logging.Logger = logging.getLogger("kloudsync")
logger.addHandler(logging.NullHandler())

_quiet: ContextVar[bool] = ContextVar("quiet_heads", default=False)


class _Heads(logging.Filter):
    """Drops what the library below the HTTP library says of the heads of answers to us.

    At level DEBUG it writes header fields with their values: cookies, and tokens that a gateway
    sends back.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return not (_quiet.get() and "receive_response_headers.complete" in str(record.msg))


for _name in ("http11", "http2", "proxy"):
    logging.getLogger(f"httpcore.{_name}").addFilter(_Heads())


@contextmanager
def quiet_heads(*, ours: bool) -> Generator[None]:
    """Keep the heads of answers out of every log, if the client is one of our own."""
    before = _quiet.set(ours)
    try:
        yield
    finally:
        _quiet.reset(before)


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

_AT = re.compile(r"(@|%40)", re.IGNORECASE)
_BETWEEN = frozenset("/,;:'\"<>()=&?")


def without_mailboxes(text: str) -> str:
    """Hide whose mail addresses a text holds: ids of calendars often are some."""
    *before, last = _AT.split(text)
    return (
        "".join(
            piece if number % 2 else _without_name(piece) for number, piece in enumerate(before)
        )
        + last
    )


def _without_name(piece: str) -> str:
    # By hand: a pattern would begin anew at each character of a long text, and take for ever.
    end = len(piece)
    while end and piece[end - 1] not in _BETWEEN and not piece[end - 1].isspace():
        end -= 1
    return piece if end == len(piece) else f"{piece[:end]}…"


def describe(request: Request) -> str:
    """Render a request for a log line: verb, path, and query with its values hidden.

    Of an address that is a secret as a whole, nothing is shown.
    """
    if isinstance(request.path, Secret):
        return f"{request.method} …"
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
