"""What travels together, how it is answered, and what an interrupt on the way leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from tests.stores.postgres.wire import Wire
from tests.stores.sqlite.test_interruptions import Moment, interrupt, steps

from kloudsync.errors import StoreError
from kloudsync.stores import PostgresStore
from kloudsync.testing.stores.records import added, single, updated
from kloudsync.testing.stores.worker import KEY, Worker

lending = pytest.importorskip(
    "kloudsync.stores.postgres.lending", reason="the extra `postgres` is not installed"
)
PART = str(Path("kloudsync", "stores", "postgres", "travelling"))


def test_what_travels_together_is_one_packet(conninfo: str, new_schema: Callable[[], str]) -> None:
    """However many statements a flight has, they reach the server as one piece."""
    with Wire(conninfo) as wire, PostgresStore(wire.conninfo, schema=new_schema()) as store:
        worker = Worker(store)
        worker.sync(added(single("a")))
        wire.clear()
        before = wire.pieces
        worker.sync(updated(single("a", raw="2")), added(single("b")))
        assert wire.pieces - before == wire.flights < len(wire.statements)


def test_statements_that_the_server_prepares(conninfo: str, new_schema: Callable[[], str]) -> None:
    """Where a program wants them prepared, what comes often is, and the store holds the same."""
    schema = new_schema()
    with PostgresStore(conninfo, schema=schema, prepare_threshold=0) as store:
        worker = Worker(store)
        for number in range(3):
            worker.sync(added(single(str(number))))
        assert worker.ids() == ["0", "1", "2"]
        with store._database.reading() as session:
            ((count,),) = session.all("SELECT count(*) FROM pg_prepared_statements")
        assert count > 0
    with PostgresStore(conninfo, schema=schema) as again:
        assert [one.id for one in again.events(KEY)] == ["0", "1", "2"]


@pytest.mark.parametrize("prepare_threshold", [None, 0])
def test_a_statement_that_fails_says_why(
    conninfo: str, new_schema: Callable[[], str], prepare_threshold: int | None
) -> None:
    """It is named by its own fault, not by those behind it that were not run; the next one is."""
    with PostgresStore(conninfo, schema=new_schema(), prepare_threshold=prepare_threshold) as store:

        def fail() -> None:
            with store._database.writing() as session:
                session.do("SELECT 1 / ?::int", 0)
                session.do("SELECT 2")
                session.one("SELECT 3")

        with pytest.raises(StoreError, match="division by zero"):
            fail()
        Worker(store).sync(added(single("a")))


def test_an_interrupt_at_any_step_leaves_all_or_nothing(
    conninfo: str, new_schema: Callable[[], str]
) -> None:
    """No later statement takes an answer for its own that an interrupted one left on its way."""
    with PostgresStore(conninfo, schema=new_schema(), clock="workers", timeout=1) as store:
        worker = Worker(store)
        worker.begin()
        worker.stage(added(single("0")))
        for number in range(1, steps(worker.commit, PART) + 1, 7):
            before = worker.ids()
            worker.begin()
            worker.stage(added(single(str(number))))
            # Not the last ones each time: how often the server is waited for differs.
            with suppress(KeyboardInterrupt), Moment(number, interrupt, PART):
                worker.commit()
            # What the server is still at holds the lease, and is waited for.
            assert store.renew(worker.lease, ttl=60.0, now=0.0) is not None
            assert worker.ids() in (before, sorted([*before, str(number)]))
            assert len(worker.feed()) == len(worker.ids())


def test_a_connection_with_answers_on_their_way_is_lent_to_nobody(conninfo: str) -> None:
    """Whoever is lent one next gets another, on which nothing was asked."""
    pools = pytest.importorskip("psycopg_pool", reason="the extra `postgres` is not installed")
    with pools.ConnectionPool(conninfo, min_size=1, max_size=1) as pool:
        loan = lending.Loan(lending.Lender(pool, None), "a store")
        lent = loan.connection
        lent.pgconn.enter_pipeline_mode()
        loan.give_back()
        with pool.connection() as connection:
            assert connection is not lent
            assert connection.execute("SELECT 1").fetchone() == (1,)
