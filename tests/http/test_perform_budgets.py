import asyncio
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from attrs import define, field
from tests.http.drives import Drive, Script, ok, reading, setting

from kloudsync.errors import ConnectFailed
from kloudsync.http.auth import CalledToken
from kloudsync.http.awaiting_transport import AwaitingPorts
from kloudsync.http.caller import Awaiting
from kloudsync.http.message import Response
from kloudsync.http.retry import Retry
from kloudsync.testing.clock import ManualClock


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
