"""`python -m tests.mutants.score`: which share of mutmut's mutants the tests notice.

The named mutants are bugs that somebody could write; mutmut's are every small change that a
machine can make. There are thousands, so that a sample may be tried: as many of each package,
drawn by a seed, so that whoever repeats the run tries the same.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from math import sqrt
from pathlib import Path

from tests.mutants.table import ROOT

LISTING = "kloudsync.mirror.window.*"
"""Any run writes down all mutants that there are; that of this one module is short."""

NOTICED = ("killed", "timeout")
"""Tests that hang notice, too."""

_NORMAL = 1.96


def main(words: Sequence[str]) -> int:
    """Try mutants, all or a sample, and print a table of what became of them."""
    wanted = _parsed(words)
    _mutmut("run", LISTING)
    chosen = sample(_matching(fates(), wanted.names), wanted.sample, wanted.seed)
    _mutmut("run", *chosen)
    found = fates()
    for line in table({name: found[name] for name in chosen}):
        sys.stdout.write(f"{line}\n")
    return 0


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.score")
    parser.add_argument("names", nargs="*", help="patterns of names; all mutants by default")
    parser.add_argument("--sample", type=int, help="how many of each package; all by default")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(words)


def _matching(names: Iterable[str], patterns: Sequence[str]) -> list[str]:
    return [
        name
        for name in names
        if not patterns or any(fnmatch(name, pattern) for pattern in patterns)
    ]


def package_of(name: str) -> str:
    """Return the package that a mutant is in."""
    return name.split(".")[1]


def sample(names: Iterable[str], size: int | None, seed: int) -> list[str]:
    """Draw some mutants of each package, each as likely as any other; all if there is no size."""
    packages: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        packages[package_of(name)].append(name)
    return [
        name
        for package, own in sorted(packages.items())
        for name in random.Random(f"{seed} {package}").sample(
            own, len(own) if size is None else min(size, len(own))
        )
    ]


def fates() -> dict[str, str]:
    """Return what became of each mutant, as mutmut names it."""
    lines = _mutmut("results", "--all", "true", quiet=True).splitlines()
    rows = (line.strip().rpartition(": ") for line in lines if ": " in line)
    return {name: fate for name, _, fate in rows}


def table(found: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each package: what was tried, what became of it, and the share noticed."""
    yield f"{'package':12} {'tried':>6} {'killed':>7} {'hung':>5} {'survived':>9} {'untested':>9}"
    for package in sorted({package_of(name) for name in found}):
        counted = Counter(fate for name, fate in found.items() if package_of(name) == package)
        tried = counted.total()
        noticed = sum(counted[fate] for fate in NOTICED)
        low, high = interval(noticed, tried)
        yield (
            f"{package:12} {tried:6} {counted['killed']:7} {counted['timeout']:5} "
            f"{counted['survived']:9} {counted['no tests']:9}   {noticed / tried:.1%} "
            f"({low:.1%} to {high:.1%})"
        )


def interval(noticed: int, tried: int) -> tuple[float, float]:
    """Return Wilson's bounds of the share of which a sample is one draw, at 95 %."""
    share, square = noticed / tried, _NORMAL**2
    middle = share + square / (2 * tried)
    spread = _NORMAL * sqrt(share * (1 - share) / tried + square / (4 * tried**2))
    return (middle - spread) / (1 + square / tried), (middle + spread) / (1 + square / tried)


def _mutmut(*words: str, quiet: bool = False) -> str:
    command = [str(Path(sys.executable).with_name("mutmut")), *words]
    done = subprocess.run(  # noqa: S603 - a development tool
        command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE if quiet else None
    )
    return done.stdout or ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
