"""Time and chance: the only place of the library that reads a clock, sleeps or rolls dice."""

from __future__ import annotations

import os
import random
import time
from abc import abstractmethod
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What deciding code may know of time and chance; tests pass a manual one."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...

    @abstractmethod
    def monotonic(self) -> float:
        """Return seconds from an arbitrary origin that never run backwards."""
        ...

    @abstractmethod
    def chance(self) -> float:
        """Return a random number in [0, 1)."""
        ...

    @abstractmethod
    def sleep(self, seconds: float) -> None:
        """Block the calling thread."""
        ...

    @abstractmethod
    async def pause(self, seconds: float) -> None:
        """Suspend the calling task."""
        ...


class SystemClock:
    """The machine's clock and its random numbers."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds from an arbitrary origin that never run backwards."""
        return time.monotonic()

    def chance(self) -> float:
        """Return a random number in [0, 1)."""
        return random.random()  # noqa: S311 - spreads retries, guards nothing

    def sleep(self, seconds: float) -> None:
        """Block the calling thread."""
        time.sleep(seconds)

    async def pause(self, seconds: float) -> None:
        """Suspend the calling task."""
        import asyncio  # noqa: PLC0415 - who blocks does without

        await asyncio.sleep(seconds)


def entropy(size: int) -> bytes:
    """Return so many bytes that nobody can guess and no machine ever repeats.

    Not the dice: programs seed those, and a machine that is restored twice rolls the same.
    """
    return os.urandom(size)
