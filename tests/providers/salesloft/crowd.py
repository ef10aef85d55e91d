"""Clocks for many callers at once: time passes only while all of them sleep."""

from __future__ import annotations

import asyncio
import heapq
import threading
from datetime import timedelta

from kloudsync.testing.clock import ManualClock

_ROUNDED = 2e-6


class ThreadCrowd(ManualClock):
    """A clock for so many threads; each says `leave` when it is done."""

    def __init__(self, members: int) -> None:
        super().__init__()
        self._awake = members
        self._wakes: list[float] = []
        self._moved = threading.Condition()

    def sleep(self, seconds: float) -> None:
        """Wait until all others sleep, too, and it is time."""
        with self._moved:
            wake = self.monotonic() + seconds
            heapq.heappush(self._wakes, wake)
            self._rest()
            while self.monotonic() < wake - _ROUNDED:
                self._moved.wait()

    def leave(self) -> None:
        """Let time pass without the calling thread."""
        with self._moved:
            self._rest()

    def _rest(self) -> None:
        self._awake -= 1
        if self._awake or not self._wakes:
            return
        self.advance(timedelta(seconds=max(0.0, self._wakes[0] - self.monotonic())))
        while self._wakes and self._wakes[0] <= self.monotonic() + _ROUNDED:
            heapq.heappop(self._wakes)
            self._awake += 1
        self._moved.notify_all()


class TaskCrowd(ManualClock):
    """The same for tasks of one event loop."""

    def __init__(self, members: int) -> None:
        super().__init__()
        self._awake = members
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []

    async def pause(self, seconds: float) -> None:
        """Wait until all others sleep, too, and it is time."""
        called = asyncio.Event()
        wake = self.monotonic() + seconds
        heapq.heappush(self._sleepers, (wake, id(called), called))
        self.leave()
        await called.wait()

    def leave(self) -> None:
        """Let time pass without the calling task."""
        self._awake -= 1
        if self._awake or not self._sleepers:
            return
        self.advance(timedelta(seconds=max(0.0, self._sleepers[0][0] - self.monotonic())))
        while self._sleepers and self._sleepers[0][0] <= self.monotonic() + _ROUNDED:
            heapq.heappop(self._sleepers)[2].set()
            self._awake += 1
