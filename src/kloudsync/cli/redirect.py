"""Where the browser comes back to: a page on this machine, for one answer (RFC 8252, section 7.3).

Any page that the browser shows, and any program of the machine, can find the port. So only the
answer to this login's own question is taken, told by its state (RFC 6749, section 10.12), and
only where the browser asked for this very host; all others are turned away, and the login
waits on.
"""

from __future__ import annotations

import hmac
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from socket import socket
from threading import BoundedSemaphore, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import field, frozen

from kloudsync.errors import TimedOut

PATIENCE = 300.0
"""How many seconds a person has to answer."""

MOST_VISITS = 32
"""How many connections are open at once; what comes beyond is closed."""

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
    _page: _Page = field(repr=False)

    def expect(self, state: str) -> None:
        """Say which state the answer brings back; before that, none is taken."""
        self._page.state = state

    def wait(self, seconds: float = PATIENCE) -> str:
        """Return the URL that the browser was sent to.

        Raises:
            TimedOut: Nobody came with the answer.
        """
        try:
            return f"{self.address}{self._page.answers.get(timeout=seconds)}"
        except Empty:
            raise TimedOut(
                f"no answer came from the browser within {seconds:.0f} seconds; start again"
            ) from None


@contextmanager
def await_redirect() -> Generator[Landing]:
    """Keep a page open on a free port of the loopback address while the block runs."""
    with _Page() as page:
        thread = Thread(target=page.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield Landing(f"http://{page.host}", page)
        finally:
            page.shutdown()
            thread.join()


class _Page(ThreadingHTTPServer):
    """The server of the page.

    Attributes:
        host: Whom the browser has to ask for.
        state: What the answer has to bring back; empty as long as nothing is asked.
        answers: What was asked for with that state.
    """

    # Browsers open connections ahead that they never use: each has to have its own thread.
    daemon_threads = True

    # With the default of 5, a connection that looks open to the browser may wait for seconds.
    request_queue_size = 2 * MOST_VISITS

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.host = f"127.0.0.1:{self.server_address[1]}"
        self.state = ""
        self.answers: SimpleQueue[str] = SimpleQueue()
        self._places = BoundedSemaphore(MOST_VISITS)

    def is_answer(self, state: str) -> bool:
        """Tell whether a state is that of the question."""
        return bool(self.state) and hmac.compare_digest(state.encode(), self.state.encode())

    def process_request(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """Give a connection a thread, if there is one left."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(
        self, request: socket | tuple[bytes, socket], client_address: Any
    ) -> None:
        """Serve a connection, and make room for the next."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()


class _Visit(BaseHTTPRequestHandler):
    """One visit of the browser; icons and the like are not what is waited for."""

    timeout = 5

    @property
    def _page(self) -> _Page:
        assert isinstance(self.server, _Page), "nobody else makes visits"  # noqa: S101 - for checkers
        return self.server

    def do_GET(self) -> None:
        """Take the answer and thank for it."""
        target = urlsplit(self.path)
        if target.path != "/":
            self.send_error(404)
        elif self._is_answer(parse_qs(target.query)):
            self._thank()
            self._page.answers.put(self.path)
        else:
            self.send_error(400, "This is not the answer that is waited for")

    def _is_answer(self, query: dict[str, list[str]]) -> bool:
        # A name that leads here by another way is an attack on the browser (DNS rebinding).
        asked = self.headers.get_all("Host", []) == [self._page.host]
        states = query.get("state", [])
        return asked and len(states) == 1 and self._page.is_answer(states[0])

    def _thank(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(_PAGE)))
        # The address holds the code; nobody else is to learn of it.
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(_PAGE)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Keep quiet: the address holds the code."""
