"""Requests are money: what a day may cost, and what gives way first. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from kloudsync.fleet.lanes import Lane

SHED_AT: Final[dict[Lane, float]] = {Lane.FIRST: 0.7, Lane.POLL: 0.85, Lane.PUSH: 1.0}
"""Which share of a day's budget may be spent before the jobs of a lane wait for the next day.

Mirrors cost the calendar's service nothing.
"""


def open_lanes(budget: int | None, spent: int) -> Collection[Lane]:
    """Return the lanes whose jobs may begin: polls are shed before what was announced.

    Args:
        budget: Requests per day, in UTC; None for any number.
        spent: How many were made today.
    """
    if budget is None:
        return tuple(Lane)
    return tuple(lane for lane in Lane if lane not in SHED_AT or spent < budget * SHED_AT[lane])
