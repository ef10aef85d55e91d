"""What a fleet costs as it grows: claims among many rows, an idle day, and throughput by kind of work.

    python benchmarks/fleet/scale.py due --rows 1000 1000000
    python benchmarks/fleet/scale.py idle --calendars 10000
    python benchmarks/fleet/scale.py throughput --calendars 10 1000

Times of processor (`time.process_time`) are given where they mean something: they are nearly the same
on a machine that does other work besides.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from run import database

from kloudsync import Fleet, Google
from kloudsync.fleet import topics
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.runtime.clock import SystemClock
from kloudsync.testing.google import FakeGoogle

STARTS = datetime(2026, 1, 5, 9, tzinfo=UTC)
COLUMNS = "provider, account, name, query, collection, lane, due_at, since, note"
NOTE = '{"state": "healthy", "since": 1, "watched": true, "calm": 9}'
FILL = {
    "sqlite": f"""
INSERT INTO due ({COLUMNS})
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)
SELECT 'google', 'a' || (i / 5), 'c' || i, '', 'events', 2, ? + i * ?, ? + i * ?, ? FROM n
""",
    "postgres": f"""
INSERT INTO due ({COLUMNS})
SELECT 'google', 'a' || (i / 5), 'c' || i, '', 'events', 2, ?::float8 + i * ?::float8, ?::float8 + i * ?::float8, ?
FROM generate_series(0, ?::bigint - 1) AS n(i)
""",
}


@contextmanager
def opened(kind: str) -> Iterator[Any]:
    """Yield an empty store."""
    with (
        tempfile.TemporaryDirectory(prefix="kloudsync-scale-") as folder,
        database(kind, Path(folder)) as (_, open_store, _server),
        open_store() as store,
    ):
        yield store


def fill(store: Any, kind: str, rows: int, first: float, every: float) -> None:
    """Write rows that are due one after the other."""
    spread = (first, every, first, every, NOTE)
    values = (rows, *spread) if kind == "sqlite" else (*spread, rows)
    # A million of them one by one would take minutes.
    with store._database.writing() as session:  # noqa: SLF001 - nobody else writes so
        session.run(FILL[kind], *values)
    with store._database.writing() as session:  # noqa: SLF001
        session.run("ANALYZE due")


def due(options: argparse.Namespace) -> None:
    """Claim ten at a time among few rows and among many."""
    for kind in options.stores:
        medians: list[float] = []
        for rows in options.rows:
            with opened(kind) as store:
                now = time.time()
                # A thousand are due, whatever else waits for its time.
                fill(store, kind, rows, now - 1000.0, 1.0)
                took = [claimed(store, now) for _ in range(90)]
                medians.append(statistics.median(took))
                print(
                    f"{kind:<9} claim ten of {rows:>9,} rows: median {1000 * medians[-1]:.2f} ms, "
                    f"95th of 100 {1000 * sorted(took)[85]:.2f} ms"
                )
        print(f"{kind:<9} {medians[-1] / medians[0]:.2f} x")


def claimed(store: Any, now: float) -> float:
    """Claim ten, and give them back far ahead; return what claiming took."""
    began = time.perf_counter()
    claims = store.claim_due("bench", lane=2, limit=10, ttl=60.0, now=now, each=4)
    took = time.perf_counter() - began
    for claim in claims:
        store.give_back(claim, lane=2, wait=1e6, now=now)
    return took


def idle(options: argparse.Namespace) -> None:
    """Let a fleet of watched calendars in which nothing happens run for a while."""
    for kind in options.stores:
        with opened(kind) as store:
            policy = FleetPolicy()
            first, every = time.time(), policy.watched_calm / options.calendars
            fill(store, kind, options.calendars, first, every)
            fleet = Fleet(store, connected(FakeGoogle()))
            thread = threading.Thread(target=fleet.run)
            thread.start()
            time.sleep(3.0)
            cpu, wall = time.process_time(), time.perf_counter()
            time.sleep(options.seconds)
            share = (time.process_time() - cpu) / (time.perf_counter() - wall)
            fleet.stop()
            thread.join()
            print(
                f"{kind:<9} {options.calendars:,} idle watched calendars: {100 * share:.2f} % of a core, "
                f"the fake service included, over {options.seconds:g} s"
            )


def connected(fake: FakeGoogle, shares: Shares | None = None) -> Callable[[Account], Google]:
    """Return what connects to a fake in this process, whoever asks."""

    def connect(account: Account) -> Google:
        client = httpx.Client(transport=fake.transport())
        if shares is not None:
            shares.watch(client, "send", "HTTP")
        return Google("token", account=account.name, http_client=client)

    return connect


class Span:
    """A call that is counted, and how much of its time is counted elsewhere."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.elsewhere = 0.0


