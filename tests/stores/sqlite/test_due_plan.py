"""Taking what is due costs the same among many rows as among few."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kloudsync.stores import SQLiteStore
from kloudsync.stores.sqlite.session import SQLiteSession

FILL = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
INSERT INTO due (provider, account, name, query, collection, lane, due_at, since)
SELECT 'google', 'account-' || (n % 400), 'calendar-' || n, '', 'events', 1, n, n FROM numbers
"""


def steps_of_a_claim(path: Path, count: int, due: float) -> int:
    """Return how many instructions SQLite takes to claim ten of so many rows, in hundreds."""
    with SQLiteStore(path) as store:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(FILL, (count,))
            connection.commit()
        store.claim_due("w", lane=1, limit=10, ttl=1.0, now=10.0)
        with store._database.writing() as session:
            assert isinstance(session, SQLiteSession)
            connection = session._connection
            steps = 0

            def count_steps() -> int:
                nonlocal steps
                steps += 1
                return 0

            connection.set_progress_handler(count_steps, 1)
        claims = store.claim_due("w", lane=1, limit=10, ttl=1.0, now=due)
        connection.set_progress_handler(None, 1)
        assert len(claims) == 10
        return steps


@pytest.mark.parametrize(
    "many", [50_000, pytest.param(1_000_000, marks=pytest.mark.long, id="a million")]
)
@pytest.mark.parametrize("all_due", [False, True])
def test_ten_among_many(tmp_path: Path, many: int, *, all_due: bool) -> None:
    """However many rows there are, and however many of them are due, ten take the same steps."""
    few, more = (
        steps_of_a_claim(tmp_path / f"{count}.db", count, 1e9 if all_due else 25.0)
        for count in (1000, many)
    )
    assert more <= few * 1.05


def test_the_plan(tmp_path: Path) -> None:
    """What is due is looked up in the index of lanes, and the rows by their key."""
    with SQLiteStore(tmp_path / "c.db") as store:
        told: list[str] = []
        with store._database.writing() as session:
            assert isinstance(session, SQLiteSession)
            session._connection.set_trace_callback(told.append)
        store.claim_due(
            "w", lane=1, limit=10, ttl=1.0, now=0.0, each=2, passing_over=[("google", "ana")]
        )
        statement = next(one for one in told if "WITH waiting" in one)
        with store._database.reading() as session:
            plan = [row[3] for row in session.all(f"EXPLAIN QUERY PLAN {statement}")]
    searches = [line for line in plan if "due" in line]
    assert searches == [
        "SEARCH due USING INDEX due_next (lane=? AND due_at<?)",
        (
            "SEARCH due USING INDEX sqlite_autoindex_due_1 "
            "(provider=? AND account=? AND name=? AND query=? AND collection=?)"
        ),
    ]


def test_the_next_one(tmp_path: Path) -> None:
    """When the next topic is due is one look at the index."""
    with SQLiteStore(tmp_path / "c.db") as store, store._database.reading() as session:
        (row,) = session.all("EXPLAIN QUERY PLAN SELECT min(due_at) FROM due WHERE lane = 1")
        assert row[3] == "SEARCH due USING COVERING INDEX due_next (lane=?)"
