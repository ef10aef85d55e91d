"""Places in the change feed: numbers within one calendar, tokens across all of them.

The changes of a calendar are numbered when they are committed. Those of all calendars have no
order that every commit would have to wait for; they get one when somebody first asks for it.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from kloudsync.errors import UsageError
from kloudsync.model.calendar import CalendarKey

Position: TypeAlias = int | str
"""How far a reader has come: a number in one calendar, a token across all; both sort as changes do."""

_TOKEN = re.compile(r"[0-9a-f]{16}")
_LAST = 2**63 - 1


def token(number: int) -> str:
    """Return a place among the changes of all calendars as text that sorts like it."""
    return f"{number:016x}"


BEGINNING = token(0)
"""Before the first change of all calendars."""


def expect_told(wanted: int, newest: int, key: CalendarKey | None) -> int:
    """See that a position is of a change that somebody can have read, and return it.

    Raises:
        UsageError: It lies beyond the newest change.
    """
    if wanted > newest:
        place = "all calendars" if key is None else str(key)
        raise UsageError(
            f"nobody can have read the change that is acknowledged: it lies beyond the newest one of {place}; "
            "acknowledge what was read. A store that was restored from a copy gives places again, and "
            "readers that remember theirs have to start over"
        )
    return wanted


def number(position: Position, key: CalendarKey | None) -> int:
    """Return what stores count by.

    Args:
        position: As changes tell it.
        key: The calendar; None for all.

    Raises:
        UsageError: A token was given for one calendar, or a number for all of them.
    """
    if key is not None:
        if isinstance(position, str):
            raise UsageError(
                f"{position!r} is a place among the changes of all calendars; in {key} "
                "changes are numbered, see `position`"
            )
        return min(position, _LAST)
    if not isinstance(position, str) or not _TOKEN.fullmatch(position):
        raise UsageError(
            f"{position!r} is no place among the changes of all calendars; expected the "
            "`token` of a change that was read without `key`"
        )
    return min(int(position, 16), _LAST)
