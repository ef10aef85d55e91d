"""Writes within writes, which no store flattens: the outer one would end with the inner one."""

from __future__ import annotations

from kloudsync.errors import StoreError


class Stay:
    """Is there for as long as a thread has its turn to write, and ends with it even if interrupted.

    Whoever has the turn holds it, and the store a weak reference: no line that an interrupt may
    skip has to take the mark back.
    """


def nobody() -> None:
    """Stand for the stay of nobody."""


def nested(place: str) -> StoreError:
    """Return the error for a thread that writes to a store while it is writing to it already.

    Args:
        place: The store, for messages.
    """
    return StoreError(
        f"{place} is being written to by this very thread; a signal handler, a finalizer or a "
        "callback has to leave its write for later, and a unit of work uses what it is given"
    )
