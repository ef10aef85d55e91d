"""The weather of a simulated world: its clock, its luck, and the storms that may come."""

from __future__ import annotations

import random

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import TRANSIENT, FaultKind

STORMS = (
    *TRANSIENT,
    FaultKind.CURSOR_GONE,
    FaultKind.CURSOR_INVALID,
    FaultKind.DUPLICATE_ITEMS,
    FaultKind.REORDER_PAGES,
    FaultKind.HTML_200,
)


class Weather(ManualClock):
    """A manual clock with seeded luck, so that retries spread and workers get names of their own."""

    def __init__(self) -> None:
        super().__init__()
        self._dice = random.Random(0)

    def chance(self) -> float:
        """Return the next number."""
        return self._dice.random()
