"""What stands in the place of a client where there is none: for sources and sinks without HTTP."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

from kloudsync.errors import UsageError
from kloudsync.runtime.clock import Clock, SystemClock
from kloudsync.runtime.colour import Awaits, Blocks, C_co, Colour, InColour

LONGEST: Final = 60.0
"""How long a step may take where nobody says so, in seconds."""


class LocalPorts:
    """Time and chance, for blocking steps."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        self._clock.sleep(seconds)

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return self._clock.now()

    def chance(self) -> float:
        """Return a random number in [0, 1)."""
        return self._clock.chance()


class AsyncLocalPorts(LocalPorts):
    """Time and chance, within an event loop."""

    async def sleep(self, seconds: float) -> None:
        """Wait, and let others work meanwhile."""
        await self._clock.pause(seconds)


class LocalWork(InColour[C_co], Colour):
    """Performs steps in its colour, and no calls.

    Attributes:
        longest_call: How long one step may take at most, in seconds; leases outlast it.
        ports: Time and chance.
    """

    longest_call: float
    ports: LocalPorts

    def _begin(self, longest_step: float, ports: LocalPorts) -> None:
        if not (math.isfinite(longest_step) and longest_step > 0):
            raise UsageError(f"longest_step is {longest_step}; give a number of seconds above 0")
        self.longest_call = longest_step
        self.ports = ports

    def __repr__(self) -> str:
        return f"{type(self).__name__}(longest_step={self.longest_call:g})"


class Local(LocalWork[Blocks], Blocks):
    """The `caller` of a source or sink that speaks no HTTP, for blocking engines and mirrors.

    Args:
        longest_step: How long one of its steps may take at most, in seconds. An engine's lease has
            to outlast it.
        clock: Time and chance; tests pass their own.

    Raises:
        UsageError: `longest_step` is no number of seconds.
    """

    colour: type[Colour] = Blocks

    def __init__(self, *, longest_step: float = LONGEST, clock: Clock | None = None) -> None:
        self._begin(longest_step, LocalPorts(clock or SystemClock()))


class AsyncLocal(LocalWork[Awaits], Awaits):
    """The same for awaiting engines and mirrors, whose steps are done in worker threads."""

    colour: type[Colour] = Awaits

    def __init__(self, *, longest_step: float = LONGEST, clock: Clock | None = None) -> None:
        self._begin(longest_step, AsyncLocalPorts(clock or SystemClock()))
