"""The connections to one schema of a PostgreSQL database."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, local
from typing import Literal, TypeAlias, TypeVar

import psycopg
from attrs import define, field
from psycopg import conninfo as dsn
from psycopg import sql
from psycopg.pq import TransactionStatus

from kloudsync.errors import StoreError, UsageError
from kloudsync.stores.nesting import nested
from kloudsync.stores.postgres.faults import translated
from kloudsync.stores.postgres.schema import (
    expect_version,
    is_behind,
    is_current,
    migrate,
    set_on,
)
from kloudsync.stores.postgres.session import Connection, PostgresSession

T = TypeVar("T")

Clock: TypeAlias = Literal["server", "workers"]
"""Whose clock leases go by."""

IDLE = 4

LONGEST_NAME = 63
"""Bytes of a name; PostgreSQL cuts longer ones off without a word."""

LONGEST_WAIT = 2_147_483.0
"""Seconds; milliseconds are a signed number of 32 bits."""

# What a transaction needs travels with the statement that begins it, and ends with it: behind a pooler
# the next one may meet another connection of the server, and this one be lent to somebody else.
_BEGIN = "BEGIN {mode}; SET LOCAL search_path TO {schema}; SET LOCAL lock_timeout TO {wait}"
_WRITE = sql.SQL("ISOLATION LEVEL READ COMMITTED READ WRITE")
_READ = sql.SQL("ISOLATION LEVEL REPEATABLE READ READ ONLY")
_COMMIT = b"COMMIT"


@define
class _Pool:
    """The connections of one process that nobody uses at present."""

    pid: int = field(factory=os.getpid)
    lock: Lock = field(factory=Lock)
    idle: list[Connection] = field(factory=list[Connection])

    @property
    def is_ours(self) -> bool:
        return self.pid == os.getpid()


class PostgresDatabase:
    """A pool of a few connections, of which every transaction borrows one.

    A process that was forked starts with a pool of its own: on a connection that is shared,
    each would read the other's answers.
    """

    def __init__(
        self,
        conninfo: str,
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
        self._conninfo = conninfo
        self._prepare_threshold = prepare_threshold
        self._by_server = clock == "server"
        self._place = _place(conninfo, schema)
        self._name = schema
        self._write = _begin(_WRITE, schema, timeout)
        self._read = _begin(_READ, schema, timeout)
        self._held = _Pool()
        self._inherited: list[_Pool] = []
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
        with self._writing() as session:
            now = expect_version(session, self._place)
            session.clock = now if self._by_server else None
            self._thread.writes = True
            try:
                yield session
            finally:
                self._thread.writes = False

    @contextmanager
    def reading(self) -> Generator[PostgresSession]:
        """Open a snapshot that sees one state, whatever others commit meanwhile."""
        with self._transaction(self._read) as connection:
            yield PostgresSession(connection)

    def iterate(self, work: Callable[[PostgresSession], Iterator[T]]) -> Iterator[T]:
        """Yield from a snapshot that stays open for as long as somebody iterates."""
        with self.reading() as session:
            yield from work(session)

    def scrub(self) -> None:
        """Do nothing: the server vacuums by itself, and keeps its log as long as it was told to."""

    def close(self) -> None:
        """Close every connection; a reader still at work closes its own when it is done."""
        pool = self._pool()
        with pool.lock:
            self._closed = True
            for connection in pool.idle:
                connection.close()
            pool.idle.clear()

    def _open(self, *, may_migrate: bool) -> None:
        """Bring the schema up to date; where it is, nothing is written or locked."""
        with self.reading() as session:
            current = is_current(session, self._name, self._place)
            behind = current and is_behind(session)
        if not current and not may_migrate:
            raise StoreError(
                f"{self._place} is not up to date, or not there; open it once with migrate=True, as a "
                "role that may create tables in it"
            )
        if not current:
            with self._writing() as session:
                migrate(session, self._name, self._place)
        if behind:
            with self.writing() as session:
                set_on(session)

    @contextmanager
    def _writing(self) -> Generator[PostgresSession]:
        with self._transaction(self._write) as connection:
            session = PostgresSession(connection)
            yield session
            session.end(_COMMIT)

    def _pool(self) -> _Pool:
        """Return the pool of this process."""
        pool = self._held
        if not pool.is_ours:
            # Kept as they are: whoever closes one tells the server, and the parent loses it.
            self._inherited.append(pool)
            self._held = pool = _Pool()
        return pool

    @contextmanager
    def _transaction(self, begin: bytes) -> Generator[Connection]:
        with translated(self._place):
            pool = self._pool()
            connection = self._lend(pool, begin)
            try:
                yield connection
            finally:
                self._take_back(pool, connection)

    def _lend(self, pool: _Pool, begin: bytes) -> Connection:
        """Begin a transaction on an idle connection that still works, or on a new one."""
        while connection := self._pop(pool):
            try:
                connection.execute(begin)
            except psycopg.OperationalError:
                if not connection.broken:
                    self._take_back(pool, connection)
                    raise
                connection.close()
            else:
                return connection
        connection = self._connect()
        connection.execute(begin)
        return connection

    def _pop(self, pool: _Pool) -> Connection | None:
        with pool.lock:
            if self._closed:
                raise StoreError(f"the store {self._place} is closed; open it again")
            return pool.idle.pop() if pool.idle else None

    def _connect(self) -> Connection:
        return psycopg.connect(
            self._conninfo, autocommit=True, prepare_threshold=self._prepare_threshold
        )

    def _take_back(self, pool: _Pool, connection: Connection) -> None:
        """End what is left of a transaction and keep the connection, if it can be used again."""
        if not pool.is_ours:
            # Begun before a fork: it is the parent's to end.
            pool.idle.append(connection)
            return
        if connection.info.transaction_status != TransactionStatus.IDLE:
            with suppress(psycopg.Error):
                connection.execute(b"ROLLBACK")
        clean = connection.info.transaction_status == TransactionStatus.IDLE
        with pool.lock:
            if clean and not self._closed and len(pool.idle) < IDLE:
                pool.idle.append(connection)
                return
        connection.close()


def _begin(mode: sql.SQL, schema: str, timeout: float) -> bytes:
    """Return what begins a transaction in a schema, for which no other connection was prepared."""
    wait = sql.Literal(f"{max(1, round(timeout * 1000))}ms")
    return sql.SQL(_BEGIN).format(mode=mode, schema=sql.Identifier(schema), wait=wait).as_bytes()


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


def _place(conninfo: str, schema: str) -> str:
    """Return what messages call the store, which is not the connection string: that holds a password.

    Raises:
        UsageError: The connection string cannot be read.
    """
    try:
        settings = dsn.conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError:
        raise UsageError(
            "the connection string cannot be read; expected one such as "
            "postgresql://user@host:5432/database"
        ) from None
    database = settings.get("dbname", "the default database")
    return f"schema {schema} of {database} at {settings.get('host', 'the local server')}"
