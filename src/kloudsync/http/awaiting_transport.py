"""The outside world of awaiting clients: what a blocking program loads no event loop for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

from kloudsync.http.clocks import Timeouts
from kloudsync.http.library import (
    body_of,
    expect_client,
    expect_open,
    expect_time,
    given_request,
    hide_target,
    is_read,
    own_async_client,
    own_request,
    response_of,
    shown,
    tells_targets,
    translated,
)
from kloudsync.http.log import quiet_heads
from kloudsync.http.message import Request, Response
from kloudsync.http.transport import Ports
from kloudsync.runtime.clock import Clock
from kloudsync.runtime.tasks import in_thread

T = TypeVar("T")


class AwaitingPorts(Ports):
    """The outside world of an awaiting client; may be used by several tasks at once."""

    def __init__(self, client: Any = None, clock: Clock | None = None) -> None:
        super().__init__(client, clock, own_async_client)
        expect_client(self._client, asynchronous=True)
        self._renewal: asyncio.Task[None] | None = None

    async def exchange(self, request: Request, url: str, timeouts: Timeouts) -> Response:
        """Send one request and read its answer whole."""
        expect_open(self._client)
        end = self._clock.monotonic() + timeouts.total
        try:
            async with asyncio.timeout(timeouts.total):
                with quiet_heads(ours=self._owned):
                    built = self._built(request, url, timeouts)
                    answer = await self._client.send(built, stream=True, follow_redirects=False)
                async with aclosing(answer):
                    body = body_of(answer)
                    pieces = answer.aiter_bytes() if is_read(answer) else answer.aiter_raw()
                    async for chunk in pieces:
                        body.add(chunk)
                        expect_time(end - self._clock.monotonic())
                    return response_of(answer, body.finish())
        except self._failures as error:
            raise translated(error, self._client) from shown(error)

    def _built(self, request: Request, url: str, timeouts: Timeouts) -> Any:
        if not self._owned:
            return given_request(self._client, request, url, timeouts)
        built = own_request(request, url, timeouts)
        if tells_targets():

            async def trace(event: str, _: object) -> None:
                hide_target(built, event)

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

    async def close(self) -> None:
        """Close the connections, unless the client was passed in."""
        if self._owned:
            await self._client.aclose()


def _heard(task: asyncio.Task[None]) -> None:
    # If all who waited were cancelled, nobody asks for what went wrong: the next call finds out.
    if not task.cancelled():
        task.exception()
