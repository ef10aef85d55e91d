"""A program of eight workers on one SQLite file, some of which are killed at seeded times.

    python -m tests.stores.sqlite.crowd BASE_URL FILE JOURNAL SEED KILLS CALENDAR...

Workers sync the calendars in random order and write a line to the journal for each lease
they are given and each pass they commit. Ends once the kills are done, all workers dead,
and prints how many times a worker was started.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from tests.hasty import hasty

from kloudsync.errors import LeaseHeld, LeaseLost
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import Lease
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.stores import SQLiteStore

T = TypeVar("T")

WORKERS = 8
TTL = 0.5


class JournalingStore(SQLiteStore):
    """A store that notes who was given a lease, and who committed under it.

    Args:
        path: The file.
        journal: Where the notes go, a line each.
    """

    def __init__(self, path: Path, journal: Path) -> None:
        super().__init__(path, timeout=60)
        self._journal = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def note(self, *words: object) -> None:
        """Write a line, whole or not at all."""
        os.write(self._journal, (json.dumps(words) + "\n").encode())

    def unit(self, work: Callable[[Any], T], *, durable: bool = False) -> T:
        """Note whom a lease was given to, and each commit, once the unit of work is done."""
        noted: list[tuple[object, ...]] = []
        answer = super().unit(lambda unit: work(Noting(unit, noted)), durable=durable)
        for words in noted:
            self.note(*words)
        return answer


class Noting:
    """An open transaction that remembers what it was asked to do."""

    def __init__(self, unit: Any, noted: list[tuple[object, ...]]) -> None:
        self._unit = unit
        self._noted = noted

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> Lease | None:
        """Remember whom a lease is given to."""
        lease: Lease | None = self._unit.acquire(name, owner, ttl=ttl, now=now)
        if lease is not None:
            self._noted.append(("lease", name, lease.fence, f"{os.getpid()} {owner}"))
        return lease

    def commit(self, key: CalendarKey, lease: Lease, **given: Any) -> None:
        """Remember a commit."""
        self._unit.commit(key, lease, **given)
        self._noted.append(("commit", lease.name, lease.fence, str(os.getpid())))

    def __getattr__(self, name: str) -> Any:
        """Return everything else as it is."""
        return getattr(self._unit, name)


def work(base_url: str, file: Path, journal: Path, seed: str, calendars: Sequence[str]) -> None:
    """Sync one calendar after the other until killed, or until nobody is left to kill."""
    chance, parent = random.Random(seed), os.getppid()
    with (
        Google(token="token", base_url=base_url) as google,
        JournalingStore(file, journal) as store,
    ):
        while os.getppid() == parent:
            source = google.calendar(chance.choice(calendars), page_size=chance.choice((3, 10, 40)))
            try:
                hasty(SyncEngine(source, store), TTL).sync()
            except (LeaseHeld, LeaseLost) as refused:
                store.note("refused", str(source.key), 0, type(refused).__name__)


def start(seed: str, arguments: tuple[str, Path, Path], calendars: Sequence[str]) -> int:
    """Fork a worker and return its id."""
    child = os.fork()
    if child:
        return child
    try:
        work(*arguments, seed, calendars)
    except Exception:  # noqa: BLE001 - whatever it is, the test shows it
        traceback.print_exc()
    finally:
        os._exit(1)


def reap(workers: Iterable[int]) -> None:
    """Kill workers; one that ended by itself has failed."""
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
        _, status = os.waitpid(worker, 0)
        if not os.WIFSIGNALED(status):
            raise SystemExit("a worker ended before it was killed")


def wait_for_commit(journal: Path, seen: int) -> int:
    """Wait until more passes were committed than were seen, so that there is work between deaths."""
    while (count := journal.read_text().count("commit") if journal.exists() else 0) <= seen:
        time.sleep(0.005)
    return count


def main() -> None:
    """Keep eight workers alive while one after the other is killed."""
    base_url, file, journal, seed, kills, *calendars = sys.argv[1:]
    chance = random.Random(seed)
    arguments = (base_url, Path(file), Path(journal))
    workers = [start(f"{seed} {number}", arguments, calendars) for number in range(WORKERS)]
    commits = 0
    for number in range(int(kills)):
        commits = wait_for_commit(arguments[2], commits)
        time.sleep(chance.uniform(0.0, 0.2))
        place = chance.randrange(WORKERS)
        reap([workers[place]])
        workers[place] = start(f"{seed} {WORKERS + number}", arguments, calendars)
    time.sleep(1.0)
    reap(workers)
    sys.stdout.write(str(WORKERS + int(kills)))


if __name__ == "__main__":
    main()
