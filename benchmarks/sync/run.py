"""The first question: what does a full sync cost, next to doing it by hand and to the peer?

    python benchmarks/sync/run.py [--peer-python PYTHON] [--events 10000 100000] [--rounds 5]

Contestants alternate within one run, and medians of the ratios of their CPU seconds are compared, so
that the machine's speed drops out. The bare loop fills the engine's own tables, without anything that
the engine does. The peer is left out where its interpreter is not given.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
PAGE = 2500
PEER_PAGE = 1000
_SMALL = 10_000


@contextmanager
def served(events: int, size: int) -> Iterator[str]:
    """Serve a calendar from another process."""
    command = [sys.executable, str(HERE / "pages.py"), str(events), str(size)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def measured(python: str, name: str, url: str) -> dict[str, float]:
    """Run one contestant in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [python, str(HERE / "contestant.py"), name, url, f"{folder}/calendar.db"]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figures: dict[str, float] = json.loads(output.splitlines()[-1])
    return figures


def compare(events: int, rounds: int, peer: str | None) -> None:
    """Measure all contestants on one size of calendar and print the ratios."""
    names = ("floor", "bare_loop", "kloudsync", "gcal_sync")
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    with served(events, PAGE) as url, served(events, PEER_PAGE) as peer_url:
        for _ in range(rounds):
            for name, measurements in runs.items():
                if name == "gcal_sync" and peer is None:
                    continue
                mine = name != "gcal_sync"
                python = sys.executable if mine else str(peer)
                measurements.append(measured(python, name, url if mine else peer_url))
    print(f"\nfull sync of {events:,} events, medians of {rounds}")
    for name, figures in runs.items():
        if figures:
            wall, cpu, mb = (median(one[key] for one in figures) for key in ("wall", "cpu", "mb"))
            assert all(one["events"] > events * 0.99 for one in figures), figures
            print(f"  {name:10} {wall:7.2f} s wall {cpu:7.2f} s CPU {mb:7.0f} MB above imports")
    print(
        f"  kloudsync / floor     {_ratio(runs, 'kloudsync', 'floor'):6.2f}   (goal: at most 0.85)"
    )
    print(
        f"  kloudsync / bare loop {_ratio(runs, 'kloudsync', 'bare_loop'):6.2f}   (goal: at most 1.20)"
    )
    if runs["gcal_sync"]:
        goal = 4.0 if events <= _SMALL else 4.5
        ratio = _ratio(runs, "gcal_sync", "kloudsync")
        print(f"  gcal-sync / kloudsync {ratio:6.2f}   (goal: at least {goal:.2f})")
    print(
        f"  memory                {median(one['mb'] for one in runs['kloudsync']):6.0f} MB (goal: at most 25)"
    )


def _ratio(runs: dict[str, list[dict[str, float]]], one: str, other: str) -> float:
    """Return how much CPU one takes beside another, as the median over rounds, which share their moment."""
    return median(a["cpu"] / b["cpu"] for a, b in zip(runs[one], runs[other], strict=True))


def main() -> None:
    """Compare on calendars of several sizes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer-python", help="an interpreter that has gcal-sync")
    parser.add_argument("--events", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, load {load}")
    for events in options.events:
        compare(events, options.rounds, options.peer_python)


if __name__ == "__main__":
    main()
