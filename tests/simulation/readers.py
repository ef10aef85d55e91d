"""A consumer of a feed that sometimes dies before it acknowledges."""

from __future__ import annotations

import random

from kloudsync.model.change import Change
from kloudsync.objects.sync_engine import SyncEngine


class Reader:
    """One consumer of one calendar's feed, and all that it was told."""

    def __init__(self) -> None:
        self._met: dict[int, str] = {}
        self._acknowledged = 0

    def read(self, copy: SyncEngine, luck: int) -> int:
        """Read what is new, acknowledge some of it or nothing, and return how much it was."""
        dice = random.Random(luck)
        changes = list(copy.changes("reader"))
        for change in changes:
            self._meet(change)
        if changes and dice.random() < 0.8:
            last = changes[dice.randrange(len(changes))] if luck else changes[-1]
            copy.acknowledge("reader", last)
            self._acknowledged = max(self._acknowledged, last.position)
        return len(changes)

    def check(self, copy: SyncEngine) -> None:
        """See that every change of the feed was met at least once."""
        everything = list(copy.changes("auditor of all"))
        assert {change.position for change in everything} == self._met.keys()

    def _meet(self, change: Change) -> None:
        told = _told(change)
        assert change.position > self._acknowledged, "an acknowledged change came again"
        assert self._met.setdefault(change.position, told) == told, "a change was told in two ways"


def _told(change: Change) -> str:
    # A slot is shown in the calendar's zone, which may have changed since.
    names = ("old", "new", "series", "id")
    return " ".join([type(change).__name__, *(getattr(change, name, "") for name in names)])