class Shares:
    """How the time of threads is divided, by what each is within; the fake's own is left out."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._own = threading.local()

    def _within(self) -> list[Span]:
        within: list[Span] = self._own.__dict__.setdefault("within", [])
        return within

    def watch(self, thing: Any, name: str, what: str) -> None:
        """Count the time that a method takes, but for what is counted within it."""
        method = getattr(thing, name)

        def timed(*args: Any, **kwargs: Any) -> Any:
            within, span = self._within(), Span(what)
            if any(one.what == what for one in within):
                return method(*args, **kwargs)
            within.append(span)
            began = time.thread_time()
            try:
                return method(*args, **kwargs)
            finally:
                took = time.thread_time() - began
                within.pop()
                self.spent[what] += took - span.elsewhere
                if within:
                    within[-1].elsewhere += took

        setattr(thing, name, timed)


def throughput(options: argparse.Namespace) -> None:
    """First syncs, syncs that find nothing, and syncs that find one change, one at a time."""
    for kind in options.stores:
        for count in options.calendars_of:
            with opened(kind) as store:
                _throughput(kind, count, options.events, store)


def _throughput(kind: str, count: int, events: int, store: Any) -> None:
    fake, shares = FakeGoogle(clock=SystemClock(), pace=timedelta(microseconds=10)), Shares()
    names = [f"c{number}@group.calendar.google.com" for number in range(count)]
    for name in names:
        fake.add_calendar(name)
        for hour in range(events):
            edited(fake, name, STARTS + timedelta(hours=hour))
    shares.watch(fake, "handle", "service")
    for method in dir(store):
        if not method.startswith("_") and callable(getattr(store, method)):
            shares.watch(store, method, "store")
    with Fleet(store, connected(fake, shares), policy=FleetPolicy(slots=1, each=1)) as fleet:
        fleet.enrol("google", "ann", calendars=names)
        measured(fleet, shares, f"{kind:<9} {count:>6,} calendars, first sync of {events}", count)
        for what in ("nothing changed", "one change"):
            for name in names:
                if what == "one change":
                    edited(fake, name, STARTS)
                topic = topics.calendar(Account("google", "ann"), name)
                store.make_due(topic, lane=Lane.PUSH, now=time.time())
            measured(fleet, shares, f"{kind:<9} {count:>6,} calendars, {what}", count)


def edited(fake: FakeGoogle, name: str, start: datetime) -> None:
    """Let somebody create an event."""
    fake.calendar(name).create("event", start, start + timedelta(hours=1))


def measured(fleet: Fleet, shares: Shares, what: str, count: int) -> None:
    """Work off what is due, and say how fast that was and on what it was spent."""
    shares.spent.clear()
    began = time.process_time()
    fleet.run_once()
    took = time.process_time() - began - shares.spent.pop("service")
    shares.spent["decoding and decisions"] = took - sum(shares.spent.values())
    told = ", ".join(f"{name} {100 * part / took:.0f} %" for name, part in shares.spent.items())
    print(
        f"{what:<48} {count / took:>6,.0f} a second, {1000 * took / count:.2f} ms each: {told}",
        flush=True,
    )


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--stores", type=lambda text: text.split(","), default="sqlite,postgres")
    commands = parser.add_subparsers(required=True)
    claims = commands.add_parser("due", help="claims among few rows and among many")
    claims.add_argument("--rows", type=int, nargs="+", default=[1_000, 1_000_000])
    claims.set_defaults(measure=due)
    still = commands.add_parser("idle", help="a fleet in which nothing happens")
    still.add_argument("--calendars", type=int, default=10_000)
    still.add_argument("--seconds", type=float, default=30.0)
    still.set_defaults(measure=idle)
    through = commands.add_parser("throughput", help="syncs of each kind")
    through.add_argument(
        "--calendars", dest="calendars_of", type=int, nargs="+", default=[10, 1_000, 10_000]
    )
    through.add_argument("--events", type=int, default=20)
    through.set_defaults(measure=throughput)
    options = parser.parse_args()
    options.measure(options)


if __name__ == "__main__":
    main()
