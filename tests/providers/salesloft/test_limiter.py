from __future__ import annotations

import asyncio
import gc
import weakref
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import respx
from attrs import define
from tests.cases import expect_right, programs
from tests.providers.salesloft.crowd import TaskCrowd, ThreadCrowd

from kloudsync.errors import RateLimited, UsageError
from kloudsync.http.auth import Auth, FixedToken, Flow, TokenSource
from kloudsync.http.clocks import Timeouts
from kloudsync.http.limits import Limiter
from kloudsync.http.message import Headers, Request, Response
from kloudsync.http.retry import Retry
from kloudsync.providers.salesloft.budget import Budget
from kloudsync.providers.salesloft.client import AsyncSalesloft, Salesloft
from kloudsync.providers.salesloft.limiter import (
    TeamBudget,
    page_price,
    shared_budget,
    team_of,
    until_granted,
)
from kloudsync.runtime.budgets import ProcessBudgets
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.salesloft import FakeSalesloft

CALLERS, CALLS = 8, 160
NOW = datetime(2026, 1, 5, 9, 0, 20, tzinfo=UTC).timestamp()


def answered(status: int = 200, **headers: str) -> Response:
    """Return an answer with header fields, underscores for dashes."""
    pairs = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, headers=Headers.of(pairs))


def test_eight_threads_never_exceed_the_teams_budget() -> None:
    """Eight clients in eight threads, more calls than two minutes allow: no refusal."""
    clock = ThreadCrowd(CALLERS)
    fake = FakeSalesloft(clock=clock)

    def work() -> None:
        http_client = httpx.Client(transport=fake.transport())
        client = Salesloft("key", http_client=http_client, clock=clock, team="threads")
        for _ in range(CALLS):
            client.me.get()
        clock.leave()

    # Held here, as a program holds its clients: the budget lives as long as somebody uses it.
    budget = shared_budget("https://api.salesloft.com/v2", "threads")
    threads = [Thread(target=work) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert budget.per_minute == 600
    assert len(fake.requests) == CALLERS * CALLS
    assert fake.spending.refused == 0
    assert fake.spending.highest_minute <= 600
    assert fake.spending.highest_span == 600


def test_eight_tasks_never_exceed_the_teams_budget() -> None:
    """The same for tasks of one event loop, each with a client of its own."""
    clock = TaskCrowd(CALLERS)
    fake = FakeSalesloft(clock=clock)
    budget = TeamBudget()

    async def work() -> None:
        http_client = httpx.AsyncClient(transport=fake.transport())
        client = AsyncSalesloft("key", http_client=http_client, clock=clock, limiter=budget)
        for _ in range(CALLS):
            await client.me.get()
        clock.leave()

    async def main() -> None:
        await asyncio.gather(*(work() for _ in range(CALLERS)))

    asyncio.run(main())
    assert len(fake.requests) == CALLERS * CALLS
    assert fake.spending.refused == 0
    assert fake.spending.highest_span == 600


def test_processes_share_a_budget_through_a_store() -> None:
    """Limiters that know each other by a store alone keep one budget together."""
    store = ProcessBudgets()
    one, other = (TeamBudget(10, store=store, team="acme") for _ in range(2))
    tickets = [one.enter(6, NOW), other.enter(6, NOW)]
    assert one.reserve(tickets[0], NOW) == 0
    assert other.reserve(tickets[1], NOW) == 61
    assert TeamBudget(10, store=store, team="else").enter(6, NOW) == 1


def test_other_integrations_of_the_team_are_left_room(manual_clock: ManualClock) -> None:
    """What others spend is read from the answers, and nobody runs into a refusal twice."""
    fake = FakeSalesloft(clock=manual_clock)
    http_client = httpx.Client(transport=fake.transport())
    client = Salesloft(
        "key", http_client=http_client, clock=manual_clock, limiter=TeamBudget(), team="others"
    )
    client.me.get()
    fake.spending.spend(400, manual_clock.now())
    for _ in range(300):
        client.me.get()
    assert fake.spending.refused == 0
    assert len(manual_clock.slept) == 1


def test_a_refusal_is_waited_out_until_the_next_minute(manual_clock: ManualClock) -> None:
    """The minute is the service's own, as its Date header tells it."""
    manual_clock.sleep(20)
    fake = FakeSalesloft(clock=manual_clock)
    fake.spending.spend(600, manual_clock.now())
    http_client = httpx.Client(transport=fake.transport())
    client = Salesloft("key", http_client=http_client, clock=manual_clock, limiter=TeamBudget())
    client.me.get()
    assert manual_clock.slept == [20, 40]
    assert [line.status for line in fake.requests] == [429, 200]


@pytest.mark.parametrize(
    ("page", "price"),
    [
        *(("1", 1), ("100", 1), ("101", 3), ("150", 3), ("151", 8), ("250", 8), ("251", 10)),
        *(("500", 10), ("501", 30), ("9999", 30), ("x", 1)),
    ],
)
def test_deep_pages_have_their_price(page: str, price: int) -> None:
    """The prices are those that Salesloft publishes."""
    assert page_price(Request(method="GET", path="users", query=(("page", page),))) == price


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "Mon, 05 Jan 2026 09:00:30 GMT"}, 10),
        ({"Date": "Mon, 05 Jan 2026 09:00:50 GMT"}, 10),
        ({"Date": "Mon, 05 Jan 2026 09:00:50 GMT", "Retry_After": "soon"}, 10),
        (
            {
                "Date": "Mon, 05 Jan 2026 09:00:20 -0000",
                "Retry_After": "Mon, 05 Jan 2026 09:00:30 GMT",
            },
            10,
        ),
        ({}, 40),
        ({"Date": "tomorrow"}, 40),
    ],
)
def test_how_long_a_refusal_lasts(headers: dict[str, str], seconds: float) -> None:
    """Advice where there is some, else the end of the minute."""
    assert until_granted(answered(429, **headers), NOW) == seconds


