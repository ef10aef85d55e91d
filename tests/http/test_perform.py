import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
from attrs import define, evolve, field
from tests.http.drives import (
    TOKEN_URL,
    Drive,
    Renewing,
    Script,
    awaiting_ports,
    blocking_ports,
    reading,
    setting,
)

from kloudsync.errors import (
    BadRequest,
    ConnectFailed,
    DecodeError,
    KloudsyncError,
    RateLimited,
    ServiceUnavailable,
    TimedOut,
    Unauthorized,
    UsageError,
)
from kloudsync.http.auth import CalledToken, FixedToken, Flow
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.message import Headers, Request, Response
from kloudsync.http.operation import Operation
from kloudsync.http.perform import Attempt, Timeouts
from kloudsync.http.retry import Retry
from kloudsync.http.transport import AwaitingPorts
from kloudsync.testing.clock import ManualClock

LATER = "Mon, 05 Jan 2026 09:00:07 GMT"
"""Seven seconds after the manual clock starts."""


def ok(text: str = "done") -> httpx.Response:
    """Return the answer of a success."""
    return httpx.Response(200, text=text)


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


@define
class Budget:
    """A limiter that makes the first calls wait and remembers what it was told."""

    waits: Iterator[float]
    entered: list[int] = field(factory=list[int])
    reserved: list[tuple[int, float]] = field(factory=list[tuple[int, float]])
    settled: list[tuple[int, int]] = field(factory=list[tuple[int, int]])
    left: list[int] = field(factory=list[int])
    finished: list[int] = field(factory=list[int])

    def enter(self, cost: int, now: float) -> int:
        """Number the tickets from 1."""
        self.entered.append(cost)
        return len(self.entered)

    def reserve(self, ticket: int, now: float) -> float:
        """Grant the points when the scripted waits are over."""
        self.reserved.append((ticket, now))
        return next(self.waits, 0.0)

    def refused(self, now: float) -> float:
        """Know of no refusal: it is others who are in front."""
        return 0.0

    def leave(self, ticket: int) -> None:
        """Remember who left."""
        self.left.append(ticket)

    def settle(self, cost: int, response: Response, now: float) -> None:
        """Remember the answer."""
        self.settled.append((cost, response.status))

    def finish(self, ticket: int) -> None:
        """Remember whose try is over."""
        self.finished.append(ticket)


def test_every_try_is_taken_from_the_budget_and_told_to_it(drive: Drive) -> None:
    """A try waits until the budget grants it; every answer, good or bad, is settled."""
    clock = ManualClock()
    start = clock.now().timestamp()
    budget = Budget(iter([2.0, 0.5]))
    script = Script([httpx.Response(429, headers={"Retry-After": "1"}), ok()])
    drive.perform(reading(cost=3), setting(limiter=budget), script, clock=clock)
    assert clock.slept == [2.0, 0.5, 1.0]
    assert budget.entered == [3, 3]
    assert budget.reserved == [(1, start), (1, start + 2), (1, start + 2.5), (2, start + 3.5)]
    assert budget.settled == [(3, 429), (3, 200)]
    assert budget.left == []
    assert budget.finished == [1, 2]


def test_a_try_is_over_for_the_budget_however_it_ends(drive: Drive) -> None:
    """Also one whose connection breaks, or whose token cannot be fetched, gives its place back."""

    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("broken", request=request)

    def no_token() -> str:
        raise LookupError

    budget = Budget(iter([]))
    with pytest.raises(ConnectFailed):
        drive.perform(reading(), setting(limiter=budget, retry=Retry(attempts=1)), broken)
    with pytest.raises(LookupError):
        drive.perform(reading(), setting(CalledToken(no_token), limiter=budget), Script([]))
    assert budget.finished == [1, 2]
    assert budget.left == []


def test_whoever_stops_waiting_for_the_budget_leaves_the_queue() -> None:
    """A cancelled call does not keep those behind it waiting."""
    budget = Budget(iter([60.0]))

    async def main() -> None:
        transport = httpx.MockTransport(Script([]))
        ports = AwaitingPorts(httpx.AsyncClient(transport=transport))
        caller = Awaiting(setting(limiter=budget), ports)
        call = asyncio.create_task(caller.call(reading()))
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(main())
    assert budget.left == [1]


def test_a_token_is_asked_for_after_the_budget_was_waited_for(drive: Drive) -> None:
    """A wait for the budget can't outlast the token that is sent."""
    clock = ManualClock()
    asked_at: list[timedelta] = []
    start = clock.now()

    def token() -> str:
        asked_at.append(clock.now() - start)
        return "secret"

    drive.perform(
        reading(),
        setting(CalledToken(token), limiter=Budget(iter([60.0]))),
        Script([ok()]),
        clock=clock,
    )
    assert asked_at == [timedelta(seconds=60)]


