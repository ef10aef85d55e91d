"""Walking a feed to its end, a few entries at a time, from where a consumer has come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol, TypeVar


class Positioned(Protocol):
    """Something with a place in a feed."""

    @property
    def position(self) -> int:
        """Its place; rises, with gaps."""
        ...


P = TypeVar("P", bound=Positioned)


async def chunks(
    read: Callable[[int | None], Awaitable[Sequence[P]]],
) -> AsyncIterator[Sequence[P]]:
    """Yield what a feed holds, a few entries at a time, oldest first.

    Args:
        read: Returns the next few entries behind a position, or behind the acknowledged one.
    """
    after: int | None = None
    while entries := await read(after):
        yield entries
        after = entries[-1].position
