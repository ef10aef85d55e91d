"""What readers of changes ask of a store: entries in order, acknowledged at their own pace."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.positions import Position
from kloudsync.model.state import Consumer, FeedRecord


class ChangeFeed(Protocol):
    """The durable feed of changes, read by named consumers at their own pace."""

    @abstractmethod
    def changes(
        self,
        consumer: str,
        *,
        limit: int,
        key: CalendarKey | None = None,
        after: Position | None = None,
    ) -> list[FeedRecord]:
        """Return up to `limit` entries that a consumer has not acknowledged, oldest first.

        Those of one calendar come in the order of its commits. Of all calendars none is missed,
        and each calendar's come in its order; how calendars take turns is settled when
        somebody first reads them all, and stays so. No commit waits for another calendar's.

        Args:
            consumer: Any stable name, which is one reader whoever uses it; a new one begins at the
                oldest entry kept, and is known to `prune` from its first read on.
            limit: The most entries to return.
            key: Only entries of this calendar; None for all.
            after: Start behind this position instead of the acknowledged one; such a look does
                not make a consumer known. A `position` with `key`, a `token` without.

        Raises:
            UsageError: It is a token with `key`, or no token without.
        """
        ...

    @abstractmethod
    def acknowledge(
        self, consumer: str, position: Position, key: CalendarKey | None = None
    ) -> None:
        """Record that a consumer is done with entries up to a position; never moves backwards.

        Positions are kept per consumer and per `key`: a consumer of one calendar and one of
        all calendars do not disturb each other.

        Raises:
            UsageError: It is a token with `key`, or no token without; or it lies beyond the newest
                entry, which nobody can have read.
        """
        ...

    @abstractmethod
    def consumers(self) -> list[Consumer]:
        """Return the known consumers, by name, those of all calendars before those of one."""
        ...

    @abstractmethod
    def dismiss(self, consumer: str, key: CalendarKey | None = None) -> None:
        """Forget a consumer, so that `prune` does not wait for it; one unknown does no harm.

        Args:
            consumer: Its name; should it come back, it begins at the oldest entry kept.
            key: The calendar whose changes it reads; None for a consumer of all.
        """
        ...

    @abstractmethod
    def prune(self, before: datetime, *, gone_since: datetime | None = None) -> int:
        """Forget entries recorded before an instant that every known consumer has acknowledged.

        Args:
            before: An aware datetime.
            gone_since: A consumer that has acknowledged nothing since then, and has not read an
                entry that is older than that, is taken for gone: it is dismissed, and waited for no
                longer. What is compared are the times of commits, so that a consumer of a calendar
                in which nothing happens is not gone. Entries that are older and that nobody reads
                go as well. None waits for all consumers, and for those that may come.

        Raises:
            UsageError: One of them is naive, or no datetime.

        Returns:
            How many entries were forgotten.
        """
        ...
