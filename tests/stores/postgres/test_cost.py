"""What a run costs a PostgreSQL server: transactions, statements, and how often it is waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from tests.stores.postgres.wire import Wire
from tests.sync.world import World

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.stores import PostgresStore
from kloudsync.stores.postgres.database import Clock
from kloudsync.testing.stores.records import added, single, updated
from kloudsync.testing.stores.worker import Worker

DAY = datetime(2026, 2, 2, 9, tzinfo=UTC)


@pytest.fixture
def wire(conninfo: str) -> Iterator[Wire]:
    """Return the way to the server."""
    with Wire(conninfo) as wire:
        yield wire


@pytest.fixture
def store(wire: Wire, new_schema: Callable[[], str]) -> Iterator[PostgresStore]:
    """Return a store at the end of it."""
    with PostgresStore(wire.conninfo, schema=new_schema(), clock="workers") as store:
        yield store


@pytest.fixture
def quiet(store: PostgresStore, wire: Wire) -> Iterator[World]:
    """Return a calendar that was synced twice, and of which nothing is counted yet."""
    with World("blocking", store) as world:
        series = world.calendar.create("Review", DAY, recurrence=["RRULE:FREQ=DAILY"])
        world.calendar.edit_this(series, DAY.replace(day=5), summary="Guest")
        world.sync()
        world.sync()
        wire.clear()
        yield world


def begun(wire: Wire) -> int:
    """Return how many transactions were begun."""
    return sum(one.startswith("BEGIN") for one in wire.statements)


def asked(wire: Wire) -> list[str]:
    """Return what was asked and written within transactions."""
    around = ("BEGIN", "COMMIT", "SELECT set_config('search_path'")
    return [one for one in wire.statements if not one.startswith(around)]


def test_nothing_changed_takes_two_transactions(quiet: World, wire: Wire) -> None:
    """A run opens in one and closes in one, asks nothing twice, and waits five times in all."""
    assert not quiet.sync().changed
    assert begun(wire) == 2
    assert len(asked(wire)) <= 7, asked(wire)
    assert not [one for one in wire.statements if " event " in one], "no event was looked for"
    assert wire.flights <= 5


def test_one_change_takes_two_transactions(quiet: World, wire: Wire) -> None:
    """A new event is judged, staged and committed together with the lease's giving back."""
    quiet.calendar.create("Lunch", DAY)
    assert quiet.sync().changed
    assert begun(wire) == 2
    assert len(asked(wire)) <= 13, asked(wire)
    assert wire.flights <= 7
    assert quiet.is_in_step()


def test_a_page_is_waited_for_as_often_as_an_event(store: PostgresStore, wire: Wire) -> None:
    """How many records are staged shows in no number of flights: they travel together."""
    few, many = (CalendarKey("google", "owner", name) for name in ("few", "many"))
    took: list[int] = []
    for key, count in ((few, 40), (many, 4000)):
        worker = Worker(store, key)
        worker.begin(full=True)
        wire.clear()
        worker.stage(*(added(single(f"{number}")) for number in range(count)))
        took.append(wire.flights)
    assert took[1] <= took[0] + 2


def test_what_is_due_by_the_servers_clock_is_written_without_asking_for_it(
    wire: Wire, new_schema: Callable[[], str]
) -> None:
    """The time stands in the statement, which is one alone by either clock."""
    topic, took = Topic(CalendarKey("google", "owner", "primary")), list[int]()
    clocks: tuple[Clock, ...] = ("workers", "server")
    for clock in clocks:
        with PostgresStore(wire.conninfo, schema=new_schema(), clock=clock) as store:
            store.make_due(topic, lane=0, now=100.0)
            wire.clear()
            store.make_due(topic, lane=0, wait=-50.0, now=100.0)
            took.append(len(asked(wire)))
    assert took[0] == took[1]


def test_claims_are_renewed_and_given_back_without_asking_for_the_time(
    wire: Wire, new_schema: Callable[[], str]
) -> None:
    """However many are held, they are renewed in as many flights as one, by either clock."""
    topics = [Topic(CalendarKey("google", "owner", f"{number}")) for number in range(20)]
    clocks: tuple[Clock, ...] = ("workers", "server")
    for clock in clocks:
        with PostgresStore(wire.conninfo, schema=new_schema(), clock=clock) as store:
            for topic in topics:
                store.make_due(topic, lane=0, now=100.0)
            claims = store.claim_due("worker", lane=0, limit=20, ttl=60.0, now=100.0)
            took = list[int]()
            for some in (claims[:1], claims):
                wire.clear()
                assert len(store.renew_claims(some, ttl=60.0, now=110.0)) == len(some)
                took.append(wire.flights)
            assert took[0] == took[1]
            wire.clear()
            assert store.give_back(claims[0], lane=0, wait=60.0, now=120.0)
            assert len(asked(wire)) == 1


def test_writers_of_different_calendars_do_not_wait(
    conninfo: str, new_schema: Callable[[], str]
) -> None:
    """Eight commit side by side, each on a connection of its own, while none has ended yet."""
    with PostgresStore(conninfo, schema=new_schema(), timeout=30) as store:
        workers = [
            Worker(store, CalendarKey("google", "owner", str(number))) for number in range(8)
        ]
        for worker in workers:
            worker.sync(added(single("a")))
        meet = Barrier(8, timeout=30)

        def commit(worker: Worker) -> None:
            def work(unit: Any) -> None:
                within = Worker(unit, worker.key, lease=worker.lease)
                within.begin()
                within.stage(updated(single("a", raw="2")))
                within.commit()
                # Whatever was written last is written, and nobody's transaction has ended.
                assert within.ids() == ["a"]
                meet.wait()

            store.unit(work)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(commit, workers))
        assert [[one.raw for one in worker.events()] for worker in workers] == [["2"]] * 8
