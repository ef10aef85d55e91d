"""The store for many workers: PostgreSQL, with the extra `postgres`."""

from __future__ import annotations

from kloudsync.stores.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
