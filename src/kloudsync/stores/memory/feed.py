"""The change feed and its consumers."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from attrs import evolve

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.positions import BEGINNING, Position, number, token
from kloudsync.model.state import Consumer, FeedRecord
from kloudsync.model.times import seconds
from kloudsync.stores.consumers import by_name
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
            done = self._content.consumers.get((consumer, key), 0)
            self._note(consumer, key, max(done, min(wanted, newest)))

    def consumers(self) -> list[Consumer]:
        """Return the known consumers, by name, those of all calendars before those of one."""
        known = [
            Consumer(name=name, key=key, position=token(done) if key is None else done)
            for (name, key), done in self._content.consumers.items()
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
                one for one in feed if one[1].recorded_at >= cutoff or not self._done_with(*one)
            )
            self._put(feed=kept)
            return len(feed) - len(kept)

    def _acknowledged(self, consumer: str, key: CalendarKey | None) -> int:
        """Return a consumer's position; a new consumer is made known, so that `prune` waits for it."""
        known = self._content.consumers.get((consumer, key))
        if known is None:
            self.acknowledge(consumer, BEGINNING if key is None else 0, key)
        return known or 0

    def _note(self, consumer: str, key: CalendarKey | None, position: int) -> None:
        self._put(consumers={**self._content.consumers, (consumer, key): position})

    def _done_with(self, place: int, entry: FeedRecord) -> bool:
        """Tell whether everybody has read an entry, and anybody has."""
        readers = [
            done >= (place if key is None else entry.position)
            for (_, key), done in self._content.consumers.items()
            if key in {None, entry.key}
        ]
        return bool(readers) and all(readers)
