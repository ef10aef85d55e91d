"""One worker: what it takes, in which order, and what becomes of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.fleet.world import World, story, topic

from kloudsync.errors import (
    APIError,
    ConsentRequired,
    LeaseHeld,
    NotFound,
    RateLimited,
    StoreBusy,
    StoreTooNew,
)
from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import Note, State
from kloudsync.fleet.verdicts import Result
from kloudsync.model.due import Claim
from kloudsync.stores import MemoryStore


def api_error(kind: type[APIError], status: int, retry_after: float | None = None) -> Exception:
    """Return an error of the service's."""
    return kind(
        "said no",
        status=status,
        provider="google",
        operation="events.list",
        retry_after=retry_after,
    )


def test_a_calendar_that_is_new() -> None:
    """What was worked off is healthy, and due again when the policy says."""

    async def tell(world: World) -> None:
        world.ask("a")
        await world.worker().work_off()
        assert world.note("a").state is State.HEALTHY
        assert world.next_in("a") == pytest.approx(900.0)

    assert [name for _, name in story(tell).jobs.began] == ["a"]


def test_calm_calendars_are_looked_at_less() -> None:
    """Each look that finds nothing makes the next one later, up to a bound; a find makes it soon."""

    async def tell(world: World) -> None:
        world.jobs.ends["a"] = Result(changed=False)
        world.ask("a")
        waits: list[float] = []
        for _ in range(6):
            await world.worker().work_off()
            waits.append(round(world.next_in("a")))
            await asyncio.sleep(world.next_in("a"))
        world.jobs.ends["a"] = Result(changed=True)
        await world.worker().work_off()
        assert waits == [1350, 2025, 3038, 3600, 3600, 3600]
        assert round(world.next_in("a")) == 900

    story(tell)


def test_a_watched_calendar_rests_longer() -> None:
    """A calendar whose changes are announced is only looked at now and then."""

    async def tell(world: World) -> None:
        world.jobs.ends["a"] = Result(watched=True)
        world.ask("a")
        await world.worker().work_off()
        assert world.next_in("a") == pytest.approx(21_600.0)
        assert world.note("a").watched

    story(tell)


def test_a_failure_rests_alone() -> None:
    """What fails rests, longer each time and whoever asks, and says why; others go on."""

    async def tell(world: World) -> None:
        world.jobs.ends["a"] = ValueError("what a stranger wrote")
        rests: list[float] = []
        for _ in range(3):
            world.ask("a")
            world.ask("b")
            await world.worker().work_off()
            rests.append(round(world.next_in("a")))
            world.ask("a", lane=Lane.PUSH)
            assert round(world.next_in("a")) == rests[-1]
            await asyncio.sleep(world.next_in("a"))
        assert rests == [60, 120, 240]
        assert (world.note("a").state, world.note("a").reason) == (State.FAILING, "ValueError")
        assert world.note("b").state is State.HEALTHY

    story(tell)


def test_a_revoked_grant_costs_one_look_per_rest() -> None:
    """An account without consent rests as a whole; others do not, and it says what is needed."""

    async def tell(world: World) -> None:
        for name in "abc":
            world.jobs.ends[name] = api_error(ConsentRequired, 401)
            world.ask(name, account="gone")
        world.ask("d", account="here")
        await world.worker(policy=FleetPolicy(each=1, spread=0.0)).work_off()
        assert world.note("d", "here").state is State.HEALTHY
        assert world.note("a", "gone").state is State.NEEDS_CONSENT
        assert min(world.next_in(name, "gone") for name in "abc") == pytest.approx(60.0)

    assert sorted(name for _, name in story(tell).jobs.began) == ["a", "d"]


def test_a_limit_is_obeyed() -> None:
    """What a service asks for is how long the account rests."""

    async def tell(world: World) -> None:
        world.jobs.ends["a"] = api_error(RateLimited, 429, retry_after=500.0)
        world.ask("a")
        world.ask("b", wait=1.0)
        await world.worker().work_off()
        assert [round(world.next_in(name)) for name in "ab"] == [500, 500]

    story(tell)


def test_a_limit_that_would_last_for_years() -> None:
    """Whatever a service asks for, somebody looks again after a day."""

    async def tell(world: World) -> None:
        world.jobs.ends["a"] = api_error(RateLimited, 429, retry_after=3e7)
        world.ask("a")
        world.ask("b", wait=1.0)
        await world.worker().work_off()
        assert [round(world.next_in(name)) for name in "ab"] == [86_400, 86_400]

    story(tell)


def test_what_another_worker_is_at_is_no_failure() -> None:
    """A calendar that is being synced elsewhere keeps its state and is looked at soon."""

    async def tell(world: World) -> None:
        world.jobs.ends["a"] = LeaseHeld("another worker")
        world.ask("a")
        await world.worker().work_off()
        assert world.note("a") == Note()
        assert world.next_in("a") == pytest.approx(2.0)

    story(tell)


def test_what_a_minute_does_not_mend() -> None:
    """A calendar that the service does not know rests for hours at once."""

    async def tell(world: World) -> None:
        world.jobs.ends["a"] = api_error(NotFound, 404)
        world.ask("a")
        await world.worker().work_off()
        assert world.next_in("a") == pytest.approx(21_600.0)

    story(tell)


@pytest.mark.parametrize("state", [State.PAUSED, State.RETIRED])
def test_what_the_program_stopped_stays_so(state: State) -> None:
    """A notification for a paused or retired calendar brings about nothing."""

    async def tell(world: World) -> None:
        world.store.make_due(topic("a"), lane=0, now=0.0, note=Note(state=state).write())
        await world.worker().work_off()
        assert world.note("a").state is state
        assert world.next_in("a") == float("inf")

    assert story(tell).jobs.began == []


