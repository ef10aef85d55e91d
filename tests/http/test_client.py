"""What clients of all vendors share, held against each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.http.drives import reading

import kloudsync
from kloudsync import (
    AsyncGoogle,
    AsyncKloudless,
    AsyncSalesloft,
    Google,
    Kloudless,
    Salesloft,
)
from kloudsync.errors import UsageError
from kloudsync.http.client import AwaitingClient, BlockingClient, Client
from kloudsync.http.clocks import Timeouts
from kloudsync.http.retry import Retry
from kloudsync.providers.microsoft.client import AsyncMicrosoft, Microsoft

BLOCKING: list[type[BlockingClient]] = [Google, Kloudless, Microsoft, Salesloft]
AWAITING: list[type[AwaitingClient]] = [
    AsyncGoogle,
    AsyncKloudless,
    AsyncMicrosoft,
    AsyncSalesloft,
]
ALL: list[Callable[..., Client[Any]]] = [*BLOCKING, *AWAITING]


def heard(make: Callable[..., Client[Any]]) -> httpx.Request:
    """Return the first request of a client."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, text="ok")

    carrier = httpx.Client if make in BLOCKING else httpx.AsyncClient
    client = make("planted", http_client=carrier(transport=httpx.MockTransport(answer)))
    asyncio.run(client.caller.perform(reading()))
    return asked[0]


@pytest.mark.parametrize("client", ALL)
def test_services_are_told_which_version_asks(client: Callable[..., Client[Any]]) -> None:
    """Whoever reads a service's log finds the library and its version."""
    assert heard(client).headers["User-Agent"].startswith(f"kloudsync/{kloudsync.__version__}")


@pytest.mark.parametrize("client", ALL)
def test_an_option_that_does_not_exist_is_refused(client: Callable[..., Client[Any]]) -> None:
    """As any function refuses a keyword that it does not have."""
    with pytest.raises(TypeError, match=r"\w+\(\) got an unexpected keyword argument 'time_out'"):
        client("planted", time_out=5)


@pytest.mark.parametrize("client", ALL)
def test_options_reach_the_calls(client: Callable[..., Client[Any]]) -> None:
    """Timeouts and retries are those that were chosen, at first and later."""
    chosen = client("planted", timeouts=Timeouts(read=7), retry=Retry(attempts=1))
    assert chosen.caller.setting.timeouts == Timeouts(read=7)
    assert chosen.caller.setting.retry == Retry(attempts=1)
    other = chosen.with_options(retry=Retry(attempts=2))
    assert type(other) is type(chosen)
    assert other.caller.setting.retry == Retry(attempts=2)
    assert other.caller.ports is chosen.caller.ports


@pytest.mark.parametrize("client", ALL)
def test_a_client_of_httpx_of_the_other_colour_is_refused(
    client: Callable[..., Client[Any]],
) -> None:
    """When the client is made, by name."""
    wrong = httpx.AsyncClient() if client in BLOCKING else httpx.Client()
    with pytest.raises(UsageError, match="http_client has to be"):
        client("planted", http_client=wrong)


@pytest.mark.parametrize("client", ALL)
def test_clients_say_what_they_are_without_the_token(client: Callable[..., Client[Any]]) -> None:
    """Class and address, and never a secret."""
    shown = repr(client("planted", base_url="http://127.0.0.1:1/v1"))
    assert shown.startswith(f"{getattr(client, '__name__')}(")  # noqa: B009 - a callable need not have one
    assert "base_url='http://127.0.0.1:1/" in shown
    assert "planted" not in shown


@pytest.mark.parametrize(
    ("client", "manager"),
    [(Google, "__aenter__"), (Salesloft, "__aenter__"), (AsyncKloudless, "__enter__")],
)
def test_with_belongs_to_one_colour(client: type, manager: str) -> None:
    """The other form is a TypeError of Python's own."""
    assert not hasattr(client, manager)


@pytest.mark.parametrize("client", ALL)
def test_numbers_will_do_for_timeouts_and_retries(client: Callable[..., Client[Any]]) -> None:
    """Seconds for a call in all, and repetitions of a failed one, at first and later."""
    chosen = client("planted", timeouts=20, retry=3).caller.setting
    assert chosen.timeouts == Timeouts(connect=5, read=20, total=20, call=20)
    assert chosen.retry == Retry(attempts=4)
    other = client("planted").with_options(timeouts=0.5, retry=0).caller.setting
    assert other.timeouts == Timeouts(connect=0.5, read=0.5, total=0.5, call=0.5)
    assert other.retry == Retry(attempts=1)


@pytest.mark.parametrize("client", ALL)
@pytest.mark.parametrize(
    "option",
    [
        {"timeouts": "20"},
        {"timeouts": 0},
        {"timeouts": float("nan")},
        {"timeouts": True},
        {"timeouts": httpx.Timeout(5)},
        {"retry": "3"},
        {"retry": -1},
        {"retry": 2.5},
        {"retry": False},
        {"http_client": object()},
        {"http_client": httpx.Client},
        {"limiter": 10},
        {"clock": 10},
        {"base_url": 10},
    ],
)
def test_an_option_that_cannot_work_is_refused_at_once(
    client: Callable[..., Client[Any]], option: dict[str, Any]
) -> None:
    """The message names it, before anything is sent."""
    with pytest.raises(UsageError, match=next(iter(option))):
        client("planted", **option)


@pytest.mark.parametrize("client", ALL)
@pytest.mark.parametrize("token", [123, b"planted", str, {"planted": 1}, ["planted", 5]])
def test_a_token_that_cannot_work_is_refused_at_once(
    client: Callable[..., Client[Any]], token: object
) -> None:
    """The message says what a token may be, and does not repeat it."""
    with pytest.raises(UsageError, match="token") as caught:
        client(token)
    assert "planted" not in str(caught.value)
