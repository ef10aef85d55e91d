"""Lines within a number of characters, the last of which says what was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from kloudsync.errors import UsageError

LEAST: Final = 300
"""Characters below which an answer has no room for its own head and end."""


def bounded(head: str, lines: Iterable[str], most: int, *, rest: Callable[[int], str]) -> str:
    """Return a head and as many lines as fit, with a word of how many do not.

    Args:
        head: The first line.
        lines: The others; no longer ones than 200 characters.
        most: Characters that all of it may take.
        rest: Says in a line that so many were left out, beginning with the one of an index.

    Raises:
        UsageError: `most` leaves no room for an answer.
    """
    if most < LEAST:
        raise UsageError(f"most is {most}; an answer takes at least {LEAST} characters")
    every = list(lines)
    whole = "\n".join([head, *every])
    if len(whole) <= most:
        return whole
    room, fit = most - len(head) - 1, 0
    for line in every:
        room -= len(line) + 1
        if room < 0:
            break
        fit += 1
    # What is left out is told in words of any length, which may take the place of another line.
    told = (
        "\n".join([head, *every[:kept], rest(kept)])
        for kept in range(min(fit, len(every) - 1), -1, -1)
    )
    return next((one for one in told if len(one) <= most), f"{whole[: most - 1]}…")
