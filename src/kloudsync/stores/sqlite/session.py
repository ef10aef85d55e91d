"""One transaction on a SQLite connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from kloudsync.model.record import EventRecord, StagedRecord
from kloudsync.stores.bounds import placement
from kloudsync.stores.sql.columns import BURIED, LOADED, RECORD, columns_of, places
from kloudsync.stores.sql.session import Row
from kloudsync.stores.sql.shelf import Known

_OF_SERIES = ("recurrence", "series", "original", "lineage", "created")
"""What an event that takes place once has none of; each None takes as long to bind as ten numbers."""

_OF_SINGLES = tuple(column for column in RECORD if column not in _OF_SERIES)
_Values = Callable[[EventRecord], tuple[Any, ...]]
_series_of: _Values = itemgetter(*map(RECORD.index, _OF_SERIES))
_single_of: _Values = itemgetter(*map(RECORD.index, _OF_SINGLES))
_all_of: _Values = tuple
_NOTHING = (None,) * len(_OF_SERIES)


def _loading(record: Sequence[str]) -> str:
    """Return the statement that loads some columns of records, and leaves the others empty."""
    columns = ("ref", "calendar", "born", "verdict", "bucket", "until", *record)
    # Not INSERT OR REPLACE, which makes every row twice as dear, conflict or not.
    return f"""
INSERT INTO event ({", ".join(columns)}) VALUES ({places(columns)})
ON CONFLICT (calendar, id, born) DO UPDATE SET
{", ".join(f"{column} = excluded.{column}" for column in LOADED)}
"""


_LOAD = _loading(RECORD)
_LOAD_SINGLE = _loading(_OF_SINGLES)
_BURY = f"""
INSERT INTO event (ref, calendar, born, id, {", ".join(BURIED)})
SELECT ? + row_number() OVER (ORDER BY gone.id), ?, ?, gone.id, {", ".join(map(str, BURIED.values()))}
FROM """
_TABLES = """
SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid
"""
_NEXT = "SELECT coalesce(max(ref), 0) + 1 FROM event"


class Done:
    """The answer to a statement that was run at once."""

    def __init__(self, touched: int, rows: list[Row]) -> None:
        self._touched = touched
        self._rows = rows

    def touched(self) -> int:
        """Return how many rows the statement touched."""
        return self._touched

    def rows(self) -> list[Row]:
        """Return every row of the answer."""
        return self._rows


class SQLiteSession:
    """Statements on a connection whose transaction somebody else ends."""

    is_alone = True
    locking = skip_locked = ""
    """Nothing: nobody else writes meanwhile."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.known: Known = Known()
        self._next: int | None = None

    def all(self, sql: str, *values: Any) -> list[Row]:
        """Return every row of an answer."""
        return self._connection.execute(sql, values).fetchall()

    def each(self, sql: str, *values: Any) -> Iterable[Row]:
        """Return the rows of an answer, to be gone through at once."""
        return self._connection.execute(sql, values)

    def one(self, sql: str, *values: Any) -> Row | None:
        """Return the first row of an answer, or None."""
        cursor = self._connection.execute(sql, values)
        row: Row | None = cursor.fetchone()
        cursor.close()
        return row

    def stream(self, sql: str, *values: Any) -> Iterator[Row]:
        """Yield the rows of an answer without holding them all."""
        cursor = self._connection.execute(sql, values)
        try:
            yield from cursor
        finally:
            cursor.close()

    def run(self, sql: str, *values: Any) -> int:
        """Run a statement and return how many rows it touched."""
        return self._connection.execute(sql, values).rowcount

    def soon(self, sql: str, *values: Any) -> Done:
        """Run a statement whose answer is asked for later."""
        cursor = self._connection.execute(sql, values)
        return Done(cursor.rowcount, cursor.fetchall())

    def do(self, sql: str, *values: Any) -> None:
        """Run a statement whose answer nobody waits for."""
        self._connection.execute(sql, values)

    def now(self, now: float) -> float:
        """Return the same as a number."""
        return now

    def clock(self, now: float) -> tuple[str, tuple[float, ...]]:
        """Return the caller's time: there is but one machine."""
        return "?", (now,)

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once per row of values."""
        self._connection.executemany(sql, rows)

    def next_ref(self) -> int:
        """Return a number above those of all versions."""
        if self._next is None:
            row = self.one(_NEXT)
            self._next = 1 if row is None else int(row[0])
        return self._next

    def load(self, first: int, calendar: int, born: int, staged: Iterable[StagedRecord]) -> None:
        """Insert a version per record, each in the place of an earlier one with its calendar, id and pass.

        Numbers are given in staging order. They start again from the highest one in use,
        which another calendar's clean-up may have lowered, but never below `first`.
        """
        numbered = enumerate(staged, max(first, self.next_ref()))
        self._next = None
        for single, group in groupby(numbered, _is_single):
            values, load = (_single_of, _LOAD_SINGLE) if single else (_all_of, _LOAD)
            self.many(
                load,
                (
                    (ref, calendar, born, verdict) + placement(record) + values(record)  # noqa: RUF005 - quicker than to unpack
                    for ref, (record, verdict) in group
                ),
            )

    def bury(self, first: int, calendar: int, born: int, ids: str, *values: Any) -> None:
        """Insert a tombstone for each id that a statement answers with, in the order of ids."""
        before = max(first, self.next_ref()) - 1
        self._next = None
        self.do(f"{_BURY}({ids}) gone", before, calendar, born, *values)

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Return the columns of each table of the store."""
        return columns_of(self.all(_TABLES))

    def refill(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert rows of another database as they are."""
        self._next = None
        self.many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places(columns)})", rows)


def _is_single(numbered: tuple[int, StagedRecord]) -> bool:
    return _series_of(numbered[1].record) == _NOTHING
