"""What it costs to import kloudsync, beside the libraries that it stands on, as ratios of one run.

Each program is a new process, and what counts is its CPU time, without that of an interpreter that
does nothing: the least of several, since whatever else the machine does only adds to it. All of them
have their bytecode, as whatever is installed and was run once: whether this checkout keeps any does not
matter.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from kloudsync.testing import FakeGoogle

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
LIBRARIES = "import httpx, attrs, cattrs"
TEN_LINES = "from kloudsync import Google, SyncEngine\nfrom kloudsync.stores import SQLiteStore"
BARE = """
import httpx, attrs, cattrs
with httpx.Client(headers={{"Authorization": "Bearer any"}}) as http:
    http.get("{url}/calendars/primary/events").raise_for_status().json()
"""
SYNC = """
from kloudsync import Google, SyncEngine
from kloudsync.stores import SQLiteStore
with Google("any", base_url="{url}") as google, SQLiteStore(":memory:") as store:
    assert SyncEngine(google.calendar(), store).sync().added == 10
"""


def cpu(*arguments: str, bytecode: Path) -> float:
    """Return the CPU seconds that an interpreter takes, which keeps its bytecode in a folder."""
    env = {**os.environ, "PYTHONPYCACHEPREFIX": str(bytecode)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, env=env)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {arguments}")
    return used.ru_utime + used.ru_stime


def least(programs: dict[str, tuple[str, ...]], times: int, bytecode: Path) -> dict[str, float]:
    """Return what each program takes beyond an interpreter that does nothing, taking turns."""
    took: dict[str, list[float]] = {name: [] for name in programs}
    for arguments in programs.values():
        cpu(*arguments, bytecode=bytecode)
    for _ in range(times):
        for name, arguments in programs.items():
            took[name].append(cpu(*arguments, bytecode=bytecode))
    nothing = min(took["nothing"])
    return {name: min(seconds) - nothing for name, seconds in took.items()}


def main() -> None:
    """Measure, and print each ratio with its goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=9, help="how often each program runs")
    times: int = parser.parse_args().times
    fake = FakeGoogle()
    for hour in range(10):
        start = NINE + timedelta(hours=hour)
        fake.calendar().create(f"Event {hour}", start, start + timedelta(hours=1))
    with fake.serve() as url, TemporaryDirectory() as folder:
        os.chdir(Path(folder))
        took = least(
            {
                "nothing": ("-c", "pass"),
                "attrs": ("-c", "import attrs"),
                "kloudsync": ("-c", "import kloudsync"),
                "libraries": ("-c", LIBRARIES),
                "ten lines": ("-c", TEN_LINES),
                "bare": ("-c", BARE.format(url=url)),
                "sync": ("-c", SYNC.format(url=url)),
                "typer": ("-c", "import typer"),
                "help": ("-m", "kloudsync", "--help"),
            },
            times,
            Path(folder),
        )
    for what, program, beside, goal in (
        ("import kloudsync, beside attrs", "kloudsync", "attrs", 0.2),
        ("README's ten lines, beside httpx, attrs and cattrs", "ten lines", "libraries", 1.5),
        ("these and a first sync of ten events, beside a bare GET as well", "sync", "bare", 2.2),
        ("kloudsync --help, beside typer", "help", "typer", 2.0),
    ):
        ratio = took[program] / took[beside]
        missed = "" if ratio <= goal else ", missed"
        print(f"{what}: {ratio:.2f} (goal {goal}{missed}; {took[program] * 1000:.0f} ms)")


if __name__ == "__main__":
    main()
