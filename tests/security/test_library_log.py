"""What the HTTP library says by itself, in logs and exceptions, of our calls."""

from __future__ import annotations

import asyncio
import logging

import pytest
from tests.security.scan import ACCESS, ADDRESS, PERSONAL, SECRETS, leaks, told
from tests.security.wire import raw_server

from kloudsync.errors import TransportError
from kloudsync.http.log import quiet_target
from kloudsync.http.retry import Retry
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.stores import MemoryStore
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.serve import serve

BREACHES = {
    "status line": b"planted-title\r\n\r\n",
    "header line": b"HTTP/1.1 200 OK\r\nplanted-title planted-guest\r\n\r\n",
    "header value": b"HTTP/1.1 200 OK\r\nX-Odd: planted-title\x00\r\n\r\n",
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: planted-title\r\n\r\n",
    "chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nplanted-title\r\n",
}


def test_the_librarys_own_log_shows_no_query(
    private_google: FakeGoogle, caplog: pytest.LogCaptureFixture
) -> None:
    """At INFO the library logs every URL; of ours, sync tokens and search words are hidden."""
    caplog.set_level(logging.INFO, logger="httpx")
    with serve(private_google) as url, Google(ACCESS, base_url=url) as google:
        engine = SyncEngine(google.calendar(page_size=3), MemoryStore())
        engine.sync()
        engine.sync()
        google.events.list(ADDRESS, q="planted-title")
        tokens = [line.query.get("syncToken") for line in private_google.requests]
    logged = [record.getMessage() for record in caplog.records if record.name == "httpx"]
    assert len(logged) == len(private_google.requests)
    assert [token for token in tokens if token], "a token was really in play"
    assert leaks(logged, [*filter(None, tokens), *PERSONAL]) == []
    assert any("maxResults=3&" in line and "syncToken=-" in line for line in logged)


def test_the_awaiting_client_is_as_quiet(
    private_google: FakeGoogle, caplog: pytest.LogCaptureFixture
) -> None:
    """The other colour hides the same, and the service still sees what was asked."""
    caplog.set_level(logging.INFO, logger="httpx")

    async def search(url: str) -> None:
        async with AsyncGoogle(ACCESS, base_url=url) as google:
            await google.events.list("primary", q="planted-title")

    with serve(private_google) as url:
        asyncio.run(search(url))
    assert private_google.requests[0].query["q"] == "planted-title"
    assert "q=-" in caplog.text
    assert leaks([caplog.text], PERSONAL) == []


def test_a_quiet_target() -> None:
    """Names stay, values go unless harmless; what is hidden twice stays as it is."""
    hidden = quiet_target("/calendars/planted-mailbox%40example.com/events", "maxResults=5&q=a+b&x")
    assert hidden == "/calendars/-%40example.com/events?maxResults=5&q=-"
    assert quiet_target(*hidden.split("?")) == hidden
    assert quiet_target("/colors", "") == "/colors"


@pytest.mark.parametrize("breach", BREACHES.values(), ids=list(BREACHES))
def test_bytes_that_are_no_http_are_not_quoted(breach: bytes) -> None:
    """The library tells a breach with the bytes at fault, which may be anybody's; we do not."""
    with (
        raw_server(lambda _: breach) as url,
        Google(ACCESS, base_url=url, retry=Retry(attempts=1)) as google,
        pytest.raises(TransportError) as caught,
    ):
        google.events.get("primary", "abcde")
    assert leaks(told(caught.value), SECRETS + PERSONAL) == []
