from __future__ import annotations

import subprocess
import sys

import pytest

import kloudsync.stores
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.sync.ports import Store


def test_stores_are_stores() -> None:
    """Each store has the shape that the engine asks for, which the type checkers verify here."""
    memory: Store = MemoryStore()
    sqlite: Store = SQLiteStore(":memory:")
    for store in (memory, sqlite):
        store.close()


def test_every_name_loads() -> None:
    """Every public name of the package can be imported, and no other."""
    for name in kloudsync.stores.__all__:
        assert getattr(kloudsync.stores, name).__name__ == name
    assert set(kloudsync.stores.__all__) <= set(dir(kloudsync.stores))
    with pytest.raises(AttributeError, match="NoSuchStore"):
        _ = getattr(kloudsync.stores, "NoSuchStore")  # noqa: B009 - the type checkers would refuse the plain form


def test_stores_load_lazily() -> None:
    """Importing the package loads no database."""
    script = (
        "import sys, kloudsync.stores; assert 'sqlite3' not in sys.modules; "
        "kloudsync.stores.SQLiteStore; assert 'sqlite3' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own constant script
