"""The change feed, and its consumers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kloudsync.errors import UsageError
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.positions import BEGINNING
from kloudsync.model.state import Consumer, FeedRecord
from kloudsync.sync.ports import Store
from kloudsync.testing.stores.records import added, deleted, silent, single, updated
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import KEY, OTHER, Worker, read_all, take

FAR = datetime(2100, 1, 1, tzinfo=UTC)


class FeedContract(Suite):
    """What `changes`, `acknowledge` and `prune` promise."""

    def test_oldest_first(self, worker: Worker) -> None:
        """Entries come oldest first, with rising positions, up to the limit."""
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        worker.sync(*(added(single(id_)) for id_ in "de"))
        assert _ids(worker.store, limit=100) == list("abcde")
        assert _ids(worker.store, limit=2) == ["a", "b"]
        entries = worker.store.changes("crm", limit=100)
        positions = [entry.position for entry in entries]
        assert positions == sorted(set(positions))
        assert positions[0] > 0
        tokens = [entry.token or "" for entry in entries]
        assert tokens == sorted(set(tokens))
        assert [entry.position for entry in worker.feed()] == positions
        assert {entry.token for entry in worker.feed()} == {None}

    def test_read_again_until_acknowledged(self, worker: Worker) -> None:
        """Reading does not move a consumer; acknowledging does."""
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        entries = worker.store.changes("crm", limit=2)
        assert worker.store.changes("crm", limit=2) == entries
        worker.store.acknowledge("crm", told(entries[1]))
        assert _ids(worker.store) == ["c"]

    def test_never_backwards(self, worker: Worker) -> None:
        """Acknowledging an earlier position changes nothing."""
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        entries = worker.store.changes("crm", limit=10)
        for key, positions in (
            (None, [told(entry) for entry in entries]),
            (KEY, [entry.position for entry in entries]),
        ):
            worker.store.acknowledge("crm", positions[1], key)
            worker.store.acknowledge("crm", positions[0], key)
            assert len(worker.store.changes("crm", limit=10, key=key)) == 1

    @pytest.mark.parametrize("key", [None, KEY, OTHER])
    def test_never_ahead(self, worker: Worker, key: CalendarKey | None) -> None:
        """Nobody acknowledges what there is not yet: it is refused, and nothing to come is skipped."""
        worker.sync(added(single("a")))
        for position in (10**9, 2**70, 2) if key else ("f" * 16, f"{2:016x}"):
            with pytest.raises(UsageError, match="nobody can have read"):
                worker.store.acknowledge("crm", position, key)
        assert worker.store.consumers() == []
        worker.sync(added(single("b")))
        Worker(worker.store, OTHER).sync(added(single("c")))
        met = [
            entry.after.id for entry in worker.store.changes("crm", limit=9, key=key) if entry.after
        ]
        assert met == [id_ for id_ in "abc" if key is None or (id_ == "c") is (key == OTHER)]

    def test_consumers_are_apart(self, worker: Worker) -> None:
        """Each consumer has its own position."""
        worker.sync(added(single("a")), added(single("b")))
        worker.store.acknowledge("crm", told(worker.store.changes("crm", limit=1)[0]))
        assert _ids(worker.store, "crm") == ["b"]
        assert _ids(worker.store, "billing") == ["a", "b"]

    def test_positions_per_calendar(self, worker: Worker) -> None:
        """A consumer of one calendar and one of all do not disturb each other."""
        other = Worker(worker.store, OTHER)
        worker.sync(added(single("a")))
        other.sync(added(single("b")))
        store = worker.store
        assert [entry.key for entry in store.changes("crm", limit=10)] == [KEY, OTHER]
        read_all(store, "crm", OTHER)
        assert store.changes("crm", limit=10, key=OTHER) == []
        assert len(store.changes("crm", limit=10, key=KEY)) == 1
        assert len(store.changes("crm", limit=10)) == 2

    def test_after(self, worker: Worker) -> None:
        """A position given replaces the one acknowledged, in both directions."""
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        entries = worker.store.changes("crm", limit=10)
        worker.store.acknowledge("crm", told(entries[2]))
        assert worker.store.changes("crm", limit=10, after=told(entries[0])) == entries[1:]
        assert worker.store.changes("crm", limit=10, after=BEGINNING) == entries
        assert worker.feed(entries[0].position) == worker.feed()[1:]

    @pytest.mark.parametrize(
        ("position", "key"),
        [(0, None), ("", None), ("F" * 16, None), ("1", None), (BEGINNING, KEY)],
    )
    def test_tokens_are_for_all_calendars(
        self, worker: Worker, position: Any, key: CalendarKey | None
    ) -> None:
        """A position of one calendar means nothing among all, nor a token in one."""
        worker.sync(added(single("a")))
        with pytest.raises(UsageError, match="all calendars"):
            worker.store.acknowledge("crm", position, key)
        with pytest.raises(UsageError, match="all calendars"):
            worker.store.changes("crm", limit=1, key=key, after=position)

    def test_each_calendar_counts_for_itself(self, worker: Worker) -> None:
        """The positions of a calendar have no gaps that another one made."""
        other = Worker(worker.store, OTHER)
        for turn in range(3):
            worker.sync(updated(single("a", raw=str(turn))) if turn else added(single("a")))
            other.sync(added(single(f"{turn}-1")), added(single(f"{turn}-2")))
        assert [entry.position for entry in worker.feed()] == [1, 2, 3]
        assert [entry.position for entry in other.feed()] == [1, 2, 3, 4, 5, 6]

    def test_readers_of_all_calendars_miss_nothing(self, worker: Worker) -> None:
        """Whenever they read, each change is told once, and each calendar's in its order."""
        other = Worker(worker.store, OTHER)
        met: list[FeedRecord] = []
        for turn in range(6):
            worker.sync(added(single(f"{turn}-1")), added(single(f"{turn}-2")), now=100.0 - turn)
            if turn % 2:
                other.sync(added(single(f"{turn}-3")))
            if turn % 3 == 1:
                met += worker.store.changes("crm", limit=2)
                worker.store.acknowledge("crm", told(met[-1]))
        while len(met) < 99 and (entries := worker.store.changes("crm", limit=2)):
            met += entries
            worker.store.acknowledge("crm", told(met[-1]))
        for one in (worker, other):
            positions = [entry.position for entry in met if entry.key == one.key]
            assert positions == [entry.position for entry in one.feed()]
        tokens = [told(entry) for entry in met]
        assert tokens == sorted(set(tokens))
        assert [told(entry) for entry in worker.store.changes("new", limit=100)] == tokens

    def test_unknown_calendar(self, store: Store) -> None:
        """The feed of an unknown calendar is empty."""
        assert store.changes("crm", limit=10, key=KEY) == []
        store.acknowledge("crm", 0, KEY)
        with pytest.raises(UsageError, match="nobody can have read"):
            store.acknowledge("crm", 5, KEY)
        assert store.calendars() == []

    def test_prune(self, worker: Worker) -> None:
        """Old entries that everybody has acknowledged are forgotten, and counted."""
        worker.sync(added(single("a")), now=10.0)
        worker.sync(updated(single("a", raw="2")), now=20.0)
        worker.sync(added(single("b")), now=30.0)
        read_all(worker.store, "crm")
        assert worker.prune(30.0) == 2
        assert worker.prune(30.0) == 0
        assert [entry.after for entry in worker.feed()] == [single("b")]
        assert worker.ids() == ["a", "b"]

    @pytest.mark.parametrize("before", [datetime(2100, 1, 1), 10.0**9, None])  # noqa: DTZ001
    def test_prune_wants_an_instant(self, worker: Worker, before: Any) -> None:
        """What is no aware datetime is refused, and nothing is forgotten."""
        worker.sync(added(single("a")), now=10.0)
        read_all(worker.store, "crm")
        with pytest.raises(UsageError, match="before is"):
            worker.store.prune(before)
        assert len(worker.feed()) == 1

    def test_prune_waits_for_the_slowest(self, worker: Worker) -> None:
        """Entries that a known consumer has not acknowledged are kept for it."""
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        first, second, _ = worker.store.changes("billing", limit=10)
        read_all(worker.store, "crm")
        worker.store.acknowledge("billing", told(first))
        assert worker.prune(10.0**9) == 1
        assert worker.store.changes("billing", limit=1) == [second]

    def test_prune_waits_for_who_has_read(self, worker: Worker) -> None:
        """A consumer is known from its first read on."""
        worker.sync(added(single("a")))
        entries = worker.store.changes("slow", limit=10)
        read_all(worker.store, "crm")
        assert worker.prune(10.0**9) == 0
        assert worker.store.changes("slow", limit=10) == entries

    def test_prune_keeps_the_unread(self, worker: Worker) -> None:
        """What no consumer ever read is kept; a look with `after` makes no consumer."""
        worker.sync(added(single("a")))
        assert worker.feed()
        assert worker.prune(10.0**9) == 0
        read_all(worker.store, "crm", OTHER)
        assert worker.prune(10.0**9) == 0

    @pytest.mark.parametrize("reader", [None, KEY, OTHER])
    def test_the_unread_has_an_age(self, worker: Worker, reader: CalendarKey | None) -> None:
        """What nobody reads is kept for as long as a consumer may be silent, and no longer."""
        worker.sync(added(single("a")), now=10.0)
        worker.sync(added(single("b")), now=20.0)
        worker.sync(added(single("c")), now=30.0)
        if reader is not None:
            read_all(worker.store, "crm", reader)
        since = datetime.fromtimestamp(20.0, UTC)
        before = datetime.fromtimestamp(25.0, UTC)
        assert worker.store.prune(before, gone_since=since) == (2 if reader == KEY else 1)
        assert _ids(worker.store) == (["c"] if reader == KEY else ["b", "c"])
        assert worker.ids() == ["a", "b", "c"]

    @pytest.mark.parametrize("key", [None, KEY])
    def test_prune_passes_over_who_is_gone(self, worker: Worker, key: CalendarKey | None) -> None:
        """Whoever acknowledged nothing for long, and left old entries unread, is not waited for."""
        store = worker.store
        worker.sync(added(single("a")), now=10.0)
        for name in ("gone", "slow", "live"):
            read_all(store, name, key)
        worker.sync(added(single("b")), now=20.0)
        worker.sync(added(single("c")), now=50.0)
        last = store.changes("slow", limit=1, key=key)[-1]
        store.acknowledge("slow", last.position if key else told(last), key)
        read_all(store, "live", key)
        worker.sync(added(single("d")), now=60.0)
        assert store.prune(FAR, gone_since=datetime.fromtimestamp(10.0, UTC)) == 1
        assert len(store.consumers()) == 3
        assert store.prune(FAR, gone_since=datetime.fromtimestamp(50.0, UTC)) == 1
        assert [one.name for one in store.consumers()] == ["live", "slow"]
        assert len(store.changes("gone", limit=9, key=key)) == 2

    def test_who_missed_nothing_old_is_not_gone(self, worker: Worker) -> None:
        """However long nothing happened, a consumer is there that has read all there was."""
        store = worker.store
        worker.sync(added(single("a")), now=10.0)
        for key in (None, KEY):
            read_all(store, "crm", key)
        store.changes("new", limit=1, key=OTHER)
        worker.sync(added(single("b")), now=1000.0)
        store.prune(FAR, gone_since=datetime.fromtimestamp(900.0, UTC))
        assert [one.name for one in store.consumers()] == ["crm", "crm", "new"]
        assert _ids(store) == ["b"]

    def test_one_that_begins_is_not_gone(self, worker: Worker) -> None:
        """A new consumer has time to read what is old."""
        worker.sync(added(single("a")), now=10.0)
        worker.sync(added(single("b")), now=1000.0)
        worker.store.changes("new", limit=1)
        worker.prune(10.0**9)
        worker.store.prune(FAR, gone_since=datetime.fromtimestamp(900.0, UTC))
        assert _ids(worker.store, "new") == ["a", "b"]

    @pytest.mark.parametrize("since", [datetime(2100, 1, 1), 10.0**9])  # noqa: DTZ001
    def test_gone_since_is_an_instant(self, worker: Worker, since: Any) -> None:
        """What is no aware datetime is refused."""
        with pytest.raises(UsageError, match="gone_since is"):
            worker.store.prune(FAR, gone_since=since)

    def test_prune_per_calendar(self, worker: Worker) -> None:
        """A consumer of one calendar holds back the entries of that calendar only."""
        other = Worker(worker.store, OTHER)
        worker.sync(added(single("a")))
        other.sync(added(single("b")))
        read_all(worker.store, "all")
        assert len(worker.store.changes("one", limit=10, key=KEY)) == 1
        assert worker.prune(10.0**9) == 1
        assert [entry.key for entry in worker.store.changes("new", limit=10)] == [KEY]

    def test_consumers(self, worker: Worker) -> None:
        """Consumers are told by name with how far they have come, whatever they read."""
        worker.sync(added(single("a")))
        store, (entry,) = worker.store, worker.store.changes("on", limit=9, after=BEGINNING)
        assert store.consumers() == []
        store.changes("crm", limit=10, key=KEY)
        store.acknowledge("crm", told(entry))
        store.changes("billing", limit=10, key=KEY)
        assert store.consumers() == [
            Consumer(name="billing", key=KEY, position=0),
            Consumer(name="crm", key=None, position=told(entry)),
            Consumer(name="crm", key=KEY, position=0),
        ]

    def test_dismissed_consumers_hold_nothing_back(self, worker: Worker) -> None:
        """Whoever left is not waited for; coming back, it begins at the oldest entry kept."""
        worker.sync(added(single("a")))
        store = worker.store
        store.changes("gone", limit=10)
        store.changes("gone", limit=10, key=KEY)
        read_all(store, "crm")
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
        read_all(worker.store, "crm")
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
        read_all(worker.store, "crm")
        assert worker.prune(10.0) == 0
        assert [entry.after for entry in worker.feed()] == [single("a", raw="1")]

    def test_positions_are_never_used_twice(self, worker: Worker) -> None:
        """Pruning everything does not start the positions again."""
        worker.sync(added(single("a")))
        (last,) = worker.store.changes("crm", limit=10)
        worker.store.acknowledge("crm", told(last))
        worker.prune(10.0**9)
        worker.sync(added(single("b")))
        (entry,) = worker.store.changes("crm", limit=10)
        assert (entry.position, told(entry)) > (last.position, told(last))
        assert _ids(worker.store) == ["b"]

    def test_positions_are_not_used_again_after_forgetting(self, worker: Worker) -> None:
        """Whoever remembers how far it read in a calendar that comes back misses nothing."""
        other = Worker(worker.store, OTHER)
        worker.sync(*(added(single(id_)) for id_ in "abc"))
        first = worker.store.changes("crm", limit=10)
        worker.store.forget(KEY, worker.lease)
        other.sync(added(single("d")))
        again = Worker(worker.store, lease=take(worker.store, str(KEY), "heir", now=1000.0))
        again.sync(added(single("a")))
        assert again.feed()[0].position > first[-1].position
        tokens = [told(entry) for entry in worker.store.changes("crm", limit=10)]
        assert len(tokens) == 2
        assert min(tokens) > told(first[-1])

    def test_new_consumer_after_prune(self, worker: Worker) -> None:
        """A new consumer begins at the oldest entry kept."""
        worker.sync(added(single("a")), now=10.0)
        worker.sync(added(single("b")), now=20.0)
        read_all(worker.store, "crm")
        worker.prune(20.0)
        assert _ids(worker.store, "new") == ["b"]


def told(entry: FeedRecord) -> str:
    """Return the token of an entry that was read among those of all calendars."""
    assert entry.token is not None
    return entry.token


def _ids(store: Store, consumer: str = "crm", limit: int = 100) -> list[str]:
    entries = store.changes(consumer, limit=limit)
    return [record.id for entry in entries if (record := entry.after or entry.before)]
