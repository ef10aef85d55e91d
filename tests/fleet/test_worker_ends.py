"""How a worker ends: told to, cancelled, or with jobs that take long."""

from __future__ import annotations

import asyncio

import pytest
from tests.fleet.world import World, story

from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.verdicts import Result
from kloudsync.testing.virtual_loop import StandsStill, run_virtually


def test_a_fleet_stops_within_its_grace() -> None:
    """Jobs that do not end in time are cancelled, and their topics left to others."""

    async def tell(world: World) -> None:
        world.jobs.takes["a"] = 1000.0
        world.ask("a")
        worker = world.worker()
        running = asyncio.ensure_future(worker.work())
        await asyncio.sleep(1.0)
        worker.stop()
        assert await running == 1
        assert asyncio.get_running_loop().time() < 1.0 + 2 * FleetPolicy().grace

    story(tell)


def test_somebody_who_waits_for_nobody() -> None:
    """A program that would wait for ever is told so in virtual time."""
    with pytest.raises(StandsStill):
        run_virtually(asyncio.Event().wait())


def test_a_worker_that_is_told_to_stop_working_off() -> None:
    """Working off ends as well when it is told to, though more is due all the time."""

    async def tell(world: World) -> None:
        world.jobs.ends["a"] = Result(wait=0.0)
        world.ask("a")
        worker = world.worker()
        running = asyncio.ensure_future(worker.work_off())
        await asyncio.sleep(5.0)
        worker.stop()
        await asyncio.wait_for(running, 10.0)

    assert len(story(tell).jobs.began) > 1


@pytest.mark.parametrize("method", ["work", "work_off"])
def test_a_worker_that_is_cancelled_leaves_no_job_behind(method: str) -> None:
    """Jobs of a worker that is cancelled end before it does."""

    async def tell(world: World) -> None:
        world.jobs.takes["a"] = 1000.0
        world.ask("a")
        running = asyncio.ensure_future(getattr(world.worker(), method)())
        await asyncio.sleep(1.0)
        before = asyncio.all_tasks()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert before - asyncio.all_tasks() == before - {asyncio.current_task()}

    story(tell)


def test_a_long_grace_keeps_others_away() -> None:
    """While jobs end within the grace, which is longer than a claim, nobody takes them over."""

    async def tell(world: World) -> None:
        world.jobs.takes["a"] = 30.0
        world.ask("a")
        first = world.worker("first", policy=FleetPolicy(spread=0.0, grace=60.0))
        running = asyncio.ensure_future(first.work())
        await asyncio.sleep(1.0)
        first.stop()
        other = world.worker("other")
        beside = asyncio.ensure_future(other.work())
        assert await running == 0
        other.stop()
        await beside

    assert [name for _, name in story(tell).jobs.began] == ["a"]
