"""The one module that knows the HTTP library.

httpx is used by default. A client of httpx, or of a fork that kept its interface, as httpx2
did, may be passed in; no type of either appears in a public signature.
Failures of the library are translated here and never reach the caller.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from functools import cache
from http.cookiejar import CookieJar
from ssl import SSLContext
from typing import Any

import httpx

from kloudsync.errors import ConnectFailed, TimedOut, TransportError, UsageError
from kloudsync.http.body import Body
from kloudsync.http.clocks import Timeouts
from kloudsync.http.log import quiet_target
from kloudsync.http.message import Headers, Request, Response
from kloudsync.http.secret import Secret

_TIMEOUT, _CONNECT = "TimeoutException", ("ConnectError", "NetworkError")
_UNSENT = ("ConnectError", "ConnectTimeout", "PoolTimeout")
"""What fails before the first byte of a request is sent."""
_PROTOCOL = "ProtocolError"
_HIDDEN = "kloudsync_hidden"
_NAMED = (("User-Agent", "kloudsync"),)
_LOG = logging.getLogger("httpx")
_LIBRARY_FAILURES = ("HTTPError", "InvalidURL", "StreamError", "CookieConflict")


@cache
def _ssl_context() -> SSLContext:
    # Loading the certificate bundle takes 17 ms; all clients of a process share it.
    return httpx.create_ssl_context()


class _NoCookies(CookieJar):
    """Takes no cookies and sends none."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        """Leave them where they are."""

    def add_cookie_header(self, request: Any) -> None:
        """Add nothing."""


def own_client() -> httpx.Client:
    """Return a blocking client that knows no cookies, and shares the certificates."""
    return httpx.Client(verify=_ssl_context(), cookies=_NoCookies())


def own_async_client() -> httpx.AsyncClient:
    """Return an awaiting client that knows no cookies, and shares the certificates."""
    return httpx.AsyncClient(verify=_ssl_context(), cookies=_NoCookies())


def tells_targets() -> bool:
    """Tell whether the library writes the URL of each request into its own log."""
    return _LOG.isEnabledFor(logging.INFO)


def hide_target(request: httpx.Request, event: str) -> None:
    """Take the secrets out of the URL that the library writes into its own log afterwards.

    By now the connection has a copy of the request. That is known of our own clients only:
    in a client that was passed in, something may want to send the same request again.
    """
    if event.endswith("send_request_headers.started"):
        url = request.url
        if request.extensions.get(_HIDDEN):
            request.url = url.copy_with(raw_path=b"/-")
            return
        target = quiet_target(url.raw_path.partition(b"?")[0].decode(), url.query.decode())
        request.url = url.copy_with(raw_path=target.encode())


def bound_reads(event: str, info: Mapping[str, Any], left: Callable[[], float]) -> None:
    """Let no read of a connection that was made just now outlast the try that it is for.

    The library reads a whole head before it hands anything on: status line, header fields and
    early hints can come a byte at a time for ever, each within the timeout of a read.
    """
    if not event.endswith(("connect_tcp.complete", "start_tls.complete")):
        return
    stream = info["return_value"]
    read = stream.read

    def read_in_time(max_bytes: int, timeout: float | None = None) -> bytes:
        most = expect_time(left())
        chunk: bytes = read(max_bytes, most if timeout is None else min(timeout, most))
        return chunk

    stream.read = read_in_time


def expect_time(left: float) -> float:
    """Return the seconds that a try has left.

    Raises:
        TimedOut: None is left.
    """
    if left <= 0:
        raise TimedOut("no complete answer in time (Timeouts.total)")
    return left


def expect_client(client: Any, *, asynchronous: bool) -> None:
    """Refuse what is no client of the library, or one of the other colour."""
    like_httpx = not isinstance(client, type) and hasattr(client, "build_request")
    if not like_httpx or hasattr(client, "aclose") is not asynchronous:
        kind = "an AsyncClient" if asynchronous else "a Client"
        raise UsageError(f"http_client has to be {kind} of httpx, not {_kind(client)}")


def _kind(client: object) -> str:
    return client.__name__ if isinstance(client, type) else type(client).__name__


def expect_open(client: Any) -> None:
    """Refuse a client that was closed."""
    if getattr(client, "is_closed", False):
        raise UsageError("the client was closed; make a new one, or call before closing it")


def own_request(request: Request, url: str, timeouts: Timeouts) -> httpx.Request:
    """Build what a client of our own sends, which has nothing to add to it."""
    return httpx.Request(
        request.method,
        url,
        headers=[*_NAMED, *_headers(request)] if _is_nameless(request) else _headers(request),
        content=request.body,
        extensions={
            "timeout": httpx.Timeout(_limits(timeouts)).as_dict(),
            _HIDDEN: isinstance(request.path, Secret),
        },
    )


def given_request(client: Any, request: Request, url: str, timeouts: Timeouts) -> Any:
    """Build what is sent by a client that was passed in."""
    built = client.build_request(
        method=request.method,
        url=url,
        headers=_headers(request),
        content=request.body,
        timeout=_limits(timeouts),
    )
    # It may serve several accounts: none is told what another's service wanted to be reminded of.
    built.headers.pop("Cookie", None)
    return built


def _is_nameless(request: Request) -> bool:
    return "User-Agent" not in request.headers


def _headers(request: Request) -> list[tuple[str, str]]:
    return list(request.headers.merged({"Accept-Encoding": "gzip"}).pairs)


def _limits(timeouts: Timeouts) -> tuple[float, float, float, float]:
    connect, read = min(timeouts.connect, timeouts.total), min(timeouts.read, timeouts.total)
    return connect, read, read, connect


def is_read(answer: Any) -> bool:
    """Tell whether an answer's body was read, and unpacked, before it came here."""
    # Mock transports and the hooks of a client that was passed in may have read it, unpacked.
    return bool(answer.is_stream_consumed)


