"""Fixtures of the engine's tests: every fact holds for both colours and all stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.sync.world import Drive, World

from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.sync.ports import Store


@pytest.fixture(params=["blocking", "awaiting"])
def drive(request: pytest.FixtureRequest) -> Drive:
    """Both colours of client and engine."""
    chosen: Drive = request.param
    return chosen


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Every store that needs no server."""
    made: Store = MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "c.db")
    yield made
    made.close()


@pytest.fixture
def make_world(drive: Drive, store: Store) -> Iterator[Callable[..., World]]:
    """Make worlds that are closed with the test."""
    with ExitStack() as stack:

        def make(**settings: Any) -> World:
            return stack.enter_context(World(drive, store, **settings))

        yield make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A fake Google calendar with pages of ten, and an engine that syncs it."""
    return make_world(page_size=10)