def test_held_and_unwatchable() -> None:
    """Pending deletions and missing channels are states of their own, with their reasons."""

    async def tell(world: World) -> None:
        world.jobs.ends["a"] = Result(pending=40)
        world.jobs.ends["b"] = Result(unwatchable="the service has no channels for it")
        world.jobs.ends["c"] = Result(gone=True)
        for name in "abc":
            world.ask(name)
        await world.worker().work_off()
        found = {name: (world.note(name).state, world.note(name).reason) for name in "abc"}
        assert found == {
            "a": (State.HELD, "40 deletions wait to be confirmed or refused"),
            "b": (State.UNWATCHABLE, "the service has no channels for it"),
            "c": (State.RETIRED, "it is gone"),
        }
        assert world.next_in("c") == float("inf")

    story(tell)


def test_a_push_never_waits_behind_a_sweep() -> None:
    """While first syncs take minutes, what is announced begins with the next look."""

    async def tell(world: World) -> None:
        for number in range(100):
            world.jobs.takes[f"new{number}"] = 300.0
            world.ask(f"new{number}", account=str(number), lane=Lane.FIRST)
        worker = world.worker()
        running = asyncio.ensure_future(worker.work())
        await asyncio.sleep(10.0)
        world.ask("pushed", account="somebody", lane=Lane.PUSH)
        await asyncio.sleep(1.0)
        worker.stop()
        await running

    began = story(tell).jobs.began
    (at,) = [moment for moment, name in began if name == "pushed"]
    assert at <= 10.0 + FleetPolicy().look
    assert len(began) == 9


def test_an_account_has_its_share() -> None:
    """An account with a million events that all want attention takes no more than its slots."""

    async def tell(world: World) -> None:
        for number in range(50):
            world.jobs.takes[f"big{number}"] = 60.0
            world.ask(f"big{number}", account="big", lane=Lane.PUSH)
        world.ask("small", account="small", lane=Lane.PUSH, wait=0.1)
        worker = world.worker()
        running = asyncio.ensure_future(worker.work())
        await asyncio.sleep(5.0)
        worker.stop()
        await running

    began = story(tell).jobs.began
    assert [name for _, name in began].count("small") == 1
    assert len(began) == 5


def test_a_worker_that_dies_is_replaced() -> None:
    """What a dead worker had is taken over as soon as its heartbeat is missed."""

    async def tell(world: World) -> None:
        world.jobs.takes["a"] = 10_000.0
        world.ask("a")
        dead = asyncio.ensure_future(world.worker("dead").work())
        await asyncio.sleep(1.0)
        dead.cancel()
        world.jobs.takes["a"] = 0.1
        alive = world.worker("alive")
        running = asyncio.ensure_future(alive.work())
        await asyncio.sleep(30.0)
        alive.stop()
        await running

    began = story(tell).jobs.began
    policy = FleetPolicy()
    assert [name for _, name in began] == ["a", "a"]
    assert began[1][0] <= 1.0 + policy.ttl + policy.look


def test_a_job_that_takes_long_stays_with_its_worker() -> None:
    """A heartbeat keeps others away for as long as a job takes."""

    async def tell(world: World) -> None:
        world.jobs.takes["a"] = 100.0
        world.ask("a")
        workers = [world.worker(name) for name in ("one", "two")]
        running = [asyncio.ensure_future(worker.work()) for worker in workers]
        await asyncio.sleep(120.0)
        for worker in workers:
            worker.stop()
        await asyncio.gather(*running)

    assert len(story(tell).jobs.began) == 1


def test_a_store_that_comes_back() -> None:
    """A store that fails for a while is asked again, and nothing is lost."""

    class Away(MemoryStore):
        """A store that is away until it is back."""

        away = True

        def claim_due(self, owner: str, **options: Any) -> list[Claim]:
            """Fail while it is away."""
            if self.away:
                raise StoreBusy("the database is starting")
            return super().claim_due(owner, **options)

    async def tell(world: World) -> None:
        world.store = away = Away()
        world.ask("a")
        worker = world.worker()
        running = asyncio.ensure_future(worker.work())
        await asyncio.sleep(20.0)
        assert not running.done()
        away.away = False
        await asyncio.sleep(2.0)
        worker.stop()
        await running

    assert [name for _, name in story(tell).jobs.began] == ["a"]


def test_who_hears_of_states_and_fails(caplog: pytest.LogCaptureFixture) -> None:
    """What the program's own function raises is logged by name, and stops nothing."""

    async def tell(world: World) -> None:
        worker = world.worker()
        worker.heard = lambda _: 1 / 0
        world.ask("a")
        world.ask("b")
        await worker.work_off()

    assert len(story(tell).jobs.began) == 2
    assert caplog.text.count("ZeroDivisionError") == 2


def test_a_store_that_comes_up_after_its_worker() -> None:
    """A worker that begins before its store does waits for it; one whose store is none ends."""

    async def tell(world: World) -> None:
        world.ask("a")
        tries: list[float] = []

        def begin() -> None:
            tries.append(asyncio.get_running_loop().time())
            if len(tries) < 4:
                raise StoreBusy("the database system is starting up")

        worker = world.worker()
        worker.begin = begin
        working = asyncio.ensure_future(worker.work())
        await asyncio.sleep(10.0)
        worker.stop()
        await working
        assert tries == pytest.approx([0.0, 1.0, 2.0, 3.0])
        assert world.note("a").state is State.HEALTHY

        def refuse() -> None:
            raise StoreTooNew("made by a newer one")

        other = world.worker()
        other.begin = refuse
        with pytest.raises(StoreTooNew):
            await other.work()

    story(tell)