# Credentials


@define
class Guarded:
    """A service with a token endpoint that accepts only the token it issued last."""

    wanted: str = "t1"
    issued: int = 0
    asked: list[str] = field(factory=list[str])
    meet: Callable[[], object] = lambda: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Issue a token, or check one."""
        if str(request.url) == TOKEN_URL:
            self.issued += 1
            return httpx.Response(200, text=f"t{self.issued}")
        self.asked.append(request.headers["Authorization"])
        if request.headers["Authorization"] == f"Bearer {self.wanted}":
            return ok()
        self.meet()
        return httpx.Response(401)


def test_a_refused_token_is_renewed_once_and_the_call_repeated(drive: Drive) -> None:
    """The caller of an expired token notices nothing."""
    service = Guarded()
    auth = Renewing(current="t0")
    answer = drive.perform(reading(), setting(auth), service)
    assert (answer.value, answer.attempts) == ("done", 2)
    assert service.asked == ["Bearer t0", "Bearer t1"]
    assert auth.refreshes == 1


def test_a_token_refused_twice_is_the_services_last_word(drive: Drive) -> None:
    """There is one silent repeat, whatever the retry policy says."""
    service = Guarded(wanted="never issued")
    with pytest.raises(Unauthorized):
        drive.perform(reading(), setting(Renewing(current="t0")), service)
    assert service.asked == ["Bearer t0", "Bearer t1"]


def test_a_fixed_token_is_not_tried_again(drive: Drive) -> None:
    """Where there is no other token, 401 is final at once."""
    script = Script([httpx.Response(401), ok()])
    with pytest.raises(Unauthorized):
        drive.perform(reading(), setting(FixedToken("secret")), script)
    assert len(script.asked) == 1


def test_threads_that_are_refused_together_refresh_once() -> None:
    """Eight threads with one expired token cost one request to the token endpoint."""
    meeting = threading.Barrier(8)
    service = Guarded(meet=meeting.wait)
    caller = Blocking(setting(Renewing(current="t0")), blocking_ports(service))
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(caller.call(reading()))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["done"] * 8
    assert service.issued == 1


def test_tasks_that_are_refused_together_refresh_once() -> None:
    """Eight tasks with one expired token cost one request to the token endpoint."""

    async def main() -> tuple[list[str], int]:
        service = Guarded()
        meeting = asyncio.Barrier(8)

        async def serve(request: httpx.Request) -> httpx.Response:
            answer = service(request)
            if answer.status_code == 401:
                await meeting.wait()
            await asyncio.sleep(0)
            return answer

        ports = awaiting_ports(service)
        async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as client:
            ports = type(ports)(client, ManualClock())
            caller = Awaiting(setting(Renewing(current="t0")), ports)
            answers = await asyncio.gather(*(caller.call(reading()) for _ in range(8)))
        return list(answers), service.issued

    assert asyncio.run(main()) == (["done"] * 8, 1)


def test_a_token_function_is_asked_for_every_try(drive: Drive) -> None:
    """A function that has a newer token after a 401 gets its second chance."""
    tokens = iter(["t0", "t1"])
    service = Guarded()
    drive.perform(reading(), setting(CalledToken(lambda: next(tokens))), service)
    assert service.asked == ["Bearer t0", "Bearer t1"]


def test_an_awaiting_client_awaits_its_token_function() -> None:
    """A coroutine function that suspends is a fine source of tokens for an awaiting client."""

    async def token() -> str:
        await asyncio.sleep(0)
        return "t1"

    caller = Awaiting(setting(CalledToken(token)), awaiting_ports(Guarded()))
    assert asyncio.run(caller.call(reading())) == "done"


def test_a_blocking_client_refuses_an_async_token_function() -> None:
    """The mistake is named, nothing is sent, and no coroutine is left unawaited."""

    async def token() -> str:
        await asyncio.sleep(0)
        return "t1"

    script = Script([])
    caller = Blocking(setting(CalledToken(token)), blocking_ports(script))
    with pytest.raises(UsageError, match="async function"):
        caller.call(reading())


@pytest.mark.parametrize("token", ["", "se cret", "secret\n", "sécret", "Bearer secret"])
def test_a_function_that_returns_no_bare_token_is_refused_without_repeating_it(
    drive: Drive, token: str
) -> None:
    """What can't be sent is the caller's mistake; the message keeps the secret."""
    script = Script([])
    with pytest.raises(UsageError) as caught:
        drive.perform(reading(), setting(CalledToken(lambda: token)), script)
    assert not token or token not in str(caught.value)


# Flows


def asking(url: str = TOKEN_URL) -> Flow[str]:
    """Describe a flow of one request that returns the text of its answer."""
    answer: Response = yield Request(method="POST", path=url)
    return answer.text


def test_a_flow_takes_no_header_of_the_service_to_another_host(drive: Drive) -> None:
    """A token endpoint elsewhere learns nothing of what calls to the service carry."""
    held = setting()
    service = evolve(held.service, headers=Headers.of({"X-Acts-For": "planted"}))
    script = Script([ok()])
    drive.follow(asking("https://login.example.org/token"), evolve(held, service=service), script)
    assert "planted" not in str(script.asked[0].headers.raw)


def test_a_flow_is_retried_like_a_call(drive: Drive) -> None:
    """A token endpoint that fails for a moment does not end a sync."""
    clock = ManualClock()
    script = Script(
        [
            httpx.Response(503),
            httpx.Response(429, headers={"Retry-After": "3"}),
            httpx.ConnectError("reset"),
            ok("granted"),
        ]
    )
    assert drive.follow(asking(), setting(), script, clock=clock) == "granted"
    assert clock.slept == [0.375, 3.0, 1.5]


def test_a_flow_ends_with_the_token_endpoints_own_error(drive: Drive) -> None:
    """A token endpoint that stays down is an error of the service, named as such."""
    script = Script([httpx.Response(502, text="<html>") for _ in range(4)])
    with pytest.raises(ServiceUnavailable) as caught:
        drive.follow(asking(), setting(), script)
    assert (caught.value.status, caught.value.operation) == (502, "oauth.token")


def test_an_answer_of_the_caller_kind_reaches_the_flow(drive: Drive) -> None:
    """What a 400 of the token endpoint means is the flow's business."""
    script = Script([httpx.Response(400, text="invalid_grant")])
    assert drive.follow(asking(), setting(), script) == "invalid_grant"


