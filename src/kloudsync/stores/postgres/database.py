"""The connections to one schema of a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TypeVar

import psycopg
from psycopg import conninfo as dsn
from psycopg import sql
from psycopg.pq import TransactionStatus

from kloudsync.errors import StoreError, UsageError
from kloudsync.stores.postgres.faults import translated
from kloudsync.stores.postgres.schema import migrate
from kloudsync.stores.postgres.session import Connection, PostgresSession

T = TypeVar("T")

IDLE = 4

_WRITE = b"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_READ = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class PostgresDatabase:
    """A pool of a few connections, of which every transaction borrows one."""

    def __init__(self, conninfo: str, *, schema: str, timeout: float) -> None:
        self._conninfo = conninfo
        self._place = _place(conninfo, schema)
        self._schema = sql.Identifier(schema).as_string()
        self._timeout = timeout
        self._pool = Lock()
        self._idle: list[Connection] = []
        self._closed = False
        try:
            with self.writing() as session:
                migrate(session, self._schema, self._place)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def writing(self, *, durable: bool = False) -> Generator[PostgresSession]:  # noqa: ARG002
        """Open a transaction that commits at the end of its block, or leaves no trace.

        All of them are durable, unless the server was told otherwise.
        """
        with self._transaction(_WRITE) as connection:
            yield PostgresSession(connection)
            connection.execute(b"COMMIT")

    @contextmanager
    def reading(self) -> Generator[PostgresSession]:
        """Open a snapshot that sees one state, whatever others commit meanwhile."""
        with self._transaction(_READ) as connection:
            yield PostgresSession(connection)

    def iterate(self, work: Callable[[PostgresSession], Iterator[T]]) -> Iterator[T]:
        """Yield from a snapshot that stays open for as long as somebody iterates."""
        with self.reading() as session:
            yield from work(session)

    def close(self) -> None:
        """Close every connection; a reader still at work closes its own when it is done."""
        with self._pool:
            self._closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    @contextmanager
    def _transaction(self, begin: bytes) -> Generator[Connection]:
        with translated(self._place):
            connection = self._lend(begin)
            try:
                yield connection
            finally:
                self._take_back(connection)

    def _lend(self, begin: bytes) -> Connection:
        """Begin a transaction on an idle connection that still works, or on a new one."""
        while connection := self._pop():
            with suppress(psycopg.OperationalError):
                connection.execute(begin)
                return connection
            connection.close()
        connection = self._connect()
        connection.execute(begin)
        return connection

    def _pop(self) -> Connection | None:
        with self._pool:
            if self._closed:
                raise StoreError(f"the store {self._place} is closed; open it again")
            return self._idle.pop() if self._idle else None

    def _connect(self) -> Connection:
        connection: Connection = psycopg.connect(self._conninfo, autocommit=True)
        try:
            connection.execute(
                b"SELECT set_config('search_path', %s, false), set_config('lock_timeout', %s, false)",
                (self._schema, f"{max(1, round(self._timeout * 1000))}ms"),
            )
        except BaseException:
            connection.close()
            raise
        return connection

    def _take_back(self, connection: Connection) -> None:
        """End what is left of a transaction and keep the connection, if it can be used again."""
        if connection.info.transaction_status != TransactionStatus.IDLE:
            with suppress(psycopg.Error):
                connection.execute(b"ROLLBACK")
        clean = connection.info.transaction_status == TransactionStatus.IDLE
        with self._pool:
            if clean and not self._closed and len(self._idle) < IDLE:
                self._idle.append(connection)
                return
        connection.close()


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
