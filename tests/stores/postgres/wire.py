"""A way to the server that counts what travels on it, and may be as slow as a long one."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Self

import psycopg

_PIECE = 1 << 16
_LENGTH = 4


class Wire:
    """Relays connections to a PostgreSQL server, and reads what clients say.

    Statements are told apart as the protocol of the server's does (version 3, messages Query and
    Parse). A flight is what a client sends before it hears an answer.

    Args:
        conninfo: How to reach the server.
        delay: Seconds that each packet takes, in both directions.
    """

    def __init__(self, conninfo: str, *, delay: float = 0.0) -> None:
        with psycopg.connect(conninfo) as connection:
            info = connection.info
            self._server, self._user, self._name = _address(info), info.user, info.dbname
        self._delay = delay
        self._fatal, self._heard = 0, False
        self._lock = Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self._listener]
        self.statements: list[str] = []
        self.flights = 0
        self.pieces = 0
        self.connections = 0
        Thread(target=self._accept, daemon=True).start()

    @property
    def conninfo(self) -> str:
        """How to reach the server over this way."""
        port = self._listener.getsockname()[1]
        where = f"host=127.0.0.1 port={port} sslmode=disable gssencmode=disable"
        return f"{where} user={self._user} dbname={self._name}"

    def cut(self, fatal: int, *, heard: bool) -> None:
        """Cut a connection with a piece that a client will send, the first of which is 1.

        Args:
            fatal: The number of the piece.
            heard: Whether the server still gets it.
        """
        with self._lock:
            self.pieces, self._fatal, self._heard = 0, fatal, heard

    def clear(self) -> None:
        """Count from nothing again."""
        with self._lock:
            self.statements.clear()
            self.flights = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                server = _connected(self._server)
                self._open += [client, server]
                turn = _Turn()
                for source, sink, said in ((client, server, True), (server, client, False)):
                    Thread(
                        target=self._relay,
                        args=(source, sink, turn),
                        kwargs={"said": said},
                        daemon=True,
                    ).start()

    def _relay(
        self, source: socket.socket, sink: socket.socket, turn: _Turn, *, said: bool
    ) -> None:
        reader = _Reader()
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                with self._lock:
                    self.flights += turn.taken(said=said)
                    self.pieces += said
                    is_fatal = said and self.pieces == self._fatal
                    if said:
                        self.statements += reader.read(piece)
                if self._delay:
                    time.sleep(self._delay)
                if is_fatal:
                    self._end(source, sink, piece)
                    return
                sink.sendall(piece)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def _end(self, client: socket.socket, server: socket.socket, piece: bytes) -> None:
        """End a connection: the client hears nothing more, whatever the server heard."""
        client.shutdown(socket.SHUT_RDWR)
        if self._heard:
            server.sendall(piece)
        server.shutdown(socket.SHUT_WR)


class _Turn:
    """Who speaks on one connection."""

    def __init__(self) -> None:
        self._client_speaks = False

    def taken(self, *, said: bool) -> int:
        """Note who speaks, and return 1 where the client begins to."""
        begins = said and not self._client_speaks
        self._client_speaks = said
        return int(begins)


class _Reader:
    """Reads the statements in what a client sends, in whatever pieces it comes."""

    def __init__(self) -> None:
        self._left = b""
        self._has_begun = False

    def read(self, piece: bytes) -> list[str]:
        """Return the statements that are complete with a piece."""
        self._left += piece
        found: list[str] = []
        while (size := self._size()) is not None and len(self._left) >= size:
            message, self._left = self._left[:size], self._left[size:]
            if self._has_begun:
                found += _statements(message)
            self._has_begun = True
        return found

    def _size(self) -> int | None:
        """Return how long the next message is. Only the first one has no kind before its length."""
        at = 1 if self._has_begun else 0
        length = self._left[at : at + _LENGTH]
        return None if len(length) < _LENGTH else at + int.from_bytes(length)


def _statements(message: bytes) -> list[str]:
    kind, body = message[:1], message[1 + _LENGTH :]
    if kind == b"Q":
        texts = body.rstrip(b"\0").split(b";")
    elif kind == b"P":
        texts = [body.split(b"\0")[1]]
    else:
        return []
    return [" ".join(text.decode().split()) for text in texts]


def _address(info: psycopg.ConnectionInfo) -> str | tuple[str, int]:
    if info.host.startswith("/"):
        return str(Path(info.host) / f".s.PGSQL.{info.port}")
    return info.host, info.port


def _connected(address: str | tuple[str, int]) -> socket.socket:
    if isinstance(address, tuple):
        return socket.create_connection(address)
    server = socket.socket(socket.AF_UNIX)
    server.connect(address)
    return server
