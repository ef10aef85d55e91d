"""What PostgreSQL's errors mean to somebody who only wants to keep calendars."""

from __future__ import annotations

import psycopg
from psycopg import errors

from kloudsync.errors import StoreBusy, StoreCorrupt, StoreError, StoreFull
from kloudsync.stores.sql.session import Translating

_FULL = (errors.DiskFull, errors.OutOfMemory, errors.ConfigurationLimitExceeded)
_BUSY = (
    errors.LockNotAvailable,
    errors.QueryCanceled,
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.TooManyConnections,
)
_ALIEN = (
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.DataCorrupted,
    errors.IndexCorrupted,
)


def translating(place: str) -> Translating:
    """Return what raises errors of psycopg as errors of the store.

    Args:
        place: The database and schema, for messages; never the credentials.
    """

    def found(error: BaseException) -> StoreError | None:
        if isinstance(error, psycopg.Error):
            return store_error(error, place)
        if isinstance(error, UnicodeEncodeError):
            return StoreError(f"a value cannot be stored in {place}: {error}")
        return None

    return Translating(found)


def store_error(error: psycopg.Error, place: str) -> StoreError:
    """Return the store's error for one of psycopg."""
    reason = error.diag.message_primary or str(error).strip()
    if isinstance(error, _FULL):
        return StoreFull(f"no room to write {place} ({reason}); free some space and sync again")
    if isinstance(error, _BUSY):
        return StoreBusy(
            f"{place} is kept busy by others ({reason}); wait for them, or give a longer timeout"
        )
    if isinstance(error, _ALIEN):
        return StoreCorrupt(f"{place} lacks what a kloudsync store has ({reason})")
    if isinstance(error, psycopg.DataError):
        return StoreError(f"a value cannot be stored in {place}: {reason}")
    return StoreError(f"{place} cannot be used: {reason}")
