"""What the roles of the store in memory share."""

from __future__ import annotations

from collections import defaultdict
from threading import RLock

from attrs import frozen

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Channel, Standing, Topic
from kloudsync.model.state import FeedRecord, Lease
from kloudsync.model.writes import LedgerEntry
from kloudsync.stores.memory.shelf import Shelf


@frozen
class Tenure:
    """The last fence of a lease, and who holds it now, if anybody."""

    fence: int
    holder: Lease | None


class Role:
    """A group of store methods over what the store holds; one caller at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = RLock()
        self._shelves: dict[CalendarKey, Shelf] = {}
        self._feed: list[FeedRecord] = []
        self._head = 0
        self._consumers: dict[tuple[str, CalendarKey | None], int] = {}
        self._tenures: dict[str, Tenure] = {}
        self._channels: dict[str, Channel] = {}
        self._standings: dict[Topic, Standing] = {}
        self._ledgers: defaultdict[str, dict[str, LedgerEntry]] = defaultdict(dict)

    def _shelf(self, key: CalendarKey) -> Shelf:
        return self._shelves.get(key) or Shelf()

    def _owned(self, key: CalendarKey) -> Shelf:
        return self._shelves.setdefault(key, Shelf())
