"""Pruning, reading and forgetting beside commits, as many at once as a test can have."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import count
from threading import Event

from kloudsync.errors import LeaseLost
from kloudsync.model.calendar import CalendarKey
from kloudsync.sync.ports import Store
from kloudsync.testing.stores.records import added, deleted, single, updated
from kloudsync.testing.stores.worker import Worker, read_all

ROUNDS = 20
_LATER = datetime(2100, 1, 1, tzinfo=UTC)
_STAYING = [CalendarKey("google", "stays", str(number)) for number in range(3)]
_LEAVING = [CalendarKey("google", "leaves", str(number)) for number in range(2)]


def hammer(store: Store) -> None:
    """Let three calendars be written while all of the rest goes on, and check what is left.

    Whatever anybody raises comes through, but for the lost leases of who is forgotten.
    """
    done = Event()
    with ThreadPoolExecutor(8) as pool:
        beside = [
            *(pool.submit(_until, done, partial(_come_and_go, store, key)) for key in _LEAVING),
            pool.submit(_until, done, partial(store.forget_account, "google", "leaves")),
            pool.submit(_until, done, partial(store.prune, _LATER)),
            pool.submit(_until, done, partial(read_all, store, "crm")),
        ]
        writers = [pool.submit(_write, store, key) for key in _STAYING]
        try:
            for writer in writers:
                writer.result()
        finally:
            done.set()
        for each in beside:
            assert each.result() > 0
    for key in _STAYING:
        assert [one.raw for one in store.events(key)] == [str(ROUNDS - 1)]
    store.forget_account("google", "leaves")
    assert store.calendars() == _STAYING
    read_all(store, "crm")
    store.prune(_LATER)
    assert store.changes("onlooker", limit=10) == []


def _until(done: Event, work: Callable[[], object]) -> int:
    """Do something over and over, and say how often it was."""
    for times in count(1):
        work()
        if done.is_set():
            return times
    raise AssertionError


def _write(store: Store, key: CalendarKey) -> None:
    worker = Worker(store, key)
    for number in range(ROUNDS):
        event = single("a", raw=str(number))
        passing = single(f"p{number}")
        worker.sync(updated(event) if number else added(event), added(passing))
        worker.sync(deleted(passing.id))


def _come_and_go(store: Store, key: CalendarKey) -> None:
    """Write a calendar and forget it, which its whole account may be before."""
    lease = store.acquire(str(key), "worker", ttl=60.0, now=0.0)
    if lease is None:
        return
    worker = Worker(store, key, lease=lease)
    try:
        worker.sync(added(single("a")), added(single("b")))
        worker.sync(updated(single("a", raw="2")))
        store.forget(key, lease)
    except LeaseLost:
        pass
