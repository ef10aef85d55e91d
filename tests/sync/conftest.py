"""Fixtures of the engine's tests: every fact holds for both colours and all stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from tests.sync.world import Drive, World

from kloudsync.sync.ports import Store


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
