"""Where a page of activity leads on to."""

from __future__ import annotations

from typing import Final

from kloudsync.errors import DecodeError

TERMINAL: Final = "-1"
"""A cursor that leads nowhere (seen in the vendor's own client)."""


def next_cursor(received: str | None, sent: str | None) -> str | None:
    """Return where a page that held activity leads on to; None where the cursor stands still.

    Raises:
        DecodeError: There is no cursor.
    """
    if received is None:
        raise DecodeError(
            "a page of activity has objects but no cursor; what follows cannot be read"
        )
    return None if received in (sent, TERMINAL) else received
