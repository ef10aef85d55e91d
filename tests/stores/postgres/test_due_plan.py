"""Taking what is due costs the same among many rows as among few."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from kloudsync.stores import PostgresStore
from kloudsync.stores.sql.unit import OneSession, Unit

pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")

if TYPE_CHECKING:
    from kloudsync.stores.postgres.session import PostgresSession
else:
    PostgresSession = pytest.importorskip("kloudsync.stores.postgres.session").PostgresSession

FILL = """
INSERT INTO due (provider, account, name, query, collection, lane, due_at, since)
SELECT 'google', 'account-' || mod(n, 400), 'calendar-' || n, '', 'events', 1, n, n
FROM generate_series(1, ?) n
"""


class Explaining(PostgresSession):
    """A transaction that tells what the server did, in place of the rows that it found."""

    plan: dict[str, Any]

    def all(self, sql: str, *values: Any) -> list[Any]:
        """Run a statement, keep its plan, and return no row."""
        ((answer,),) = super().all(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", *values)
        self.plan = answer[0]["Plan"]
        return []


@pytest.fixture
def filled(
    conninfo: str, new_schema: Callable[[], str]
) -> Iterator[Callable[[int], PostgresStore]]:
    """Return a function that opens a store with so many rows, which nobody has analyzed."""
    stores: list[PostgresStore] = []

    def fill(count: int) -> PostgresStore:
        store = PostgresStore(conninfo, clock="workers", schema=new_schema(), timeout=60.0)
        stores.append(store)
        with store._database.writing() as session:
            session.do(FILL, count)
        return store

    yield fill
    for store in stores:
        store.close()


def claim(store: PostgresStore, now: float) -> list[dict[str, Any]]:
    """Claim ten topics, and return the steps that the server took."""
    with store._database.writing() as session:
        assert isinstance(session, PostgresSession)
        session.send()
        explaining = Explaining(session._carrier, [(b"SELECT 1", ())], by_server=False)
        unit = Unit(OneSession(explaining))
        unit.claim_due("w", lane=1, limit=10, ttl=1.0, now=now, each=2)
    return list(_steps(explaining.plan))


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _steps(part)


def visited(steps: list[dict[str, Any]]) -> int:
    """Return how many rows of the table the server looked at."""
    scans = [
        step for step in steps if step.get("Relation Name") == "due" and "Scan" in step["Node Type"]
    ]
    assert {step["Node Type"] for step in scans} == {"Index Scan"}
    return sum(
        (step["Actual Rows"] + step.get("Rows Removed by Filter", 0)) * step["Actual Loops"]
        for step in scans
    )


@pytest.mark.parametrize(
    "many", [50_000, pytest.param(1_000_000, marks=pytest.mark.long, id="a million")]
)
@pytest.mark.parametrize("all_due", [False, True])
def test_ten_among_many(
    filled: Callable[[int], PostgresStore], many: int, *, all_due: bool
) -> None:
    """However many rows there are, and however many of them are due, ten rows are looked up twice."""
    store = filled(many)
    for _ in range(3):
        steps = claim(store, 1e9 if all_due else 25.0)
        indexes = [step["Index Name"] for step in steps if "Index Name" in step]
        assert indexes == ["due_next", "due_pkey"]
        assert visited(steps) <= 20
        assert steps[0]["Shared Hit Blocks"] + steps[0]["Shared Read Blocks"] <= 300
