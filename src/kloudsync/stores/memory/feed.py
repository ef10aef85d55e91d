"""The change feed and its consumers."""

from __future__ import annotations

from datetime import datetime

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import Consumer, FeedRecord
from kloudsync.model.times import seconds
from kloudsync.stores.consumers import by_name
from kloudsync.stores.memory.role import Role


class Feed(Role):
    """The part of the store that consumers read changes from."""

    def changes(
        self, consumer: str, *, limit: int, key: CalendarKey | None = None, after: int | None = None
    ) -> list[FeedRecord]:
        """Return up to `limit` entries that a consumer has not acknowledged, oldest first."""
        if after is None:
            after = self._acknowledged(consumer, key)
        found = (
            entry
            for entry in self._content.feed
            if entry.position > after and key in {None, entry.key}
        )
        return [entry for entry, _ in zip(found, range(limit), strict=False)]

    def acknowledge(self, consumer: str, position: int, key: CalendarKey | None = None) -> None:
        """Record that a consumer is done with entries up to a position; never moves backwards."""
        with self._turn():
            done = self._content.consumers.get((consumer, key), 0)
            self._note(consumer, key, max(done, min(position, self._content.head)))

    def consumers(self) -> list[Consumer]:
        """Return the known consumers, by name, those of all calendars before those of one."""
        known = [
            Consumer(name=name, key=key, position=position)
            for (name, key), position in self._content.consumers.items()
        ]
        return sorted(known, key=by_name)

    def dismiss(self, consumer: str, key: CalendarKey | None = None) -> None:
        """Forget a consumer, so that `prune` does not wait for it."""
        with self._turn():
            known = self._content.consumers.items()
            self._put(consumers={one: at for one, at in known if one != (consumer, key)})

    def prune(self, before: datetime) -> int:
        """Forget entries recorded before an instant that every known consumer has acknowledged."""
        cutoff = seconds(before, "before")
        with self._turn():
            feed = self._content.feed
            kept = tuple(
                entry for entry in feed if entry.recorded_at >= cutoff or not self._done_with(entry)
            )
            self._put(feed=kept)
            return len(feed) - len(kept)

    def _acknowledged(self, consumer: str, key: CalendarKey | None) -> int:
        """Return a consumer's position; a new consumer is made known, so that `prune` waits for it."""
        known = self._content.consumers.get((consumer, key))
        if known is None:
            self.acknowledge(consumer, 0, key)
        return known or 0

    def _note(self, consumer: str, key: CalendarKey | None, position: int) -> None:
        self._put(consumers={**self._content.consumers, (consumer, key): position})

    def _done_with(self, entry: FeedRecord) -> bool:
        readers = [
            position
            for (_, key), position in self._content.consumers.items()
            if key in {None, entry.key}
        ]
        return bool(readers) and min(readers) >= entry.position
