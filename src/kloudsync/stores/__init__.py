"""Where calendars are kept: in memory, in one SQLite file, or in PostgreSQL.

All of them keep the contracts of `kloudsync.sync.ports`, which the suites in
`kloudsync.testing.stores` check. A store loads when its name is first used, so
that a database costs nothing to those who keep their calendars elsewhere.

Whoever writes a store of their own has the values here that it takes and returns; its protocol, `Store`, is
in `kloudsync.runs`, and records of events are in `kloudsync.provider`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from kloudsync.errors import MissingExtra

if TYPE_CHECKING:
    from kloudsync.model.record import RecurrenceId, StagedRecord, Verdict
    from kloudsync.model.staging import StagedPass
    from kloudsync.model.state import (
        CalendarState,
        Checkpoint,
        Consumer,
        FeedKind,
        FeedRecord,
        Lease,
        Quarantined,
        SeriesLink,
        StagedCounts,
    )
    from kloudsync.stores.memory.store import MemoryStore
    from kloudsync.stores.postgres.store import PostgresStore
    from kloudsync.stores.sqlite.store import SQLiteStore
    from kloudsync.stores.threaded import Threaded

__all__ = [
    "CalendarState",
    "Checkpoint",
    "Consumer",
    "FeedKind",
    "FeedRecord",
    "Lease",
    "MemoryStore",
    "PostgresStore",
    "Quarantined",
    "RecurrenceId",
    "SQLiteStore",
    "SeriesLink",
    "StagedCounts",
    "StagedPass",
    "StagedRecord",
    "Threaded",
    "Verdict",
]

_HOMES = {
    "CalendarState": "kloudsync.model.state",
    "Checkpoint": "kloudsync.model.state",
    "Consumer": "kloudsync.model.state",
    "FeedKind": "kloudsync.model.state",
    "FeedRecord": "kloudsync.model.state",
    "Lease": "kloudsync.model.state",
    "MemoryStore": "kloudsync.stores.memory.store",
    "PostgresStore": "kloudsync.stores.postgres.store",
    "Quarantined": "kloudsync.model.state",
    "RecurrenceId": "kloudsync.model.record",
    "SQLiteStore": "kloudsync.stores.sqlite.store",
    "SeriesLink": "kloudsync.model.state",
    "StagedCounts": "kloudsync.model.state",
    "StagedPass": "kloudsync.model.staging",
    "StagedRecord": "kloudsync.model.record",
    "Threaded": "kloudsync.stores.threaded",
    "Verdict": "kloudsync.model.record",
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
