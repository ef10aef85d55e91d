"""What a schema of version 1 becomes, and who may open one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.stores.version_1 import see_how_it_goes_on, see_what_is_kept

from kloudsync.errors import StoreBusy, StoreCorrupt, StoreTooNew
from kloudsync.stores import PostgresStore
from kloudsync.testing.stores.records import added, single
from kloudsync.testing.stores.worker import KEY, Worker, take

psycopg = pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")

FIRST = Path(__file__).parent / "version_1.sql"
LAYOUT = b"""
SELECT table_name, column_name, ordinal_position, data_type, is_nullable, column_default, collation_name
FROM information_schema.columns WHERE table_schema = %(schema)s
UNION ALL
SELECT tablename, indexname, 0, replace(indexdef, %(schema)s, ''), NULL, NULL, NULL
FROM pg_indexes WHERE schemaname = %(schema)s
"""


@pytest.fixture
def schema(conninfo: str, new_schema: Callable[[], str]) -> str:
    """Make the schema that version 1 made."""
    name = new_schema()
    with psycopg.connect(conninfo) as connection:
        connection.execute(f'CREATE SCHEMA "{name}"'.encode())
        connection.execute(f'SET search_path TO "{name}"'.encode())
        connection.execute(FIRST.read_bytes())
    return name


@pytest.fixture
def tell(conninfo: str, schema: str) -> Iterator[Any]:
    """Return a connection of somebody else who works in the schema."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(f'SET search_path TO "{schema}"'.encode())
        yield connection


def layout(conninfo: str, schema: str) -> set[tuple[Any, ...]]:
    """Return the columns of each table, and the terms of each index."""
    with psycopg.connect(conninfo) as connection:
        return set(connection.execute(LAYOUT, {"schema": schema}).fetchall())


def test_a_schema_of_version_1(conninfo: str, schema: str) -> None:
    """Events, feed and consumers stay; cursors are forgotten, so that the next sync reads all."""
    with PostgresStore(conninfo, clock="workers", schema=schema) as store:
        see_what_is_kept(store)
        see_how_it_goes_on(store)


def test_a_migrated_schema_is_laid_out_as_a_new_one(
    conninfo: str, schema: str, new_schema: Callable[[], str]
) -> None:
    """Each table has the same columns in the same order, and each index the same terms."""
    fresh = new_schema()
    for name in (schema, fresh):
        PostgresStore(conninfo, clock="workers", schema=name).close()
    assert layout(conninfo, schema) == layout(conninfo, fresh)


def test_a_migration_is_seen_by_who_has_the_schema_open(
    conninfo: str, schema: str, tell: Any
) -> None:
    """A worker that opened the schema before a newer one migrated it writes nothing any more, and reads."""
    with PostgresStore(conninfo, clock="workers", schema=schema) as store:
        worker = Worker(store, lease=take(store, str(KEY), "heir", now=1000.0))
        worker.begin()
        worker.stage(added(single("b")))
        tell.execute("UPDATE kloudsync_schema SET version = 99")
        for write in (worker.commit, worker.begin, lambda: take(store, "another")):
            with pytest.raises(StoreTooNew, match="upgrade kloudsync"):
                write()
        assert worker.ids() == ["a", "s"]


def test_a_migration_waits_for_who_writes(conninfo: str, schema: str, tell: Any) -> None:
    """Nobody writes by the old schema while a newer one is made of it."""
    with tell.transaction():
        tell.execute("SELECT version FROM kloudsync_schema")
        with pytest.raises(StoreBusy):
            PostgresStore(conninfo, clock="workers", schema=schema, timeout=0.1)
    with PostgresStore(conninfo, clock="workers", schema=schema, timeout=0.1) as store:
        see_what_is_kept(store)


def test_a_half_lost_schema_is_not_made_anew(conninfo: str, schema: str, tell: Any) -> None:
    """Tables without the one that tells the version are another program's."""
    tell.execute("DROP TABLE kloudsync_schema")
    with pytest.raises(StoreCorrupt, match="another program"):
        PostgresStore(conninfo, clock="workers", schema=schema)
