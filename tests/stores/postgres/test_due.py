from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from kloudsync.stores import PostgresStore
from kloudsync.testing.stores.due import POLL, DueContract, FleetStore, claim, topic

HOURS = 3600.0


class TestPostgresDue(DueContract):
    """The store in PostgreSQL keeps the contract."""

    @pytest.fixture
    def store(self, conninfo: str, new_schema: Callable[[], str]) -> Iterator[FleetStore]:
        """Return an empty store."""
        with PostgresStore(conninfo, clock="workers", schema=new_schema()) as store:
            yield store


@pytest.mark.parametrize("skew", [5 * HOURS, -5 * HOURS, 300.0])
def test_workers_agree_whose_clocks_are_wrong(
    conninfo: str, new_schema: Callable[[], str], skew: float
) -> None:
    """What is due, taken, held, given back, put off and woken goes by the server's clock alone."""
    right, wrong = time.time(), time.time() + skew
    with PostgresStore(conninfo, schema=new_schema()) as store:
        store.make_due(topic(), lane=POLL, now=wrong)
        assert store.due_lanes([POLL], now=wrong) == store.due_lanes([POLL], now=right) == [POLL]
        taken = claim(store, now=right)
        (held,) = store.renew_claims([taken], ttl=HOURS, now=wrong)
        for now in (right, wrong):
            assert store.claim_due("thief", lane=POLL, limit=9, ttl=HOURS, now=now) == []
        assert store.next_due(POLL) == held.expires_at
        assert is_near(held.expires_at, right + HOURS)
        assert store.give_back(held, lane=POLL, wait=-1.0, now=wrong)
        failed = claim(store, now=wrong)
        assert store.give_back(failed, lane=POLL, wait=HOURS, now=wrong, done=False)
        (row,) = store.due("google", "ana")
        assert row.at == row.since == row.rest_until
        assert is_near(row.at, right + HOURS)
        store.put_off("google", "ana", wait=2 * HOURS, now=wrong)
        (row,) = store.due("google", "ana")
        assert is_near(row.at, right + 2 * HOURS)
        store.wake("google", "ana", now=wrong)
        assert claim(store, now=wrong).fence == 3


def is_near(one: float, other: float) -> bool:
    """Tell whether two instants are nearer to each other than clocks that are wrong."""
    return abs(one - other) < 250.0
