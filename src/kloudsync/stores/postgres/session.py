"""One transaction on a PostgreSQL connection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from functools import lru_cache
from typing import Any, TypeAlias

import psycopg
from psycopg import sql as composed

from kloudsync.model.record import StagedRecord
from kloudsync.stores.bounds import placement
from kloudsync.stores.sql.columns import BURIED, LOADED
from kloudsync.stores.sql.session import Row

Connection: TypeAlias = psycopg.Connection[Row]
Cursor: TypeAlias = psycopg.Cursor[Row]

MANY = 500
"""Statements that travel together at most."""

_HINTS = re.compile(r"\b(?:INDEXED BY \w+|NOT INDEXED)\b")
_NEXT = "SELECT coalesce(max(ref), 0) + 1 FROM event"
_STAGED_BEFORE = "SELECT id FROM event WHERE calendar = ? AND born = ? AND id = ANY(?)"
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
_COPY = f"COPY event (calendar, born, {', '.join(LOADED)}) FROM STDIN"


@lru_cache(maxsize=256)
def spoken(sql: str) -> bytes:
    """Return a statement as PostgreSQL wants it: other placeholders, and no hints for SQLite."""
    return _HINTS.sub("", sql).replace("?", "%s").encode()


class PostgresSession:
    """Statements on a connection whose transaction somebody else ends."""

    skip_locked = "FOR UPDATE SKIP LOCKED"
    """What ends a query for rows that nobody else may change meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[bytes, Sequence[Any]]] = []
        self.clock: float | None = None

    def now(self, now: float) -> float:
        """Return the server's time, on which all workers agree; the caller's if it was told so."""
        return now if self.clock is None else self.clock

    def all(self, sql: str, *values: Any) -> list[Row]:
        """Return every row of an answer."""
        return self._asked(spoken(sql), values).fetchall()

    def each(self, sql: str, *values: Any) -> Iterable[Row]:
        """Return the rows of an answer, to be gone through at once."""
        return self.all(sql, *values)

    def one(self, sql: str, *values: Any) -> Row | None:
        """Return the first row of an answer, or None."""
        return self._asked(spoken(sql), values).fetchone()

    def stream(self, sql: str, *values: Any) -> Iterator[Row]:
        """Yield the rows of an answer, which stays at the server, a few hundred at a time."""
        self._send()
        with self._connection.cursor(name="stream") as cursor:
            cursor.itersize = 500
            cursor.execute(spoken(sql), values)
            yield from cursor

    def run(self, sql: str, *values: Any) -> int:
        """Run a statement and return how many rows it touched."""
        return self._asked(spoken(sql), values).rowcount

    def do(self, sql: str, *values: Any) -> None:
        """Run a statement whose answer nobody waits for; it travels with the next one that has one."""
        self._waiting.append((spoken(sql), values))

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once per row of values."""
        statement = spoken(sql)
        self._waiting += [(statement, row) for row in rows]
        if len(self._waiting) > MANY:
            self._send()

    def end(self, statement: bytes) -> None:
        """Run what is left, and the statement that ends the transaction."""
        self._asked(statement)

    def _asked(self, statement: bytes, values: Sequence[Any] = ()) -> Cursor:
        """Send what waits and a statement in one go, and return the answer of the latter."""
        if not self._waiting:
            return self._connection.execute(statement, values)
        with self._connection.pipeline():
            self._send()
            return self._connection.execute(statement, values)

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        with self._connection.pipeline() if waiting else nullcontext():
            for statement, values in waiting:
                self._connection.execute(statement, values)

    def create_schema(self, name: str) -> None:
        """Create a schema, whatever its name holds."""
        self._send()
        self._connection.execute(composed.SQL("CREATE SCHEMA {}").format(composed.Identifier(name)))

    def next_ref(self) -> int:
        """Return a number above those of all versions; the sequence goes on from there."""
        row = self.one(_NEXT)
        return row[0] if row else 1

    def load(self, first: int, calendar: int, born: int, staged: Iterable[StagedRecord]) -> None:
        """Insert a version per record, each in the place of an earlier one with its calendar, id and pass.

        New ones are copied, which is twice as fast as inserting them one by one.
        """
        del first  # The sequence never falls back.
        page = {one.record.id: (one.verdict, *placement(one.record), *one.record) for one in staged}
        old = {id_ for (id_,) in self.all(_STAGED_BEFORE, calendar, born, list(page))}
        self.many(_REPLACE, ((*page[id_], calendar, born, id_) for id_ in old))
        self._send()
        with self._connection.cursor() as cursor, cursor.copy(_COPY.encode()) as copy:
            for id_, version in page.items():
                if id_ not in old:
                    copy.write_row((calendar, born, *version))
        if self.one(_OUTGROWN) == (True,):
            # Maintenance that is under way is not waited for: it will know as much.
            self.do("ANALYZE (SKIP_LOCKED) event")

    def bury(self, first: int, calendar: int, born: int, ids: str, *values: Any) -> None:
        """Insert a tombstone for each id that a statement answers with, in the order of ids."""
        del first  # The sequence never falls back.
        self.run(f"{_BURY}({ids}) gone ORDER BY gone.id", calendar, born, *values)
