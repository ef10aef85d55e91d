"""Sending bytes: the one module that knows the HTTP library.

httpx is used by default. A client of httpx, or of a fork that kept its interface, as httpx2
did, may be passed in; no type of either appears in a public signature.
Failures of the library are translated here and never reach the caller.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import aclosing, closing
from datetime import datetime
from functools import cache
from http.cookiejar import CookieJar
from math import inf
from ssl import SSLContext
from typing import Any, TypeVar

import httpx

from kloudsync.errors import ConnectFailed, TimedOut, TransportError, UsageError
from kloudsync.http.body import Body
from kloudsync.http.clocks import Timeouts
from kloudsync.http.log import quiet_heads, quiet_target
from kloudsync.http.message import Headers, Request, Response
from kloudsync.http.secret import Secret
from kloudsync.runtime.clock import Clock, SystemClock
from kloudsync.runtime.threads import in_thread

T = TypeVar("T")

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


class _End(threading.local):
    """When the try of the present thread has to be over, on the ports' clock."""

    at: float = inf


def _own_client() -> httpx.Client:
    return httpx.Client(verify=_ssl_context(), cookies=_NoCookies())


def _own_async_client() -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=_ssl_context(), cookies=_NoCookies())


def _tells_targets() -> bool:
    """Tell whether the library writes the URL of each request into its own log."""
    return _LOG.isEnabledFor(logging.INFO)


def _hide_target(request: httpx.Request, event: str) -> None:
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


def _bound_reads(event: str, info: Mapping[str, Any], left: Callable[[], float]) -> None:
    """Let no read of a connection that was made just now outlast the try that it is for.

    The library reads a whole head before it hands anything on: status line, header fields and
    early hints can come a byte at a time for ever, each within the timeout of a read.
    """
    if not event.endswith(("connect_tcp.complete", "start_tls.complete")):
        return
    stream = info["return_value"]
    read = stream.read

    def read_in_time(max_bytes: int, timeout: float | None = None) -> bytes:
        most = _expect_time(left())
        chunk: bytes = read(max_bytes, most if timeout is None else min(timeout, most))
        return chunk

    stream.read = read_in_time


def _expect_time(left: float) -> float:
    if left <= 0:
        raise TimedOut("no complete answer in time (Timeouts.total)")
    return left


