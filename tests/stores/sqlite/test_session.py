"""Rows of records, bound as quickly as SQLite's library takes them."""

from __future__ import annotations

from itertools import permutations

from kloudsync.model.record import EventRecord, Kind, StagedRecord, Verdict, record_of
from kloudsync.stores.sql.columns import RECORD
from kloudsync.stores.sqlite.database import SQLiteDatabase

SINGLE = EventRecord("a", Kind.SINGLE, "{}", 10, 20, 20, zone="Europe/Paris", uid="u")
SERIES = SINGLE._replace(kind=Kind.SERIES, recurrence="RRULE:FREQ=DAILY", lineage="l", created="c")
EXCEPTION = SINGLE._replace(kind=Kind.EXCEPTION, series="s", original=10)


def test_what_is_loaded_last_is_all_that_is_left_of_a_record() -> None:
    """A single event, whose row is bound without what it has not, leaves nothing of a series in its place."""
    for order in permutations([SINGLE, SERIES, EXCEPTION]):
        others = [SINGLE._replace(id=f"b{n}") for n in range(3)]
        staged = [StagedRecord(one, Verdict.ADDED) for one in (*order, *others)]
        database = SQLiteDatabase(":memory:", timeout=1.0)
        with database.writing() as session:
            session.load(1, 1, 1, staged)
            rows = session.all(f"SELECT {', '.join(RECORD)} FROM event ORDER BY ref")  # noqa: S608 - constants
        database.close()
        assert [record_of(row) for row in rows] == [order[-1], *others]
