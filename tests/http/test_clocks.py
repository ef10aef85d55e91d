"""The three clocks of a call, by themselves and in calls of either colour."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread

import httpx
import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st
from tests.http.drives import Drive, Script, reading, setting

from kloudsync.errors import RateLimited, ServiceUnavailable, TimedOut, TransportError
from kloudsync.http.awaiting_transport import AwaitingPorts
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.clocks import CallClock, Timeouts
from kloudsync.http.limits import Unlimited
from kloudsync.http.message import Response
from kloudsync.http.retry import Retry
from kloudsync.http.transport import BlockingPorts
from kloudsync.runtime.drive import run
from kloudsync.testing.clock import ManualClock

seconds = st.floats(0.1, 1e4)


@given(seconds, seconds, seconds, seconds, seconds)
def test_a_try_never_outlasts_any_clock(
    total: float, deadline: float, call: float, queued: float, passed: float
) -> None:
    """Total, deadline and call are each an end, and the queue counts for the last one only."""
    clock = CallClock(total=total, deadline=deadline, call=call, began=0.0)
    assert clock.begin_try(queued) == pytest.approx(min(total, deadline, call - queued))
    again = clock.begin_try(queued + passed)
    assert again == pytest.approx(min(total, deadline - passed, call - queued - passed))
    assert clock.elapsed(queued + passed) == pytest.approx(passed)


@define
class Queue(Unlimited):
    """A budget that makes its first callers wait, and remembers who left."""

    waits: Iterator[float]
    left: list[int] = field(factory=list[int])
    closed: float = 0.0

    def refused(self, now: float) -> float:
        """Say for how long the service has refused."""
        return self.closed

    def reserve(self, ticket: int, now: float) -> float:
        """Make wait for as long as the script says."""
        return next(self.waits, 0.0)

    def leave(self, ticket: int) -> None:
        """Remember who left."""
        self.left.append(ticket)

    def settle(self, cost: int, response: Response, now: float) -> None:
        """Learn nothing."""


def test_waiting_for_a_budget_does_not_use_up_the_retries(drive: Drive) -> None:
    """A call that queued longer than its retries may take still has all of their time."""
    script = Script([httpx.Response(503), httpx.Response(200, text="done")])
    options = setting(limiter=Queue(iter([200.0])), retry=Retry(deadline=60))
    assert drive.perform(reading(), options, script, clock=ManualClock()).value == "done"


@pytest.mark.parametrize("retry", [Retry(deadline=20), Retry(longest_retry_after=20)])
def test_nobody_waits_longer_for_a_refusal_of_others_than_for_one_of_their_own(
    drive: Drive, retry: Retry
) -> None:
    """What the service asks for beyond the patience of a call ends it before anything is sent."""
    script, clock = Script([]), ManualClock()
    queue = Queue(iter([20.0, 21.0]), closed=21.0)
    with pytest.raises(
        RateLimited, match=r"refused for longer than 20 s .*nothing was sent"
    ) as caught:
        drive.perform(reading(), setting(limiter=queue, retry=retry), script, clock=clock)
    assert (caught.value.retry_after, caught.value.reason) == (21.0, "budget")
    assert (script.asked, queue.left, clock.slept) == ([], [0], [20.0])


def test_a_budget_without_room_is_a_rate_limit_and_nothing_is_sent(drive: Drive) -> None:
    """The error says when there will be room; the place in the queue is given back."""
    script, queue, clock = Script([]), Queue(iter([100.0, 111.0])), ManualClock()
    options = setting(limiter=queue, timeouts=Timeouts(call=210))
    with pytest.raises(RateLimited, match="nothing was sent") as caught:
        drive.perform(reading(), options, script, clock=clock)
    error = caught.value
    assert (error.retry_after, error.response, error.reason) == (111.0, None, "budget")
    assert (error.operation, error.provider) == ("things.get", "scripted")
    assert (script.asked, queue.left, clock.slept) == ([], [0], [100.0])


def test_no_pause_outlasts_the_call(drive: Drive) -> None:
    """Where the wait that is asked for is longer than the time left, the error stands."""
    clock = ManualClock()
    script = Script([httpx.Response(503, headers={"Retry-After": "30"}) for _ in range(9)])
    options = setting(timeouts=Timeouts(call=70), retry=Retry(attempts=9))
    with pytest.raises(ServiceUnavailable):
        drive.perform(reading(), options, script, clock=clock)
    assert clock.slept == [30.0, 30.0]


@define
class Slow(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body of which each piece takes a while."""

    clock: ManualClock
    pace: float
    pieces: int = 1000

    def __iter__(self) -> Iterator[bytes]:
        """Yield piece by piece."""
        for _ in range(self.pieces):
            self.clock.advance(timedelta(seconds=self.pace))
            yield b" "

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield piece by piece."""
        for piece in self:
            yield piece


@pytest.mark.parametrize(
    ("timeouts", "retry", "tries"),
    [
        (Timeouts(total=20), Retry(attempts=2), 2),
        (Timeouts(), Retry(attempts=2, deadline=20), 1),
        (Timeouts(call=20), Retry(attempts=2), 1),
    ],
    ids=["total", "deadline", "call"],
)
def test_a_body_that_trickles_ends_with_the_try(
    drive: Drive, timeouts: Timeouts, retry: Retry, tries: int
) -> None:
    """However short each wait for bytes is, the first clock that is over ends it."""
    clock = ManualClock()
    answers = [httpx.Response(200, stream=Slow(clock, 5)) for _ in range(3)]
    script = Script([*answers])
    with pytest.raises(TimedOut):
        drive.perform(reading(), setting(timeouts=timeouts, retry=retry), script, clock=clock)
    assert len(script.asked) == tries


def test_a_body_that_is_done_in_time_is_taken(drive: Drive) -> None:
    """Slow is not too slow."""
    clock = ManualClock()
    script = Script([httpx.Response(200, stream=Slow(clock, 5, pieces=3))])
    assert drive.perform(reading(), setting(), script, clock=clock).value == "   "


@pytest.mark.parametrize("asked", ["0", "Thu, 01 Jan 2026 00:00:00 GMT"])
def test_a_service_that_asks_for_no_wait_is_not_hammered(drive: Drive, asked: str) -> None:
    """A wait that is over, or none, leaves the computed one."""
    clock = ManualClock()
    answers = [httpx.Response(429, headers={"Retry-After": asked}) for _ in range(4)]
    with pytest.raises(RateLimited):
        drive.perform(reading(), setting(), Script([*answers]), clock=clock)
    assert clock.slept == [0.375, 0.75, 1.5]


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow")])
def test_what_was_never_sent_may_be_sent_again(drive: Drive, error: httpx.HTTPError) -> None:
    """Where no connection could be made, a call that may not be repeated is tried again."""
    script = Script([error, httpx.Response(200, text="done")])
    assert drive.perform(reading(repeatable=False), setting(), script).value == "done"


# On real sockets


def trickling_head() -> Iterator[bytes]:
    """Send a status line, and then a header field a byte at a time."""
    yield b"HTTP/1.1 200 OK\r\nX-Slow: "
    while True:
        yield b"x"


def early_hints() -> Iterator[bytes]:
    """Promise the answer again and again."""
    while True:
        yield b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"


def trickling_status() -> Iterator[bytes]:
    """Send the reason of a status a byte at a time."""
    yield b"HTTP/1.1 200 "
    while True:
        yield b"O"


def trickling_body() -> Iterator[bytes]:
    """Send a body a byte at a time."""
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"1\r\n \r\n"


def hollow_gzip() -> Iterator[bytes]:
    """Send members of gzip that unpack to nothing."""
    yield (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
    member = gzip.compress(b"")
    while True:
        yield b"%x\r\n%s\r\n" % (len(member), member)


def trickling_error() -> Iterator[bytes]:
    """Send the body of an error a byte at a time."""
    yield b"HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"1\r\n \r\n"


Talk = Callable[[], Iterator[bytes]]
TALKS: list[Talk] = [
    trickling_head,
    early_hints,
    trickling_status,
    trickling_body,
    hollow_gzip,
    trickling_error,
]


@pytest.fixture
def slow_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server that never finishes its answers, nor falls silent."""
    talk: Talk = request.param
    over = Event()

    class Talking(BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            try:
                for piece in talk():
                    self.request.sendall(piece)
                    if over.wait(0.02):
                        break
            except OSError:
                pass

    with ThreadingTCPServer(("127.0.0.1", 0), Talking) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        over.set()
        server.shutdown()


PATIENCE = Timeouts(connect=5, read=5, total=0.3)


@pytest.mark.parametrize("slow_url", TALKS, indirect=True, ids=lambda talk: talk.__name__)
def test_a_blocking_call_ends_whatever_the_service_does_slowly(slow_url: str) -> None:
    """Heads, hints, bodies and errors: each ends with an error of the library's own."""
    ports = BlockingPorts()
    options = setting(base_url=slow_url, timeouts=PATIENCE, retry=Retry(attempts=1))
    with pytest.raises(TimedOut):
        Blocking(options, ports).call(reading())
    run(ports.close())


@pytest.mark.parametrize("slow_url", TALKS, indirect=True, ids=lambda talk: talk.__name__)
def test_an_awaiting_call_ends_whatever_the_service_does_slowly(slow_url: str) -> None:
    """Heads, hints, bodies and errors: each ends with an error of the library's own."""
    options = setting(base_url=slow_url, timeouts=PATIENCE, retry=Retry(attempts=1))

    async def main() -> None:
        ports = AwaitingPorts()
        with pytest.raises(TransportError):
            await Awaiting(options, ports).call(reading())
        await ports.close()

    asyncio.run(main())


def test_a_connection_serves_the_next_call_as_if_nothing_had_been_slow() -> None:
    """Of a connection that is used again, each call has a time of its own."""
    served = 0

    class Serving(BaseRequestHandler):
        def handle(self) -> None:
            nonlocal served
            while self.request.recv(65536):
                served += 1
                self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    clock = ManualClock()
    with ThreadingTCPServer(("127.0.0.1", 0), Serving) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        ports = BlockingPorts(clock=clock)
        url = f"http://127.0.0.1:{server.server_address[1]}"
        caller = Blocking(setting(base_url=url), ports)
        assert caller.call(reading()) == "ok"
        clock.advance(timedelta(hours=1))
        assert caller.call(reading()) == "ok"
        run(ports.close())
        server.shutdown()
    assert served == 2
