"""Trying whether the suite notices a mutant: a copy of the package, one bug in it, the tests over it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import frozen
from tests.mutants.table import PACKAGE, ROOT, Mutant

LONGEST = 900.0
"""Seconds after which a selection of tests is taken to hang, whatever it tests."""

_NOTICED = re.compile(r"^(?:FAILED|ERROR) (\S+::.*?)(?: - .*)?$", re.MULTILINE)


class Fate(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    BROKEN = "broken"
    """No test ran: the bug keeps the package from being imported, and proves nothing."""


@frozen(kw_only=True)
class Trial:
    """One mutant, tried.

    Attributes:
        mutant: The bug.
        fate: What became of it.
        by: The first test that noticed; otherwise what pytest said last.
    """

    mutant: Mutant
    fate: Fate
    by: str


class Hung(Exception):
    """The tests did not come to an end."""


def try_out(mutant: Mutant, limit: float) -> Trial:
    """Plant a bug in a copy of the package and run its tests until one notices.

    Args:
        mutant: The bug.
        limit: Seconds after which the tests are taken to hang, which counts as noticing.

    Raises:
        Rotten: The bug no longer fits the text.
    """
    with TemporaryDirectory(prefix="mutant-") as folder:
        tree = Path(folder)
        shutil.copytree(ROOT / "src", tree / "src")
        file = tree / PACKAGE / mutant.file
        file.write_text(mutant.planted(file.read_text(encoding="utf-8")), encoding="utf-8")
        try:
            code, said = run_tests(tree, mutant.tests, limit, "-x")
        except Hung:
            return Trial(mutant=mutant, fate=Fate.KILLED, by="the time limit: the tests hang")
    return _judged(mutant, code, said)


def _judged(mutant: Mutant, code: int, said: str) -> Trial:
    if code == 0:
        return Trial(mutant=mutant, fate=Fate.SURVIVED, by="no test")
    noticed = _NOTICED.search(said)
    if noticed:
        return Trial(mutant=mutant, fate=Fate.KILLED, by=noticed[1])
    return Trial(mutant=mutant, fate=Fate.BROKEN, by=said[-2000:])


def run_tests(
    tree: Path, tests: Sequence[str], limit: float = LONGEST, *options: str
) -> tuple[int, str]:
    """Run tests over the package in a tree, and return pytest's exit code and words.

    Raises:
        Hung: They did not end within the limit.
    """
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-rfE", "--hypothesis-seed=0"]
    command += ["-p", "no:cacheprovider", *options, *tests]
    process = subprocess.Popen(  # noqa: S603 - our own tests
        command,
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(tree / "src"),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(tree / "hypothesis"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired as expired:
        # Workers that the tests started go with them.
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise Hung from expired
    return process.returncode, said
