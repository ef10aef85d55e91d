"""What one account does to the waiting of the others, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache

import pytest
from tests.fleet.world import World

from kloudsync.errors import ServiceUnavailable
from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.testing.virtual_loop import run_virtually

LONG = 5.0
"""How long a job of the noisy account takes, which is how long a slot may be taken by it."""

POLICY = FleetPolicy(spread=0.0, slots=8, each=4, rest=1.0, longest_rest=1.0)


def quiet(_world: World) -> None:
    """Do nothing."""


def flooding(world: World) -> None:
    """Announce changes of two hundred calendars at once, each of which takes long."""
    for number in range(200):
        world.jobs.takes[f"noisy {number}"] = LONG
        world.ask(f"noisy {number}", account="noisy", lane=Lane.PUSH)


def failing(world: World) -> None:
    """Let each of five hundred calendars fail, again and again."""
    for number in range(500):
        world.jobs.ends[f"noisy {number}"] = ServiceUnavailable(
            "away", status=503, provider="google", operation="events.list"
        )
        world.ask(f"noisy {number}", account="noisy", lane=Lane.PUSH)


def large(world: World) -> None:
    """Read twenty calendars of a million events for the first time, which takes ten minutes each."""
    for number in range(20):
        world.jobs.takes[f"noisy {number}"] = 600.0
        world.ask(f"noisy {number}", account="noisy", lane=Lane.FIRST)


@cache
def longest_wait(noise: Callable[[World], None]) -> float:
    """Return how long a change of twenty other accounts waits at most, over two minutes."""
    world, asked = World(), dict[str, float]()

    async def live() -> None:
        worker = world.worker(policy=POLICY)
        working = asyncio.ensure_future(worker.work())
        noise(world)
        loop = asyncio.get_running_loop()
        for number in range(240):
            name = f"calendar {number}"
            asked[name] = loop.time()
            world.ask(name, account=f"account {number % 20}", lane=Lane.PUSH)
            await asyncio.sleep(0.5)
        await asyncio.sleep(60.0)
        worker.stop()
        await working

    run_virtually(live())
    began = {name: at for at, name in reversed(world.jobs.began)}
    return max(began[name] - at for name, at in asked.items())


@pytest.mark.parametrize("noise", [flooding, failing, large])
def test_one_account_adds_a_slot_at_most(noise: Callable[[World], None]) -> None:
    """An account that floods, fails or is huge adds at most one slot's length to the others' waiting."""
    assert longest_wait(noise) <= longest_wait(quiet) + LONG
