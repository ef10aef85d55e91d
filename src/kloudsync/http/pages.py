"""Endpoints that answer in pages: iterated by page or by item, on either colour of client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import update_wrapper
from typing import Any, Final, Generic, ParamSpec, Protocol, TypeVar, overload

from attrs import evolve, frozen

from kloudsync.errors import DecodeError, NotFound, UsageError
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.endpoint import Resource
from kloudsync.http.message import Request
from kloudsync.http.operation import Operation
from kloudsync.runtime.colour import Awaits, Blocks, InColour
from kloudsync.runtime.colour import C_co as K_co
from kloudsync.runtime.twin import twin_iterator

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@frozen
class Guess:
    """The request of a page that may not exist: if it is not found, the listing is at its end."""

    request: Request


class Page(Protocol[T_co]):
    """One page of a listing."""

    @property
    def items(self) -> Sequence[T_co]:
        """What the page holds; may be empty although more pages follow."""
        ...

    def next_request(self, request: Request) -> Request | Guess | None:
        """Describe the next page's request, given this page's; None on the last page."""
        ...


LONGEST_WALK: Final = 100_000
"""No listing has more pages; a service that names ever new ones has no end."""


class PageWalk(Generic[T]):
    """Decides, page by page, what to ask next; refuses a walk in circles, or without end.

    Args:
        first: Describes the first page.
        most: How many pages are read at most.
    """

    def __init__(self, first: Operation[Page[T]], most: int = LONGEST_WALK) -> None:
        self._most = most
        self.operation: Operation[Page[T]] | None = first
        self._seen = {first.request}
        self._guessed = False

    def advance(self, page: Page[T]) -> None:
        """Move on from a page that was answered."""
        operation = self.operation
        assert operation is not None, "advance follows a page"  # noqa: S101 - a local invariant
        step = page.next_request(operation.request)
        self._guessed = isinstance(step, Guess)
        request = step.request if isinstance(step, Guess) else step
        if request in self._seen:
            raise DecodeError(
                f"{operation.name}: the service named a page that was read before; "
                "the listing has no end",
                operation=operation.name,
            )
        if len(self._seen) >= self._most and request is not None:
            raise DecodeError(
                f"{operation.name}: the service names more pages after {self._most}; "
                "the listing has no end",
                operation=operation.name,
            )
        if request is not None:
            self._seen.add(request)
        self.operation = None if request is None else _moved(operation, request)

    def expect_guessed(self, error: NotFound) -> None:
        """Take a page that is not found as the end of a listing that only guessed at it.

        Raises:
            NotFound: The service itself had named the page.
        """
        if not self._guessed:
            raise error


def _moved(operation: Operation[Page[T]], request: Request) -> Operation[Page[T]]:
    cost = operation.cost if operation.price is None else operation.price(request)
    return evolve(operation, request=request, cost=cost)


class Pages(InColour[K_co], Generic[K_co, T]):
    """A listing: iterate it for items, `by_page()` for pages; each is fetched when it is asked for."""

    def __init__(self, caller: Blocking | Awaiting, first: Operation[Page[T]]) -> None:
        self._caller = caller
        self._first = first

    @twin_iterator
    async def by_page(self) -> AsyncIterator[Page[T]]:
        """Yield page after page, each fetched when it is asked for."""
        walk = PageWalk(self._first)
        while walk.operation is not None:
            try:
                page = (await self._caller.perform(walk.operation)).value
            except NotFound as error:
                walk.expect_guessed(error)
                return
            yield page
            walk.advance(page)


class BlockingPages(Pages[Blocks, T]):
    """A listing of a blocking client: iterate it for items, `by_page()` for pages."""

    def __iter__(self) -> Iterator[T]:
        """Yield the items of all pages."""
        for page in self.by_page():
            yield from page.items


class AwaitingPages(Pages[Awaits, T]):
    """A listing of an awaiting client: `async for` it for items, `by_page()` for pages."""

    async def __aiter__(self) -> AsyncIterator[T]:
        """Yield the items of all pages."""
        async for page in self.by_page():
            for item in page.items:
                yield item


class pages(Generic[P, T]):  # noqa: N801 - reads as the decorator that it is
    """Turn a function that describes a first page into a method that walks all pages."""

    def __init__(self, describe: Callable[P, Operation[Page[T]]]) -> None:
        self._describe = describe
        self.__wrapped__ = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, resource: None, owner: Any) -> Callable[P, Operation[Page[T]]]: ...
    @overload
    def __get__(
        self, resource: Resource[Blocking], owner: Any
    ) -> Callable[P, BlockingPages[T]]: ...
    @overload
    def __get__(
        self, resource: Resource[Awaiting], owner: Any
    ) -> Callable[P, AwaitingPages[T]]: ...
    def __get__(self, resource: Resource[Any] | None, owner: Any) -> Callable[P, Any]:
        """Return the description on the class, the walk on an instance."""
        if resource is None:
            return self._describe
        caller = resource.caller

        def walk(*args: P.args, **kwargs: P.kwargs) -> Any:
            first = self._describe(*args, **kwargs)
            if isinstance(caller, Blocking):
                return BlockingPages(caller, first)
            if isinstance(caller, Awaiting):
                return AwaitingPages(caller, first)
            raise UsageError("listings have no raw answer as a whole; walk them on the client")

        return update_wrapper(walk, self._describe)
