from __future__ import annotations

import asyncio
import gc
from datetime import UTC, datetime
from threading import Thread

import httpx
import pytest
from tests.providers.salesloft.crowd import TaskCrowd, ThreadCrowd

from kloudsync.errors import UsageError
from kloudsync.http.budgets import ProcessBudgets
from kloudsync.http.message import Headers, Request, Response
from kloudsync.providers.salesloft.client import AsyncSalesloft, Salesloft
from kloudsync.providers.salesloft.limiter import (
    TeamBudget,
    page_price,
    shared_budget,
    until_granted,
)
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


def test_headers_that_make_no_sense_are_ignored() -> None:
    """Costs may change without notice; text that is no number changes nothing."""
    budget = TeamBudget(10)
    budget.enter(1, NOW)
    budget.settle(
        1, answered(x_ratelimit_endpoint_cost="many", x_ratelimit_remaining_minute="-"), NOW
    )
    assert budget.reserve(budget.enter(9, NOW), NOW) == 0


def test_clients_of_one_team_share_a_budget_while_one_lives() -> None:
    """Who names no team is of the same team; budgets of other services are others."""
    clients = [Salesloft("key"), Salesloft("other"), Salesloft("key", team="acme")]
    one, other, apart = (client.caller.setting.limiter for client in clients)
    assert one is other
    assert one is not apart
    elsewhere = Salesloft("key", base_url="http://127.0.0.1:1/v2")
    assert elsewhere.caller.setting.limiter is not one
    gone = id(one)
    del one, other, apart, clients
    gc.collect()
    assert gone


def test_a_budget_has_points() -> None:
    """A limit that would stop everything is refused."""
    with pytest.raises(UsageError, match="per_minute is 0"):
        TeamBudget(0)
