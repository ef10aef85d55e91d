"""The outside world of blocking clients: sending bytes, waiting and telling the time."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import closing
from datetime import datetime
from math import inf
from typing import Any, TypeVar

from kloudsync.errors import UsageError
from kloudsync.http.clocks import Timeouts
from kloudsync.http.library import (
    body_of,
    bound_reads,
    expect_client,
    expect_open,
    expect_time,
    failures,
    given_request,
    hide_target,
    is_read,
    own_client,
    own_request,
    response_of,
    shown,
    tells_targets,
    translated,
)
from kloudsync.http.log import quiet_heads
from kloudsync.http.message import Request, Response
from kloudsync.runtime.clock import Clock, SystemClock

T = TypeVar("T")


class _End(threading.local):
    """When the try of the present thread has to be over, on the ports' clock."""

    at: float = inf


class Ports:
    """What both colours have: a client, passed in or made here, and a clock."""

    def __init__(self, client: Any, clock: Clock | None, own: Callable[[], Any]) -> None:
        self._owned = client is None
        self._client: Any = own() if client is None else client
        self._clock = clock or SystemClock()
        self._failures = failures(self._client)

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return self._clock.monotonic()

    def chance(self) -> float:
        """Return a random number in [0, 1)."""
        return self._clock.chance()


class BlockingPorts(Ports):
    """The outside world of a blocking client; may be used by several threads at once."""

    def __init__(self, client: Any = None, clock: Clock | None = None) -> None:
        super().__init__(client, clock, own_client)
        expect_client(self._client, asynchronous=False)
        self._lock = threading.RLock()
        self._end = _End()

    async def exchange(self, request: Request, url: str, timeouts: Timeouts) -> Response:
        """Send one request and read its answer whole."""
        expect_open(self._client)
        self._end.at = self._clock.monotonic() + timeouts.total
        try:
            with quiet_heads(ours=self._owned):
                built = self._built(request, url, timeouts)
                answer = self._client.send(built, stream=True, follow_redirects=False)
            with closing(answer):
                body = body_of(answer)
                for chunk in answer.iter_bytes() if is_read(answer) else answer.iter_raw():
                    body.add(chunk)
                    expect_time(self._left())
                return response_of(answer, body.finish())
        except self._failures as error:
            raise translated(error, self._client) from shown(error)
        finally:
            self._end.at = inf

    def _left(self) -> float:
        return self._end.at - self._clock.monotonic()

    def _built(self, request: Request, url: str, timeouts: Timeouts) -> Any:
        if not self._owned:
            return given_request(self._client, request, url, timeouts)
        built, quiet = own_request(request, url, timeouts), tells_targets()

        def trace(event: str, info: Mapping[str, Any]) -> None:
            if quiet:
                hide_target(built, event)
            bound_reads(event, info, self._left)

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

    async def close(self) -> None:
        """Close the connections, unless the client was passed in."""
        if self._owned:
            self._client.close()
