"""The bodies of requests: read off a connection to their end, freed of their encoding, understood."""

import json
import zlib
from collections.abc import Mapping
from email.message import Message
from http import HTTPStatus
from typing import Any, Protocol, cast

from kloudsync.testing.exchange import Reply

LARGEST = 1 << 26
"""How many bytes a body may have, on the wire and decoded."""

_WINDOWS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
_LONGEST_LINE = 4096


class Stream(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> bytes:
        """Read so many bytes, or all that are left."""
        ...

    def readline(self, size: int, /) -> bytes:
        """Read to the end of a line, at most so many bytes."""
        ...


class Unreadable(Exception):
    """A body that nobody can read; on a connection, where the next request begins is lost with it.

    Args:
        status: The HTTP status that says so.
        message: What is wrong.
    """

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status

    def reply(self) -> Reply:
        """Write the answer."""
        text = f"{self.status.value} {self.status.phrase}: {self}\n"
        return Reply(self.status, {"Content-Type": "text/plain; charset=utf-8"}, text.encode())


def read_body(stream: Stream, headers: Message) -> bytes:
    """Read the body of a request off its connection (RFC 9112, section 6.3).

    Raises:
        Unreadable: Its length is not told, told in two ways, or not kept.
    """
    codings = headers.get_all("Transfer-Encoding", [])
    lengths = set(headers.get_all("Content-Length", []))
    if not codings:
        return _exactly(stream, _length(lengths))
    if lengths or len(codings) > 1:
        raise _bad("the length of the body is told in two ways")
    if codings[0].strip().lower() != "chunked":
        raise Unreadable(HTTPStatus.NOT_IMPLEMENTED, f"no transfer coding {codings[0]!r} here")
    return _chunks(stream)


def decode_body(body: bytes, headers: Mapping[str, str]) -> bytes:
    """Undo the content encodings of a body.

    Args:
        body: The body as it was sent.
        headers: The headers of the request, names in lower case.

    Raises:
        Unreadable: An encoding is unknown, or the body is not in it.
    """
    names = [name.strip().lower() for name in headers.get("content-encoding", "").split(",")]
    for name in reversed([name for name in names if name not in {"", "identity"}]):
        body = _decoded(body, name)
    return body


def read_object(body: bytes) -> dict[str, Any]:
    """Read the JSON object that a client sent; an empty body is an empty object.

    Raises:
        ValueError: It is no JSON object, or holds what JSON or UTF-8 has no room for.
    """
    try:
        sent: Any = json.loads(body, parse_constant=_refuse) if body else {}
        json.dumps(sent, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("the body is nested too deeply") from error
    if isinstance(sent, dict):
        return cast("dict[str, Any]", sent)
    raise ValueError("the body is not an object")


def _refuse(constant: str) -> Any:
    raise ValueError(f"JSON has no {constant}")


def _length(told: set[str]) -> int:
    text = (told or {"0"}).pop().strip()
    if told or not (text.isascii() and text.isdigit()):
        raise _bad("the Content-Length is not a number")
    return _small_enough(int(text))


def _small_enough(length: int) -> int:
    if length > LARGEST:
        raise Unreadable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"more than {LARGEST:,} bytes")
    return length


def _exactly(stream: Stream, length: int) -> bytes:
    body = stream.read(length)
    if len(body) < length:
        raise _bad("the body ends before its length")
    return body


def _chunks(stream: Stream) -> bytes:
    body = bytearray()
    while size := _chunk_size(stream):
        body += _exactly(stream, _small_enough(len(body) + size) - len(body))
        if _line(stream):
            raise _bad("a chunk is longer than it says")
    while _line(stream):
        pass  # Trailers say nothing that a fake would want to know.
    return bytes(body)


def _chunk_size(stream: Stream) -> int:
    text = _line(stream).partition(b";")[0].strip()
    try:
        size = int(text, 16)
    except ValueError as error:
        raise _bad("a chunk does not begin with its size") from error
    if not text.isalnum():
        raise _bad("a chunk does not begin with its size")
    return size


def _line(stream: Stream) -> bytes:
    line = stream.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise _bad("a line of the body does not end")
    return line.rstrip(b"\r\n")


def _decoded(body: bytes, encoding: str) -> bytes:
    if encoding not in _WINDOWS:
        raise Unreadable(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"no encoding {encoding!r} here")
    decoder = zlib.decompressobj(_WINDOWS[encoding])
    try:
        content = decoder.decompress(body, LARGEST + 1)
    except zlib.error as error:
        raise _bad(f"the body is not {encoding}") from error
    _small_enough(len(content))
    if not decoder.eof:
        raise _bad(f"the body is not whole {encoding}")
    return content


def _bad(message: str) -> Unreadable:
    return Unreadable(HTTPStatus.BAD_REQUEST, message)
