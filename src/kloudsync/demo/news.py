"""That something happened, for any number of tasks that wait for it."""

from __future__ import annotations

import asyncio


class News:
    """Wakes whoever waits; belongs to one event loop.

    Attributes:
        count: How often there was news.
        over: Whether there will be no more.
    """

    def __init__(self) -> None:
        self.count: int = 0
        self.over: bool = False
        self._next = asyncio.Event()

    def tell(self) -> None:
        """Say that there is something new."""
        self.count += 1
        self._next.set()
        self._next = asyncio.Event()

    def end(self) -> None:
        """Say that this was the last."""
        self.over = True
        self.tell()

    async def behind(self, count: int) -> int:
        """Wait until there was more news than so often, and return how often there was."""
        while self.count <= count:
            await self._next.wait()
        return self.count
