import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.errors import DecodeError
from kloudsync.http.message import Headers, Request, Response
from kloudsync.providers.google.multipart import read_parts, write_parts

BASE = "https://calendar.example.com/calendar/v3"
URL = "https://calendar.example.com/batch/calendar/v3"


def answered(body: bytes, content_type: str = "multipart/mixed; boundary=b") -> Response:
    """Return an answer with a body."""
    return Response(status=200, headers=Headers((("Content-Type", content_type),)), body=body)


def test_a_part_is_a_request_without_its_host() -> None:
    """Verb, path below the host, header fields, length and body, under its number."""
    insert = Request(
        method="POST",
        path="calendars/a%40b/events",
        query=(("sendUpdates", "none"),),
        headers=Headers((("Content-Type", "application/json"),)),
        body='{"summary":"Zürich"}'.encode(),
    )
    whole = write_parts([insert], BASE, URL)
    boundary = (whole.headers.get("Content-Type") or "").partition("boundary=")[2]
    assert (whole.method, whole.path) == ("POST", URL)
    assert (
        whole.body
        == (
            f"--{boundary}\r\nContent-Type: application/http\r\n"
            "Content-Transfer-Encoding: binary\r\nContent-ID: <0>\r\n\r\n"
            "POST /calendar/v3/calendars/a%40b/events?sendUpdates=none HTTP/1.1\r\n"
            'Content-Type: application/json\r\nContent-Length: 21\r\n\r\n{"summary":"Zürich"}\r\n'
            f"--{boundary}--\r\n"
        ).encode()
    )


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_the_boundary_stands_in_no_part(bodies: list[bytes]) -> None:
    """Whatever bodies hold, the lines between the parts are found as often as there are parts."""
    requests = [Request(method="PUT", path="x", body=body) for body in bodies]
    whole = write_parts(requests, BASE, URL)
    boundary = (whole.headers.get("Content-Type") or "").partition("boundary=")[2]
    assert (whole.body or b"").count(boundary.encode()) == len(bodies) + 1


def test_answers_are_found_by_number_in_any_order() -> None:
    """Status, fields and body of each; line ends of either kind."""
    body = (
        b"--b\r\nContent-Type: application/http\r\nContent-ID: <response-1>\r\n\r\n"
        b"HTTP/1.1 404 Not Found\r\nRetry-After: 3\r\n\r\n{}\r\n"
        b"--b\nContent-Type: application/http\nContent-ID: response-0\n\n"
        b'HTTP/1.1 200 OK\nETag: "1"\n\n{"id": "caf\xc3\xa9"}\n'
        b"--b\r\nContent-Type: application/http\r\nContent-ID: <response-2>\r\n\r\n"
        b"HTTP/1.1 204 No Content\r\n\r\n\r\n--b--"
    )
    answers = read_parts(answered(body))
    assert sorted(answers) == [0, 1, 2]
    assert (answers[0].status, answers[0].json()) == (200, {"id": "café"})
    assert (answers[1].status, answers[1].headers.get("retry-after")) == (404, "3")
    assert (answers[2].status, answers[2].body) == (204, b"")


@pytest.mark.parametrize(
    "body",
    [
        b"--b\r\nContent-ID: <response-0>\r\n\r\nno status line\r\n--b--",
        b"--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\n\r\n--b--",
        b"--b\r\nContent-ID: <0>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n--b--",
    ],
)
def test_parts_that_say_nothing_are_left_out(body: bytes) -> None:
    """Without a number, or without a status, nobody can be told."""
    assert read_parts(answered(body)) == {}


@pytest.mark.parametrize(
    ("content_type", "body"), [("text/html", b"<html>"), ("", b""), ("multipart/mixed", b"--b")]
)
def test_what_is_no_batch_is_refused(content_type: str, body: bytes) -> None:
    """A page of HTML is a decoding error, not an empty answer."""
    with pytest.raises(DecodeError, match="multipart/mixed"):
        read_parts(answered(body, content_type))


@given(st.binary(max_size=300))
def test_no_answer_breaks_the_reader(body: bytes) -> None:
    """Any bytes are read or refused."""
    try:
        read_parts(answered(body))
    except DecodeError:
        return
