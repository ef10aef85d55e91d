"""The connections to one SQLite file: one that writes, and as many as are needed that read."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, RLock
from typing import TypeVar

from kloudsync.errors import StoreCorrupt, StoreError
from kloudsync.stores.sqlite.faults import PRIMARY, translated
from kloudsync.stores.sqlite.schema import expect_version, migrate, version_of
from kloudsync.stores.sqlite.session import SQLiteSession

T = TypeVar("T")

MEMORY = ":memory:"
IDLE_READERS = 4
SMALLEST = 512

_WAL = "PRAGMA journal_mode = WAL"
_SYNC_SELDOM = "PRAGMA synchronous = NORMAL"
_SYNC_ALWAYS = "PRAGMA synchronous = FULL"
_TRIES = 20


class SQLiteDatabase:
    """A file in WAL mode, whose readers see a snapshot and wait for nobody.

    A database in memory has but one connection, so there readers and writers take turns.
    """

    def __init__(self, path: str | Path, *, timeout: float) -> None:
        self._place = os.fspath(path)
        self._timeout = timeout
        self._turn = RLock()
        self._pool = Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        with translated(self._place):
            self._writer = self._open()

    @property
    def in_memory(self) -> bool:
        """Whether there is no file."""
        return self._place == MEMORY

    @contextmanager
    def writing(self, *, durable: bool = False) -> Generator[SQLiteSession]:
        """Open a transaction that commits at the end of its block, or leaves no trace.

        One that has to be durable waits until the disk holds it.
        """
        with self._turn, translated(self._place):
            self._check_open()
            connection = self._writer
            if durable:
                connection.execute(_SYNC_ALWAYS)
            try:
                connection.execute("BEGIN IMMEDIATE")
                expect_version(connection, self._place)
                yield SQLiteSession(connection)
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise
            finally:
                if durable:
                    connection.execute(_SYNC_SELDOM)

    @contextmanager
    def reading(self) -> Generator[SQLiteSession]:
        """Open a snapshot that sees one state, whatever others commit meanwhile."""
        if self.in_memory:
            with self._turn, translated(self._place):
                self._check_open()
                yield SQLiteSession(self._writer)
            return
        with translated(self._place):
            connection = self._lend()
            try:
                connection.execute("BEGIN")
                yield SQLiteSession(connection)
            finally:
                self._take_back(connection)

    def iterate(self, work: Callable[[SQLiteSession], Iterator[T]]) -> Iterator[T]:
        """Yield from a snapshot that stays open for as long as somebody iterates."""
        if self.in_memory:
            with self.reading() as session:
                items = list(work(session))
            yield from items
            return
        with self.reading() as session:
            yield from work(session)

    def close(self) -> None:
        """Close every connection; a reader still at work closes its own when it is done."""
        with self._turn, self._pool:
            self._closed = True
            for connection in (*self._idle, self._writer):
                connection.close()
            self._idle.clear()

    def _open(self) -> sqlite3.Connection:
        if not self.in_memory:
            _create_private(self._place)
        connection = self._connect()
        try:
            if not version_of(connection, self._place):
                connection.execute("PRAGMA page_size = 16384")
            if not self.in_memory:
                _use_wal(connection)
            connection.execute(_SYNC_SELDOM)
            connection.execute("PRAGMA cache_size = -8192")
            migrate(connection, self._place)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self._place, timeout=self._timeout, isolation_level=None, check_same_thread=False
        )

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError(f"the store {self._place} is closed; open it again")

    def _lend(self) -> sqlite3.Connection:
        with self._pool:
            self._check_open()
            if self._idle:
                return self._idle.pop()
        connection = self._connect()
        connection.execute("PRAGMA query_only = 1")
        return connection

    def _take_back(self, connection: sqlite3.Connection) -> None:
        _roll_back(connection)
        with self._pool:
            if not self._closed and len(self._idle) < IDLE_READERS:
                self._idle.append(connection)
                return
        connection.close()


def _roll_back(connection: sqlite3.Connection) -> None:
    """End a transaction, unless the failure that calls for it has ended it."""
    if connection.in_transaction:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Keep the journal in a file of its own, which the first program to do so sets for all.

    SQLite waits for nobody while it sets this, and gives up if another program is at it, too.
    To begin a write does wait.
    """
    for _ in range(_TRIES - 1):
        try:
            connection.execute(_WAL)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY:
                raise
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        else:
            return
    connection.execute(_WAL)


def _create_private(place: str) -> None:
    """Create a missing file for its owner alone; SQLite gives its companions the same mode."""
    try:
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        _refuse_scrap(place)
    except OSError as error:
        raise StoreError(f"{place} cannot be created: {error.strerror}") from error


def _refuse_scrap(place: str) -> None:
    """Refuse a file too short for a database, which SQLite would take for an empty one and overwrite."""
    if Path(place).is_file() and 0 < Path(place).stat().st_size < SMALLEST:
        raise StoreCorrupt(f"{place} is not a database; give the path of a kloudsync store")
