"""What SQLite's errors mean to somebody who only wants to keep calendars."""

from __future__ import annotations

import sqlite3
from types import TracebackType

from kloudsync.errors import StoreBusy, StoreCorrupt, StoreError, StoreFull

PRIMARY = 0xFF
"""The part of SQLite's error codes that says what happened; the rest says where."""


class Translating:
    """Raises errors of SQLite as errors of the store, wherever it is entered.

    Args:
        place: The path of the file, for messages.
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
        """Raise the store's error in the place of one that SQLite, or a value for it, is to blame for."""
        if isinstance(error, sqlite3.Error):
            raise store_error(error, self._place) from error
        if isinstance(error, (UnicodeEncodeError, OverflowError)):
            raise StoreError(f"a value cannot be stored in {self._place}: {error}") from error


def store_error(error: sqlite3.Error, place: str) -> StoreError:
    """Return the store's error for one of SQLite."""
    code = getattr(error, "sqlite_errorcode", 0) & PRIMARY
    if code == sqlite3.SQLITE_NOTADB:
        return StoreCorrupt(f"{place} is not a database; give the path of a kloudsync store")
    if code == sqlite3.SQLITE_CORRUPT:
        return StoreCorrupt(
            f"{place} is damaged ({error}); restore it, or remove it and sync again"
        )
    if code == sqlite3.SQLITE_FULL:
        return StoreFull(f"no room to write {place}; free some space and sync again")
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreBusy(
            f"{place} stayed locked by another program; wait for it, or give a longer timeout"
        )
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN}:
        return StoreError(
            f"{place} cannot be opened for writing ({error}); check its folder and mode"
        )
    return StoreError(f"{place} cannot be used: {error}")
