"""The page that the browser comes back to."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from kloudsync.cli.redirect import await_redirect
from kloudsync.errors import TimedOut


def test_the_answer_is_the_whole_address() -> None:
    """What the browser asked for comes back with its query, and the person is told to go back."""
    with await_redirect() as landing:
        seen = httpx.get(f"{landing.address}/?state=a&code=b%2F1")
        assert landing.wait(5) == f"{landing.address}/?state=a&code=b%2F1"
    assert "close this page" in seen.text
    assert seen.headers["referrer-policy"] == "no-referrer"


def test_other_visits_are_no_answer() -> None:
    """Icons, other paths and an address without an answer are turned away."""
    with await_redirect() as landing:
        paths = ("/favicon.ico", "/", "/?utm=1", "/x?code=1")
        assert {httpx.get(f"{landing.address}{path}").status_code for path in paths} == {404}
        with pytest.raises(TimedOut):
            landing.wait(0.01)


def test_a_connection_that_says_nothing_keeps_nobody_waiting() -> None:
    """Browsers open connections ahead of their requests."""
    with await_redirect() as landing:
        port = urlsplit(landing.address).port
        with socket.create_connection(("127.0.0.1", port or 0)):
            httpx.get(f"{landing.address}/?state=a&code=b")
            assert landing.wait(5).endswith("code=b")


def test_the_page_is_gone_afterwards() -> None:
    """The port is closed with the block."""
    with await_redirect() as landing:
        address = landing.address
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)
