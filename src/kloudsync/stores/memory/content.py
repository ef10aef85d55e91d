"""Everything that the store in memory holds, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from attrs import field, frozen

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Channel, Standing, Topic
from kloudsync.model.kept_token import KeptToken
from kloudsync.model.state import FeedRecord, Lease
from kloudsync.model.writes import LedgerEntry
from kloudsync.stores.memory.shelf import Shelf
from kloudsync.stores.memory.timetable import Timetable

_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


@frozen
class Tenure:
    """The last fence of a lease, and who holds it now, if anybody."""

    fence: int
    holder: Lease | None


@frozen
class Reader:
    """How far a consumer has come, and when the last commit was made that it can have known of."""

    position: int
    heard_at: float


@frozen(kw_only=True)
class Content:
    """What a store holds at one moment; a write makes another one of it.

    Attributes:
        shelves: Each calendar's part.
        feed: The change feed, oldest entry first, each with its place among all calendars' entries.
        head: The place given last.
        floor: No position of a calendar that is forgotten was higher.
        fence: No lease that is forgotten had a higher one.
        consumers: How far each reader of the feed has come.
        tenures: The leases, by name.
        channels: The push channels, by id.
        standings: What is due, by topic.
        ledgers: What mirrors wrote, by mirror and key.
        timetable: When topics are due, and who works at them.
        requests: How many requests there were, by day, calendar and cause.
        tokens: The logins, by provider and account.
    """

    shelves: Mapping[CalendarKey, Shelf] = field(default=_NOTHING)
    feed: tuple[tuple[int, FeedRecord], ...] = ()
    head: int = 0
    floor: int = 0
    fence: int = 0
    consumers: Mapping[tuple[str, CalendarKey | None], Reader] = field(default=_NOTHING)
    tenures: Mapping[str, Tenure] = field(default=_NOTHING)
    channels: Mapping[str, Channel] = field(default=_NOTHING)
    standings: Mapping[Topic, Standing] = field(default=_NOTHING)
    ledgers: Mapping[str, Mapping[str, LedgerEntry]] = field(default=_NOTHING)
    timetable: Timetable = field(default=Timetable(), repr=False)
    requests: Mapping[tuple[date, CalendarKey, str], int] = field(default=_NOTHING)
    tokens: Mapping[tuple[str, str], KeptToken] = field(default=_NOTHING)
