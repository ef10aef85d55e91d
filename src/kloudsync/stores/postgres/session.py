"""One transaction on a PostgreSQL connection."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Protocol, TypeAlias

import psycopg
from psycopg import sql as composed
from psycopg.rows import tuple_row

from kloudsync.errors import StoreError
from kloudsync.model.record import StagedRecord
from kloudsync.stores.bounds import placement
from kloudsync.stores.sql.columns import BURIED, LOADED, columns_of, places
from kloudsync.stores.sql.session import Row
from kloudsync.stores.sql.shelf import Known

Connection: TypeAlias = psycopg.Connection[Row]
Statement: TypeAlias = tuple[bytes, Sequence[Any]]

MANY = 500
"""Statements that travel together at most."""

FEW = 32
"""Records that are inserted one by one at most; for more of them, a copy is begun."""

_PRESENT = "extract(epoch FROM clock_timestamp())::double precision"
_HINTS = re.compile(r"\b(?:INDEXED BY \w+|NOT INDEXED)\b")
_STAGED_BEFORE = "SELECT id FROM event WHERE calendar = ? AND born = ? AND id = ANY(?)"
_PUT = f"""
INSERT INTO event (calendar, born, {", ".join(LOADED)}) VALUES (?, ?, {places(LOADED)})
ON CONFLICT (calendar, id, born) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in LOADED)}
"""
_REPLACE = f"""
UPDATE event SET {", ".join(f"{column} = ?" for column in LOADED)}
WHERE calendar = ? AND born = ? AND id = ?
"""
_BURY = f"""
INSERT INTO event (calendar, born, id, {", ".join(BURIED)})
SELECT ?::bigint, ?::bigint, gone.id, {", ".join(map(str, BURIED.values()))}
FROM """
# The planner knows a table as it was when last analyzed, and autovacuum comes long after a first sync.
_OUTGROWN = """
SELECT pg_relation_size(oid) > 4 * greatest(relpages, 32) * current_setting('block_size')::bigint
    AND pg_try_advisory_xact_lock(oid::bigint)
FROM pg_class WHERE oid = 'event'::regclass
"""
_TABLES = """
SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'kloudsync_schema'
    AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum
