"""What the tests of a fleet share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.fleet.following import Drive, World

from kloudsync.stores import MemoryStore, SQLiteStore


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """A store of either kind."""
    if request.param == "memory":
        yield MemoryStore()
        return
    with SQLiteStore(tmp_path / "fleet.db") as store:
        yield store


@pytest.fixture
def world(drive: Drive, store: Any) -> World:
    """A fleet without accounts."""
    return World(drive, store)
