"""A store whose leases live with a worker: what is kept of them, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any, TypeVar

import pytest

from kloudsync.errors import StoreError
from kloudsync.model.state import Lease
from kloudsync.objects.claimed_store import ClaimedStore, WorkerLeases
from kloudsync.stores import MemoryStore, SQLiteStore

T = TypeVar("T")
Kind = Callable[[Path], MemoryStore | SQLiteStore]


def in_a_file(folder: Path) -> SQLiteStore:
    """Return a store in a file."""
    return SQLiteStore(folder / "calendars.db")


def in_memory(_: Path) -> MemoryStore:
    """Return a store in memory."""
    return MemoryStore()


class Deaf(MemoryStore):
    """A store that commits, and whose answer is lost."""

    def unit(self, work: Callable[[Any], T], *, durable: bool = False) -> T:
        """Do the work, and fail all the same."""
        super().unit(work, durable=durable)
        raise StoreError("the connection broke off")


class Away(MemoryStore):
    """A store that cannot be reached when leases are renewed."""

    def renew(self, lease: Lease, *, ttl: float, now: float) -> Lease | None:
        """Fail."""
        raise StoreError(f"{lease.name} at {now} for {ttl}")


def take(unit: Any) -> object:
    """Take the lease of a calendar within a transaction."""
    return unit.acquire("calendar", "ann", ttl=240.0, now=0.0)


@pytest.mark.parametrize("kind", [in_memory, in_a_file])
def test_a_lease_that_was_rolled_back_is_not_renewed(kind: Kind, tmp_path: Path) -> None:
    """The next holder has the same fence, and its lease ends when it dies."""

    def break_off(unit: Any) -> None:
        take(unit)
        raise KeyError

    with kind(tmp_path) as store:
        leases = WorkerLeases(30.0)
        with pytest.raises(KeyError):
            leases.over(store).unit(break_off)
        assert store.acquire("calendar", "bob", ttl=30.0, now=1.0) is not None
        leases.renew(now=25.0)
        assert store.acquire("calendar", "eve", ttl=30.0, now=40.0) is not None


def test_a_lease_that_nobody_knows_to_be_held_runs_out() -> None:
    """Whoever did not hear of its commit gives it back to nobody."""
    store, leases = Deaf(), WorkerLeases(30.0)
    with pytest.raises(StoreError):
        leases.over(store).unit(take)
    for now in range(10, 100, 10):
        leases.renew(now=float(now))
    assert store.acquire("calendar", "bob", ttl=30.0, now=31.0) is not None


@pytest.mark.parametrize("kind", [in_memory, in_a_file])
def test_a_lease_that_was_committed_is_renewed(kind: Kind, tmp_path: Path) -> None:
    """For as long as the worker beats, and no longer than until it is given back."""
    with kind(tmp_path) as store:
        leases = WorkerLeases(30.0)
        claimed = leases.over(store)
        lease: Any = claimed.unit(take)
        leases.renew(now=25.0)
        assert store.acquire("calendar", "bob", ttl=30.0, now=40.0) is None
        claimed.release(lease)
        assert store.acquire("calendar", "bob", ttl=30.0, now=41.0) is not None


def test_a_store_that_is_away_keeps_no_other_from_renewing() -> None:
    """The leases of a beat are asked for one by one, and what failed is told at the end."""
    away, store, leases = Away(), MemoryStore(), WorkerLeases(30.0)
    leases.over(away).unit(take)
    leases.over(store).acquire("sink", "ann", ttl=240.0, now=0.0)
    with pytest.raises(StoreError, match="calendar at 25"):
        leases.renew(now=25.0)
    assert store.acquire("sink", "bob", ttl=30.0, now=40.0) is None


def test_leases_of_one_name_in_two_stores_are_two() -> None:
    """A name and a fence may be those of another store's lease."""
    first, second, leases = MemoryStore(), MemoryStore(), WorkerLeases(30.0)
    for store, owner in ((first, "ann"), (second, "bob")):
        leases.over(store).acquire("calendar", owner, ttl=240.0, now=0.0)
    leases.renew(now=25.0)
    for store in (first, second):
        assert store.acquire("calendar", "eve", ttl=30.0, now=40.0) is None


def test_a_copy_is_another_one_over_the_same_store() -> None:
    """What is not there yet is asked of nobody."""
    claimed = WorkerLeases(30.0).over(MemoryStore())
    assert isinstance(copy(claimed), ClaimedStore)
