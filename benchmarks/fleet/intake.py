"""Takes notifications in, on a port of this machine: within a process, or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from worker import opened

from kloudsync import PushIntake
from kloudsync.web import wsgi

PLACE = "KLOUDSYNC_FLEET_INTAKE"
"""Names the store's place in the environment, and how long to wait for others of the same action."""


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


class Threads(ThreadingMixIn, WSGIServer):
    """Answers requests beside each other, so that none waits for a database that is away."""

    daemon_threads = True


@contextmanager
def hooked(store: Any, due_in: float = 0.1) -> Iterator[str]:
    """Take notifications in within this process; yields where."""
    server = listening(store, due_in)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address_of(server)
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def hooked_apart(store_url: str, due_in: float) -> Iterator[str]:
    """Take notifications in within a process of its own; yields where."""
    env = {**os.environ, PLACE: json.dumps([store_url, due_in])}
    command = [sys.executable, Path(__file__).name]
    process = subprocess.Popen(
        command, cwd=Path(__file__).parent, env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def listening(store: Any, due_in: float) -> WSGIServer:
    """Return a server that is bound to a free port."""
    app = wsgi({"/google": PushIntake(store, due_in=due_in).acknowledge})
    return make_server("127.0.0.1", 0, app, server_class=Threads, handler_class=Quiet)


def address_of(server: WSGIServer) -> str:
    """Return where notifications go."""
    return f"http://127.0.0.1:{server.server_port}/google"


if __name__ == "__main__":
    place, wait = json.loads(os.environ[PLACE])
    own = listening(opened(place), wait)
    print(address_of(own), flush=True)
    own.serve_forever()
