"""Engines whose leases run out sooner than a call may take, so that tests need not wait for it."""

from __future__ import annotations

from attrs import evolve

from kloudsync.engine import SyncEngine


def hasty(engine: SyncEngine, ttl: float) -> SyncEngine:
    """Let an engine take its leases for a time that nobody may ask for."""
    inner = engine._engine
    engine._engine = evolve(inner, settings=evolve(inner.settings, lease_ttl=ttl))
    return engine