def body_of(answer: Any) -> Body:
    """Return what collects the body of an answer."""
    return Body(None if is_read(answer) else answer.headers.get("content-encoding"))


def response_of(answer: Any, body: bytes) -> Response:
    """Return an answer as the rest of the package knows it."""
    headers = answer.headers
    encoding = headers.encoding
    pairs = [(name.decode(encoding).lower(), value.decode(encoding)) for name, value in headers.raw]
    return Response(status=answer.status_code, headers=Headers(tuple(pairs)), body=body)


def _library(client: Any) -> Any:
    """Return the module that a client's class comes from: httpx, or a fork of it."""
    if isinstance(client, (httpx.Client, httpx.AsyncClient)):
        return httpx
    for ancestor in type(client).__mro__:
        module = sys.modules.get(ancestor.__module__.partition(".")[0])
        if module is not None and all(hasattr(module, name) for name in _LIBRARY_FAILURES):
            return module
    return httpx


def failures(client: Any) -> tuple[type[Exception], ...]:
    """Return what a client of this library may raise where an exchange fails."""
    library = _library(client)
    named = tuple(getattr(library, name) for name in _LIBRARY_FAILURES)
    # OSError and UnicodeError: sockets and host names fail below some transports' own errors.
    return (*named, OSError, UnicodeError)


def translated(error: Exception, client: Any) -> TransportError:
    """Return our error for one of a client's library."""
    library = _library(client)
    told = "" if _quotes(error) else str(error)
    cause = f"{type(error).__name__}: {told}" if told else type(error).__name__
    sent = not any(ancestor.__name__ in _UNSENT for ancestor in type(error).__mro__)
    if isinstance(error, (getattr(library, _TIMEOUT), TimeoutError)):
        return TimedOut(f"no complete answer in time ({cause})", sent=sent)
    if isinstance(error, (*(getattr(library, name) for name in _CONNECT), OSError)):
        return ConnectFailed(f"the connection failed ({cause})", sent=sent)
    return TransportError(f"the exchange failed ({cause})")


def shown(error: Exception) -> Exception | None:
    """Return an error as the cause of ours, or None where it quotes what came."""
    return None if _quotes(error) else error


def _quotes(error: Exception) -> bool:
    # Breaches of HTTP are told with the bytes at fault: those may be anybody's data.
    return any(ancestor.__name__ == _PROTOCOL for ancestor in type(error).__mro__)
