"""Measure what the charts show, and write it to `figures.json` beside this file.

    python benchmarks/charts/measure.py [--events 10000] [--rounds 5] [--only sync]

Time and memory are those of `benchmarks/sync`; an import is the CPU time of a new interpreter less that of
an empty one; the weight is what `pip install` puts into an empty folder. Needs `gcal-sync` beside
kloudsync, and a package index for the weights.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "sync"))

import run as sync  # noqa: E402 - lies beside, and is no package

NAMES = {"floor": "httpx and sqlite3 by hand", "kloudsync": "kloudsync", "gcal_sync": "gcal-sync"}
IMPORTS = {
    "kloudsync": "from kloudsync import Google, SyncEngine",
    "gcal-sync": "import gcal_sync.sync",
    "google-api-python-client": "from googleapiclient.discovery import build",
}
WEIGHTS = {
    "kloudsync": str(HERE.parents[1]),
    "gcal-sync": "gcal-sync",
    "google-api-python-client": "google-api-python-client",
    "nylas": "nylas",
}


def syncs(events: int, rounds: int) -> dict[str, dict[str, float]]:
    """Return CPU seconds and MB above imports of a full sync, by contestant."""
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in NAMES}
    with sync.served(events, sync.PAGE) as url, sync.served(events, sync.PEER_PAGE) as peer:
        for _ in range(rounds):
            for name, measured in runs.items():
                address = peer if name == "gcal_sync" else url
                measured.append(sync.measured(sys.executable, name, address))
    return {
        NAMES[name]: {key: median(one[key] for one in measured) for key in ("cpu", "mb")}
        for name, measured in runs.items()
    }


def imported(statement: str, rounds: int) -> float:
    """Return the CPU seconds that a statement costs a new interpreter."""
    return median(_spent(statement) - _spent("pass") for _ in range(rounds))


def _spent(statement: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", statement], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def weight(requirement: str) -> float:
    """Return the MB that an installation takes, dependencies included."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target"]
        subprocess.run([*command, folder, requirement], check=True)
        return sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file()) / 1e6


def main() -> None:
    """Measure, and write what was measured beside what was measured before."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("sync", "import", "weight"), action="append")
    given = parser.parse_args()
    wanted = given.only or ("sync", "import", "weight")
    file = HERE / "figures.json"
    figures: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    figures["machine"] = f"Python {platform.python_version()}, {os.cpu_count()} processors"
    if "sync" in wanted:
        synced = syncs(given.events, given.rounds)
        figures["events"] = given.events
        figures["time"] = {name: round(one["cpu"], 3) for name, one in synced.items()}
        figures["memory"] = {name: round(one["mb"], 1) for name, one in synced.items()}
    if "import" in wanted:
        figures["import"] = {
            name: round(imported(one, given.rounds), 3) for name, one in IMPORTS.items()
        }
    if "weight" in wanted:
        figures["weight"] = {name: round(weight(one), 1) for name, one in WEIGHTS.items()}
    file.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
