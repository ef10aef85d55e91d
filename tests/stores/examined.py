"""A suite as its reader runs it: over a store of theirs, to learn what it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from inspect import signature
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing.stores.worker import Worker


def passes(suite: type, name: str, kind: type[MemoryStore | SQLiteStore]) -> bool:
    """Tell whether a kind of store passes a test of a suite, each turn of it on an empty store."""
    test = getattr(suite, name)
    for given in _parameters(test):
        with TemporaryDirectory() as folder, ExitStack() as stack:

            def opened() -> MemoryStore | SQLiteStore:
                path = Path(folder) / "calendars.db"
                return kind(path) if issubclass(kind, SQLiteStore) else kind()

            wanted = signature(test).parameters.keys() - given.keys()
            try:
                test(suite(), **given, **_fixtures(wanted, opened, stack))
            except (AssertionError, ValueError, pytest.fail.Exception):
                return False
    return True


def _fixtures(
    wanted: set[str], opened: Callable[[], MemoryStore | SQLiteStore], stack: ExitStack
) -> dict[str, Any]:
    """Return what a test asks for, as the suites themselves make it."""
    if "open_store" in wanted:
        return {"open_store": opened}
    if "pair" in wanted:
        return {"pair": tuple(stack.enter_context(closing(opened())) for _ in range(2))}
    store = stack.enter_context(closing(opened()))
    return {"worker": Worker(store)} if "worker" in wanted else {"store": store}


def _parameters(test: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """Yield the arguments of each of a test's turns, as its marks tell them."""
    marks = [mark.args for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    turns = [[_arguments(names, value) for value in values] for names, values in marks]
    for turn in product(*turns):
        yield {name: value for part in turn for name, value in part.items()}


def _arguments(names: str | tuple[str, ...], value: Any) -> dict[str, Any]:
    return {names: value} if isinstance(names, str) else dict(zip(names, value, strict=True))
