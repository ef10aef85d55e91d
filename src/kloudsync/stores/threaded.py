"""A store for coroutines: its methods run in a worker thread of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from types import TracebackType
from typing import Generic, ParamSpec, Protocol, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Closable(Protocol):
    """Anything that is closed when it is no longer needed."""

    def close(self) -> None:
        """Release files and connections."""
        ...


S = TypeVar("S", bound=Closable)


class Threaded(Generic[S]):
    """A blocking store, used without blocking the event loop.

    One thread serves one store, so that calls keep their order and a database
    is never asked twice at once.

    ```python
    async with Threaded(SQLiteStore("calendars.db")) as store:
        state = await store.run(store.inner.state, key)
    ```

    Attributes:
        inner: The blocking store.
    """

    def __init__(self, inner: S) -> None:
        self.inner = inner
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kloudsync-store")

    async def run(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method in the store's thread and await its answer.

        A call that has begun runs to its end even if the awaiting task is cancelled:
        a transaction is never cut in half.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, partial(method, *args, **kwargs))

    async def iterate(
        self,
        method: Callable[P, Iterator[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> AsyncIterator[T]:
        """Iterate over the answer of a method, advancing it by 256 items at a time in the store's thread."""
        items = await self.run(method, *args, **kwargs)
        while batch := await self.run(_take, items, 256):
            for item in batch:
                yield item

    async def close(self) -> None:
        """Close the store and end its thread, after the calls that are under way."""
        try:
            await self.run(self.inner.close)
        finally:
            self._worker.shutdown(wait=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


def _take(items: Iterator[T], count: int) -> list[T]:
    return list(islice(items, count))
