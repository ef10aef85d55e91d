"""The asynchronous engine, mirror and watcher keep their promises under any schedule."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from random import Random
from time import monotonic
from typing import Any

import pytest
from tests.schedules.world import LoopClock, Universe, settle, watched

from kloudsync.stores.memory.leases import Leases

simloom: Any = pytest.importorskip("simloom", reason="`nox -s schedules` installs it")

MINUTES = float(os.environ.get("KLOUDSYNC_MINUTES", "0"))
FIRST = int(os.environ.get("KLOUDSYNC_FIRST_SEED", "0"))
HOUR = 3600.0


async def history(seed: int, seen: Counter[str], world: Any) -> None:
    """Let two workers work for an hour while a person edits, clocks jump and machines die."""
    dice = Random(seed)
    universe = Universe(dice, seen)
    clocks = [LoopClock(dice) for _ in range(2)]
    hosts = [world.host(f"worker {number}") for number in range(2)]
    for host, clock in zip(hosts, clocks, strict=True):
        host.spawn(lambda clock=clock: universe.worker(clock).work())
    while world.time < HOUR:
        await world.sleep(dice.choice((1, 20, 90)))
        match dice.randrange(9):
            case 0 | 1 | 2:
                seen["edits"] += universe.user.act() != "nothing"
            case 3 | 4:
                await universe.deliver()
            case 5:
                # Past the lease of whoever works, in either direction.
                dice.choice(clocks).skew = dice.choice((-400.0, 0.0, 0.0, 400.0))
                seen["clock jumps"] += 1
            case 6:
                host = dice.choice(hosts)
                host.crash()
                seen["kills"] += 1
                await world.sleep(dice.choice((0, 5, 300)))
                host.restart()
            case 7:
                universe.google.calendar().expire_sync_tokens()
                seen["cursors forgotten"] += 1
            case _:
                pass
    for host in hosts:
        host.crash()
    for clock in clocks:
        clock.skew = 0.0
    try:
        await settle(universe)
    finally:
        universe.over = True
    seen["tokens renewed"] += universe.server.granted["refresh_token"]


def explore(seeds: Iterable[int], seen: Counter[str]) -> int:
    """Live through histories, each under a schedule of its own; returns how many."""
    lived = 0
    for seed in seeds:
        scheduler = "pct" if seed % 2 else "random"

        async def main(world: Any, seed: int = seed) -> None:
            await history(seed, seen, world)

        try:
            result = simloom.run(main, seed=seed, scheduler=scheduler)
        except BaseException:
            sys.stderr.write(f"seed {seed} fails\n")
            raise
        seen["steps of the scheduler"] += len(result.tape)
        lived += 1
    return lived


def within(minutes: float) -> Iterator[int]:
    """Yield seeds for so many minutes."""
    ends, seed = monotonic() + minutes * 60, FIRST
    while monotonic() < ends:
        yield seed
        seed += 1


def test_no_schedule_breaks_a_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies end as the calendar, feeds lead there, and nobody writes who was relieved."""
    late = watched(monkeypatch)
    seen: Counter[str] = Counter()
    lived = explore(within(MINUTES) if MINUTES else range(FIRST, FIRST + 6), seen)
    sys.stdout.write(f"\n{lived} histories: {dict(sorted(seen.items()))}\n")
    assert not late
    assert all(seen[name] for name in ("kills", "clock jumps", "LeaseHeld", "tokens renewed"))


def test_without_its_fence_it_breaks_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that lets anybody write who ever held the lease is found out."""

    def anybody(_self: Leases, _lease: object) -> None:
        """Refuse nobody."""

    monkeypatch.setattr(Leases, "_admit", anybody)
    late = watched(monkeypatch)
    for seed in range(20):
        # What comes of it is told in many ways, or in none.
        with suppress(Exception):
            explore([seed], Counter())
        if late:
            return
    pytest.fail("twenty histories without a fence, and nobody wrote who was relieved")
