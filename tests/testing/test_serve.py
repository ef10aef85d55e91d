import http.client
import urllib.request
from collections.abc import Mapping
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
