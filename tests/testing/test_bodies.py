import gzip
import zlib
from email.message import Message
from io import BytesIO

import pytest

from kloudsync.testing.bodies import LARGEST, Unreadable, decode_body, read_body


def read(wire: bytes, **headers: str | list[str]) -> tuple[bytes, bytes]:
    """Read a body off a connection; answers with it and with what is left on the wire."""
    message = Message()
    for name, values in headers.items():
        for value in [values] if isinstance(values, str) else values:
            message[name.replace("_", "-")] = value
    stream = BytesIO(wire)
    return read_body(stream, message), stream.read()


@pytest.mark.parametrize(
    ("wire", "headers", "body"),
    [
        (b"abcdefGET /", {"Content_Length": "6"}, b"abcdef"),
        (b"GET /", {}, b""),
        (b"GET /", {"Content_Length": "0"}, b""),
        (b"3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\nGET /", {"Transfer_Encoding": "chunked"}, b"abcdef"),
        (b"A;x=y\r\n0123456789\r\n0\r\n\r\nGET /", {"Transfer_Encoding": "Chunked"}, b"0123456789"),
        (b"0\r\nTrailer: x\r\n\r\nGET /", {"Transfer_Encoding": "chunked"}, b""),
        (b"1\na\n0\n\nGET /", {"Transfer_Encoding": "chunked"}, b"a"),
    ],
)
def test_a_body_is_read_to_its_end_and_no_further(
    wire: bytes, headers: dict[str, str], body: bytes
) -> None:
    """What follows on the connection is left there for the next request."""
    assert read(wire, **headers) == (body, b"GET /")


@pytest.mark.parametrize(
    ("wire", "headers", "status"),
    [
        (b"abc", {"Content_Length": "6"}, 400),
        (b"abc", {"Content_Length": "-3"}, 400),
        (b"abc", {"Content_Length": "three"}, 400),
        (b"abc", {"Content_Length": "+3"}, 400),
        (b"abc", {"Content_Length": ["3", "2"]}, 400),
        (b"", {"Content_Length": str(LARGEST + 1)}, 413),
        (b"0\r\n\r\n", {"Content_Length": "5", "Transfer_Encoding": "chunked"}, 400),
        (b"abc", {"Transfer_Encoding": "gzip"}, 501),
        (b"abc", {"Transfer_Encoding": ["gzip", "chunked"]}, 400),
        (b"xyz\r\nabc\r\n", {"Transfer_Encoding": "chunked"}, 400),
        (b"-3\r\nabc\r\n", {"Transfer_Encoding": "chunked"}, 400),
        (b"3\r\nabcd\r\n0\r\n\r\n", {"Transfer_Encoding": "chunked"}, 400),
        (b"3\r\nabc\r\n", {"Transfer_Encoding": "chunked"}, 400),
        (b"3\r\nab", {"Transfer_Encoding": "chunked"}, 400),
        (b"FFFFFFFFFF\r\n", {"Transfer_Encoding": "chunked"}, 413),
    ],
)
def test_a_body_without_a_clear_end_is_refused(
    wire: bytes, headers: dict[str, str], status: int
) -> None:
    """Nobody guesses where the next request begins."""
    with pytest.raises(Unreadable) as caught:
        read(wire, **headers)
    assert caught.value.status == status
    assert caught.value.reply().status == status


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"content", mtime=0)),
        ("x-gzip", gzip.compress(b"content", mtime=0)),
        ("deflate", zlib.compress(b"content")),
        ("identity", b"content"),
        ("", b"content"),
        ("deflate, gzip", gzip.compress(zlib.compress(b"content"), mtime=0)),
    ],
)
def test_encodings_are_undone_in_their_order(encoding: str, body: bytes) -> None:
    """The last one named was applied last."""
    assert decode_body(body, {"content-encoding": encoding}) == b"content"


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        ("gzip", b"content", 400),
        ("gzip", gzip.compress(b"content", mtime=0)[:-9], 400),
        ("br", b"content", 415),
        ("gzip", gzip.compress(bytes(LARGEST + 1), mtime=0), 413),
    ],
)
def test_what_cannot_be_decoded_is_refused(encoding: str, body: bytes, status: int) -> None:
    """A wrong name, a broken body, and one that unfolds without measure."""
    with pytest.raises(Unreadable) as caught:
        decode_body(body, {"content-encoding": encoding})
    assert caught.value.status == status
