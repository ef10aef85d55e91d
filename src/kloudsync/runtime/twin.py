"""Methods that are written once, as coroutines, and belong to objects of both colours.

```python
class Counter(InColour[C_co]):
    @twin
    async def count(self) -> int: ...

class BlockingCounter(Counter[Blocks]): ...

class AwaitingCounter(Counter[Awaits]): ...
```

`BlockingCounter().count()` is an int, `AwaitingCounter().count()` a coroutine of one; signature
and docstring are those of the one text, for people, type checkers and `inspect` alike.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Generator, Iterator
from functools import wraps
from types import MethodType
from typing import Any, Concatenate, Final, Generic, ParamSpec, TypeVar, overload

from kloudsync.runtime.colour import Awaits, Blocks, Colour, InColour
from kloudsync.runtime.drive import run

P = ParamSpec("P")
T = TypeVar("T")

_END: Final[Any] = object()


class twin(Generic[P, T]):  # noqa: N801 - reads as the decorator that it is
    """Turn a coroutine function into a method that answers in the colour of its object.

    On a blocking object the answer is there when the method returns; on an awaiting one the method
    is the coroutine function itself.
    """

    def __init__(self, method: Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]) -> None:
        self._method = method
        self.__wrapped__ = method
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, holder: None, owner: Any) -> Callable[Concatenate[Any, P], Any]: ...
    @overload
    def __get__(self, holder: InColour[Blocks], owner: Any) -> Callable[P, T]: ...
    @overload
    def __get__(
        self, holder: InColour[Awaits], owner: Any
    ) -> Callable[P, Coroutine[Any, Any, T]]: ...
    @overload
    def __get__(
        self, holder: InColour[Colour], owner: Any
    ) -> Callable[P, T | Coroutine[Any, Any, T]]: ...
    def __get__(self, holder: InColour[Any] | None, owner: Any) -> Any:
        """Return the method of an object, or of its class, in its colour."""
        method: Any = self._method if holder is None else MethodType(self._method, holder)
        if not _blocks(holder, owner):
            return method

        @wraps(method)
        def finished(*args: Any, **kwargs: Any) -> Any:
            return run(method(*args, **kwargs))

        return finished


class twin_iterator(Generic[P, T]):  # noqa: N801 - the same
    """Turn an asynchronous generator into a method that iterates in the colour of its object.

    On a blocking object it returns an iterator, on an awaiting one a `Walk`.
    """

    def __init__(self, method: Callable[Concatenate[Any, P], AsyncIterator[T]]) -> None:
        self._method = method
        self.__wrapped__ = method
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, holder: None, owner: Any) -> Callable[Concatenate[Any, P], Any]: ...
    @overload
    def __get__(self, holder: InColour[Blocks], owner: Any) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, holder: InColour[Awaits], owner: Any) -> Callable[P, Walk[T]]: ...
    @overload
    def __get__(
        self, holder: InColour[Colour], owner: Any
    ) -> Callable[P, Iterator[T] | Walk[T]]: ...
    def __get__(self, holder: InColour[Any] | None, owner: Any) -> Any:
        """Return the method of an object, or of its class, in its colour."""
        method: Any = self._method if holder is None else MethodType(self._method, holder)
        walk: Any = _stepped if _blocks(holder, owner) else Walk

        @wraps(method)
        def walked(*args: Any, **kwargs: Any) -> Any:
            return walk(method(*args, **kwargs))

        return walked


class Walk(AsyncIterator[T]):
    """What an awaiting object yields: `async for` it item by item, or `await` it for a list of all."""

    def __init__(self, items: AsyncGenerator[T, None]) -> None:
        self._items = items

    async def __anext__(self) -> T:
        """Return the next item."""
        return await anext(self._items)

    def __await__(self) -> Generator[Any, Any, list[T]]:
        """Return all items that are left."""
        return self._all().__await__()

    async def aclose(self) -> None:
        """Take no more items."""
        await self._items.aclose()

    async def _all(self) -> list[T]:
        return [item async for item in self._items]


def _blocks(holder: Any, owner: Any) -> bool:
    # What is generic in its colour has none of its own; its methods are shown as they are written.
    return issubclass(getattr(owner if holder is None else holder, "colour", Colour), Blocks)


def _stepped(items: AsyncGenerator[T, None]) -> Iterator[T]:
    """Yield what a generator yields that never suspends, each item when it is asked for."""
    try:
        while (item := run(_next(items))) is not _END:
            yield item
    finally:
        run(items.aclose())


async def _next(items: AsyncGenerator[T, None]) -> T:
    return await anext(items, _END)
