"""What each method of Google Calendar makes of each way in which an answer can fail."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest
from attrs import define, field
from tests.providers.google.colours import TOKEN, Colour
from tests.providers.google.discovery import methods
from tests.providers.google.samples import described

from kloudsync.errors import (
    APIError,
    ConnectFailed,
    DecodeError,
    KloudsyncError,
    ServiceUnavailable,
    TimedOut,
    TransportError,
)
from kloudsync.providers.google.resources.events import Events
from kloudsync.testing.clock import ManualClock

HTML = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
METHODS = sorted(methods())

Act = Callable[[httpx.Request], httpx.Response]


def limited(reason: str = "rateLimitExceeded") -> bytes:
    """Return the body of a refused call."""
    detail = {"domain": "usageLimits", "reason": reason, "message": "Rate Limit Exceeded"}
    return json.dumps({"error": {"code": 403, "message": "Slow", "errors": [detail]}}).encode()


def broken(error: Exception) -> Act:
    """Return an act that ends in an exception of httpx."""

    def act(_: httpx.Request) -> httpx.Response:
        raise error

    return act


def answered(status: int, body: bytes = b"", **headers: str) -> Act:
    """Return an act that answers."""
    sent = {"Content-Type": "text/html" if body[:1] == b"<" else "application/json", **headers}
    return lambda _: httpx.Response(status, content=body, headers=sent)


class Half(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that fails on its way."""

    def __init__(self, failure: Exception) -> None:
        self._failure = failure

    def __iter__(self) -> Iterator[bytes]:
        yield b'{"items": ['
        raise self._failure

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'{"items": ['
        raise self._failure


def stopped(failure: Exception) -> Act:
    """Return an act that answers with half a body."""
    return lambda _: httpx.Response(200, stream=Half(failure))


@define
class Play:
    """A service that acts as the script says, the last act for ever."""

    acts: list[Act]
    asked: list[httpx.Request] = field(factory=list[httpx.Request])

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Act."""
        self.asked.append(request)
        return (self.acts.pop(0) if len(self.acts) > 1 else self.acts[0])(request)


GOOD = answered(200, b"{}")

ONCE: dict[str, Act] = {
    "503": answered(503, b'{"error": {"code": 503}}'),
    "429 in seconds": answered(429, limited(), **{"Retry-After": "7"}),
    "429 until a date": answered(
        429, limited(), **{"Retry-After": "Mon, 05 Jan 2026 09:00:07 GMT"}
    ),
    "403 rate limit": answered(403, limited()),
    "403 user rate limit": answered(403, limited("userRateLimitExceeded")),
    "reset": broken(httpx.ReadError("connection reset by peer")),
    "refused": broken(httpx.ConnectError("connection refused")),
}

HARMLESS = {name for name in ONCE if name[0] == "4"} | {"refused"}
"""Refusals that mean that nothing was done, so that any call may be repeated."""

FOR_EVER: dict[str, tuple[Act, type[KloudsyncError], str]] = {
    "HTML 502": (answered(502, HTML), ServiceUnavailable, "502"),
    "cut body": (stopped(httpx.RemoteProtocolError("peer closed")), TransportError, "failed"),
    "slow body": (stopped(httpx.ReadTimeout("read timed out")), TimedOut, "in time"),
    "reset": (broken(httpx.ReadError("reset")), ConnectFailed, "connection failed"),
    "redirect": (answered(302, b"", Location="https://x.example.com"), APIError, "redirect"),
}


@pytest.mark.parametrize("fault", ONCE)
@pytest.mark.parametrize("method", METHODS)
def test_passing_faults_are_overcome(method: str, fault: str, colour: Colour) -> None:
    """One fault that passes is overcome wherever a second try can do no harm."""
    operation = described(method)
    play, clock = Play([ONCE[fault], GOOD]), ManualClock()

    if operation.repeatable or fault in HARMLESS:
        answer = colour.call(operation, httpx.MockTransport(play), clock=clock)
        assert answer.attempts == 2
        assert "429" not in fault or clock.slept == [7.0]
    else:
        with pytest.raises((ServiceUnavailable, ConnectFailed), match=method):
            colour.call(operation, httpx.MockTransport(play), clock=clock)
        assert len(play.asked) == 1


@pytest.mark.parametrize("fault", FOR_EVER)
@pytest.mark.parametrize("method", METHODS)
def test_lasting_faults_are_errors_of_ours(method: str, fault: str, colour: Colour) -> None:
    """A fault that stays is raised as our own error, with the name of the call."""
    act, leaf, said = FOR_EVER[fault]
    play = Play([act])

    with pytest.raises(leaf, match=said) as caught:
        colour.call(described(method), httpx.MockTransport(play))

    error = caught.value
    assert isinstance(error, (APIError, TransportError))
    assert error.operation == method
    assert f"google {method}" in str(error)
    assert TOKEN not in str(error)
    assert len(play.asked) <= 4


@pytest.mark.parametrize("body", [HTML, b'{"items": [', b""], ids=["HTML", "cut", "empty"])
@pytest.mark.parametrize("method", [m for m in METHODS if "response" in methods()[m]])
def test_successes_that_are_none_are_errors_of_ours(
    method: str, body: bytes, colour: Colour
) -> None:
    """A page of HTML, or half an answer, is not taken for a success."""
    with pytest.raises(DecodeError, match="expected JSON") as caught:
        colour.call(described(method), httpx.MockTransport(Play([answered(200, body)])))

    assert caught.value.operation == method
    assert caught.value.response is not None


def failures_of_httpx() -> list[type[Exception]]:
    """Return every exception class that httpx has."""
    return [
        held
        for name, held in sorted(vars(httpx).items())
        if isinstance(held, type) and issubclass(held, Exception) and not name.startswith("_")
    ]


def made(failure: type[Exception]) -> Exception:
    """Return an exception of a class, whatever its constructor wants."""
    request = httpx.Request("GET", "https://example.com")
    for arguments in ({}, {"request": request, "response": httpx.Response(500, request=request)}):
        for message in ((), ("it broke",)):
            try:
                return failure(*message, **arguments)
            except TypeError:
                continue
    raise AssertionError(f"cannot make {failure}")


@pytest.mark.parametrize("failure", failures_of_httpx())
def test_no_exception_of_httpx_reaches_the_caller(failure: type[Exception], colour: Colour) -> None:
    """Whatever the HTTP library raises arrives as an error of ours."""
    play = Play([broken(made(failure))])

    with pytest.raises(TransportError, match=r"events\.list"):
        colour.call(Events.list("primary"), httpx.MockTransport(play))
