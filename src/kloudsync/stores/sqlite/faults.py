"""What SQLite's errors mean to somebody who only wants to keep calendars."""

from __future__ import annotations

import sqlite3

from kloudsync.errors import StoreBusy, StoreCorrupt, StoreError, StoreFull
from kloudsync.stores.sql.session import Translating

PRIMARY = 0xFF
"""The part of SQLite's error codes that says what happened; the rest says where."""


def translating(place: str) -> Translating:
    """Return what raises errors of SQLite as errors of the store.

    Args:
        place: The path of the file, for messages.
    """

    def found(error: BaseException) -> StoreError | None:
        if isinstance(error, sqlite3.Error):
            return store_error(error, place)
        if isinstance(error, (UnicodeEncodeError, OverflowError)):
            return StoreError(f"a value cannot be stored in {place}: {error}")
        return None

    return Translating(found)


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
