"""Seeded histories: after every sync the copy is the calendar, and the feed says how it came."""

from __future__ import annotations

import gc
import os
import time
import traceback
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing import get_context

import pytest
from tests.simulation.script import draw, shrink, written
from tests.simulation.world import World, fails

from kloudsync.stores import SQLiteStore

CHUNKS = 10
HISTORIES = int(os.environ.get("KLOUDSYNC_HISTORIES", "400"))
LONG_HISTORIES = int(os.environ.get("KLOUDSYNC_LONG_HISTORIES", "100000"))
"""Histories of the normal run, and of `nox -s long`."""
MINUTES = float(os.environ.get("KLOUDSYNC_MINUTES", "90"))
"""How long the long run takes at most; `nox -s long -- --for MINUTES` says otherwise."""
FIRST = int(os.environ.get("KLOUDSYNC_FIRST_SEED", "0"))
"""The first seed of the long run, so that several runs together live through more."""
SHARE = 200
"""Histories that one process lives through before it reports."""


def live(seed: int, world: World) -> Counter[str]:
    """Live through a seed's history; on failure say the shortest script that fails, too."""
    script = draw(seed)
    try:
        world.run(script)
    except Exception as failure:
        kind = type(failure)
        short = shrink(script, lambda shorter: type(fails(shorter)) is kind)
        failure.add_note(f"seed {seed}; the shortest script that fails:\n{written(short)}")
        raise
    return world.seen


def live_all(seeds: range) -> Counter[str]:
    """Live through the histories of some seeds, and return what they saw."""
    return sum((live(seed, World()) for seed in seeds), Counter[str]())


def live_through(seeds: range) -> tuple[Counter[str], list[str]]:
    """Live through the histories of some seeds to the last, whichever fail, and tell how."""
    seen, failures = Counter[str](), list[str]()
    for seed in seeds:
        seen["histories"] += 1
        try:
            seen += live(seed, World())
        except Exception as failure:  # noqa: BLE001 - the report of an hour holds every failure
            failures.append("".join(traceback.format_exception(failure)))
    return seen, failures


def collect_seldom() -> None:
    """Let a process that lives through many histories look for garbage less often."""
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


@pytest.mark.long
def test_a_great_many_histories() -> None:
    """A hundred thousand histories, or as many as there is time for, with what they saw."""
    began = time.monotonic()
    shares = iter(range(FIRST, FIRST + LONG_HISTORIES, SHARE))
    total, failures, lived = Counter[str](), list[str](), 0
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=collect_seldom
    ) as pool:
        waiting = {pool.submit(live_through, share_from(seed)) for seed in islice(shares, workers)}
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for seen, failed in (one.result() for one in done):
                total += seen
                failures += failed
                lived += seen["histories"]
                print(f"{lived:,} histories, {time.monotonic() - began:,.0f} s", *failed, sep="\n")  # noqa: T201 - an hour is long
            if time.monotonic() - began < MINUTES * 60:
                seeds = islice(shares, workers - len(waiting))
                waiting |= {pool.submit(live_through, share_from(seed)) for seed in seeds}
    print("", *(f"{count:12,}  {what}" for what, count in sorted(total.items())), sep="\n")  # noqa: T201 - the numbers are the point
    check_thickness(total, histories=lived)
    assert not failures, "\n\n".join(failures)


def share_from(seed: int) -> range:
    """Return the seeds that one process lives through before it reports."""
    return range(seed, min(seed + SHARE, FIRST + LONG_HISTORIES))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_history_loses_anything(chunk: int) -> None:
    """Whatever happens, the copy is the calendar after each sync, and nobody misses a change."""
    thickness = live_all(range(chunk, HISTORIES, CHUNKS))
    check_thickness(thickness, histories=HISTORIES // CHUNKS)


def test_sqlite_lives_through_the_same_histories() -> None:
    """The database loses nothing either."""
    for seed in range(30):
        with SQLiteStore(":memory:") as store:
            live(seed, World(store))


def check_thickness(seen: Counter[str], histories: int) -> None:
    """A run that saw too little proves too little."""
    if histories < 40:
        return  # A handful of histories, run by hand, may see little.
    usual = (
        ("syncs with earlier state", 4.0),
        ("splits", 0.3),
        ("truncations", 0.05),
        ("cuts told as they were made", 0.2),
        ("cursors dropped", 1.0),
        ("full passes", 2.0),
        ("crashes", 0.8),
        ("crashes between pages", 0.4),
        ("passes resumed", 0.1),
        ("races", 0.3),
        ("lease lost", 0.05),
        ("changes read", 10.0),
        ("pushes", 1.5),
        ("pushes that died", 0.05),
        ("records written", 15.0),
        ("syncs of kloudless", 1.0),
        ("syncs by awaiting workers", 0.5),
        ("searches", 0.3),
        ("zones changed", 0.1),
        ("act: toggle all-day", 0.2),
        ("bare cancellations held", 0.5),
        ("occurrences compared", 10.0),
        ("divisions by a client in 1", 0.3),
        ("divisions by a client in 2", 0.1),
        ("act: change rule", 0.2),
        ("act: set until", 0.1),
    )
    for what, per_history in usual:
        assert seen[what] >= per_history * histories, f"too few {what}: {seen[what]} in {histories}"
    # What is let pass has to stay an exception.
    assert seen["stubs that nobody can judge"] <= max(4.0, 0.02 * histories)


def test_the_same_seed_says_the_same_on_the_wire() -> None:
    """Two runs of one seed send and receive the same, byte for byte."""
    for seed in range(8):
        digests = set[str]()
        for _ in range(2):
            world = World()
            world.run(draw(seed))
            digests.add(world.wire.digest)
        assert len(digests) == 1
