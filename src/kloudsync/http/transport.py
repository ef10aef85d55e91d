"""Sending bytes: the one module that knows the HTTP library.

httpx is used by default. A client of httpx, or of a fork that kept its
interface, may be passed in; no type of either appears in a public signature.
Failures of the library are translated here and never reach the caller.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from ssl import SSLContext
from typing import Any, TypeVar

import httpx

from kloudsync.errors import ConnectFailed, TimedOut, TransportError, UsageError
from kloudsync.http.body import Body
from kloudsync.http.clock import Clock, SystemClock
from kloudsync.http.log import quiet_target
from kloudsync.http.message import Headers, Request, Response
from kloudsync.http.perform import Timeouts

T = TypeVar("T")

_TIMEOUT, _CONNECT = "TimeoutException", ("ConnectError", "NetworkError")
_PROTOCOL = "ProtocolError"
_LIBRARY_FAILURES = ("HTTPError", "InvalidURL", "StreamError", "CookieConflict")


@cache
def _ssl_context() -> SSLContext:
    # Loading the certificate bundle takes 17 ms; all clients of a process share it.
    return httpx.create_ssl_context()


def _own_client() -> httpx.Client:
    def quieten(request: httpx.Request) -> None:
        def trace(event: str, _: object) -> None:
            _hide_target(request, event)

        request.extensions = {**request.extensions, "trace": trace}

    return httpx.Client(verify=_ssl_context(), event_hooks={"request": [quieten]})


def _own_async_client() -> httpx.AsyncClient:
    async def quieten(request: httpx.Request) -> None:
        async def trace(event: str, _: object) -> None:
            _hide_target(request, event)

        request.extensions = {**request.extensions, "trace": trace}

    return httpx.AsyncClient(verify=_ssl_context(), event_hooks={"request": [quieten]})


def _hide_target(request: httpx.Request, event: str) -> None:
    """Take the secrets out of the URL that the library writes into its own log afterwards.

    By now the connection has a copy of the request. That is known of our own clients only:
    in a client that was passed in, something may want to send the same request again.
    """
    if event.endswith("send_request_headers.started"):
        url = request.url
        target = quiet_target(url.raw_path.partition(b"?")[0].decode(), url.query.decode())
        request.url = url.copy_with(raw_path=target.encode())


class BlockingPorts:
    """The outside world of a blocking client; may be used by several threads at once."""

    def __init__(self, client: Any = None, clock: Clock | None = None) -> None:
        self._owned = client is None
        self._client: Any = _own_client() if client is None else client
        self._clock = clock or SystemClock()
        self._lock = threading.RLock()
        _expect(self._client, asynchronous=False)

    async def exchange(self, request: Request, url: str, timeouts: Timeouts) -> Response:
        """Send one request and read its answer whole."""
        _expect_open(self._client)
        failures = _failures(self._client)
        try:
            with self._client.stream(**_arguments(request, url, timeouts)) as answer:
                body = _body(answer)
                for chunk in answer.iter_bytes() if _is_read(answer) else answer.iter_raw():
                    body.add(chunk)
                return _response(answer, body.finish())
        except failures as error:
            raise _translated(error, self._client) from _shown(error)

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

    @asynccontextmanager
    async def exclusive(self) -> AsyncGenerator[None]:
        """Keep other threads out."""
        with self._lock:
            yield

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return self._clock.monotonic()

    def chance(self) -> float:
        """Return a random number in [0, 1)."""
        return self._clock.chance()

    def close(self) -> None:
        """Close the connections, unless the client was passed in."""
        if self._owned:
            self._client.close()


class AwaitingPorts:
    """The outside world of an awaiting client; may be used by several tasks at once."""

    def __init__(self, client: Any = None, clock: Clock | None = None) -> None:
        self._owned = client is None
        self._client: Any = _own_async_client() if client is None else client
        self._clock = clock or SystemClock()
        self._lock = asyncio.Lock()
        _expect(self._client, asynchronous=True)

    async def exchange(self, request: Request, url: str, timeouts: Timeouts) -> Response:
        """Send one request and read its answer whole."""
        _expect_open(self._client)
        failures = _failures(self._client)
        try:
            async with self._client.stream(**_arguments(request, url, timeouts)) as answer:
                body = _body(answer)
                async for chunk in answer.aiter_bytes() if _is_read(answer) else answer.aiter_raw():
                    body.add(chunk)
                return _response(answer, body.finish())
        except failures as error:
            raise _translated(error, self._client) from _shown(error)

    async def resolve(self, promised: Awaitable[T]) -> T:
        """Await what a function of the caller's promised."""
        return await promised

    async def sleep(self, seconds: float) -> None:
        """Suspend the task."""
        await self._clock.pause(seconds)

    def exclusive(self) -> asyncio.Lock:
        """Keep other tasks out."""
        return self._lock

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


def _expect(client: Any, *, asynchronous: bool) -> None:
    if hasattr(client, "aclose") is not asynchronous:
        kind = "an AsyncClient" if asynchronous else "a Client"
        raise UsageError(f"http_client has to be {kind}, not {type(client).__name__}")


def _expect_open(client: Any) -> None:
    if getattr(client, "is_closed", False):
        raise UsageError("the client was closed; make a new one, or call before closing it")


def _arguments(request: Request, url: str, timeouts: Timeouts) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": url,
        "headers": list(request.headers.merged({"Accept-Encoding": "gzip"}).pairs),
        "content": request.body,
        "timeout": (timeouts.connect, timeouts.read, timeouts.read, timeouts.connect),
        # A redirect would carry the credentials along; it is answered as an error instead.
        "follow_redirects": False,
    }


def _is_read(answer: Any) -> bool:
    # Mock transports and the hooks of a client that was passed in may have read it, unpacked.
    return bool(answer.is_stream_consumed)


def _body(answer: Any) -> Body:
    return Body(None if _is_read(answer) else answer.headers.get("content-encoding"))


def _response(answer: Any, body: bytes) -> Response:
    return Response(
        status=answer.status_code, headers=Headers(tuple(answer.headers.multi_items())), body=body
    )


def _library(client: Any) -> Any:
    """Return the module that a client's class comes from: httpx, or a fork of it."""
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
    if isinstance(error, (getattr(library, _TIMEOUT), TimeoutError)):
        return TimedOut(f"no complete answer in time ({cause})")
    if isinstance(error, (*(getattr(library, name) for name in _CONNECT), OSError)):
        return ConnectFailed(f"the connection failed ({cause})")
    return TransportError(f"the exchange failed ({cause})")


def _shown(error: Exception) -> Exception | None:
    return None if _quotes(error) else error


def _quotes(error: Exception) -> bool:
    # Breaches of HTTP are told with the bytes at fault: those may be anybody's data.
    return any(ancestor.__name__ == _PROTOCOL for ancestor in type(error).__mro__)
