"""The change feed, and its consumers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kloudsync.errors import UsageError
from kloudsync.model.state import Consumer
from kloudsync.sync.ports import Store
from kloudsync.testing.stores.records import added, deleted, silent, single, updated
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import KEY, OTHER, Worker

FAR = datetime(2100, 1, 1, tzinfo=UTC)


class FeedContract(Suite):
    """What `changes`, `acknowledge` and `prune` promise."""

    def test_oldest_first(self, worker: Worker) -> None:
        """Entries come oldest first, with rising positions, up to the limit."""
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        worker.sync(*(added(single(id_)) for id_ in "de"))
        assert _ids(worker.store, limit=100) == list("abcde")
        assert _ids(worker.store, limit=2) == ["a", "b"]
        positions = [entry.position for entry in worker.store.changes("crm", limit=100)]
        assert positions == sorted(set(positions))
        assert positions[0] > 0

    def test_read_again_until_acknowledged(self, worker: Worker) -> None:
        """Reading does not move a consumer; acknowledging does."""
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        entries = worker.store.changes("crm", limit=2)
        assert worker.store.changes("crm", limit=2) == entries
        worker.store.acknowledge("crm", entries[1].position)
        assert _ids(worker.store) == ["c"]

    def test_never_backwards(self, worker: Worker) -> None:
        """Acknowledging an earlier position changes nothing."""
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        positions = [entry.position for entry in worker.store.changes("crm", limit=10)]
        worker.store.acknowledge("crm", positions[1])
        worker.store.acknowledge("crm", positions[0])
        assert _ids(worker.store) == ["c"]

    def test_never_ahead(self, worker: Worker) -> None:
        """Acknowledging beyond the newest entry does not skip those yet to come."""
        worker.sync(added(single("a")))
        worker.store.acknowledge("crm", 10**9)
        worker.sync(added(single("b")))
        assert _ids(worker.store) == ["b"]

    def test_consumers_are_apart(self, worker: Worker) -> None:
        """Each consumer has its own position."""
        worker.sync(added(single("a")), added(single("b")))
        worker.store.acknowledge("crm", worker.feed()[0].position)
        assert _ids(worker.store, "crm") == ["b"]
        assert _ids(worker.store, "billing") == ["a", "b"]

    def test_positions_per_calendar(self, worker: Worker) -> None:
        """A consumer of one calendar and one of all do not disturb each other."""
        other = Worker(worker.store, OTHER)
        worker.sync(added(single("a")))
        other.sync(added(single("b")))
        store = worker.store
        assert [entry.key for entry in store.changes("crm", limit=10)] == [KEY, OTHER]
        store.acknowledge("crm", 10**9, OTHER)
        assert store.changes("crm", limit=10, key=OTHER) == []
        assert len(store.changes("crm", limit=10, key=KEY)) == 1
        assert len(store.changes("crm", limit=10)) == 2

    def test_after(self, worker: Worker) -> None:
        """A position given replaces the one acknowledged, in both directions."""
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        entries = worker.store.changes("crm", limit=10)
        worker.store.acknowledge("crm", entries[2].position)
        assert worker.store.changes("crm", limit=10, after=entries[0].position) == entries[1:]
        assert worker.store.changes("crm", limit=10, after=0) == entries

    def test_unknown_calendar(self, store: Store) -> None:
        """The feed of an unknown calendar is empty."""
        assert store.changes("crm", limit=10, key=KEY) == []
        store.acknowledge("crm", 5, KEY)
        assert store.calendars() == []

    def test_prune(self, worker: Worker) -> None:
        """Old entries that everybody has acknowledged are forgotten, and counted."""
        worker.sync(added(single("a")), now=10.0)
        worker.sync(updated(single("a", raw="2")), now=20.0)
        worker.sync(added(single("b")), now=30.0)
        worker.store.acknowledge("crm", 10**9)
        assert worker.prune(30.0) == 2
        assert worker.prune(30.0) == 0
        assert [entry.after for entry in worker.feed()] == [single("b")]
        assert worker.ids() == ["a", "b"]

    @pytest.mark.parametrize("before", [datetime(2100, 1, 1), 10.0**9, None])  # noqa: DTZ001
    def test_prune_wants_an_instant(self, worker: Worker, before: Any) -> None:
        """What is no aware datetime is refused, and nothing is forgotten."""
        worker.sync(added(single("a")), now=10.0)
        worker.store.acknowledge("crm", 10**9)
        with pytest.raises(UsageError, match="before is"):
            worker.store.prune(before)
        assert len(worker.feed()) == 1

    def test_prune_waits_for_the_slowest(self, worker: Worker) -> None:
        """Entries that a known consumer has not acknowledged are kept for it."""
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        first, second, _ = worker.feed()
        worker.store.acknowledge("crm", 10**9)
        worker.store.acknowledge("billing", first.position)
        assert worker.prune(10.0**9) == 1
        assert worker.feed()[0] == second

    def test_prune_waits_for_who_has_read(self, worker: Worker) -> None:
        """A consumer is known from its first read on."""
        worker.sync(added(single("a")))
        entries = worker.store.changes("slow", limit=10)
        worker.store.acknowledge("crm", 10**9)
        assert worker.prune(10.0**9) == 0
        assert worker.store.changes("slow", limit=10) == entries

    def test_prune_keeps_the_unread(self, worker: Worker) -> None:
        """What no consumer ever read is kept; a look with `after` makes no consumer."""
        worker.sync(added(single("a")))
        assert worker.feed()
        assert worker.prune(10.0**9) == 0
        worker.store.acknowledge("crm", 10**9, OTHER)
        assert worker.prune(10.0**9) == 0

    def test_prune_per_calendar(self, worker: Worker) -> None:
        """A consumer of one calendar holds back the entries of that calendar only."""
        other = Worker(worker.store, OTHER)
        worker.sync(added(single("a")))
        other.sync(added(single("b")))
        worker.store.acknowledge("all", 10**9)
        assert len(worker.store.changes("one", limit=10, key=KEY)) == 1
        assert worker.prune(10.0**9) == 1
        assert [entry.key for entry in worker.store.changes("new", limit=10)] == [KEY]

    def test_consumers(self, worker: Worker) -> None:
        """Consumers are told by name with how far they have come, whatever they read."""
        worker.sync(added(single("a")))
        store, (entry,) = worker.store, worker.feed()
        assert store.consumers() == []
        store.changes("crm", limit=10, key=KEY)
        store.acknowledge("crm", entry.position)
        store.changes("billing", limit=10, key=KEY)
        assert store.consumers() == [
            Consumer(name="billing", key=KEY, position=0),
            Consumer(name="crm", key=None, position=entry.position),
            Consumer(name="crm", key=KEY, position=0),
        ]

    def test_dismissed_consumers_hold_nothing_back(self, worker: Worker) -> None:
        """Whoever left is not waited for; coming back, it begins at the oldest entry kept."""
        worker.sync(added(single("a")))
        store = worker.store
        store.changes("gone", limit=10)
        store.changes("gone", limit=10, key=KEY)
        store.acknowledge("crm", 10**9)
        store.dismiss("gone")
        store.dismiss("nobody")
        store.dismiss("gone", OTHER)
        assert store.prune(FAR) == 0
        store.dismiss("gone", KEY)
        assert [one.name for one in store.consumers()] == ["crm"]
        worker.sync(added(single("b")))
        assert store.prune(FAR) == 1
        assert _ids(store, "gone") == ["b"]

    def test_prune_keeps_payloads(self, worker: Worker) -> None:
        """Entries that stay keep their payloads, though the entry before them is forgotten."""
        worker.sync(added(single("a", raw="1")), now=10.0)
        worker.sync(updated(single("a", raw="2")), now=20.0)
        worker.sync(deleted("a"), now=30.0)
        worker.store.acknowledge("crm", 10**9)
        worker.prune(20.0)
        assert [(entry.before, entry.after) for entry in worker.feed()] == [
            (single("a", raw="1"), single("a", raw="2")),
            (single("a", raw="2"), None),
        ]
        worker.prune(30.0)
        assert [entry.before for entry in worker.feed()] == [single("a", raw="2")]

    def test_prune_keeps_what_was_replaced_in_silence(self, worker: Worker) -> None:
        """An entry that stays keeps its payload, though the record was replaced without a word."""
        worker.sync(added(single("a", raw="1")), now=10.0)
        worker.sync(silent(single("a", raw="2")), now=20.0)
        worker.store.acknowledge("crm", 10**9)
        assert worker.prune(10.0) == 0
        assert [entry.after for entry in worker.feed()] == [single("a", raw="1")]

    def test_positions_are_never_used_twice(self, worker: Worker) -> None:
        """Pruning everything does not start the positions again."""
        worker.sync(added(single("a")))
        last = worker.feed()[-1].position
        worker.store.acknowledge("crm", last)
        worker.prune(10.0**9)
        worker.sync(added(single("b")))
        assert worker.feed()[0].position > last
        assert _ids(worker.store) == ["b"]

    def test_new_consumer_after_prune(self, worker: Worker) -> None:
        """A new consumer begins at the oldest entry kept."""
        worker.sync(added(single("a")), now=10.0)
        worker.sync(added(single("b")), now=20.0)
        worker.store.acknowledge("crm", 10**9)
        worker.prune(20.0)
        assert _ids(worker.store, "new") == ["b"]


def _ids(store: Store, consumer: str = "crm", limit: int = 100) -> list[str]:
    entries = store.changes(consumer, limit=limit)
    return [record.id for entry in entries if (record := entry.after or entry.before)]
