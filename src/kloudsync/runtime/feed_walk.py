"""Walking a feed to its end, a few entries at a time, from where a consumer has come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Protocol, TypeVar


class Positioned(Protocol):
    """Something with a place in a feed."""

    @property
    def position(self) -> int:
        """Its place; rises, with gaps."""
        ...


P = TypeVar("P", bound=Positioned)


def walk(chunk: Callable[[int | None], Sequence[P]]) -> Iterator[P]:
    """Yield what a feed holds, oldest first.

    Args:
        chunk: Returns the next few entries behind a position, or behind the acknowledged one.
    """
    after: int | None = None
    while entries := chunk(after):
        yield from entries
        after = entries[-1].position


async def walk_awaiting(
    chunk: Callable[[int | None], Awaitable[Sequence[P]]],
) -> AsyncIterator[P]:
    """Yield what a feed holds, oldest first; as `walk` does, where a chunk has to be awaited."""
    after: int | None = None
    while entries := await chunk(after):
        for entry in entries:
            yield entry
        after = entries[-1].position
