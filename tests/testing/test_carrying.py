import gzip

import pytest

from kloudsync.testing.carrying import KEPT, Compression
from kloudsync.testing.exchange import Reply

WILLING = {"accept-encoding": "gzip, deflate", "user-agent": "client (gzip)"}
LONG = Reply(200, {"ETag": '"1"'}, b"x" * 5000)


def test_an_answer_is_compressed_for_the_willing() -> None:
    """The body shrinks, the headers stay and say so."""
    reply = Compression().apply(LONG, WILLING)
    assert gzip.decompress(reply.body) == LONG.body
    assert reply.headers["Content-Encoding"] == "gzip"
    assert reply.headers["ETag"] == '"1"'


@pytest.mark.parametrize("name", ["accept-encoding", "user-agent"])
def test_both_headers_must_name_gzip(name: str) -> None:
    """One of them alone is not enough."""
    assert Compression().apply(LONG, WILLING | {name: "identity"}) == LONG


def test_short_answers_stay_as_they_are() -> None:
    """Compression is for pages, not for errors."""
    short = Reply(404, {}, b"not found")
    assert Compression().apply(short, WILLING) == short


def test_the_same_answer_is_compressed_once() -> None:
    """A page sent again is the same object; old ones are forgotten."""
    compression = Compression()
    first = compression.apply(LONG, WILLING).body
    assert compression.apply(LONG, WILLING).body is first
    for number in range(KEPT):
        compression.apply(LONG._replace(body=LONG.body + bytes([number])), WILLING)
    assert compression.apply(LONG, WILLING).body is not first
