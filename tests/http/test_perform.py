from collections.abc import Callable

import httpx
import pytest
from attrs import evolve
from tests.http.drives import Drive, Script, ok, reading, setting

from kloudsync.errors import (
    BadRequest,
    ConnectFailed,
    DecodeError,
    KloudsyncError,
    RateLimited,
    ServiceUnavailable,
    TimedOut,
)
from kloudsync.http.auth import FixedToken
from kloudsync.http.clocks import Timeouts
from kloudsync.http.message import Headers, Request, Response
from kloudsync.http.operation import Operation
from kloudsync.http.retry import Retry
from kloudsync.http.setting import Attempt
from kloudsync.testing.clock import ManualClock

LATER = "Mon, 05 Jan 2026 09:00:07 GMT"
"""Seven seconds after the manual clock starts."""


# What is sent


def test_a_call_goes_out_with_token_and_headers_and_comes_back_decoded(drive: Drive) -> None:
    """The answer carries value, status, headers and the number of tries."""
    script = Script([httpx.Response(200, text="done", headers={"ETag": '"1"'})])
    answer = drive.perform(reading("things/1"), setting(FixedToken("secret")), script)
    sent = script.asked[0]
    assert (sent.method, str(sent.url)) == ("GET", "https://api.example.com/v1/things/1")
    assert sent.headers["Authorization"] == "Bearer secret"
    assert (sent.headers["Accept"], sent.headers["Accept-Encoding"]) == ("application/json", "gzip")
    assert (answer.value, answer.status, answer.attempts) == ("done", 200, 1)
    assert answer.response.headers.get("etag") == '"1"'


def test_a_calls_own_headers_win_over_the_services(drive: Drive) -> None:
    """A call that wants another media type says so."""
    script = Script([ok()])
    request = Request(method="GET", path="things/1").with_headers({"accept": "text/calendar"})
    drive.perform(
        Operation(name="things.get", request=request, decode=lambda r: r.status),
        setting(),
        script,
    )
    assert script.asked[0].headers.get_list("accept") == ["text/calendar"]


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example.net/v1/things",
        "http://api.example.com/v1/things",
        "https://api.example.com:8443/v1/things",
        "https://api.example.com@evil.example.net/",
        "https://api.example.com.evil.example.net/",
        "weird://api.example.com/",
        "https://api.example.com:port/",
    ],
)
def test_the_token_goes_to_no_other_host(drive: Drive, foreign: str) -> None:
    """A link that leads to another scheme, host or port is followed without credentials."""
    script = Script([ok()])
    try:
        drive.perform(
            reading(foreign), setting(FixedToken("secret"), retry=Retry(attempts=1)), script
        )
    except KloudsyncError:
        assert not script.asked
    assert not any("secret" in str(request.headers.raw) for request in script.asked)


def test_the_services_headers_and_query_go_to_no_other_host(drive: Drive) -> None:
    """What is meant for the service, such as whom it acts for, reaches no other address."""
    marked = setting(FixedToken("secret"))
    service = evolve(
        marked.service, headers=Headers.of({"X-Acts-For": "planted"}), query=(("key", "planted"),)
    )
    script = Script([ok(), ok()])
    for where in ("https://login.example.org/token", "things/1"):
        drive.perform(reading(where), evolve(marked, service=service), script)
    foreign, own = (f"{one.url} {one.headers.raw}" for one in script.asked)
    assert "planted" not in foreign
    assert own.count("planted") == 2


@pytest.mark.parametrize(
    "own", ["https://API.example.com/next", "https://api.example.com:443/next"]
)
def test_the_token_goes_to_the_own_host_however_it_is_spelt(drive: Drive, own: str) -> None:
    """Case and the default port make no other host."""
    script = Script([ok()])
    drive.perform(reading(own), setting(FixedToken("secret")), script)
    assert script.asked[0].headers["Authorization"] == "Bearer secret"


def test_a_redirect_is_an_error_and_never_followed(drive: Drive) -> None:
    """The token does not travel to where a redirect points."""
    away = httpx.Response(302, headers={"Location": "https://evil.example.net/"})
    script = Script([away])
    with pytest.raises(BadRequest) as caught:
        drive.perform(reading(), setting(FixedToken("secret")), script)
    assert caught.value.status == 302
    assert len(script.asked) == 1


