"""A program that syncs one calendar once, for tests that need a process of its own.

    python worker.py BASE_URL FILE PAGE_SIZE LEASE_TTL

prints a line of JSON: what was added, or the name of the error, and the peak memory.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.hasty import hasty

from kloudsync.errors import KloudsyncError
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.stores import SQLiteStore


def peak() -> int:
    """Return the peak memory of this program in KB, or 0 where the system does not tell.

    `getrusage` would count the program that started this one, too.
    """
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def main() -> None:
    """Sync once."""
    base_url, file, page_size, ttl = sys.argv[1:]
    with Google(token="token", base_url=base_url) as google, SQLiteStore(file) as store:
        source = google.calendar("primary", page_size=int(page_size))
        engine = hasty(SyncEngine(source, store), float(ttl))
        try:
            outcome: dict[str, object] = {"added": engine.sync().added}
        except KloudsyncError as error:
            outcome = {"error": type(error).__name__}
    outcome["peak_kb"] = peak()
    sys.stdout.write(json.dumps(outcome))


if __name__ == "__main__":
    main()
