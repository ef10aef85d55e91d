"""Both colours of Salesloft client, so that each fact is shown for both."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, ParamSpec, Protocol, TypeVar

import httpx
from attrs import frozen

from kloudsync.http.auth import Auth
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.drives import Drive
from kloudsync.http.operation import Answer, Operation
from kloudsync.http.pages import AwaitingPages, BlockingPages, Page
from kloudsync.providers.salesloft.client import AsyncSalesloft, Salesloft
from kloudsync.providers.salesloft.limiter import TeamBudget
from kloudsync.runtime.drive import run
from kloudsync.runtime.step import Step
from kloudsync.testing.clock import ManualClock

P = ParamSpec("P")
T = TypeVar("T")

TOKEN = "v2_ak_1_t0p-secret"


@frozen
class World:
    """The outside world of mirrors, sinks and bulk jobs, over one colour of client."""

    caller: Blocking | Awaiting

    async def send(self, described: Operation[T] | Step[T]) -> T:
        """Perform an operation or a step."""
        return await Drive(self.caller).send(described)

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method that blocks."""
        return method(*args, **kwargs)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self.caller.ports.sleep(seconds)

    def now(self) -> datetime:
        """Return the current time."""
        return self.caller.ports.now()


@frozen
class Work:
    """The same as a sink sees it: with the time as a number."""

    world: World

    async def send(self, described: Operation[T] | Step[T]) -> T:
        """Perform an operation or a step."""
        return await self.world.send(described)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self.world.sleep(seconds)

    def now(self) -> float:
        """Return seconds since 1970."""
        return self.world.now().timestamp()


class Colour(Protocol):
    """Performs described calls with one colour of client, over a transport of httpx."""

    def call(
        self,
        operation: Operation[T],
        transport: Any,
        *,
        clock: ManualClock | None = None,
        token: str | Auth = TOKEN,
    ) -> Answer[T]:
        """Perform one call."""
        ...

    def items(self, first: Operation[Page[T]], transport: Any) -> list[T]:
        """Walk a listing to its end."""
        ...

    def live(self, work: Callable[[World], Awaitable[T]], transport: Any, clock: ManualClock) -> T:
        """Finish a coroutine that needs the outside world."""
        ...


class BlockingColour:
    """The blocking client."""

    def call(
        self,
        operation: Operation[T],
        transport: Any,
        *,
        clock: ManualClock | None = None,
        token: str | Auth = TOKEN,
    ) -> Answer[T]:
        """Perform one call."""
        return run(self._client(transport, clock, token).caller.perform(operation))

    def items(self, first: Operation[Page[T]], transport: Any) -> list[T]:
        """Walk a listing to its end."""
        return list(BlockingPages(self._client(transport).caller, first))

    def live(self, work: Callable[[World], Awaitable[T]], transport: Any, clock: ManualClock) -> T:
        """Finish a coroutine that needs the outside world."""
        world = World(self._client(transport, clock).caller)

        async def finish() -> T:
            return await work(world)

        return run(finish())

    def _client(
        self, transport: Any, clock: ManualClock | None = None, token: str | Auth = TOKEN
    ) -> Salesloft:
        http_client = httpx.Client(transport=transport)
        clock = clock or ManualClock()
        return Salesloft(token, http_client=http_client, clock=clock, limiter=TeamBudget())


class AwaitingColour:
    """The awaiting client, in an event loop of its own."""

    def call(
        self,
        operation: Operation[T],
        transport: Any,
        *,
        clock: ManualClock | None = None,
        token: str | Auth = TOKEN,
    ) -> Answer[T]:
        """Perform one call."""

        async def call() -> Answer[T]:
            client = self._client(transport, clock, token)
            return await client.caller.perform(operation)

        return asyncio.run(call())

    def items(self, first: Operation[Page[T]], transport: Any) -> list[T]:
        """Walk a listing to its end."""

        async def walk() -> list[T]:
            caller = self._client(transport).caller
            return [item async for item in AwaitingPages(caller, first)]

        return asyncio.run(walk())

    def live(self, work: Callable[[World], Awaitable[T]], transport: Any, clock: ManualClock) -> T:
        """Finish a coroutine that needs the outside world."""

        async def finish() -> T:
            return await work(World(self._client(transport, clock).caller))

        return asyncio.run(finish())

    def _client(
        self, transport: Any, clock: ManualClock | None = None, token: str | Auth = TOKEN
    ) -> AsyncSalesloft:
        http_client = httpx.AsyncClient(transport=transport)
        clock = clock or ManualClock()
        return AsyncSalesloft(token, http_client=http_client, clock=clock, limiter=TeamBudget())