def test_not_modified_is_an_answer(drive: Drive) -> None:
    """304 reaches the decoder: whoever sent If-None-Match knows what it means."""
    answer = drive.perform(reading(), setting(), Script([httpx.Response(304)]))
    assert (answer.status, answer.value) == (304, "")


def test_timeouts_reach_the_library(drive: Drive) -> None:
    """Connect and read times are handed over for every phase."""
    script = Script([ok(), ok()])
    drive.perform(reading(), setting(), script)
    drive.perform(reading(), setting(timeouts=Timeouts(connect=1, read=2)), script)
    assert [request.extensions["timeout"] for request in script.asked] == [
        {"connect": 5.0, "read": 30.0, "write": 30.0, "pool": 5.0},
        {"connect": 1, "read": 2, "write": 2, "pool": 1},
    ]


def test_a_timeout_of_nothing_is_refused() -> None:
    """A try that may take no time can't succeed."""
    with pytest.raises(ValueError, match="read"):
        Timeouts(read=0)


# Trying again


@pytest.mark.parametrize(
    ("failure", "wait"),
    [
        (lambda: httpx.Response(503), 0.375),
        (lambda: httpx.Response(429, headers={"Retry-After": "7"}), 7.0),
        (lambda: httpx.Response(429, headers={"Retry-After": LATER}), 7.0),
        (lambda: httpx.ReadError("connection reset"), 0.375),
        (lambda: httpx.ConnectTimeout("slow"), 0.375),
    ],
    ids=["503", "429 seconds", "429 date", "reset", "timeout"],
)
def test_a_passing_fault_is_waited_out(
    drive: Drive, failure: Callable[[], httpx.Response | Exception], wait: float
) -> None:
    """One fault costs one wait, which the clock saw, and the call succeeds."""
    clock = ManualClock()
    answer = drive.perform(reading(), setting(), Script([failure(), ok()]), clock=clock)
    assert (answer.value, answer.attempts, clock.slept) == ("done", 2, [wait])


def test_tries_end_with_the_last_error(drive: Drive) -> None:
    """A service that stays down is asked as often as the policy says, and no more."""
    script = Script([httpx.Response(503) for _ in range(9)])
    with pytest.raises(ServiceUnavailable) as caught:
        drive.perform(reading(), setting(retry=Retry(attempts=3)), script)
    assert len(script.asked) == 3
    assert caught.value.operation == "things.get"


def test_no_try_starts_after_the_deadline(drive: Drive) -> None:
    """The deadline counts from the first try and includes the waits."""
    clock = ManualClock()
    script = Script([httpx.Response(429, headers={"Retry-After": "40"}) for _ in range(9)])
    with pytest.raises(RateLimited):
        drive.perform(
            reading(), setting(retry=Retry(attempts=9, deadline=100)), script, clock=clock
        )
    assert clock.slept == [40.0, 40.0]


def test_a_call_that_may_not_be_repeated_is_sent_once(drive: Drive) -> None:
    """After a lost answer nobody knows whether a create was done."""
    script = Script([httpx.ReadError("reset"), ok()])
    with pytest.raises(ConnectFailed):
        drive.perform(reading(repeatable=False), setting(), script)
    assert len(script.asked) == 1


def test_the_watch_hears_every_try(drive: Drive) -> None:
    """Number, status, error and wait of each try arrive in order."""
    heard: list[Attempt] = []
    script = Script([httpx.Response(503), httpx.ReadTimeout(""), ok()])
    drive.perform(reading(), setting(), script, watch=heard.append)
    assert [(a.operation, a.number, a.status, type(a.error), a.wait) for a in heard] == [
        ("things.get", 1, 503, ServiceUnavailable, 0.375),
        ("things.get", 2, None, TimedOut, 0.75),
        ("things.get", 3, 200, type(None), None),
    ]


def test_the_watch_hears_the_status_of_an_answer_that_cannot_be_read(drive: Drive) -> None:
    """An HTML page with status 200 is told as 200 with its error."""
    heard: list[Attempt] = []

    def refuse(response: Response) -> str:
        raise DecodeError("expected JSON, found HTML")

    operation = Operation(
        name="things.get", request=Request(method="GET", path="things"), decode=refuse
    )
    with pytest.raises(DecodeError) as caught:
        drive.perform(operation, setting(), Script([ok("<html>")]), watch=heard.append)
    assert caught.value.operation == "things.get"
    assert caught.value.response is not None
    assert caught.value.response.text == "<html>"
    assert [(a.status, a.wait) for a in heard] == [(200, None)]
