"""Where credentials may go."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from kloudsync.errors import UsageError
from kloudsync.http.addresses import expect_address, is_loopback
from kloudsync.http.consent import ask_consent
from kloudsync.http.token_endpoint import TokenEndpoint
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.providers.google.push import GooglePush
from kloudsync.providers.kloudless.auth import authorize_url
from kloudsync.providers.kloudless.client import AsyncKloudless, Kloudless
from kloudsync.providers.salesloft.client import AsyncSalesloft, Salesloft

QUESTION: dict[str, Any] = {
    "client_id": "client",
    "redirect_uri": "http://127.0.0.1",
    "scopes": ["a"],
    "entropy": bytes(64),
}
UPSTREAM: dict[str, Any] = {
    "client_id": "client",
    "redirect_uri": "https://app.example.com",
    "scope": "calendar",
    "state": "random",
}

TAKERS: dict[str, tuple[Callable[..., object], str]] = {
    "Google": (partial(Google, "token"), "base_url"),
    "AsyncGoogle": (partial(AsyncGoogle, "token"), "base_url"),
    "Kloudless": (partial(Kloudless, "token"), "base_url"),
    "AsyncKloudless": (partial(AsyncKloudless, "token"), "base_url"),
    "Salesloft": (partial(Salesloft, "token"), "base_url"),
    "AsyncSalesloft": (partial(AsyncSalesloft, "token"), "base_url"),
    "token endpoint": (partial(TokenEndpoint, provider="scripted", client_id="client"), "url"),
    "consent": (partial(ask_consent, **QUESTION), "authorization_url"),
    "Kloudless's consent": (partial(authorize_url, **UPSTREAM), "base_url"),
}
"""Everything that takes an address to send secrets or people to."""


def give(taker: str, url: str, **more: bool) -> object:
    """Hand an address over."""
    take, name = TAKERS[taker]
    return take(**{name: url}, **more)


GOOD = ["https://api.example.com/v1", "https://[2001:db8::1]:8443/", "http://127.0.0.1:4010/v3"]
LOCAL = ["http://localhost/v1", "http://[::1]:8080/v1", "http://127.8.9.10/"]
CLEAR = ["http://api.example.com/v1", "http://10.0.0.5/", "http://localhost.example.com/"]
ODD = [
    "",
    "token",
    "api.example.com",
    "ftp://api.example.com",
    "https://",
    "https:///path",
    "https://[",
    "https://api.example.com:port",
    "https://api.example.com:0",
    "https://user:pass@api.example.com",
    "https://api.example.com\\@elsewhere.example.org/",
    "https://api.example.com/ path",
    "https://api.example.com\t.example.org",
    "https://api.exämple.com",
    "https://api.example.com/#fragment",
    "https://api.example.com\x00/",
]


@pytest.mark.parametrize("taker", list(TAKERS))
@pytest.mark.parametrize("url", [*CLEAR, *ODD[1:]])
def test_one_rule_holds_for_every_address(taker: str, url: str) -> None:
    """Clear text beyond this machine, and what is no address, are refused when it is given."""
    with pytest.raises(UsageError):
        give(taker, url)


@pytest.mark.parametrize("taker", list(TAKERS))
@pytest.mark.parametrize("url", [*GOOD, *LOCAL])
def test_safe_addresses_are_taken(taker: str, url: str) -> None:
    """Https anywhere, and http on this machine."""
    assert give(taker, url)


@pytest.mark.parametrize("taker", list(TAKERS))
@pytest.mark.parametrize("url", CLEAR)
def test_clear_text_has_to_be_asked_for(taker: str, url: str) -> None:
    """Whoever knows that the way is safe says so."""
    assert give(taker, url, insecure=True)


@pytest.mark.parametrize("url", ODD)
def test_nothing_makes_an_odd_address_good(url: str) -> None:
    """What readers of addresses understand differently goes nowhere."""
    with pytest.raises(UsageError):
        expect_address(url, "url", insecure=True, query=True)


def test_notifications_go_by_the_same_rule() -> None:
    """Their tokens are secrets as well."""
    push: GooglePush[None] = GooglePush(caller=None)
    push.expect_address("https://hooks.example.com/google?tenant=1")
    push.expect_address("http://127.0.0.1:8000/")
    with pytest.raises(UsageError, match="clear text"):
        push.expect_address("http://hooks.example.com/")


def test_a_query_belongs_to_some_addresses_only() -> None:
    """A page that asks for consent may have one; where paths begin, it would be in between."""
    assert expect_address("https://a.example/x?y=1", "url", query=True) == "https://a.example/x?y=1"
    with pytest.raises(UsageError, match="without user, query and fragment"):
        expect_address("https://a.example/x?y=1", "url")


@pytest.mark.parametrize("host", ["", "127.0.0.1.example.com", "localhost.", "2130706433", "::2"])
def test_other_hosts_are_not_this_machine(host: str) -> None:
    """Names and numbers that only look like it."""
    assert not is_loopback(host)
