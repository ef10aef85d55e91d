"""Fixtures of the push tests: every fact holds for both colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from tests.push.world import AnyStore, Drive, World


@pytest.fixture
def make_world(drive: Drive, store: AnyStore) -> Iterator[Callable[..., World]]:
    """Make worlds that are closed with the test."""
    with ExitStack() as stack:

        def make(*calendars: str, **settings: Any) -> World:
            return stack.enter_context(World(drive, store, *calendars, **settings))

        yield make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A watcher of the primary calendar."""
    return make_world()
