"""Serving the live calendar on this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from kloudsync.errors import MissingExtra, UsageError

HOST: Final = "127.0.0.1"
NEEDED: Final = frozenset(("starlette", "uvicorn"))


def serve(port: int = 8400, *, ready: Callable[[str], object] = print) -> None:
    """Serve the live calendar until Ctrl-C.

    Args:
        port: The port, on the loopback interface; 0 takes a free one.
        ready: Is told the page's address once it can be opened.

    Raises:
        MissingExtra: The extra `demo` is not installed.
        UsageError: The port cannot be had.
    """
    try:
        from kloudsync.demo.live import LiveCalendar  # noqa: PLC0415 - loads engine and fake
        from kloudsync.demo.running import LiveServer  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if error.name not in NEEDED:
            raise
        raise MissingExtra("the demo in a browser needs: pip install 'kloudsync[demo]'") from error
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
            listening.listen()  # who comes before the server runs waits for it
        except (OSError, OverflowError) as error:
            raise UsageError(f"port {port} cannot be had; choose another with --port") from error
        ready(f"http://{HOST}:{listening.getsockname()[1]}/")
        with suppress(KeyboardInterrupt):
            LiveServer(LiveCalendar()).run(sockets=[listening])
