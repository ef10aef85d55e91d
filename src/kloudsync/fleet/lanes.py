"""Lanes: what waits for what. Pure.

A push never waits behind a sweep: each lane may take all slots but those that are kept free for
the more urgent ones, and what takes long never takes more than its share.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from math import ceil


class Lane(IntEnum):
    """Where work queues; a lower number is more urgent."""

    PUSH = 0
    """Somebody changed something: a notification, or a person who asked."""
    MIRROR = 1
    """What changed is told elsewhere."""
    POLL = 2
    """The clock: safety polls, channels, lists of calendars, pruning."""
    FIRST = 3
    """First syncs and full passes of what is new, which may take minutes."""


SHARES: Mapping[Lane, float] = {
    Lane.PUSH: 1.0,
    Lane.MIRROR: 0.75,
    Lane.POLL: 0.75,
    Lane.FIRST: 0.5,
}
"""Which share of a worker's slots the jobs of a lane, and of those less urgent, take at most."""


def room(lane: Lane, running: Mapping[Lane, int], slots: int) -> int:
    """Return how many more jobs of a lane may begin.

    Every lane has a slot at least where there are several, so that nothing starves while the
    urgent keep coming; with few slots whatever is most urgent goes first.

    Args:
        lane: The lane.
        running: How many jobs of each lane are running.
        slots: How many jobs may run at once.
    """
    free = slots - sum(running.values())
    behind = sum(count for other, count in running.items() if other >= lane)
    share = max(1, ceil(slots * SHARES[lane])) - behind
    return max(0, min(free - _kept_free(lane, running, slots), share))


def _kept_free(lane: Lane, running: Mapping[Lane, int], slots: int) -> int:
    """Return how many slots stay free for less urgent lanes that have none; a quarter at most."""
    without = sum(1 for other in Lane if other > lane and not running.get(other))
    return min(without, slots // 4)
