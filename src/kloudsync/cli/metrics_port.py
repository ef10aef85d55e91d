"""A port at which a worker's numbers are read, beside its work."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from kloudsync.errors import UsageError
from kloudsync.objects.fleet_metrics import FleetMetrics
from kloudsync.web import metrics, wsgi


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing: it is asked every few seconds."""


@contextmanager
def exposed(measured: FleetMetrics, place: str | None) -> Generator[None]:
    """Serve `/metrics` while a block runs.

    Args:
        measured: The numbers.
        place: A port of this machine, or host and port, such as `0.0.0.0:9464`; None for none.

    Raises:
        UsageError: It is no port, or somebody else has it.
    """
    if place is None:
        yield
        return
    host, _, port = place.rpartition(":")
    if not (port.isascii() and port.isdigit()):
        raise UsageError(f"{place!r} is no port; write PORT or HOST:PORT, such as 9464")
    application = wsgi({"/metrics": metrics(measured)})
    try:
        server = make_server(host or "127.0.0.1", int(port), application, handler_class=_Quiet)
    except (OSError, OverflowError) as error:
        raise UsageError(f"metrics cannot be served at {place}: {error}") from error
    threading.Thread(target=server.serve_forever, name="kloudsync-metrics", daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
