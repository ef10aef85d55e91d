"""What keeps an event from being understood, whichever vendor wrote it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from kloudsync.errors import DecodeError
from kloudsync.model.times import Time, epoch

EARLIEST: Final = epoch(date(1, 1, 2))
LATEST: Final = epoch(date(9999, 12, 30))
"""Between these, every zone can show an instant as a datetime."""

_EPOCH: Final = date(1970, 1, 1).toordinal()


class Oddity(ValueError):
    """What keeps an event from being understood: what is wrong, and at which path."""

    def __init__(self, problem: str, path: str) -> None:
        super().__init__(f"{problem} @ {path}" if path else problem)


def seconds_of(time: Time, path: str) -> int:
    """Return seconds since 1970; of midnight UTC for dates.

    Raises:
        Oddity: It is so far off that not every zone could show it.
    """
    if isinstance(time, datetime):
        seconds = int(time.timestamp())
    else:
        seconds = (time.toordinal() - _EPOCH) * 86_400
    if not EARLIEST <= seconds <= LATEST:
        raise Oddity(f"{time.isoformat()} is out of range", path)
    return seconds


def not_understood(problem: object) -> DecodeError:
    """Return the error of whoever wanted an event where nothing can be made of what there is."""
    said = str(problem)
    return DecodeError(f"no event can be made of this: {said}", problems=(said,))
