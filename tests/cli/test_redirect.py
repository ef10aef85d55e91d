"""The page that the browser comes back to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from tests.cases import expect_right, programs

from kloudsync.cli.redirect import MOST_VISITS, Landing, await_redirect
from kloudsync.errors import TimedOut


@pytest.fixture
def landing() -> Iterator[Landing]:
    """A page that waits for the answer to a question whose state is `a`."""
    with await_redirect() as page:
        page.expect("a")
        yield page


def test_the_answer_is_the_whole_address(landing: Landing) -> None:
    """What the browser asked for comes back with its query, and the person is told to go back."""
    seen = httpx.get(f"{landing.address}/?state=a&code=b%2F1")
    assert landing.wait(5) == f"{landing.address}/?state=a&code=b%2F1"
    assert "close this page" in seen.text
    assert seen.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/favicon.ico", "/x?code=1&state=a"])
def test_other_pages_are_not_there(landing: Landing, path: str) -> None:
    """Icons and other paths are none of ours."""
    assert httpx.get(f"{landing.address}{path}").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["", "utm=1", "code=1", "error=access_denied", "state=", "state=b&code=1", "state=a&state=b"],
)
def test_what_does_not_answer_the_question_is_turned_away(landing: Landing, query: str) -> None:
    """The login waits on: the person's own answer, which comes later, is taken."""
    assert httpx.get(f"{landing.address}/?{query}").status_code == 400
    with pytest.raises(TimedOut):
        landing.wait(0.01)
    assert httpx.get(f"{landing.address}/?state=a&code=real").status_code == 200
    assert landing.wait(5).endswith("code=real")


@pytest.mark.parametrize("host", ["localhost:{}", "evil.example:{}", "127.0.0.1", ""])
def test_an_answer_for_another_host_is_turned_away(landing: Landing, host: str) -> None:
    """A foreign name that leads to this machine is no address that we gave."""
    port = urlsplit(landing.address).port
    url = f"{landing.address}/?state=a&code=b"
    assert httpx.get(url, headers={"Host": host.format(port)}).status_code == 400
    with pytest.raises(TimedOut):
        landing.wait(0.01)


def test_nothing_is_an_answer_before_the_question() -> None:
    """Not even one without a state."""
    with await_redirect() as landing:
        for query in ("state=", "code=b", "state=a&code=b"):
            assert httpx.get(f"{landing.address}/?{query}").status_code == 400


def test_a_connection_that_says_nothing_keeps_nobody_waiting(landing: Landing) -> None:
    """Browsers open connections ahead of their requests."""
    with socket.create_connection(("127.0.0.1", urlsplit(landing.address).port or 0)):
        httpx.get(f"{landing.address}/?state=a&code=b")
        assert landing.wait(5).endswith("code=b")


def test_no_more_connections_are_open_than_are_needed(landing: Landing) -> None:
    """The one too many is closed at once, and there is room again when the others are gone."""
    where = "127.0.0.1", urlsplit(landing.address).port or 0
    with ExitStack() as idle:
        for _ in range(MOST_VISITS):
            idle.enter_context(socket.create_connection(where))
        with socket.create_connection(where, timeout=5) as surplus:
            assert surplus.recv(1) == b""
    retrying = httpx.HTTPTransport(retries=3)
    with httpx.Client(transport=retrying) as client:
        for _ in range(50):
            try:
                client.get(f"{landing.address}/?state=a&code=b")
            except httpx.TransportError:
                continue
            break
    assert landing.wait(5).endswith("code=b")


def test_the_page_is_gone_afterwards() -> None:
    """The port is closed with the block."""
    with await_redirect() as landing:
        address = landing.address
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


@pytest.mark.parametrize("program", programs("security/login_foreign_answer"))
def test_a_guessed_answer_ends_no_login(program: Path) -> None:
    """The command waits for the answer to its own question."""
    expect_right(program)
