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
        with self._lock:
            if after is None:
                after = self._consumers.setdefault((consumer, key), 0)
            found = (
                entry for entry in self._feed if entry.position > after and key in {None, entry.key}
            )
            return [entry for entry, _ in zip(found, range(limit), strict=False)]

    def acknowledge(self, consumer: str, position: int, key: CalendarKey | None = None) -> None:
        """Record that a consumer is done with entries up to a position; never moves backwards."""
        with self._lock:
            done = self._consumers.get((consumer, key), 0)
            self._consumers[consumer, key] = max(done, min(position, self._head))

    def consumers(self) -> list[Consumer]:
        """Return the known consumers, by name, those of all calendars before those of one."""
        with self._lock:
            known = [
                Consumer(name=name, key=key, position=position)
                for (name, key), position in self._consumers.items()
            ]
        return sorted(known, key=by_name)

    def dismiss(self, consumer: str, key: CalendarKey | None = None) -> None:
        """Forget a consumer, so that `prune` does not wait for it."""
        with self._lock:
            self._consumers.pop((consumer, key), None)

    def prune(self, before: datetime) -> int:
        """Forget entries recorded before an instant that every known consumer has acknowledged."""
        cutoff = seconds(before, "before")
        with self._lock:
            kept = [
                entry
                for entry in self._feed
                if entry.recorded_at >= cutoff or not self._done_with(entry)
            ]
            forgotten = len(self._feed) - len(kept)
            self._feed = kept
            return forgotten

    def _append(self, entry: FeedRecord) -> None:
        self._feed.append(entry)
        self._head = entry.position

    def _done_with(self, entry: FeedRecord) -> bool:
        readers = [
            position for (_, key), position in self._consumers.items() if key in {None, entry.key}
        ]
        return bool(readers) and min(readers) >= entry.position
