"""Two tenants in one process, one of them hostile in every way: what the other one notices.

    python benchmarks/tenants/run.py [--seconds 60] [--size 262144]

Each syncs a calendar again and again over a store in memory, reads its month and its feed. First
each kind of page is measured alone: CPU for each byte, beside an ordinary page, and the memory that
its sync takes at most. Then the ordinary tenant works alone, and beside the hostile one, while a
third thread beats every 50 ms: whatever keeps the interpreter's lock for longer is seen by it. For
each beat that is missed it is told what was under way, and how long the process itself worked
meanwhile: the rest is the machine's, which has other things to do.

What is loaded is frozen before that, as the page on security advises programs that serve many: else
each full collection goes through all classes and functions of all libraries anew.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import monotonic, thread_time

sys.path.insert(0, str(Path(__file__).parent))

from heartbeat import Heartbeat
from shapes import SHAPES, ordinary
from tenant import Tenant, page

from kloudsync.providers.salesloft.domains import domain_of

MOST_CPU, MOST_BEATS, MOST_WALL = 3.0, 2, 2.5


@dataclass
class Cost:
    """What a kind of page takes.

    Attributes:
        sync: Seconds of CPU for each byte, from a first sync and two edits.
        ask: Seconds of CPU of a question about the month.
        shown: How many occurrences it shows.
        memory: Bytes that each byte takes at most, while its sync lasts.
    """

    sync: float
    ask: float
    shown: int
    memory: float


def cost(bodies: list[bytes]) -> Cost:
    """Measure a kind of page, the least of three turns."""
    syncs, asks, shown = list[float](), list[float](), 0
    for _ in range(3):
        tenant = Tenant("measured")
        began = thread_time()
        for body in bodies:
            tenant.sync(body)
        syncs.append(thread_time() - began)
        began = thread_time()
        shown = tenant.ask()
        asks.append(thread_time() - began)
    tenant = Tenant("measured")
    tracemalloc.start()
    tenant.sync(bodies[0])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    size = sum(map(len, bodies))
    return Cost(min(syncs) / size, min(asks), shown, peak / len(bodies[0]))


def alone(size: int, kinds: list[str]) -> bool:
    """Print what each kind of page takes by itself; tell whether all stay within the bounds."""
    usual = [page(ordinary(size), edit) for edit in range(3)]
    cost(usual)  # what is loaded on first use is nobody's cost
    base = cost(usual)
    nothing = cost([page([], edit) for edit in range(3)]).sync * len(page([], 0))
    print(
        f"\nordinary: {base.sync * 2**20:.2f} s of CPU and {base.memory:.1f} MB for each MB of a sync;"
    )
    print(f"its month takes {base.ask * 1000:.1f} ms and shows {base.shown:,} occurrences;")
    print(f"a sync of an empty page takes {nothing * 1000:.2f} ms, which is told apart")
    print(
        f"{'kind of page':28} {'KB':>5} {'sync / ordinary':>15} {'without a run':>14} "
        f"{'memory / bytes':>15} {'month, ms':>10} {'shown':>8}"
    )
    worst, before = 0.0, base.sync
    for name in kinds:
        bodies = [page(SHAPES[name](size), edit) for edit in range(3)]
        one, long = cost(bodies), len(bodies[0])
        # A machine that has other things to do is faster or slower from one second to the next.
        after = cost(usual).sync
        ordinary_byte, before = min(before, after), after
        times = one.sync / ordinary_byte
        apart = (one.sync - nothing / long) / (ordinary_byte - nothing / len(usual[0]))
        worst = max(worst, times)
        print(
            f"{name:28} {long / 1024:5.0f} {times:15.2f} {apart:14.2f} {one.memory:15.1f} "
            f"{one.ask * 1000:10.0f} {one.shown:8,}"
        )
    print(f"worst sync: {worst:.2f} times an ordinary byte (at most {MOST_CPU:g})")
    return worst <= MOST_CPU


def timed(work: Callable[[], None], seconds: float) -> list[float]:
    """Return how long each of the rounds took that fit into so many seconds."""
    ends, took = monotonic() + seconds, list[float]()
    while monotonic() < ends:
        began = monotonic()
        work()
        took.append(monotonic() - began)
    return took


def measured(seconds: float, size: int, *, hostile: bool) -> tuple[float, Heartbeat]:
    """Return the median round of the ordinary tenant, and the beats beside it."""
    ended, heart = Event(), Heartbeat()
    edits = iter(range(10**9))
    usual = ordinary(size)
    tenant, other = Tenant("ordinary"), Tenant("hostile")
    pages = {name: page(make(size), 1) for name, make in SHAPES.items()}
    addresses = ["a@" + "例" * 5_000 + ".jp", "x" * 100_000 + "@" + "y" * 100_000]

    def attack() -> None:
        while not ended.is_set():
            for name, body in pages.items():
                heart.begins(f"sync: {name}")
                other.sync(body)
                heart.begins(f"month: {name}")
                other.ask()
                if ended.is_set():
                    return
            heart.begins("addresses")
            for address in addresses:
                domain_of(address)

    with heart:
        attacker = Thread(target=attack)
        if hostile:
            attacker.start()
        took = timed(lambda: tenant.round(page(usual, next(edits))), seconds)
        ended.set()
        if hostile:
            attacker.join()
    return median(took), heart


def tell(name: str, heart: Heartbeat) -> int:
    """Print which beats were missed; returns how many in a row at most for what the process did."""
    worst = heart.worst()
    by_clock = max((one.missed for one in heart.late), default=0)
    print(f"\n{name}: {heart.beats} beats, {len(heart.late)} of them late")
    print(f"  missed in a row: {worst.own if worst else 0} while this process worked;", end=" ")
    print(f"{by_clock} by the clock, with the waits for the machine")
    for work, found in heart.by_work():
        most = max(found, key=lambda one: one.cpu)
        print(
            f"  {len(found):4} x {work}: at most {most.wall * 1000:.0f} ms, of which "
            f"{most.cpu * 1000:.0f} worked, {most.collecting * 1000:.0f} by the collector"
        )
        if most.own:
            print("".join(f"         {frame}\n" for frame in most.frames), end="")
    return worst.own if worst else 0


def together(seconds: float, size: int) -> bool:
    """Print what the ordinary tenant notices; tell whether it is within the bounds.

    It works alone before and after, so that a machine that slows down is no tenant's fault.
    """
    gc.collect()
    gc.freeze()
    turn = min(seconds / 4, 10.0)
    before, quiet = measured(turn, size, hostile=False)
    beside, beats = measured(seconds, size, hostile=True)
    after, calm = measured(turn, size, hostile=False)
    alone = max(before, after)
    tell("alone, before", quiet)
    tell("alone, after", calm)
    missed = tell("beside the hostile one", beats)
    print(f"\na round of the ordinary tenant: {before * 1000:.0f} and {after * 1000:.0f} ms alone,")
    print(f"{beside * 1000:.0f} beside: {beside / alone:.2f} times (at most {MOST_WALL:g})")
    print(f"beats missed in a row: {missed} (at most {MOST_BEATS})")
    return beside / alone <= MOST_WALL and missed <= MOST_BEATS


def main() -> None:
    """Measure, and end with 1 where a bound is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="0 measures no neighbours")
    parser.add_argument("--size", type=int, default=2**18, help="bytes of a page, about")
    parser.add_argument("--kinds", nargs="*", choices=SHAPES, metavar="KIND", help="all if absent")
    chosen = parser.parse_args()
    kinds = list(SHAPES) if chosen.kinds is None else chosen.kinds
    kept = alone(chosen.size, kinds) if kinds else True
    if chosen.seconds:
        kept &= together(chosen.seconds, chosen.size)
    sys.exit(not kept)


if __name__ == "__main__":
    main()