class BlockingPorts:
    """The outside world of a blocking client; may be used by several threads at once."""

    def __init__(self, client: Any = None, clock: Clock | None = None) -> None:
        self._owned = client is None
        self._client: Any = _own_client() if client is None else client
        self._clock = clock or SystemClock()
        self._lock = threading.RLock()
        self._end = _End()
        _expect(self._client, asynchronous=False)
        self._failures = _failures(self._client)

    async def exchange(self, request: Request, url: str, timeouts: Timeouts) -> Response:
        """Send one request and read its answer whole."""
        _expect_open(self._client)
        self._end.at = self._clock.monotonic() + timeouts.total
        try:
            with quiet_heads(ours=self._owned):
                built = self._built(request, url, timeouts)
                answer = self._client.send(built, stream=True, follow_redirects=False)
            with closing(answer):
                body = _body(answer)
                for chunk in answer.iter_bytes() if _is_read(answer) else answer.iter_raw():
                    body.add(chunk)
                    _expect_time(self._left())
                return _response(answer, body.finish())
        except self._failures as error:
            raise _translated(error, self._client) from _shown(error)
        finally:
            self._end.at = inf

    def _left(self) -> float:
        return self._end.at - self._clock.monotonic()

    def _built(self, request: Request, url: str, timeouts: Timeouts) -> Any:
        if not self._owned:
            return _built(self._client, request, url, timeouts)
        built, quiet = _own_request(request, url, timeouts), _tells_targets()

        def trace(event: str, info: Mapping[str, Any]) -> None:
            if quiet:
                _hide_target(built, event)
            _bound_reads(event, info, self._left)

        built.extensions["trace"] = trace
        return built

    async def resolve(self, promised: Awaitable[T]) -> T:
        """Refuse to wait for what only an event loop can finish."""
        if isinstance(promised, Coroutine):
            promised.close()
        raise UsageError(
            "a blocking client was given an async function; pass a plain one, "
            "or use the Async client"
        )

    async def sleep(self, seconds: float) -> None:
        """Block the thread."""
        self._clock.sleep(seconds)

    async def run(self, method: Callable[[], T]) -> T:
        """Call a function that blocks."""
        return method()

    async def renew(
        self, needed: Callable[[], bool], work: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Do work in one thread while the others wait for it."""
        with self._lock:
            if needed():
                await work()

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return self._clock.monotonic()

    def chance(self) -> float:
        """Return a random number in [0, 1)."""
        return self._clock.chance()

    async def close(self) -> None:
        """Close the connections, unless the client was passed in."""
        if self._owned:
            self._client.close()


class AwaitingPorts:
    """The outside world of an awaiting client; may be used by several tasks at once."""

    def __init__(self, client: Any = None, clock: Clock | None = None) -> None:
        self._owned = client is None
        self._client: Any = _own_async_client() if client is None else client
        self._clock = clock or SystemClock()
        self._renewal: asyncio.Task[None] | None = None
        _expect(self._client, asynchronous=True)
        self._failures = _failures(self._client)

    async def exchange(self, request: Request, url: str, timeouts: Timeouts) -> Response:
        """Send one request and read its answer whole."""
        _expect_open(self._client)
        end = self._clock.monotonic() + timeouts.total
        try:
            async with asyncio.timeout(timeouts.total):
                with quiet_heads(ours=self._owned):
                    built = self._built(request, url, timeouts)
                    answer = await self._client.send(built, stream=True, follow_redirects=False)
                async with aclosing(answer):
                    body = _body(answer)
                    pieces = answer.aiter_bytes() if _is_read(answer) else answer.aiter_raw()
                    async for chunk in pieces:
                        body.add(chunk)
                        _expect_time(end - self._clock.monotonic())
                    return _response(answer, body.finish())
        except self._failures as error:
            raise _translated(error, self._client) from _shown(error)

    def _built(self, request: Request, url: str, timeouts: Timeouts) -> Any:
        if not self._owned:
            return _built(self._client, request, url, timeouts)
        built = _own_request(request, url, timeouts)
        if _tells_targets():

            async def trace(event: str, _: object) -> None:
                _hide_target(built, event)

            built.extensions["trace"] = trace
        return built

    async def resolve(self, promised: Awaitable[T]) -> T:
        """Await what a function of the caller's promised."""
        return await promised

    async def sleep(self, seconds: float) -> None:
        """Suspend the task."""
        await self._clock.pause(seconds)

    async def run(self, method: Callable[[], T]) -> T:
        """Call a function that blocks, in a worker thread."""
        return await in_thread(method)

    async def renew(
        self, needed: Callable[[], bool], work: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Do work in a task of its own, which goes on if those who wait for it are cancelled."""
        if self._renewal is None or self._renewal.done():
            if not needed():
                return
            self._renewal = asyncio.create_task(work())
            self._renewal.add_done_callback(_heard)
        await asyncio.shield(self._renewal)

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return self._clock.monotonic()

    def chance(self) -> float:
        """Return a random number in [0, 1)."""
        return self._clock.chance()

    async def close(self) -> None:
        """Close the connections, unless the client was passed in."""
        if self._owned:
            await self._client.aclose()


def _heard(task: asyncio.Task[None]) -> None:
    # If all who waited were cancelled, nobody asks for what went wrong: the next call finds out.
    if not task.cancelled():
        task.exception()


def _expect(client: Any, *, asynchronous: bool) -> None:
    like_httpx = not isinstance(client, type) and hasattr(client, "build_request")
    if not like_httpx or hasattr(client, "aclose") is not asynchronous:
        kind = "an AsyncClient" if asynchronous else "a Client"
        raise UsageError(f"http_client has to be {kind} of httpx, not {_kind(client)}")


def _kind(client: object) -> str:
    return client.__name__ if isinstance(client, type) else type(client).__name__


def _expect_open(client: Any) -> None:
    if getattr(client, "is_closed", False):
        raise UsageError("the client was closed; make a new one, or call before closing it")


def _own_request(request: Request, url: str, timeouts: Timeouts) -> httpx.Request:
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


def _built(client: Any, request: Request, url: str, timeouts: Timeouts) -> Any:
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


def _is_read(answer: Any) -> bool:
    # Mock transports and the hooks of a client that was passed in may have read it, unpacked.
    return bool(answer.is_stream_consumed)


def _body(answer: Any) -> Body:
    return Body(None if _is_read(answer) else answer.headers.get("content-encoding"))


def _response(answer: Any, body: bytes) -> Response:
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


def _failures(client: Any) -> tuple[type[Exception], ...]:
    library = _library(client)
    named = tuple(getattr(library, name) for name in _LIBRARY_FAILURES)
    # OSError and UnicodeError: sockets and host names fail below some transports' own errors.
    return (*named, OSError, UnicodeError)


def _translated(error: Exception, client: Any) -> TransportError:
    library = _library(client)
    told = "" if _quotes(error) else str(error)
    cause = f"{type(error).__name__}: {told}" if told else type(error).__name__
    sent = not any(ancestor.__name__ in _UNSENT for ancestor in type(error).__mro__)
    if isinstance(error, (getattr(library, _TIMEOUT), TimeoutError)):
        return TimedOut(f"no complete answer in time ({cause})", sent=sent)
    if isinstance(error, (*(getattr(library, name) for name in _CONNECT), OSError)):
        return ConnectFailed(f"the connection failed ({cause})", sent=sent)
    return TransportError(f"the exchange failed ({cause})")


def _shown(error: Exception) -> Exception | None:
    return None if _quotes(error) else error


def _quotes(error: Exception) -> bool:
    # Breaches of HTTP are told with the bytes at fault: those may be anybody's data.
    return any(ancestor.__name__ == _PROTOCOL for ancestor in type(error).__mro__)