# Failures of the library


def failures() -> list[type[Exception]]:
    """Return every exception class that the library can raise, leaves and branches alike."""
    found: list[type[Exception]] = []
    todo: list[type[Exception]] = [
        httpx.HTTPError,
        httpx.InvalidURL,
        httpx.StreamError,
        httpx.CookieConflict,
    ]
    while todo:
        kind = todo.pop()
        found.append(kind)
        todo.extend(kind.__subclasses__())
    return found


def raised(kind: type[Exception]) -> Exception:
    """Return an exception of a class, whatever its constructor wants."""
    if issubclass(kind, httpx.HTTPStatusError):
        request = httpx.Request("GET", "https://api.example.com")
        return kind("refused", request=request, response=httpx.Response(500, request=request))
    try:
        return kind("scripted")
    except TypeError:
        return kind()


@pytest.mark.parametrize("kind", failures(), ids=lambda kind: kind.__name__)
def test_no_exception_of_the_library_reaches_the_caller(
    drive: Drive, kind: type[Exception]
) -> None:
    """Each becomes an error of ours that names provider and operation."""
    script = Script([raised(kind)])
    with pytest.raises(KloudsyncError, match=r"scripted things\.get") as caught:
        drive.perform(reading(), setting(retry=Retry(attempts=1)), script)
    expected = TimedOut if issubclass(kind, httpx.TimeoutException) else KloudsyncError
    assert isinstance(caught.value, expected)
    assert type(caught.value).__module__ == "kloudsync.errors"
    # Breaches of HTTP quote what came over the wire.
    assert (caught.value.__cause__ is None) is issubclass(kind, httpx.ProtocolError)


def test_the_library_has_the_exceptions_that_the_walk_expects() -> None:
    """The walk sees the whole tree, not just its roots."""
    names = {kind.__name__ for kind in failures()}
    assert names >= {"ReadTimeout", "RemoteProtocolError", "DecodingError", "StreamConsumed"}


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (TimeoutError("slow"), TimedOut),
        (ConnectionResetError("reset"), ConnectFailed),
        (UnicodeEncodeError("idna", "x", 0, 1, "label too long"), KloudsyncError),
    ],
)
def test_failures_below_the_library_are_translated_too(
    drive: Drive, failure: Exception, expected: type[KloudsyncError]
) -> None:
    """Sockets and host names may fail past the library's own classes."""
    with pytest.raises(expected):
        drive.perform(reading(), setting(retry=Retry(attempts=1)), Script([failure]))
