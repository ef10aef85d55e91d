"""Fake services on a real port, for clients in any language."""

import socket
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kloudsync.testing.bodies import Unreadable, read_body
from kloudsync.testing.carrying import Carrier, length_of
from kloudsync.testing.exchange import FakeService, Reply
from kloudsync.testing.faults import Disrupted, FaultKind


@contextmanager
def serve(fake: FakeService, *, port: int = 0, host: str = "127.0.0.1") -> Generator[str]:
    """Serve a fake on a loopback port while the block runs; yields its base URL.

    Args:
        fake: The service.
        port: The port; 0 takes a free one.
        host: The address to listen on.
    """
    server = FakeServer(fake, (host, port))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}{fake.base_path}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class FakeServer(ThreadingHTTPServer):
    """An HTTP server for one fake, with a thread for each connection.

    Args:
        fake: The service.
        address: Host and port to listen on.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, fake: FakeService, address: tuple[str, int]) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(address, partial(_Connection, Carrier(fake)))

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember a connection, so that closing the server ends it."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that ends."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what goes wrong, except that a client went away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """Stop listening and end the connections that clients keep alive."""
        super().server_close()
        for connection in list(self._open):
            _end(connection)


def _end(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the client was faster


class _Connection(BaseHTTPRequestHandler):
    """One connection of one client; kept alive as HTTP/1.1 says."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def __init__(self, carrier: Carrier, *connection: Any) -> None:
        self._carrier = carrier
        super().__init__(*connection)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Answer every verb alike; the parent looks for a method of each verb's name."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        try:
            body = read_body(self.rfile, self.headers)
        except Unreadable as unreadable:
            self._hang_up(unreadable)
            return
        try:
            reply = self._carrier.carry(self.command, self.path, dict(self.headers), body)
        except Disrupted as disrupted:
            self._disrupt(disrupted)
            return
        self._head(reply)
        self.wfile.write(reply.body)

    def _hang_up(self, unreadable: Unreadable) -> None:
        """Refuse a body; what is left of it must not be taken for the next request."""
        self.close_connection = True
        reply = unreadable.reply()
        self._head(reply._replace(headers={**reply.headers, "Connection": "close"}))
        self.wfile.write(reply.body)

    def _head(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        # A fake with a clock of its own tells its own time, and HTTP allows one.
        date = {"Date": self.date_time_string()}
        for name, value in (date | dict(reply.headers) | length_of(reply)).items():
            self.send_header(name, value)
        self.end_headers()

    def _disrupt(self, disrupted: Disrupted) -> None:
        """Fail as the network does: send nothing, or half of the answer, then hang up."""
        self.close_connection = True
        if disrupted.reply is not None:
            half = len(disrupted.reply.body) // 2
            self._head(disrupted.reply)
            self.wfile.write(disrupted.reply.body[:half])
            self.wfile.flush()
            if disrupted.kind is FaultKind.SLOW_BODY:
                time.sleep(disrupted.seconds)
                self.wfile.write(disrupted.reply.body[half:])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Keep quiet; the fake keeps its own log."""
