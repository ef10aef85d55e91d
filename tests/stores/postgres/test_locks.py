"""Who waits for whom: commits of different calendars never, and nobody in a circle."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from tests.stores.hammer import hammer

from kloudsync.errors import LeaseLost
from kloudsync.model.calendar import CalendarKey
from kloudsync.stores import PostgresStore
from kloudsync.stores.sql.erasure import forget_lease
from kloudsync.sync.transactions import EngineUnit
from kloudsync.testing.stores.records import added, single, updated
from kloudsync.testing.stores.worker import KEY, Worker

psycopg = pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")

# Pages that are added to a table are waited for by whoever needs one, for a moment.
_WAITING = b"SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype <> 'extend'"
_OPEN = 2.0


@pytest.fixture
def store(conninfo: str, new_schema: Callable[[], str]) -> Iterator[PostgresStore]:
    """Return a store that several threads may write to at once."""
    with PostgresStore(conninfo, clock="workers", schema=new_schema(), timeout=30) as store:
        yield store


@pytest.fixture
def waiting(conninfo: str) -> Iterator[Callable[[], int]]:
    """Return a function that says how many transactions wait for another one."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        yield lambda: int(connection.execute(_WAITING).fetchone()[0])


def keys(account: str, count: int) -> list[CalendarKey]:
    """Return calendars of an account."""
    return [CalendarKey("google", account, str(number)) for number in range(count)]


def test_seven_commit_beside_one_that_stays_open(
    store: PostgresStore, waiting: Callable[[], int]
) -> None:
    """A commit that is open for two seconds after its last write keeps nobody waiting."""
    one, *others = (Worker(store, key) for key in keys("owner", 8))
    one.begin()
    one.stage(added(single("a")))

    def stay_open(unit: EngineUnit) -> int:
        _commit(unit, one)
        until = time.monotonic() + _OPEN
        with ThreadPoolExecutor(len(others)) as pool:
            running = [pool.submit(worker.sync, added(single("a"))) for worker in others]
            seen = 0
            while time.monotonic() < until:
                seen += waiting()
            assert all(each.done() for each in running)
            assert [each.result() for each in running] == [None] * len(others)
        return seen

    assert store.unit(stay_open, durable=True) == 0
    assert len(store.changes("crm", limit=100)) == 8


def test_an_account_is_forgotten_beside_its_own_commit(
    store: PostgresStore, waiting: Callable[[], int]
) -> None:
    """Whoever forgets it waits for who holds a lease, and takes nothing that the commit needs."""
    worker = Worker(store)
    worker.sync(added(single("a")))
    worker.begin()
    worker.stage(updated(single("a", raw="2")))
    with ThreadPoolExecutor(1) as pool:

        def interrupted(unit: EngineUnit) -> None:
            unit.stage(KEY, worker.lease, (), checkpoint=worker.checkpoint, since=unit.state(KEY))
            forgetting.append(pool.submit(store.forget_account, KEY.provider, KEY.account))
            while not waiting():
                assert not forgetting[0].done()
            _commit(unit, worker)

        forgetting = list[Future[int]]()
        store.unit(interrupted, durable=True)
        assert forgetting[0].result() == 1
    assert store.calendars() == []
    with pytest.raises(LeaseLost):
        worker.discard()


def _commit(unit: EngineUnit, worker: Worker) -> None:
    """Commit the pass of a worker within an open transaction."""
    unit.commit(
        worker.key,
        worker.lease,
        cursor=None,
        zone=None,
        now=100.0,
        since=unit.state(worker.key),
    )


def test_pruning_and_forgetting_beside_commits(store: PostgresStore) -> None:
    """However they meet, nobody waits in a circle, and what is committed stays."""
    hammer(store)


def test_a_lease_that_is_forgotten_meanwhile_gives_out_no_fence_again(
    store: PostgresStore, waiting: Callable[[], int]
) -> None:
    """Whoever takes it had reckoned its fence before, and has to wait for the one who forgets."""
    name, fences = str(KEY), list[int]()
    for _ in range(5):
        held = store.acquire(name, "before", ttl=60, now=0.0)
        assert held is not None
        fences.append(held.fence)
        store.release(held)
    with ThreadPoolExecutor(1) as pool:
        with store._database.writing() as session:
            forget_lease(session, name)
            session.one("SELECT 1")
            taking = pool.submit(store.acquire, name, "after", ttl=60, now=0.0)
            while not waiting():
                assert not taking.done()
        lease = taking.result()
    assert lease is not None
    assert lease.fence > max(fences)
    assert store.renew(lease, ttl=60, now=0.0) is not None
