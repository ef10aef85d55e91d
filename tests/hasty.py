"""Engines whose leases run out sooner than a call may take, so that tests need not wait for it."""

from __future__ import annotations

from typing import TypeVar

from attrs import evolve

from kloudsync.objects.sync_engine import AsyncSyncEngine, SyncEngine

E = TypeVar("E", SyncEngine, AsyncSyncEngine)


def hasty(engine: E, ttl: float) -> E:
    """Let an engine take its leases for a time that nobody may ask for."""
    inner = engine._engine
    engine._engine = evolve(inner, settings=evolve(inner.settings, lease_ttl=ttl))
    return engine
