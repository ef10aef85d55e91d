"""What a role needs, and what a store does without more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest

from kloudsync.errors import StoreError, UsageError
from kloudsync.stores import PostgresStore
from kloudsync.testing.stores.records import added, single, updated
from kloudsync.testing.stores.worker import Worker, read_all, take

psycopg = pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")

GRANTS = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
)


@pytest.fixture
def schema(conninfo: str, new_schema: Callable[[], str]) -> str:
    """Return a schema that somebody else has made."""
    name = new_schema()
    PostgresStore(conninfo, schema=name).close()
    return name


@pytest.fixture
def as_clerk(conninfo: str, schema: str) -> Iterator[str]:
    """Return how a role connects that may read and write rows, and nothing else."""
    role = f"clerk-{schema}"
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(f'CREATE ROLE "{role}"'.encode())
        for grant in GRANTS:
            connection.execute(grant.format(schema=f'"{schema}"', role=f'"{role}"').encode())
        options = quote(f"-c role={role}")
        yield f"{conninfo}{'&' if '?' in conninfo else '?'}options={options}"
        connection.execute(f'DROP OWNED BY "{role}"'.encode())
        connection.execute(f'DROP ROLE "{role}"'.encode())


def test_rows_are_enough(as_clerk: str, schema: str) -> None:
    """A role that may read and write rows opens the store and does whatever a store does."""
    with PostgresStore(as_clerk, schema=schema, clock="workers") as store:
        worker = Worker(store)
        worker.sync(*(added(single(f"{number:04}", raw="x" * 500)) for number in range(3000)))
        worker.sync(updated(single("0000", raw="2")))
        assert len(store.changes("crm", limit=5000)) == 3001
        read_all(store, "crm")
        assert worker.prune(10.0**9) == 3001
        store.forget(worker.key, worker.lease)


@pytest.mark.parametrize("migrate", [True, False])
def test_what_is_not_there_is_not_made_without_rights(
    as_clerk: str, new_schema: Callable[[], str], migrate: bool
) -> None:
    """Whoever must not, or may not, make a schema is told so, and nothing is there afterwards."""
    name = new_schema()
    with pytest.raises(StoreError, match=r"migrate=True|permission denied"):
        PostgresStore(as_clerk, schema=name, migrate=migrate)


def test_a_store_that_must_not_migrate(
    conninfo: str, schema: str, new_schema: Callable[[], str]
) -> None:
    """It opens what is up to date, and says what to do about the rest."""
    PostgresStore(conninfo, schema=schema, migrate=False).close()
    with psycopg.connect(conninfo) as connection:
        older = f'UPDATE "{schema}".kloudsync_schema SET version = 1'  # noqa: S608 - our own name
        connection.execute(older.encode())
    for name in (schema, new_schema()):
        with pytest.raises(StoreError, match="migrate=True"):
            PostgresStore(conninfo, schema=name, migrate=False)


def test_maintenance_is_not_waited_for(conninfo: str, schema: str) -> None:
    """A first sync goes on while somebody vacuums, analyzes or indexes the tables."""
    with psycopg.connect(conninfo) as other:
        tables = other.execute(
            b"SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,)
        ).fetchall()
        for (table,) in tables:
            lock = f'LOCK TABLE "{schema}"."{table}" IN SHARE UPDATE EXCLUSIVE MODE'
            other.execute(lock.encode())
        with PostgresStore(conninfo, schema=schema, timeout=0.2) as store:
            worker = Worker(store)
            worker.sync(*(added(single(f"{number:04}", raw="x" * 500)) for number in range(3000)))
            assert len(worker.ids()) == 3000


def test_leases_go_by_the_clock_of_the_server(conninfo: str, schema: str) -> None:
    """A worker whose clock is hours ahead takes nobody's lease, and one that is behind gets a whole one."""
    with PostgresStore(conninfo, schema=schema) as store:
        lease = take(store, "calendar", "right", now=0.0)
        assert store.acquire("calendar", "ahead", ttl=60.0, now=10.0**10) is None
        renewed = store.renew(lease, ttl=60.0, now=10.0**10)
        assert renewed is not None
        assert lease.expires_at <= renewed.expires_at < 10.0**10
        store.release(lease)
        assert store.acquire("calendar", "behind", ttl=0.0, now=0.0) is not None
        assert take(store, "calendar", "next", now=0.0).fence == lease.fence + 2


def test_another_clock(conninfo: str, schema: str) -> None:
    """A clock that nobody knows is refused."""
    with pytest.raises(UsageError, match="clock has to be"):
        PostgresStore(conninfo, schema=schema, clock="sundial")  # type: ignore[arg-type]
