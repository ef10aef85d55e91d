"""Compare and set: a calendar is moved on from the state that the writer read, or not at all."""

from __future__ import annotations

from kloudsync.errors import LeaseLost
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import CalendarState


def expect_unmoved(key: CalendarKey, found: CalendarState, since: CalendarState) -> None:
    """Let only those write who know where a calendar stands, whatever lease they hold.

    Raises:
        LeaseLost: Somebody began, went on with, or committed a pass meanwhile.
    """
    if not found.is_where(since):
        raise LeaseLost(
            f"another worker moved {key} on after pass {since.passes}, of which this write knows "
            "nothing; nothing was written"
        )