"""
_NUMBERED = {"calendar": "calendar", "event": "ref"}
_COPY = f"COPY event (calendar, born, {', '.join(LOADED)}) FROM STDIN"


class Carrier(Protocol):
    """What takes statements to the server."""

    @property
    def connection(self) -> Connection:
        """The connection, on which the transaction has begun once something was carried."""
        ...

    def carry(self, asked: Sequence[Asked]) -> None:
        """Send statements in one go, and note the answer of each."""
        ...


@lru_cache(maxsize=256)
def spoken(sql: str) -> bytes:
    """Return a statement as PostgreSQL wants it: numbered placeholders, and no hints for SQLite."""
    first, *others = _HINTS.sub("", sql).split("?")
    return "".join([first, *(f"${n}{part}" for n, part in enumerate(others, 1))]).encode()


class Asked:
    """A statement that is on its way, and its answer once it is there."""

    def __init__(self, session: PostgresSession, statement: bytes, values: Sequence[Any]) -> None:
        self._session = session
        self.statement = statement
        self.values = values
        self.answer: tuple[int, list[Row]] | None = None

    def settle(self, touched: int, rows: list[Row]) -> None:
        """Note the answer."""
        self.answer = touched, rows

    def touched(self) -> int:
        """Wait for the answer, and return how many rows the statement touched."""
        return self._awaited()[0]

    def rows(self) -> list[Row]:
        """Wait for the answer, and return every row of it."""
        return self._awaited()[1]

    def _awaited(self) -> tuple[int, list[Row]]:
        if self.answer is None:
            self._session.send()
        if self.answer is None:
            raise StoreError("a statement was given up before its answer was asked for")
        return self.answer


class PostgresSession:
    """Statements on a connection whose transaction somebody else ends.

    They wait until an answer is needed, and then travel together. The first to travel are those
    that begin the transaction.

    Args:
        carrier: Sends statements.
        opening: What begins the transaction.
        by_server: Whether leases go by the server's clock.
    """

    is_alone = False
    locking, skip_locked = "FOR UPDATE", "FOR UPDATE SKIP LOCKED"
    """What ends a query for rows that nobody else may change meanwhile."""

    def __init__(self, carrier: Carrier, opening: Sequence[Statement], *, by_server: bool) -> None:
        self._carrier = carrier
        self._by_server = by_server
        self._waiting = [Asked(self, statement, values) for statement, values in opening]
        self.known: Known = Known()
        self._present: float | None = None
        self._opening = list(self._waiting)
        self.expect: Callable[[Row | None], None] | None = None

    def clock(self, now: float) -> tuple[str, tuple[float, ...]]:
        """Return the server's time, on which all workers agree; the caller's if it was told so."""
        return (_PRESENT, ()) if self._by_server else ("?", (now,))

    def now(self, now: float) -> float:
        """Return the same as a number, which has to be waited for."""
        if not self._by_server:
            return now
        if self._present is None:
            row = self.one(f"SELECT {_PRESENT}")
            self._present = now if row is None else float(row[0])
        return self._present

    def all(self, sql: str, *values: Any) -> list[Row]:
        """Return every row of an answer."""
        return self.soon(sql, *values).rows()

    def each(self, sql: str, *values: Any) -> Iterable[Row]:
        """Return the rows of an answer, to be gone through at once."""
        return self.all(sql, *values)

    def one(self, sql: str, *values: Any) -> Row | None:
        """Return the first row of an answer, or None."""
        rows = self.all(sql, *values)
        return rows[0] if rows else None

    def stream(self, sql: str, *values: Any) -> Iterator[Row]:
        """Yield the rows of an answer, which stays at the server, a few hundred at a time."""
        self.send()
        connection = self._carrier.connection
        with psycopg.RawServerCursor(connection, "stream", row_factory=tuple_row) as cursor:
            cursor.itersize = 500
            cursor.execute(spoken(sql), values)
            yield from cursor

    def run(self, sql: str, *values: Any) -> int:
        """Run a statement and return how many rows it touched."""
        return self.soon(sql, *values).touched()

    def soon(self, sql: str, *values: Any) -> Asked:
        """Run a statement whose answer is asked for later; it travels with the next one."""
        asked = Asked(self, spoken(sql), values)
        self._waiting.append(asked)
        return asked

    def do(self, sql: str, *values: Any) -> None:
        """Run a statement whose answer nobody waits for; it travels with the next one that has one."""
        self.soon(sql, *values)

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once per row of values."""
        statement = spoken(sql)
        self._waiting += [Asked(self, statement, row) for row in rows]
        if len(self._waiting) > MANY:
            self.send()

    def end(self, statement: bytes) -> None:
        """Run what is left, and the statement that ends the transaction, if anything was asked."""
        if self._waiting == self._opening:
            return
        if self.expect is not None:
            # Nothing ends well before it is known to have begun well.
            self.send()
        self._waiting.append(Asked(self, statement, ()))
        self.send()

    def send(self) -> None:
        """Send what waits in one go, and take the answers."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            self._carrier.carry(waiting)
        except psycopg.ProgrammingError:
            # A schema of another version may lack what this one asks for.
            self._expect_settled()
            raise
        self._expect_settled()

    def _expect_settled(self) -> None:
        """Look at the answer to what began the transaction, once."""
        answer, expect = self._opening[-1].answer, self.expect
        if expect is not None and answer is not None:
            self.expect = None
            rows = answer[1]
            expect(rows[0] if rows else None)

    def create_schema(self, name: str) -> None:
        """Create a schema, whatever its name holds."""
        self.send()
        self._carrier.connection.execute(
            composed.SQL("CREATE SCHEMA {}").format(composed.Identifier(name))
        )

    def next_ref(self) -> int:
        """Return no bound: an index finds what a pass staged, wherever it is."""
        return 0

    def load(self, first: int, calendar: int, born: int, staged: Iterable[StagedRecord]) -> None:
        """Insert a version per record, each in the place of an earlier one with its calendar, id and pass.

        New ones are copied, which is twice as fast as inserting them one by one.
        """
        del first  # The sequence never falls back.
        page = {one.record.id: (one.verdict, *placement(one.record), *one.record) for one in staged}
        if len(page) <= FEW:
            self.many(_PUT, ((calendar, born, *version) for version in page.values()))
            return
        old = {id_ for (id_,) in self.all(_STAGED_BEFORE, calendar, born, list(page))}
        self.many(_REPLACE, ((*page[id_], calendar, born, id_) for id_ in old))
        self.send()
        with self._carrier.connection.cursor() as cursor, cursor.copy(_COPY.encode()) as copy:
            for id_, version in page.items():
                if id_ not in old:
                    copy.write_row((calendar, born, *version))
        if self.one(_OUTGROWN) == (True,):
            # Maintenance that is under way is not waited for: it will know as much.
            self.do("ANALYZE (SKIP_LOCKED) event")

    def bury(self, first: int, calendar: int, born: int, ids: str, *values: Any) -> None:
        """Insert a tombstone for each id that a statement answers with, in the order of ids."""
        del first  # The sequence never falls back.
        self.do(f"{_BURY}({ids}) gone ORDER BY gone.id", calendar, born, *values)

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Return the columns of each table of the store."""
        return columns_of(self.all(_TABLES))

    def refill(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert rows of another database as they are, and go on numbering behind them."""
        self.send()
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with self._carrier.connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for row in rows:
                copy.write_row(row)
        if column := _NUMBERED.get(table):
            self.all(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column}))"
                f" FROM {table} HAVING max({column}) IS NOT NULL"
            )
