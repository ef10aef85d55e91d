"""Ledgers: what a store that keeps them for mirrors must do."""

from __future__ import annotations

from typing import Protocol

import pytest
from attrs import evolve

from kloudsync.errors import LeaseLost
from kloudsync.mirror.ports import MirrorStore
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import Lease
from kloudsync.model.writes import LedgerEntry
from kloudsync.sync.ports import Store
from kloudsync.testing.stores.worker import Worker

ENTRY = LedgerEntry(key="a", uid="u", start=100, end=200, digest="d", stamp=1.5)


class ForgettingStore(Store, MirrorStore, Protocol):
    """A store that keeps calendars and what mirrors wrote of them."""


def take(store: MirrorStore, owner: str = "me", now: float = 0.0) -> Lease:
    """Take the mirror's lease."""
    lease = store.acquire("mirror", owner, ttl=60.0, now=now)
    assert lease is not None
    return lease


class LedgerContract:
    """What `Ledger` promises."""

    @pytest.fixture
    def store(self) -> MirrorStore:
        """Return an empty store; subclasses override this."""
        raise NotImplementedError("override the fixture `store` so that it gives an empty store")

    def test_empty(self, store: MirrorStore) -> None:
        """A mirror that was never used has an empty ledger."""
        assert store.ledger("mirror") == {}

    def test_enter(self, store: MirrorStore) -> None:
        """Entries come back whole, whatever their members."""
        entries = [
            ENTRY,
            evolve(ENTRY, key="b", digest=None, start=-5, end=-1),
            evolve(ENTRY, key="c", cancelled=True, stamp=1_800_000_000.123),
        ]
        store.enter("mirror", take(store), entries)
        assert store.ledger("mirror") == {entry.key: entry for entry in entries}

    def test_enter_again(self, store: MirrorStore) -> None:
        """An entry takes the place of the one with its key, and of no other."""
        lease = take(store)
        store.enter("mirror", lease, [ENTRY, evolve(ENTRY, key="b")])
        newer = evolve(ENTRY, digest="e", start=300, end=400)
        store.enter("mirror", lease, [newer])
        assert store.ledger("mirror") == {"a": newer, "b": evolve(ENTRY, key="b")}

    def test_strike(self, store: MirrorStore) -> None:
        """Struck entries are gone; striking what is not there does no harm."""
        lease = take(store)
        store.enter("mirror", lease, [ENTRY, evolve(ENTRY, key="b")])
        store.strike("mirror", lease, ["a", "absent"])
        assert store.ledger("mirror").keys() == {"b"}

    def test_mirrors_are_apart(self, store: MirrorStore) -> None:
        """One mirror's entries are not another's."""
        store.enter("mirror", take(store), [ENTRY])
        assert store.ledger("other") == {}

    def test_mirrors(self, store: MirrorStore) -> None:
        """Mirrors are named for as long as they have entries."""
        assert store.mirrors() == []
        lease = take(store)
        for name in ("b", "a"):
            store.enter(name, lease, [ENTRY])
        store.ledger("c")
        assert store.mirrors() == ["a", "b"]
        store.strike("a", lease, [ENTRY.key])
        assert store.mirrors() == ["b"]

    def test_mirrors_in_order(self, store: MirrorStore) -> None:
        """Names come in the order of their code points, whatever language the database speaks."""
        lease = take(store)
        for name in ("é", "a", "B", "_", "z", "A"):
            store.enter(name, lease, [ENTRY])
        assert store.mirrors() == ["A", "B", "_", "a", "z", "é"]

    def test_the_answer_is_the_caller_s(self, store: MirrorStore) -> None:
        """Changing the returned mapping changes nothing in the store."""
        store.enter("mirror", take(store), [ENTRY])
        store.ledger("mirror").clear()
        assert store.ledger("mirror") == {"a": ENTRY}

    def test_overtaken(self, store: MirrorStore) -> None:
        """Whoever was overtaken may not write any more, and leaves no trace."""
        old = take(store)
        store.enter("mirror", old, [ENTRY])
        take(store, "somebody", now=100.0)
        with pytest.raises(LeaseLost):
            store.enter("mirror", old, [evolve(ENTRY, digest="e")])
        with pytest.raises(LeaseLost):
            store.strike("mirror", old, ["a"])
        assert store.ledger("mirror") == {"a": ENTRY}

    def test_erased(self, store: ForgettingStore) -> None:
        """What was noted of a calendar goes with it, and with its account."""
        keys = [
            CalendarKey("google", account, name)
            for account, name in (("owner", "a"), ("owner", "b"), ("another", "a"))
        ]
        ledgers = [f"mirror:sink:{key}" for key in keys]
        lease = take(store)
        for key, name in zip(keys, ledgers, strict=True):
            worker = Worker(store, key)
            worker.sync()
            store.release(worker.lease)
            store.enter(name, lease, [ENTRY])
        store.forget(keys[0], Worker(store, keys[0]).lease)
        assert store.mirrors() == sorted(ledgers[1:])
        store.forget_account("google", "owner")
        assert store.mirrors() == ledgers[2:]
        assert store.ledger(ledgers[0]) == store.ledger(ledgers[1]) == {}
