"""`python -m tests.mutants`: try every named mutant, or those whose names hold one of the words given."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.mutants.table import ROOT, Mutant, Rotten, read_tables
from tests.mutants.trial import Fate, Trial, run_tests, try_out

AT_ONCE = 2


def main(words: Sequence[str]) -> int:
    """Try mutants, print a table, and return how many the suite let live."""
    chosen = [one for one in read_tables() if _is_wanted(one, words)]
    try:
        _check_fit(chosen)
        limits = {one.tests: 0.0 for one in chosen}
        for tests in limits:
            limits[tests] = _seconds_of_the_sound_package(tests)
    except (Rotten, RuntimeError) as problem:
        _say(str(problem))
        return 1
    with ThreadPoolExecutor(AT_ONCE) as pool:
        trials = list(pool.map(partial(_tried, limits), chosen))
    return _summed_up(trials)


def _is_wanted(mutant: Mutant, words: Sequence[str]) -> bool:
    return not words or any(
        word in (mutant.table, mutant.name) or word in mutant.name for word in words
    )


def _check_fit(mutants: Iterable[Mutant]) -> None:
    for mutant in mutants:
        mutant.planted(mutant.text())


def _seconds_of_the_sound_package(tests: Sequence[str]) -> float:
    """Return how long the tests may take; they must pass where there is no bug."""
    began = time.monotonic()
    code, said = run_tests(ROOT, tests)
    if code:
        raise RuntimeError(f"the tests fail without any mutant, so they prove nothing:\n{said}")
    return 60 + 3 * (time.monotonic() - began)


def _tried(limits: dict[tuple[str, ...], float], mutant: Mutant) -> Trial:
    trial = try_out(mutant, limits[mutant.tests])
    _say(f"{trial.fate.value:8}  {mutant.table:10}  {mutant.name}\n{'':10}by {trial.by}")
    return trial


def _summed_up(trials: Sequence[Trial]) -> int:
    fates = Counter(trial.fate for trial in trials)
    for table in dict.fromkeys(trial.mutant.table for trial in trials):
        own = [trial for trial in trials if trial.mutant.table == table]
        killed = sum(trial.fate is Fate.KILLED for trial in own)
        _say(f"{table:10} {killed:3} of {len(own):3} killed")
    _say(f"{'in all':10} {fates[Fate.KILLED]:3} of {len(trials):3} killed")
    return len(trials) - fates[Fate.KILLED]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
