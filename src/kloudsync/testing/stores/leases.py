"""Leases: one writer at a time, and the one before is shut out."""

from __future__ import annotations

from attrs import evolve

from kloudsync.model.state import Lease
from kloudsync.sync.ports import Store
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import take


class LeaseContract(Suite):
    """What `acquire`, `renew` and `release` promise."""

    def test_acquire(self, store: Store) -> None:
        """A free lease is granted until its time is over."""
        lease = store.acquire("calendar", "a", ttl=30.0, now=100.0)
        assert lease == Lease(name="calendar", owner="a", fence=1, expires_at=130.0)

    def test_held(self, store: Store) -> None:
        """Nobody else gets a lease that is held."""
        take(store, "calendar", "a", now=0.0)
        assert store.acquire("calendar", "b", ttl=60.0, now=59.9) is None

    def test_expired(self, store: Store) -> None:
        """An expired lease goes to whoever asks, with a higher fence."""
        old = take(store, "calendar", "a", now=0.0)
        new = take(store, "calendar", "b", now=60.0)
        assert new.fence > old.fence
        assert store.acquire("calendar", "a", ttl=60.0, now=61.0) is None

    def test_nobody_is_known_by_name(self, store: Store) -> None:
        """Whoever calls itself like the holder is somebody else: names may repeat."""
        take(store, "calendar", "a", now=0.0)
        assert store.acquire("calendar", "a", ttl=60.0, now=1.0) is None

    def test_renewal(self, store: Store) -> None:
        """The holder renews without a new fence, expired or not, while nobody took it."""
        lease = take(store, "calendar", "a", now=0.0)
        for now in (50.0, 500.0):
            renewed = store.renew(lease, ttl=60.0, now=now)
            assert renewed == evolve(lease, expires_at=now + 60.0)
        assert store.acquire("calendar", "b", ttl=60.0, now=559.9) is None

    def test_overtaken_renewal(self, store: Store) -> None:
        """Only a renewal with the fence of now renews."""
        old = take(store, "calendar", "a", now=0.0)
        new = take(store, "calendar", "a", now=60.0)
        assert store.renew(old, ttl=600.0, now=61.0) is None
        store.release(new)
        assert store.renew(new, ttl=600.0, now=62.0) is None
        assert take(store, "calendar", "b", now=63.0).fence > new.fence

    def test_unknown_renewal(self, store: Store) -> None:
        """What was never granted cannot be renewed."""
        lease = Lease(name="none", owner="a", fence=1, expires_at=0.0)
        assert store.renew(lease, ttl=60.0, now=0.0) is None

    def test_release(self, store: Store) -> None:
        """A lease given back is free at once, and its next holder has a higher fence."""
        lease = take(store, "calendar", "a")
        store.release(lease)
        assert take(store, "calendar", "b").fence > lease.fence

    def test_release_and_return(self, store: Store) -> None:
        """The same owner, coming back after a release, is a new holder."""
        lease = take(store, "calendar", "a")
        store.release(lease)
        assert take(store, "calendar", "a").fence > lease.fence

    def test_overtaken_release(self, store: Store) -> None:
        """Giving back a lease that another took over does nothing."""
        old = take(store, "calendar", "a", now=0.0)
        take(store, "calendar", "b", now=100.0)
        store.release(old)
        assert store.acquire("calendar", "c", ttl=60.0, now=101.0) is None

    def test_another_owners_fence(self, store: Store) -> None:
        """A fence that was never committed is the next holder's: only who took a lease has it."""
        held = take(store, "calendar", "b", now=0.0)
        never = evolve(held, owner="a")
        assert store.renew(never, ttl=600.0, now=1.0) is None
        store.release(never)
        assert store.acquire("calendar", "c", ttl=60.0, now=59.0) is None
        assert take(store, "calendar", "c", now=60.0).fence > held.fence

    def test_names_are_apart(self, store: Store) -> None:
        """Each name is its own lease."""
        take(store, "one", "a")
        assert take(store, "two", "b").owner == "b"

    def test_unknown_release(self, store: Store) -> None:
        """Giving back what was never granted does nothing."""
        store.release(Lease(name="none", owner="a", fence=3, expires_at=0.0))
        assert take(store, "none").fence == 1
