"""Both colours of Google client, so that each fact is shown for both."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol, TypeVar

import httpx

from kloudsync.http.operation import Answer, Operation
from kloudsync.http.pages import AwaitingPages, BlockingPages, Page
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.runtime.drive import run
from kloudsync.testing.clock import ManualClock

T = TypeVar("T")

TOKEN = "t0p-secret"


class Colour(Protocol):
    """Performs described calls with one colour of client, over a transport of httpx."""

    def call(
        self, operation: Operation[T], transport: Any, *, clock: ManualClock | None = None
    ) -> Answer[T]:
        """Perform one call."""
        ...

    def items(self, first: Operation[Page[T]], transport: Any) -> list[T]:
        """Walk a listing to its end."""
        ...


class BlockingColour:
    """The blocking client."""

    def call(
        self, operation: Operation[T], transport: Any, *, clock: ManualClock | None = None
    ) -> Answer[T]:
        """Perform one call."""
        google = Google(
            TOKEN, http_client=httpx.Client(transport=transport), clock=clock or ManualClock()
        )
        return run(google.caller.perform(operation))

    def items(self, first: Operation[Page[T]], transport: Any) -> list[T]:
        """Walk a listing to its end."""
        google = Google(TOKEN, http_client=httpx.Client(transport=transport), clock=ManualClock())
        return list(BlockingPages(google.caller, first))


class AwaitingColour:
    """The awaiting client, in an event loop of its own."""

    def call(
        self, operation: Operation[T], transport: Any, *, clock: ManualClock | None = None
    ) -> Answer[T]:
        """Perform one call."""

        async def call() -> Answer[T]:
            http_client = httpx.AsyncClient(transport=transport)
            google = AsyncGoogle(TOKEN, http_client=http_client, clock=clock or ManualClock())
            return await google.caller.perform(operation)

        return asyncio.run(call())

    def items(self, first: Operation[Page[T]], transport: Any) -> list[T]:
        """Walk a listing to its end."""

        async def walk() -> list[T]:
            http_client = httpx.AsyncClient(transport=transport)
            google = AsyncGoogle(TOKEN, http_client=http_client, clock=ManualClock())
            return [item async for item in AwaitingPages(google.caller, first)]

        return asyncio.run(walk())
