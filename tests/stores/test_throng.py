"""Many threads over one store, in memory and in a file, lose nothing, tell nothing twice and end right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from tests.stores.throng import EDITS, AnyStore, Throng, live_on

from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.stores.memory.role import Turns

Opener = Callable[[], AnyStore]


@pytest.fixture(params=["memory", "sqlite"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Return a function that opens an empty store."""
    if request.param == "memory":
        return MemoryStore
    files: Iterator[Path] = (tmp_path / f"{number}.db" for number in range(1_000_000))
    return lambda: SQLiteStore(next(files), timeout=60)


def test_a_throng_loses_nothing(open_store: Opener) -> None:
    """Copies are the calendars, feeds and reports tell the same, and every unit of work is there."""
    with open_store() as store:
        seen = Throng(store, seed=1).live(EDITS)
    assert all(seen[deed] for deed in ("syncs", "readings", "rounds", "pushes", "prunings"))


@pytest.mark.long
def test_a_throng_loses_nothing_for_long(open_store: Opener) -> None:
    """As many histories as there is patience for."""
    live_on(open_store)


def test_without_its_lock_a_store_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writers that take no turns lose units of work, or what they committed."""

    def at_once(_self: Turns) -> AbstractContextManager[None]:
        """Let everybody write."""
        return nullcontext()

    monkeypatch.setattr(Turns, "taken", at_once)
    for seed in range(20):
        try:
            Throng(MemoryStore(), seed).live(EDITS)
        except Exception:  # noqa: BLE001 - what is lost shows in many ways
            return
    pytest.fail("twenty histories without a lock, and nobody noticed")
