"""The connections to one SQLite file: one that writes, and as many as are needed that read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Condition, RLock, get_ident
from typing import TypeVar
from weakref import ref

from kloudsync.errors import StoreError
from kloudsync.stores.nesting import Stay, nested, nobody
from kloudsync.stores.sqlite.faults import PRIMARY, translating
from kloudsync.stores.sqlite.files import MEMORY, identity, make_private, make_ready, place_of
from kloudsync.stores.sqlite.forks import carry, expect_own, watch
from kloudsync.stores.sqlite.schema import expect_version, migrate, version_of
from kloudsync.stores.sqlite.session import SQLiteSession

T = TypeVar("T")

IDLE_READERS = 4

MUCH = 2000
"""A transaction that changes more rows has its journal written back before others have to do it."""

LONGEST_HALT = 1.0
"""Seconds that a fork waits for calls of other threads to end."""

_WAL = "PRAGMA journal_mode = WAL"
_SYNC_SELDOM = "PRAGMA synchronous = NORMAL"
_SYNC_ALWAYS = "PRAGMA synchronous = FULL"
_TRIES = 20


class SQLiteDatabase:
    """A file in WAL mode, whose readers see a snapshot and wait for nobody.

    A database in memory has but one connection, so there readers and writers take turns.
    Before a fork all connections are closed, and opened again by whoever needs them.
    """

    def __init__(self, path: str | Path, *, timeout: float) -> None:
        self._place = place_of(path)
        self._translating = translating(self._place)
        self._timeout = timeout
        # Reentrant, both: a signal handler or a finalizer may come in at any moment.
        self._turn = RLock()
        self._stay: Callable[[], Stay | None] = nobody
        self._pool = RLock()
        self._returned = Condition(self._pool)
        self._idle: list[sqlite3.Connection] = []
        self._lent: dict[sqlite3.Connection, int] = {}
        self._is_halting = False
        self._inherited: list[sqlite3.Connection] = []
        self._halted = False
        self._closed = False
        self._file: tuple[int, int] | None = None
        self._writer: sqlite3.Connection | None = None
        with self._translating:
            self._writer = self._open()
        watch(self)

    @property
    def in_memory(self) -> bool:
        """Whether there is no file."""
        return self._place == MEMORY

    @contextmanager
    def writing(self, *, durable: bool = False) -> Generator[SQLiteSession]:
        """Open a transaction that commits at the end of its block, or leaves no trace.

        One that has to be durable waits until the disk holds it.

        Raises:
            StoreError: This thread is within a transaction already, which stays as it is.
        """
        with self._alone(), self._translating:
            connection = self._awake()
            # An interrupt may have hit even what rolls back.
            self._roll_back(connection)
            try:
                connection.execute(_SYNC_ALWAYS if durable else _SYNC_SELDOM)
                connection.execute("BEGIN IMMEDIATE")
                expect_version(connection, self._place)
                before = connection.total_changes
                yield SQLiteSession(connection)
                self._expect_own()
                connection.execute("COMMIT")
                much = connection.total_changes - before > MUCH
            finally:
                self._roll_back(connection)
        if much and not self.in_memory:
            self._write_back()

    @contextmanager
    def reading(self) -> Generator[SQLiteSession]:
        """Open a snapshot that sees one state, whatever others commit meanwhile."""
        if self.in_memory:
            with self._turn, self._translating:
                yield SQLiteSession(self._awake())
            return
        with self._snapshot() as session:
            yield session

    def iterate(self, work: Callable[[SQLiteSession], Iterator[T]]) -> Iterator[T]:
        """Yield from a snapshot that stays open for as long as somebody iterates.

        Raises:
            StoreError: It was begun before this process was forked.
        """
        if self.in_memory:
            with self.reading() as session:
                items = list(work(session))
            yield from items
            return
        with self._snapshot() as session:
            for item in work(session):
                yield item
                if self._inherited:
                    self._expect_own()

    def scrub(self) -> None:
        """Take what was deleted out of the journal; readers of an older state are waited for."""
        with self._alone(), self._translating:
            self._awake().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close every connection; a reader still at work closes its own when it is done."""
        with self._alone(), self._pool:
            self._closed = True
            self._close_idle()

    def before_fork(self) -> None:
        """Close what SQLite must not carry into another process, once others are done with it."""
        self._halted = self._turn.acquire(timeout=LONGEST_HALT)
        self._pool.acquire()
        self._is_halting = True
        self._returned.wait_for(self._is_at_rest, LONGEST_HALT)
        if self._halted and not self._is_taken and not self.in_memory:
            self._close_idle()

    def after_fork(self, *, is_child: bool) -> None:
        """Go on; in a child without what it inherited."""
        if is_child and not self.in_memory and (self._writer is not None or self._lent):
            self._disown()
        self._is_halting = False
        self._returned.notify_all()
        self._pool.release()
        if self._halted:
            self._turn.release()
        elif is_child:
            # Whoever held it is in the parent.
            self._turn, self._stay = RLock(), nobody

    @property
    def _is_taken(self) -> bool:
        """Whether whoever has the turn writes."""
        return self._stay() is not None

    def _is_at_rest(self) -> bool:
        """Tell whether no other thread reads; what this one reads will not end before the fork."""
        return set(self._lent.values()) <= {get_ident()}

    def _disown(self) -> None:
        """Keep inherited connections from being used or closed here, and refuse their file."""
        self._inherited += [*self._lent, *self._idle]
        self._lent.clear()
        self._idle.clear()
        if self._writer is not None:
            self._inherited.append(self._writer)
            self._writer = None
        if self._file is not None:
            carry(self._file)

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Let one thread at a time in, and each only once."""
        with self._turn:
            if self._is_taken:
                raise nested(self._place)
            stay = Stay()
            try:
                self._stay = ref(stay)
                yield
            finally:
                del stay

    @contextmanager
    def _snapshot(self) -> Generator[SQLiteSession]:
        with self._translating:
            connection = self._lend()
            try:
                connection.execute("BEGIN")
                yield SQLiteSession(connection)
            finally:
                self._take_back(connection)

    def _write_back(self) -> None:
        """Write the journal into the file while others write on.

        Left to SQLite, whoever commits next once it is long would do so, and all others wait for that one.
        """
        with suppress(sqlite3.Error, StoreError):
            connection = self._lend()
            try:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            finally:
                self._take_back(connection)

    def _awake(self) -> sqlite3.Connection:
        """Return the connection that writes, which a fork may have closed."""
        self._check_open()
        if self._writer is None:
            self._writer = self._open()
        self._expect_same()
        return self._writer

    def _expect_same(self) -> None:
        """See that the file is still the one that was opened.

        Raises:
            StoreError: Somebody removed it, or put another one in its place.
        """
        if not self.in_memory and identity(self._place) != self._file:
            raise StoreError(
                f"{self._place} is another file than the one that was opened; open the store again"
            )

    def _expect_own(self) -> None:
        if self._file is not None:
            expect_own(self._file, self._place)

    def _open(self) -> sqlite3.Connection:
        if not self.in_memory:
            make_ready(self._place)
            self._file = self._file or identity(self._place)
        connection = self._connect()
        try:
            if not version_of(connection, self._place):
                connection.execute("PRAGMA page_size = 16384")
            if not self.in_memory:
                make_private(self._place)
                _use_wal(connection)
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA cache_size = -8192")
            migrate(connection, self._place)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect(self) -> sqlite3.Connection:
        self._expect_same()
        self._expect_own()
        return sqlite3.connect(
            self._place, timeout=self._timeout, isolation_level=None, check_same_thread=False
        )

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError(f"the store {self._place} is closed; open it again")

    def _lend(self) -> sqlite3.Connection:
        with self._pool:
            self._returned.wait_for(lambda: not self._is_halting)
            self._check_open()
            self._expect_same()
            connection = self._idle.pop() if self._idle else self._reader()
            self._lent[connection] = get_ident()
            return connection

    def _reader(self) -> sqlite3.Connection:
        connection = self._connect()
        connection.execute("PRAGMA query_only = 1")
        return connection

    def _take_back(self, connection: sqlite3.Connection) -> None:
        with self._pool:
            if connection in self._inherited:
                return
            del self._lent[connection]
            self._roll_back(connection)
            if self._closed or len(self._idle) >= IDLE_READERS:
                connection.close()
            else:
                self._idle.append(connection)
            self._returned.notify_all()

    def _close_idle(self) -> None:
        """Close every connection that nobody uses."""
        while self._idle:
            self._idle.pop().close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        """End a transaction, unless the failure that calls for it has ended it, or it is the parent's."""
        if connection.in_transaction and connection not in self._inherited:
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
