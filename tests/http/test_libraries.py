"""A client of httpx2 that is passed in does what one of httpx does, on real connections too."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

import httpx2
import pytest

from kloudsync.errors import ConnectFailed, TimedOut, TransportError, UsageError
from kloudsync.http.clocks import Timeouts
from kloudsync.http.retry import Retry
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.serve import serve

ONCE: dict[str, Any] = {"retry": Retry(attempts=1)}
UNIMPORTED = """
import sys
from kloudsync import Google
from kloudsync.testing import FakeGoogle
FakeGoogle().transport()
Google("any")
assert "httpx2" not in sys.modules
"""


def ask(base_url: str, **options: Any) -> str | None:
    """Ask with a blocking client of httpx2, over a real connection."""
    with httpx2.Client() as http:
        google = Google("any", http_client=http, base_url=base_url, **ONCE, **options)
        return google.calendars.get("primary").id or None


def ask_awaiting(base_url: str, **options: Any) -> str | None:
    """Ask with an awaiting client of httpx2, over a real connection."""

    async def call() -> str | None:
        async with httpx2.AsyncClient() as http:
            google = AsyncGoogle("any", http_client=http, base_url=base_url, **ONCE, **options)
            return (await google.calendars.get("primary")).id or None

    return asyncio.run(call())


COLOURS = pytest.mark.parametrize("asking", [ask, ask_awaiting], ids=["blocking", "awaiting"])


@COLOURS
def test_real_calls_are_made_by_the_client_that_is_passed_in(
    asking: Any, fake_google: FakeGoogle
) -> None:
    """Over a socket, in both colours."""
    with serve(fake_google) as url:
        assert asking(url) == "owner@example.com"


class Silent(BaseRequestHandler):
    """Reads a request, and says nothing."""

    def handle(self) -> None:
        """Wait until the client hangs up."""
        with suppress(OSError):
            self.request.recv(65536)
            self.request.recv(1)


@pytest.fixture
def silent_url() -> Iterator[str]:
    """The address of a server that never answers."""
    with ThreadingTCPServer(("127.0.0.1", 0), Silent) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@COLOURS
def test_its_failures_are_told_as_our_own(asking: Any, silent_url: str) -> None:
    """Silence is a timeout, a closed port a connection that failed, and neither is httpx2's."""
    with pytest.raises(TimedOut) as silence:
        asking(silent_url, timeouts=Timeouts(read=0.05))
    assert silence.value.sent
    with pytest.raises(ConnectFailed) as closed:
        asking("http://127.0.0.1:1")
    assert not closed.value.sent


@pytest.mark.parametrize(
    ("kind", "failure", "told"),
    [
        (FaultKind.CUT_CONNECTION, httpx2.ReadError, ConnectFailed),
        (FaultKind.CUT_BODY, httpx2.RemoteProtocolError, TransportError),
        (FaultKind.SLOW_BODY, httpx2.ReadTimeout, TimedOut),
    ],
)
def test_a_fake_fails_in_the_terms_of_the_library_that_asks(
    fake_google: FakeGoogle,
    kind: FaultKind,
    failure: type[Exception],
    told: type[TransportError],
) -> None:
    """Each network failure is what httpx2 would have made of it."""
    fake_google.faults = Faults([Fault(kind, times=None)])
    with httpx2.Client(transport=fake_google.transport()) as http:
        with pytest.raises(failure):
            http.get("https://www.googleapis.com/calendar/v3/calendars/primary")
        with pytest.raises(told) as caught:
            Google("any", http_client=http, **ONCE).calendars.get("primary")
    assert type(caught.value) is told


def test_one_of_the_other_colour_is_refused() -> None:
    """By name, when the object is made."""
    with pytest.raises(UsageError, match="a Client of httpx, not AsyncClient"):
        Google("any", http_client=httpx2.AsyncClient())
    with pytest.raises(UsageError, match="an AsyncClient of httpx, not Client"):
        AsyncGoogle("any", http_client=httpx2.Client())


def test_nothing_imports_it() -> None:
    """Whoever has not installed it misses nothing, fakes included."""
    subprocess.run([sys.executable, "-c", UNIMPORTED], check=True)  # noqa: S603 - our own program
