"""Stores over a pool that the program has for other things as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.stores.postgres.wire import Wire

from kloudsync.errors import StoreBusy, UsageError
from kloudsync.stores import PostgresStore
from kloudsync.testing.stores.records import added, single, updated
from kloudsync.testing.stores.worker import KEY, Worker

psycopg = pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
psycopg_pool = pytest.importorskip("psycopg_pool", reason="the extra `postgres` is not installed")


def test_a_pool_of_the_programs_own(conninfo: str, new_schema: Callable[[], str]) -> None:
    """A pool is used as it is given, with rows and transactions of its owner's taste, and stays open."""
    kwargs: dict[str, Any] = {"row_factory": psycopg.rows.dict_row, "prepare_threshold": None}
    with psycopg_pool.ConnectionPool(conninfo, min_size=1, max_size=2, kwargs=kwargs) as pool:
        with PostgresStore(pool, schema=new_schema()) as store:
            worker = Worker(store)
            worker.sync(added(single("a")))
            worker.sync(updated(single("a", raw="2")))
            assert [record.raw for record in store.events(KEY)] == ["2"]
        with pool.connection() as connection:
            assert not connection.autocommit
            assert connection.execute("SELECT 1 AS one").fetchone() == {"one": 1}


def test_a_pool_of_another_schema(conninfo: str, new_schema: Callable[[], str]) -> None:
    """Where connections look for tables by themselves does not matter, and is left as it was."""
    with psycopg.connect(conninfo, autocommit=True) as other:
        other.execute("CREATE SCHEMA IF NOT EXISTS elsewhere")

    def look_elsewhere(connection: Any) -> None:
        connection.execute("SET search_path TO elsewhere")
        connection.commit()

    pool = psycopg_pool.ConnectionPool(conninfo, min_size=1, configure=look_elsewhere)
    with pool, PostgresStore(pool, schema=new_schema()) as store:
        worker = Worker(store)
        worker.sync(added(single("a")))
        assert worker.ids() == ["a"]
        with pool.connection() as connection:
            assert connection.execute("SHOW search_path").fetchone() == ("elsewhere",)
            tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'elsewhere'"
            assert connection.execute(tables).fetchone() == (0,)


def test_a_pool_with_nothing_to_lend(conninfo: str, new_schema: Callable[[], str]) -> None:
    """Whoever waits in vain for a connection hears what to do."""
    pool = psycopg_pool.ConnectionPool(conninfo, min_size=1, max_size=1, timeout=0.2)
    with pool, PostgresStore(pool, schema=new_schema()) as store:
        worker = Worker(store)
        worker.sync(added(single("a")), added(single("b")))
        reader = store.events(KEY)
        next(reader)
        with pytest.raises(StoreBusy, match="larger pool"):
            worker.begin()
        assert [record.id for record in reader] == ["b"]
        worker.begin()


def test_no_pool_at_all() -> None:
    """What is neither a connection string nor a pool is refused at once."""
    nothing: Any = object()
    with pytest.raises(UsageError, match="connection string"):
        PostgresStore(nothing)


def test_connections_are_used_again(conninfo: str, new_schema: Callable[[], str]) -> None:
    """Transactions that follow each other share a connection."""
    with Wire(conninfo) as wire, PostgresStore(wire.conninfo, schema=new_schema()) as store:
        worker = Worker(store)
        before = wire.connections
        for turn in range(10):
            worker.sync((updated if turn else added)(single("a", raw=str(turn))))
        assert wire.connections <= before + 1
