"""A whole store, row by row, in another database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from kloudsync.errors import StoreCorrupt, UsageError
from kloudsync.stores.sql.session import Role, Session

SEEDED: Final = ("head", "span")
"""Tables that have rows in a store that nobody has used yet."""


class Copies(Role):
    """The part of a store that hands everything on to another one."""

    def copy_to(self, other: Copies) -> None:
        """Copy all that the store holds to one that nobody has used, such as from a file to a server.

        Positions, tokens and consumers of the feed go along, and so do cursors, channels, logins
        and what mirrors noted: programs go on with the other store as if it were this one. What is
        written here meanwhile stays here, so let programs that write end first.

        Args:
            other: A store in SQL, in another file, schema or database.

        Raises:
            UsageError: It is no store in SQL, or it holds something.
            StoreCorrupt: This store's tables are not those of its version.
            StoreError: One of them failed; the other store is as before.
        """
        _expect_another(other, self)
        with self._database.reading() as source, other._database.writing(durable=True) as target:
            _expect_empty(target, repr(other))
            # Names come from the store that was just made: this one may be a stranger's file.
            tables = target.tables()
            _expect_like(source, tables, repr(self))
            for table, columns in sorted(tables.items()):
                target.run(f"DELETE FROM {table}")
                listed = ", ".join(columns)
                target.refill(table, columns, source.stream(f"SELECT {listed} FROM {table}"))


def _expect_another(other: object, store: Copies) -> None:
    if not isinstance(other, Copies) or other is store:
        raise UsageError(
            f"{other!r}: copies go to another SQLiteStore or PostgresStore, which holds nothing"
        )


def _expect_like(source: Session, tables: Mapping[str, Sequence[str]], name: str) -> None:
    held = {table: set(columns) for table, columns in source.tables().items()}
    if held != {table: set(columns) for table, columns in tables.items()}:
        raise StoreCorrupt(f"{name} has other tables than a store of its version")


def _expect_empty(target: Session, name: str) -> None:
    used = [
        table
        for table in target.tables()
        if table not in SEEDED and target.one(f"SELECT 1 FROM {table} LIMIT 1")
    ]
    if used:
        raise UsageError(f"{name} holds something ({used[0]}); give a new file or schema")
