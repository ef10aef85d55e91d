from __future__ import annotations

from collections.abc import Callable

from tests.stores.moving import Lived, rows

from kloudsync.stores import PostgresStore, SQLiteStore
from kloudsync.testing.stores.records import added, single
from kloudsync.testing.stores.worker import KEY, Worker


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


def test_a_pass_that_is_told_in_part_goes_on_at_a_server(
    conninfo: str, new_schema: Callable[[], str]
) -> None:
    """What a file was told ahead of a commit is part of that commit wherever it is made, or of none."""
    for thrown_away in (False, True):
        with SQLiteStore(":memory:") as old, PostgresStore(conninfo, schema=new_schema()) as new:
            worker = Worker(old)
            worker.begin(full=True)
            worker.stage(added(single("a")), added(single("b")))
            worker.stage(added(single("c")), last=True)
            old.tell_ahead(KEY, worker.lease, now=50.0, limit=2)
            old.copy_to(new)
            heir = Worker(new, lease=worker.lease)
            if thrown_away:
                heir.sync(added(single("d")))
            else:
                heir.commit()
            told = [one.after.id for one in heir.feed() if one.after]
            assert told == heir.ids() == (["d"] if thrown_away else ["a", "b", "c"])
