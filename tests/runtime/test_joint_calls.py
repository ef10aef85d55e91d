"""Calls that are made once for all who want the same thing at the same time."""

from __future__ import annotations

import asyncio

import pytest

from kloudsync.runtime.colour import Awaits, Blocks
from kloudsync.runtime.drive import run
from kloudsync.runtime.joint_calls import JointCalls


def test_one_makes_the_call_and_others_wait() -> None:
    """Whoever comes while a call is made is given its end, whoever comes later makes another one."""
    calls = JointCalls()
    with calls.turn("ann") as first:
        assert first is None
        with calls.turn("ann") as second, calls.turn("ben") as third:
            assert second is not None
            assert third is None
            with pytest.raises(TimeoutError):
                run(Blocks.outcome(second, 0.0))
    assert run(Blocks.outcome(second, 0.0)) is None
    with calls.turn("ann") as later:
        assert later is None


def test_what_a_call_raises() -> None:
    """All who wait are raised what the call raised."""
    calls = JointCalls()
    made = calls.turn("ann")
    made.__enter__()
    with calls.turn("ann") as waiting:
        assert waiting is not None
    error = ValueError("no")
    assert not made.__exit__(ValueError, error, None)
    with pytest.raises(ValueError, match="no"):
        run(Blocks.outcome(waiting, 0.0))


def test_a_call_that_is_cancelled() -> None:
    """Who waits for a call that is cancelled is not cancelled, and may make it; nor is it by them."""
    calls = JointCalls()

    async def want(log: list[str], name: str) -> None:
        while True:
            with calls.turn("ann") as others:
                if others is None:
                    log.append(name)
                    await asyncio.sleep(3600.0 if name == "first" else 0.0)
                    return
            await Awaits.outcome(others, 60.0)

    async def story() -> list[str]:
        log: list[str] = []
        first = asyncio.create_task(want(log, "first"))
        second, third = (asyncio.create_task(want(log, name)) for name in ("second", "third"))
        await asyncio.sleep(0.0)
        await asyncio.sleep(0.0)
        third.cancel()
        await asyncio.sleep(0.0)
        first.cancel()
        await second
        return log

    assert asyncio.run(asyncio.wait_for(story(), 20.0)) == ["first", "second"]
