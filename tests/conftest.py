"""What all tests have in common."""

import logging
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import settings

from kloudsync.http import item_decoder
from kloudsync.stores import MemoryStore, SQLiteStore
from tests.caches import forget

# A busy machine is no fact about kloudsync.
settings.register_profile("kloudsync", deadline=None)
settings.load_profile("kloudsync")
# What noticed a mutant once notices it again.
settings.register_profile(
    "mutation", deadline=None, derandomize=True, database=None, max_examples=50
)


def pytest_sessionstart() -> None:
    """Forget what an earlier session in this process cached: it would answer for a mutant."""
    forget("kloudsync")


class Watch(logging.Handler):
    """Looks in every record of the library, of the whole run, for what tests have planted.

    Attributes:
        leaks: The messages that hold some of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.leaks: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a record."""
        message = record.getMessage()
        if "planted" in message:
            self.leaks.append(message)


@pytest.fixture(scope="session", autouse=True)
def quiet_log() -> Iterator[None]:
    """See that no test's planted secret is logged, at the level that the test chose."""
    watch, logger = Watch(), logging.getLogger("kloudsync")
    logger.addHandler(watch)
    yield
    logger.removeHandler(watch)
    assert watch.leaks == []


@pytest.fixture(params=["blocking", "awaiting"])
def drive(request: pytest.FixtureRequest) -> Literal["blocking", "awaiting"]:
    """Both colours of client and engine."""
    chosen: Literal["blocking", "awaiting"] = request.param
    return chosen


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryStore | SQLiteStore]:
    """Every store that needs no server."""
    with MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "c.db") as made:
        yield made


@pytest.fixture(params=["msgspec", "json"])
def decoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """What decodes items: with the extra `speed`, and without it."""
    item_decoder._quick.cache_clear()
    if request.param == "json":
        monkeypatch.setitem(sys.modules, "msgspec", None)
    yield request.param
    item_decoder._quick.cache_clear()


OnConnect = Callable[[Callable[[sqlite3.Connection], None]], None]


@pytest.fixture
def on_connect(monkeypatch: pytest.MonkeyPatch) -> OnConnect:
    """Return what has a function called with each connection to a file of SQLite from now on."""

    def call(look: Callable[[sqlite3.Connection], None]) -> None:
        connect = sqlite3.connect

        def looked_at(*args: Any, **kwargs: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*args, **kwargs)
            look(connection)
            return connection

        monkeypatch.setattr(sqlite3, "connect", looked_at)

    return call


@pytest.fixture
def statements(on_connect: OnConnect) -> list[str]:
    """Return the statements that SQLite runs from now on, as its own trace tells them."""
    seen: list[str] = []

    def note(text: str) -> None:
        seen.append(" ".join(text.split()))

    on_connect(lambda connection: connection.set_trace_callback(note))
    return seen
