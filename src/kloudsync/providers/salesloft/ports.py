"""What longer work, such as a bulk job, needs of the outside world."""

from __future__ import annotations

from typing import Protocol, TypeVar

from kloudsync.http.operation import Operation
from kloudsync.http.pages import Page, PageWalk

T = TypeVar("T")


class WorkPorts(Protocol):
    """Performing and waiting; `mirror.ports.SinkPorts` has the same."""

    async def send(self, described: Operation[T]) -> T:
        """Perform an operation."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


async def collect(first: Operation[Page[T]], ports: WorkPorts) -> list[T]:
    """Walk a listing to its end and return all of its items."""
    walk = PageWalk(first)
    items: list[T] = []
    while walk.operation is not None:
        page = await ports.send(walk.operation)
        items.extend(page.items)
        walk.advance(page)
    return items
