"""What PostgreSQL's errors mean to somebody who only wants to keep calendars."""

from __future__ import annotations

from types import TracebackType

import psycopg
from psycopg import errors

from kloudsync.errors import StoreBusy, StoreCorrupt, StoreError, StoreFull

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


class Translating:
    """Raises errors of psycopg as errors of the store, wherever it is entered.

    Args:
        place: The database and schema, for messages; never the credentials.
    """

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Raise the store's error in the place of one that the server, or a value for it, is to blame for."""
        if isinstance(error, psycopg.Error):
            raise store_error(error, self._place) from error
        if isinstance(error, UnicodeEncodeError):
            raise StoreError(f"a value cannot be stored in {self._place}: {error}") from error


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
