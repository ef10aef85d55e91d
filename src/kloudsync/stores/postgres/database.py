"""The connections to one schema of a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from threading import local
from typing import Literal, TypeAlias, TypeVar

import psycopg
from psycopg import conninfo as dsn
from psycopg import sql
from psycopg_pool import ConnectionPool

from kloudsync.errors import StoreError, UsageError
from kloudsync.stores.nesting import nested
from kloudsync.stores.postgres.faults import translating
from kloudsync.stores.postgres.lending import Lender, Loan
from kloudsync.stores.postgres.schema import (
    expect_version,
    is_behind,
    is_current,
    migrate,
    set_on,
)
from kloudsync.stores.postgres.session import PostgresSession, Statement
from kloudsync.stores.sql.session import Row

T = TypeVar("T")

Clock: TypeAlias = Literal["server", "workers"]
"""Whose clock leases go by."""

LONGEST_NAME = 63
"""Bytes of a name; PostgreSQL cuts longer ones off without a word."""

LONGEST_WAIT = 2_147_483.0
"""Seconds; milliseconds are a signed number of 32 bits."""

# What a transaction needs travels with the statement that begins it, and ends with it: behind a pooler
# the next one may meet another connection of the server, and this one be lent to somebody else.
_WRITE = b"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_READ = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_COMMIT = b"COMMIT"
_SETTINGS = "SELECT set_config('search_path', $1, true), set_config('lock_timeout', $2, true)"
_VERSION = ", version FROM {}.kloudsync_schema"


class PostgresDatabase:
    """Transactions in one schema, each on a connection that is lent for it."""

    def __init__(
        self,
        source: str | ConnectionPool,
        *,
        schema: str,
        timeout: float,
        migrate: bool = True,
        prepare_threshold: int | None = None,
        clock: Clock = "server",
    ) -> None:
        _expect_name(schema)
        _expect_wait(timeout)
        _expect_clock(clock)
        _expect_source(source)
        self._lender = Lender(source, prepare_threshold)
        self._by_server = clock == "server"
        self._place = _place(source, schema)
        self._translating = translating(self._place)
        self._name = schema
        settings = (_quoted(schema), f"{max(1, round(timeout * 1000))}ms")
        version = sql.SQL(_VERSION).format(sql.Identifier(schema)).as_string()
        self._settings = (_SETTINGS.encode(), settings)
        self._checked = (f"{_SETTINGS}{version}".encode(), settings)
        self._closed = False
        self._thread = local()
        try:
            self._open(may_migrate=migrate)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def writing(self, *, durable: bool = False) -> Generator[PostgresSession]:  # noqa: ARG002
        """Open a transaction that commits at the end of its block, or leaves no trace.

        All of them are durable, unless the server was told otherwise.
        """
        if getattr(self._thread, "writes", False):
            raise nested(self._place)
        with self._transaction((_WRITE, ()), self._checked) as session:
            session.expect = self._expect_version
            self._thread.writes = True
            try:
                yield session
            finally:
                self._thread.writes = False
            session.end(_COMMIT)

    @contextmanager
    def reading(self) -> Generator[PostgresSession]:
        """Open a snapshot that sees one state, whatever others commit meanwhile."""
        with self._transaction((_READ, ()), self._settings) as session:
            yield session

    def iterate(self, work: Callable[[PostgresSession], Iterator[T]]) -> Iterator[T]:
        """Yield from a snapshot that stays open for as long as somebody iterates."""
        with self.reading() as session:
            yield from work(session)

    def scrub(self) -> None:
        """Do nothing: the server vacuums by itself, and keeps its log as long as it was told to."""

    def close(self) -> None:
        """Close every connection, but those of a pool that was passed in; readers finish first.

        Raises:
            StoreError: This thread is within a transaction, which goes on.
        """
        if getattr(self._thread, "writes", False):
            raise nested(self._place)
        self._closed = True
        self._lender.close()

    def _open(self, *, may_migrate: bool) -> None:
        """Bring the schema up to date; where it is, nothing is written or locked."""
        with self._translating:
            # Why there is no connection, a pool tells nobody.
            connection = self._lender.connect()
            if connection is not None:
                connection.close()
        with self.reading() as session:
            current = is_current(session, self._name, self._place)
            behind = current and is_behind(session)
        if not current and not may_migrate:
            raise StoreError(
                f"{self._place} is not up to date, or not there; open it once with migrate=True, as a "
                "role that may create tables in it"
            )
        if not current:
            with self._transaction((_WRITE, ()), self._settings) as session:
                migrate(session, self._name, self._place)
                session.end(_COMMIT)
        if behind:
            with self.writing() as session:
                set_on(session)

    @contextmanager
    def _transaction(self, *opening: Statement) -> Generator[PostgresSession]:
        if self._closed:
            raise StoreError(f"the store {self._place} is closed; open it again")
        with self._translating:
            loan = Loan(self._lender, self._place)
            try:
                yield PostgresSession(loan, opening, by_server=self._by_server)
            finally:
                loan.give_back()

    def _expect_version(self, row: Row | None) -> None:
        expect_version(0 if row is None else row[-1], self._place)


def _quoted(name: str) -> str:
    return sql.Identifier(name).as_string()


def _expect_source(source: object) -> None:
    if not isinstance(source, str | ConnectionPool):
        raise UsageError(
            "PostgresStore needs a connection string or a psycopg_pool.ConnectionPool, not "
            f"{type(source).__name__}"
        )


def _expect_clock(clock: str) -> None:
    if clock not in {"server", "workers"}:
        raise UsageError(f"clock has to be 'server' or 'workers', not {clock!r}")


def _expect_name(schema: str) -> None:
    """See that a schema can be called so, and no other one is meant by it."""
    size = len(schema.encode())
    if not 0 < size <= LONGEST_NAME or "\0" in schema:
        raise UsageError(
            f"the name of the schema has to be 1 to {LONGEST_NAME} bytes long, without NUL; "
            f"{schema[: LONGEST_NAME + 1]!r} has {size}"
        )


def _expect_wait(timeout: float) -> None:
    if not 0.0 <= timeout <= LONGEST_WAIT:
        raise UsageError(f"timeout has to be 0 to {LONGEST_WAIT:.0f} seconds, not {timeout}")


def _place(source: str | ConnectionPool, schema: str) -> str:
    """Return what messages call the store, which is not the connection string: that holds a password.

    Raises:
        UsageError: The connection string cannot be read.
    """
    conninfo = source if isinstance(source, str) else source.conninfo
    if not isinstance(conninfo, str):
        return f"schema {schema}"
    try:
        settings = dsn.conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError:
        raise UsageError(
            "the connection string cannot be read; expected one such as "
            "postgresql://user@host:5432/database"
        ) from None
    database = settings.get("dbname", "the default database")
    return f"schema {schema} of {database} at {settings.get('host', 'the local server')}"
