from __future__ import annotations

from collections.abc import Callable

from tests.stores.moving import Lived, rows

from kloudsync.stores import PostgresStore, SQLiteStore


def test_a_file_goes_on_at_a_server(conninfo: str, new_schema: Callable[[], str]) -> None:
    """What one SQLite file holds goes on in PostgreSQL: cursors, consumers, positions, lineage."""
    with SQLiteStore(":memory:") as old, PostgresStore(conninfo, schema=new_schema()) as new:
        lived = Lived(old)
        old.copy_to(new)
        assert rows(new) == rows(old)
        lived.goes_on(new)


def test_a_server_goes_on_in_a_file(conninfo: str, new_schema: Callable[[], str]) -> None:
    """The same the other way round."""
    with PostgresStore(conninfo, schema=new_schema()) as old, SQLiteStore(":memory:") as new:
        lived = Lived(old)
        old.copy_to(new)
        assert rows(new) == rows(old)
        lived.goes_on(new)