def test_a_refusal_stops_every_caller() -> None:
    """One answer tells the whole team's limiter."""
    budget = TeamBudget()
    ticket = budget.enter(1, NOW)
    budget.settle(1, answered(429, Retry_After="15"), NOW)
    assert budget.reserve(ticket, NOW) == 0, "it was granted before"
    assert budget.reserve(budget.enter(1, NOW), NOW) == 15


@pytest.mark.parametrize("asked", ["86400", "1e300", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_no_refusal_closes_a_budget_for_longer_than_it_can_be_empty(asked: str) -> None:
    """It is one of a minute, whatever the service asks for; the error still tells what that is."""
    budget = TeamBudget()
    budget.settle(1, answered(429, Retry_After=asked), NOW)
    assert budget.reserve(budget.enter(1, NOW), NOW) == 90
    assert budget.reserve(budget.enter(1, NOW), NOW + 90) == 0


def test_a_budget_that_was_closed_for_a_day_is_opened(manual_clock: ManualClock) -> None:
    """What an earlier version left in a store, or a clock that was set back, stops nobody."""
    store = ProcessBudgets()
    store.change_budget("salesloft:acme", lambda _: Budget(closed_until=NOW + 86_400).dump())
    budget = TeamBudget(store=store, team="acme")
    assert budget.reserve(budget.enter(1, NOW), NOW) == 0


@pytest.mark.parametrize("odd", ["many", "-", "9" * 5_000, "-5", "1.5"])
def test_headers_that_make_no_sense_are_ignored(odd: str) -> None:
    """Costs may change without notice; text that is no number changes nothing."""
    budget = TeamBudget(10)
    budget.enter(1, NOW)
    budget.settle(1, answered(x_ratelimit_endpoint_cost=odd, x_ratelimit_remaining_minute=odd), NOW)
    assert budget.reserve(budget.enter(9, NOW), NOW) == 0


@respx.mock
def test_one_customers_refusal_delays_nobody_else(manual_clock: ManualClock) -> None:
    """A client of another token goes on at once; one of the same token waits."""
    respx.get(headers={"Authorization": "Bearer token-of-one"}).respond(
        429, headers={"Retry-After": "86400"}, json={"error": "later"}
    )
    respx.get(path="/v2/me").respond(json={"data": {"id": 1, "guid": "g"}})
    one, again, other = (
        Salesloft(token, clock=manual_clock, retry=Retry(attempts=1))
        for token in ("token-of-one", "token-of-one", "token-of-other")
    )
    with pytest.raises(RateLimited) as caught:
        one.me.get()
    assert caught.value.retry_after == 86_400
    other.me.get()
    assert manual_clock.slept == []
    with pytest.raises(RateLimited):
        again.me.get()
    assert sum(manual_clock.slept) <= 90


@define
class Changing:
    """A scheme of somebody's own, whose objects have no hash."""

    scheme: str = "Bearer"

    def token(self, now: datetime) -> str:
        """Return the token."""
        return f"token-at-{now:%H}"

    def refresh(self, now: datetime) -> Flow[None]:
        """Fetch nothing."""
        return FixedToken("x").refresh(now)

    def rejected(self, token: str) -> bool:
        """Give up."""
        return not token

    def secrets(self) -> tuple[str, ...]:
        """Return what no message may hold."""
        return ()


def budget_of(token: str | TokenSource | Auth, **choices: Any) -> Limiter:
    """Return the budget that a client takes its calls from."""
    return Salesloft(token, **choices).caller.setting.limiter


def test_clients_of_one_team_share_a_budget() -> None:
    """Who names no team shares with those of the same token; other services are others."""
    one, acme = budget_of("key"), budget_of("key", team="acme")
    assert budget_of("key") is one
    assert budget_of("other") is not one
    assert acme is not one
    assert budget_of("other", team="acme") is acme
    assert budget_of("key", base_url="http://127.0.0.1:1/v2") is not one


def test_schemes_and_functions_share_with_themselves_alone() -> None:
    """A function or a scheme of one customer is not that of another."""

    def own() -> str:
        return "token"

    def others() -> str:
        return "token"

    held = budget_of(own)
    assert budget_of(own) is held
    assert budget_of(others) is not held


def test_a_scheme_that_cannot_be_compared_has_a_budget_of_its_own() -> None:
    """It is nobody's team but its own."""
    scheme = Changing()
    assert budget_of(scheme) is not budget_of(scheme)


def test_a_shared_budget_lives_as_long_as_a_client_of_it() -> None:
    """A program that serves thousands of tokens keeps nothing of those that are gone."""
    budget = weakref.ref(budget_of("a-token-of-its-own"))
    gc.collect()
    assert budget() is None


def test_a_budget_in_a_store_has_a_name() -> None:
    """Under a name for all, the budgets of several customers would be one."""
    with pytest.raises(UsageError, match="pass team="):
        TeamBudget(store=ProcessBudgets())
    assert team_of("token") != team_of("other")
    assert "token" not in team_of("token")


def test_a_budget_has_points() -> None:
    """A limit that would stop everything is refused."""
    with pytest.raises(UsageError, match="per_minute is 0"):
        TeamBudget(0)


def test_a_closed_budget_is_waited_for_no_longer_than_the_call_may_take(
    manual_clock: ManualClock,
) -> None:
    """Beyond `Timeouts.call` the caller is told when to come again, and nothing is sent."""
    fake = FakeSalesloft(clock=manual_clock)
    client = Salesloft(
        "key",
        http_client=httpx.Client(transport=fake.transport()),
        clock=manual_clock,
        team="closed",
        timeouts=Timeouts(call=40),
    )
    budget = shared_budget("https://api.salesloft.com/v2", "closed")
    budget.settle(1, answered(429, Retry_After="86400"), manual_clock.now().timestamp())
    before = manual_clock.monotonic()

    with pytest.raises(RateLimited) as caught:
        client.me.get()

    assert (caught.value.retry_after, caught.value.reason) == (90.0, "budget")
    assert (manual_clock.monotonic() - before, fake.requests) == (0.0, [])


def test_a_closed_budget_says_for_how_long(manual_clock: ManualClock) -> None:
    """So that whoever has less time than that does not begin to wait."""
    budget, now = TeamBudget(), manual_clock.now().timestamp()
    assert budget.refused(now) == 0.0
    budget.settle(1, answered(429, Retry_After="30"), now)
    assert (budget.refused(now + 10), budget.refused(now + 31)) == (20.0, 0.0)


@pytest.mark.parametrize("program", programs("security/long_retry_after"))
def test_one_customer_does_not_wait_for_another(program: Path) -> None:
    """Nor for a day, where its own call was refused for one."""
    expect_right(program)
