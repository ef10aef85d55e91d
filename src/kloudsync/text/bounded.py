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
        lines: The others; of a longer one than 200 characters nothing may be shown. No more are
            made than there is room for.
        most: Characters that all of it may take.
        rest: Says in a line that so many were left out, beginning with the one of an index.

    Raises:
        UsageError: `most` leaves no room for an answer.
    """
    if most < LEAST:
        raise UsageError(f"most is {most}; an answer takes at least {LEAST} characters")
    fit, room, more = list[str](), most - len(head), iter(lines)
    for line in more:
        room -= len(line) + 1
        if room < 0:
            break
        fit.append(line)
    else:
        return "\n".join([head, *fit])
    # What is left out is told in words of any length, which may take the place of another line.
    told = ("\n".join([head, *fit[:kept], rest(kept)]) for kept in range(len(fit), -1, -1))
    cut = "\n".join([head, *fit])
    return next((one for one in told if len(one) <= most), f"{cut[: most - 1]}…")
