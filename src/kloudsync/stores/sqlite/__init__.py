"""The default store: one SQLite file."""

from __future__ import annotations

from kloudsync.stores.sqlite.store import SQLiteStore

__all__ = ["SQLiteStore"]
