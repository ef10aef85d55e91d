"""Lines about requests that were refused: few, since anybody can send such requests."""

from __future__ import annotations

import logging
from typing import Final

from attrs import define, field

from kloudsync.errors import KloudsyncError
from kloudsync.http.log import without_mailboxes

logger: logging.Logger = logging.getLogger("kloudsync.push")

QUIET: Final = 60.0
"""Seconds for which a warning of one kind is followed by no other of its kind."""


@define
class RefusalLog:
    """Warns of the first refusal of each kind in a minute, and counts the others."""

    _told: dict[str, float] = field(factory=dict[str, float], init=False)
    _others: dict[str, int] = field(factory=dict[str, int], init=False)

    def tell(self, error: KloudsyncError, now: float) -> None:
        """Note a refusal; those that are no warning are lines at DEBUG.

        Args:
            error: Why it was refused.
            now: Seconds since 1970.
        """
        kind, words = type(error).__name__, without_mailboxes(str(error))
        # A clock that was set back is no reason to be silent until it has caught up.
        if 0 <= now - self._told.get(kind, -QUIET) < QUIET:
            self._others[kind] = self._others.get(kind, 0) + 1
            logger.debug("notification refused: %s", words)
            return
        self._told[kind] = now
        others = self._others.pop(kind, 0)
        more = f" (and {others} more like it since the last such line)" if others else ""
        logger.warning("notification refused: %s%s", words, more)
