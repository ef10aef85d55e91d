"""Connections lent for one transaction each, from a pool of psycopg's or of the caller's own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolTimeout

from kloudsync.errors import StoreBusy
from kloudsync.stores.postgres.session import Asked, Connection
from kloudsync.stores.postgres.travelling import is_on_its_way, travel

MOST = 32
"""Connections of one process at most; who wants another one waits for it."""

LONGEST_WAIT = 30.0
"""Seconds that anybody waits for a connection."""


class Lender:
    """The pool of one process.

    A process that was forked begins a pool of its own: on a connection that is shared, each would
    read the other's answers. A pool that was passed in is its owner's, to close and to fork.

    Args:
        source: A connection string, or a pool.
        prepare_threshold: As psycopg has it, for connections made here.
    """

    def __init__(self, source: str | ConnectionPool, prepare_threshold: int | None) -> None:
        self._source = source
        self._prepare_threshold = prepare_threshold
        self._pid = os.getpid()
        self._pool: ConnectionPool | None = None if isinstance(source, str) else source
        # Kept as they are: whoever closes one tells the server, and the parent loses it.
        self._inherited: list[ConnectionPool] = []

    def connect(self) -> Connection | None:
        """Make a connection apart from the pool, whose failure says why at once; None if that is given."""
        if not isinstance(self._source, str):
            return None
        return psycopg.connect(
            self._source, autocommit=True, prepare_threshold=self._prepare_threshold
        )

    def pool(self) -> ConnectionPool:
        """Return the pool of this process."""
        if not isinstance(self._source, str):
            return self._source
        if self._pid != os.getpid() and self._pool is not None:
            self._inherited.append(self._pool)
            self._pool = None
        if self._pool is None:
            self._pid = os.getpid()
            self._pool = self._made(self._source)
        return self._pool

    def close(self) -> None:
        """Close the pool, unless it was passed in or is a parent's."""
        if isinstance(self._source, str) and self._pid == os.getpid() and self._pool is not None:
            self._pool.close()

    def _made(self, conninfo: str) -> ConnectionPool:
        return ConnectionPool(
            conninfo,
            kwargs={"autocommit": True, "prepare_threshold": self._prepare_threshold},
            min_size=0,
            max_size=MOST,
            timeout=LONGEST_WAIT,
            name="kloudsync",
            open=True,
        )


class Loan:
    """One connection for one transaction, lent when the first statement is on its way.

    Args:
        lender: Where it comes from.
        place: The store, for messages.
    """

    def __init__(self, lender: Lender, place: str) -> None:
        self._lender = lender
        self._place = place
        self._pool: ConnectionPool | None = None
        self._connection: Connection | None = None
        self._commits_itself = True

    @property
    def connection(self) -> Connection:
        """The connection."""
        if self._connection is None:
            self._connection = self._borrowed()
        return self._connection

    def carry(self, asked: Sequence[Asked]) -> None:
        """Send statements in one go, and settle each with its answer.

        What was lent may have been cut off while nobody used it, as by a server that was restarted.
        Nothing has happened then, and another one is asked for.
        """
        for _ in range(MOST if self._connection is None else 0):
            try:
                travel(self.connection, asked)
            except psycopg.OperationalError:
                if not self.connection.broken:
                    raise
                self.give_back()
            else:
                return
        travel(self.connection, asked)

    def give_back(self) -> None:
        """End what is left of a transaction, and hand the connection on to whoever wants it."""
        pool, connection = self._pool, self._connection
        self._pool = self._connection = None
        if pool is None or connection is None:
            return
        if is_on_its_way(connection):
            connection.close()
        if connection.info.transaction_status != TransactionStatus.IDLE:
            with suppress(psycopg.Error):
                connection.execute(b"ROLLBACK")
        if (
            not self._commits_itself
            and connection.info.transaction_status == TransactionStatus.IDLE
        ):
            connection.autocommit = False
        pool.putconn(connection)

    def _borrowed(self) -> Connection:
        self._pool = self._lender.pool()
        try:
            connection = self._pool.getconn()
        except PoolTimeout as error:
            raise StoreBusy(
                f"{self._place} has no connection to lend ({error}); close what iterates over it, "
                "or give it a larger pool"
            ) from error
        self._commits_itself = connection.autocommit
        if not self._commits_itself:
            connection.autocommit = True
        return connection
