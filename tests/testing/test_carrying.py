import gzip
import json
from collections.abc import Mapping

import pytest

from kloudsync.testing.carrying import KEPT, Carrier, Compression
from kloudsync.testing.exchange import Reply
from kloudsync.testing.faults import Disrupted, FaultKind

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


class Mirror:
    """A service that answers with what it was asked; `fail` and `cut` in the URL make it."""

    base_path = ""

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Answer any request."""
        asked = {"method": method, "headers": dict(headers), "body": body.decode()}
        reply = Reply(200, {"Content-Type": "application/json"}, json.dumps(asked).encode())
        if "cut" in url:
            raise Disrupted(FaultKind.CUT_BODY, reply, 1.0)
        if "fail" in url:
            raise TypeError("a mistake")
        return reply


def carried(method: str = "POST", url: str = "/", body: bytes = b"", **headers: str) -> Reply:
    """Carry a request to the mirror."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Carrier(Mirror()).carry(method, url, named, body)


def test_a_fake_reads_bodies_plain() -> None:
    """It sees no encoding, and no header that speaks of one."""
    sent = gzip.compress(b"content")
    asked = json.loads(carried(body=sent, Content_Encoding="gzip", Content_Length="27").body)
    assert asked == {"method": "POST", "headers": {}, "body": "content"}


def test_a_body_that_is_not_what_it_says_is_refused() -> None:
    """The fake is not asked at all."""
    assert carried(body=b"plain", Content_Encoding="gzip").status == 400


def test_a_post_may_stand_for_another_verb() -> None:
    """The override counts with POST alone."""
    assert json.loads(carried(X_HTTP_Method_Override="patch").body)["method"] == "PATCH"
    assert json.loads(carried("GET", X_HTTP_Method_Override="patch").body)["method"] == "GET"


def test_a_head_is_a_get_without_body() -> None:
    """The length is that of the answer to GET."""
    whole, head = carried("GET"), carried("HEAD")
    assert head.body == b""
    assert head.headers["Content-Length"] == str(len(whole.body))
    assert carried("POST", X_HTTP_Method_Override="HEAD").body == b""


def test_a_cut_head_has_no_body_either() -> None:
    """What a fault leaves of an answer is cut as the verb says."""
    with pytest.raises(Disrupted) as caught:
        carried("HEAD", "/cut")
    assert caught.value.reply is not None
    assert caught.value.reply.body == b""


def test_a_fake_that_fails_answers_500(caplog: pytest.LogCaptureFixture) -> None:
    """The program under test sees a service that failed; the log says why."""
    assert carried(url="/fail").status == 500
    assert "a mistake" in caplog.text


def test_what_breaks_the_connection_passes() -> None:
    """Carriers turn it into what their clients see."""
    with pytest.raises(Disrupted):
        carried(url="/cut")
