"""A program that syncs hostile calendars, for tests that watch its memory.

    python bombed.py DECODER BASE_URL...

decodes with "msgspec" or with "json" and prints a line of JSON for each: the error's name and message, or what was added, and the peak
memory so far.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from kloudsync.errors import KloudsyncError
from kloudsync.http.retry import Retry
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.stores import MemoryStore


def peak() -> int:
    """Return the peak memory of this program in MB, or 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0) // 1024


def outcome(base_url: str) -> dict[str, object]:
    """Sync a calendar once, and say what came of it."""
    said: dict[str, object] = {"error": None}
    with Google("token", base_url=base_url, retry=Retry(attempts=1)) as google:
        engine = SyncEngine(google.calendar(), MemoryStore())
        try:
            report = engine.sync()
            said |= {"added": report.added, "quarantined": len(report.quarantined)}
        except KloudsyncError as error:
            said |= {"error": type(error).__name__, "message": str(error)}
    return said | {"peak": peak()}


if __name__ == "__main__":
    if sys.argv[1] == "json":
        sys.modules["msgspec"] = None  # type: ignore[assignment]
    for address in sys.argv[2:]:
        sys.stdout.write(json.dumps(outcome(address)) + "\n")
