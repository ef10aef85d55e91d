"""A window of time that moves along with the present, as sources list it that follow no changes.

Each pass lists the whole window as it stands when the pass begins, so that the bounds are
carried from page to page, over restarts too.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final

from attrs import evolve, frozen

from kloudsync.errors import UsageError
from kloudsync.model.page import SourcePage
from kloudsync.model.times import epoch

BACK: Final = timedelta(days=7)
"""How far into the past windows reach unless told otherwise."""

AHEAD: Final = timedelta(days=90)
"""How far into the future they reach."""

_SHORTEST: Final = timedelta(seconds=1)


@frozen(kw_only=True)
class Bounds:
    """The window of one pass, in whole seconds.

    Attributes:
        start: What ends at or before this instant is not in it.
        end: What starts at or after this instant is not in it.
    """

    start: datetime
    end: datetime

    @classmethod
    def around(cls, now: datetime, *, back: timedelta, ahead: timedelta) -> Bounds:
        """Return the window as it stands at an instant.

        Raises:
            UsageError: It is empty.
        """
        if back + ahead < _SHORTEST:
            raise UsageError(f"a window from {back} back to {ahead} ahead holds nothing")
        present = now.replace(microsecond=0)
        return cls(start=present - back, end=present + ahead)

    @classmethod
    def at(cls, position: str) -> tuple[str, Bounds]:
        """Read a position: the page's name, and the window that it is a page of."""
        token, start, end = json.loads(position)
        return token, cls(start=datetime.fromisoformat(start), end=datetime.fromisoformat(end))

    def position(self, token: str) -> str:
        """Write the position of a page of this window."""
        return json.dumps([token, self.start.isoformat(), self.end.isoformat()])

    def bounded(self, page: SourcePage) -> SourcePage:
        """Return a page, whose `next` is the following page's name, as one of this window."""
        following = None if page.next is None else self.position(page.next)
        return evolve(page, next=following, cursor=None, since=epoch(self.start))
