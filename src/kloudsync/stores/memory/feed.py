"""The change feed and its consumers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from attrs import evolve

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.positions import BEGINNING, Position, expect_told, number, token
from kloudsync.model.state import Consumer, FeedRecord
from kloudsync.model.times import seconds
from kloudsync.stores.consumers import by_name
from kloudsync.stores.memory.content import Reader
from kloudsync.stores.memory.role import Role


class Feed(Role):
    """The part of the store that consumers read changes from."""

    def changes(
        self,
        consumer: str,
        *,
        limit: int,
        key: CalendarKey | None = None,
        after: Position | None = None,
    ) -> list[FeedRecord]:
        """Return up to `limit` entries that a consumer has not acknowledged, oldest first."""
        done = self._acknowledged(consumer, key) if after is None else number(after, key)
        feed = self._content.feed
        of_all = (evolve(entry, token=token(place)) for place, entry in feed if place > done)
        of_one = (entry for _, entry in feed if entry.key == key and entry.position > done)
        return list(islice(of_all if key is None else of_one, limit))

    def acknowledge(
        self, consumer: str, position: Position, key: CalendarKey | None = None
    ) -> None:
        """Record that a consumer is done with entries up to a position; never moves backwards."""
        wanted = number(position, key)
        with self._turn():
            newest = self._content.head if key is None else self._shelf(key).position
            expect_told(wanted, newest, key)
            known = self._content.consumers.get((consumer, key), Reader(0, 0.0))
            reader = Reader(max(known.position, wanted), max(known.heard_at, self._latest(key)))
            self._put(consumers={**self._content.consumers, (consumer, key): reader})

    def consumers(self) -> list[Consumer]:
        """Return the known consumers, by name, those of all calendars before those of one."""
        known = [
            Consumer(
                name=name, key=key, position=token(one.position) if key is None else one.position
            )
            for (name, key), one in self._content.consumers.items()
        ]
        return sorted(known, key=by_name)

    def dismiss(self, consumer: str, key: CalendarKey | None = None) -> None:
        """Forget a consumer, so that `prune` does not wait for it."""
        with self._turn():
            known = self._content.consumers.items()
            self._put(consumers={one: at for one, at in known if one != (consumer, key)})

    def prune(self, before: datetime, *, gone_since: datetime | None = None) -> int:
        """Forget entries recorded before an instant that every known consumer has acknowledged."""
        cutoff = seconds(before, "before")
        silent = None if gone_since is None else seconds(gone_since, "gone_since")
        with self._turn():
            feed = self._content.feed
            consumers = {
                (name, key): one
                for (name, key), one in self._content.consumers.items()
                if silent is None or not self._is_gone(one, key, silent)
            }
            kept = tuple(
                one
                for one in feed
                if one[1].recorded_at >= cutoff or not _done_with(*one, consumers, silent)
            )
            self._put(feed=kept, consumers=consumers)
            return len(feed) - len(kept)

    def _acknowledged(self, consumer: str, key: CalendarKey | None) -> int:
        """Return a consumer's position; a new consumer is made known, so that `prune` waits for it."""
        known = self._content.consumers.get((consumer, key))
        if known is None:
            self.acknowledge(consumer, BEGINNING if key is None else 0, key)
        return 0 if known is None else known.position

    def _latest(self, key: CalendarKey | None) -> float:
        """Return when the last commit was made, of one calendar or of what all of them told."""
        if key is not None:
            return self._shelf(key).state.synced_at or 0.0
        return self._content.feed[-1][1].recorded_at if self._content.feed else 0.0

    def _is_gone(self, reader: Reader, key: CalendarKey | None, silent: float) -> bool:
        """Tell whether a consumer was not heard of since an instant, nor has read what is older."""
        return reader.heard_at < silent and any(
            entry.recorded_at < silent
            and (key is None or key == entry.key)
            and (place if key is None else entry.position) > reader.position
            for place, entry in self._content.feed
        )


def _done_with(
    place: int,
    entry: FeedRecord,
    consumers: Mapping[tuple[str, CalendarKey | None], Reader],
    silent: float | None,
) -> bool:
    """Tell whether everybody has read an entry; one that nobody reads is done with when it is old."""
    readers = [
        one.position >= (place if key is None else entry.position)
        for (_, key), one in consumers.items()
        if key in {None, entry.key}
    ]
    if not readers:
        return silent is not None and entry.recorded_at < silent
    return all(readers)
