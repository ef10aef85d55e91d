import gzip
import http.client
import json
import socket
import urllib.request
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import httpx
import pytest

from kloudsync.testing.exchange import Reply
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle, fill
from kloudsync.testing.serve import serve

HEADERS = {"Authorization": "Bearer any"}
EVENTS = "/calendars/primary/events"


def connect(url: str) -> http.client.HTTPConnection:
    """Open a connection that shows what is on the wire."""
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)


def test_any_client_is_served(fake_google: FakeGoogle, fake_google_url: str) -> None:
    """The standard library's client gets what the fake answers."""
    request = urllib.request.Request(fake_google_url + EVENTS, headers=HEADERS)  # noqa: S310 - http
    with urllib.request.urlopen(request) as response:  # noqa: S310 - the same
        body = response.read()
    assert body == fake_google.handle("GET", f"/calendar/v3{EVENTS}", HEADERS).body


def test_connections_are_kept_alive(fake_google_url: str) -> None:
    """Many requests share one connection, empty answers included."""
    with httpx.Client(headers=HEADERS) as client:
        body = {"start": {"date": "2026-01-05"}, "end": {"date": "2026-01-06"}}
        event = client.post(fake_google_url + EVENTS, json=body).json()
        url = f"{fake_google_url}{EVENTS}/{event['id']}"
        unchanged = client.get(url, headers={"If-None-Match": event["etag"]})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert client.delete(url).status_code == 204
        streams = {id(client.get(url).extensions["network_stream"]) for _ in range(3)}
    assert len(streams) == 1


def test_pages_are_compressed(fake_google: FakeGoogle, fake_google_url: str) -> None:
    """Asked for as Google wants it, gzip comes; the same page twice is the same bytes."""
    fill(fake_google.calendar(), events=20)
    with httpx.Client(headers=HEADERS | {"User-Agent": "kloudsync (gzip)"}) as client:
        replies = [client.get(fake_google_url + EVENTS) for _ in range(2)]
    assert replies[0].headers["Content-Encoding"] == "gzip"
    assert len(replies[0].json()["items"]) == 20
    assert replies[0].content == replies[1].content


def test_a_cut_connection_answers_nothing(fake_google: FakeGoogle, fake_google_url: str) -> None:
    """The server hangs up without a word; the next connection is served."""
    fake_google.faults = Faults([Fault(FaultKind.CUT_CONNECTION)])
    with httpx.Client(headers=HEADERS) as client:
        with pytest.raises(httpx.TransportError):
            client.get(fake_google_url + EVENTS)
        assert client.get(fake_google_url + EVENTS).status_code == 200


def test_a_cut_answer_is_incomplete(fake_google: FakeGoogle, fake_google_url: str) -> None:
    """The server promises more bytes than it sends."""
    fake_google.faults = Faults([Fault(FaultKind.CUT_BODY)])
    connection = connect(fake_google_url)
    connection.request("GET", f"/calendar/v3{EVENTS}", headers=HEADERS)
    with pytest.raises(http.client.IncompleteRead):
        connection.getresponse().read()
    connection.close()


def test_a_slow_answer_outlasts_a_timeout(fake_google: FakeGoogle, fake_google_url: str) -> None:
    """A client that waits less than the server stalls gives up."""
    fake_google.faults = Faults([Fault(FaultKind.SLOW_BODY, seconds=0.3)])
    with (
        httpx.Client(headers=HEADERS, timeout=httpx.Timeout(5, read=0.05)) as client,
        pytest.raises(httpx.ReadTimeout),
    ):
        client.get(fake_google_url + EVENTS)


class Echo:
    """A service that answers with the verb."""

    base_path = "/echo"

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Answer any request."""
        del url, headers, body
        return Reply(200, {"Content-Type": "text/plain"}, method.encode())


def test_any_fake_can_be_served() -> None:
    """The server knows nothing of Google; the URL carries the fake's own path."""
    with serve(Echo()) as url, httpx.Client() as client:
        assert url.endswith("/echo")
        assert client.put(url).text == "PUT"


def test_leaving_the_block_ends_connections(fake_google: FakeGoogle) -> None:
    """Nothing is left running, even if a client keeps its connection."""
    with httpx.Client(headers=HEADERS) as client:
        with serve(fake_google) as url:
            assert client.get(url + EVENTS).status_code == 200
        with pytest.raises(httpx.TransportError):
            client.get(url + EVENTS)


NEW = {"summary": "New", "start": {"date": "2026-01-05"}, "end": {"date": "2026-01-06"}}


def test_a_chunked_body_is_read_whole(fake_google: FakeGoogle, fake_google_url: str) -> None:
    """Its chunks are one body, and none of them is taken for the next request."""
    content = json.dumps(NEW).encode()

    def chunks() -> Iterator[bytes]:
        yield content[:20]
        yield content[20:]

    with httpx.Client(headers=HEADERS | {"Content-Type": "application/json"}) as client:
        made = client.post(fake_google_url + EVENTS, content=chunks())
        again = client.get(fake_google_url + EVENTS)
    assert "content-length" not in made.request.headers
    assert (made.status_code, made.json()["summary"]) == (200, "New")
    assert [one["id"] for one in again.json()["items"]] == list(fake_google.truth())


def test_a_compressed_body_is_read(fake_google_url: str) -> None:
    """Google's Java client compresses what it sends."""
    with httpx.Client(headers=HEADERS | {"Content-Encoding": "gzip"}) as client:
        made = client.post(
            fake_google_url + EVENTS, content=gzip.compress(json.dumps(NEW).encode())
        )
    assert made.json()["summary"] == "New"


def test_a_body_without_clear_end_ends_the_connection(fake_google_url: str) -> None:
    """What is left unread is never answered as a request of its own."""
    address = urlsplit(fake_google_url)
    smuggled = b"GET /calendar/v3/colors HTTP/1.1\r\nHost: x\r\n\r\n"
    head = f"POST /calendar/v3{EVENTS} HTTP/1.1\r\nHost: x\r\n".encode()
    with socket.create_connection((address.hostname or "", address.port or 0), 10) as connection:
        connection.sendall(head + b"Content-Length: five\r\n\r\n" + smuggled)
        answers = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answers.startswith(b"HTTP/1.1 400 ")
    assert answers.count(b"HTTP/1.1") == 1


def test_a_head_has_no_body(fake_google_url: str) -> None:
    """The connection stays in step for the request after it."""
    connection = connect(fake_google_url)
    connection.request("HEAD", f"/calendar/v3{EVENTS}", headers=HEADERS)
    head = connection.getresponse()
    assert (head.status, head.read()) == (200, b"")
    connection.request("GET", f"/calendar/v3{EVENTS}", headers=HEADERS)
    whole = connection.getresponse().read()
    connection.close()
    assert head.headers["Content-Length"] == str(len(whole))


def test_an_answer_has_one_date(fake_salesloft_url: str, fake_google_url: str) -> None:
    """The fake's own where it has one, else the machine's."""
    for url in (f"{fake_salesloft_url}/me", fake_google_url + EVENTS):
        with httpx.Client(headers=HEADERS) as client:
            dates = client.get(url).headers.get_list("Date")
        assert len(dates) == 1
    connection = connect(fake_salesloft_url)
    connection.request("GET", "/v2/me", headers=HEADERS)
    assert connection.getresponse().headers["Date"] == "Mon, 05 Jan 2026 09:00:00 GMT"
    connection.close()
