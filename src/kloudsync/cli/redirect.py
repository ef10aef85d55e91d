"""Where the browser comes back to: a page on this machine, for one answer (RFC 8252, section 7.3)."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import frozen

from kloudsync.errors import TimedOut

PATIENCE = 300.0
"""How many seconds a person has to answer."""

_PAGE = (
    b"<!doctype html><meta charset=utf-8><title>kloudsync</title>"
    b"<p>kloudsync has the answer. You can close this page and go back to the terminal."
)


@frozen
class Landing:
    """A page that waits for the browser.

    Attributes:
        address: What the service has to send the browser to.
    """

    address: str
    _answers: SimpleQueue[str]

    def wait(self, seconds: float = PATIENCE) -> str:
        """Return the URL that the browser was sent to.

        Raises:
            TimedOut: Nobody came.
        """
        try:
            return f"{self.address}{self._answers.get(timeout=seconds)}"
        except Empty:
            raise TimedOut(
                f"no answer came from the browser within {seconds:.0f} seconds; start again"
            ) from None


@contextmanager
def await_redirect() -> Generator[Landing]:
    """Keep a page open on a free port of the loopback address while the block runs."""
    answers: SimpleQueue[str] = SimpleQueue()
    # Browsers open connections ahead that they never use: each has to have its own thread.
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Visit, answers)) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield Landing(f"http://127.0.0.1:{server.server_address[1]}", answers)
        finally:
            server.shutdown()
            thread.join()


class _Visit(BaseHTTPRequestHandler):
    """One visit of the browser; icons and the like are not what is waited for."""

    timeout = 10

    def __init__(self, answers: SimpleQueue[str], *connection: Any) -> None:
        self._answers = answers
        super().__init__(*connection)

    def do_GET(self) -> None:
        """Take the answer and thank for it."""
        target = urlsplit(self.path)
        if target.path != "/" or not {"code", "error", "state"} & parse_qs(target.query).keys():
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(_PAGE)))
        # The address holds the code; nobody else is to learn of it.
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(_PAGE)
        self._answers.put(self.path)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Keep quiet: the address holds the code."""
