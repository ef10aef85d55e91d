"""Pruning and forgetting beside commits, in one file."""

from __future__ import annotations

from pathlib import Path

from tests.stores.hammer import hammer

from kloudsync.stores import SQLiteStore


def test_pruning_and_forgetting_beside_commits(tmp_path: Path) -> None:
    """However they meet, nobody waits for ever, and what is committed stays."""
    with SQLiteStore(tmp_path / "calendars.db", timeout=60) as store:
        hammer(store)
