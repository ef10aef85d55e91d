"""Where calendars are kept: in memory, in one SQLite file, or in PostgreSQL.

All of them keep the contracts of `kloudsync.sync.ports`, which the suites in
`kloudsync.testing.stores` check. A store loads when its name is first used, so
that a database costs nothing to those who keep their calendars elsewhere.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from kloudsync.errors import MissingExtra

if TYPE_CHECKING:
    from kloudsync.stores.memory.store import MemoryStore
    from kloudsync.stores.postgres.store import PostgresStore
    from kloudsync.stores.sqlite.store import SQLiteStore
    from kloudsync.stores.threaded import Threaded

__all__ = ["MemoryStore", "PostgresStore", "SQLiteStore", "Threaded"]

_HOMES = {
    "MemoryStore": "kloudsync.stores.memory.store",
    "PostgresStore": "kloudsync.stores.postgres.store",
    "SQLiteStore": "kloudsync.stores.sqlite.store",
    "Threaded": "kloudsync.stores.threaded",
}


def __getattr__(name: str) -> object:
    """Import a store on first use.

    Raises:
        MissingExtra: PostgresStore was asked for without the extra `postgres`.
    """
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(home), name)
    except ImportError as error:
        if not home.endswith("postgres.store"):
            raise
        raise MissingExtra(
            f"{name} needs psycopg ({error}); install it with: pip install 'kloudsync[postgres]'"
        ) from error


def __dir__() -> list[str]:
    """List the public names before they are loaded."""
    return sorted(__all__)
