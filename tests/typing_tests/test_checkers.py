"""Type checkers that read no mypy codes find the same errors as mypy and pyright, and no others."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CASES = sorted(HERE.glob("*_types.py"))
FOUND = re.compile(r"(?m)^(?:ERROR )?(\S+?\.py):(\d+):")

CHECKERS = {
    # What ty cannot write down is no error of ours: text that is neither empty nor absent.
    "ty": [
        *("check", "--python", sys.executable, "--output-format", "concise"),
        *("--ignore", "assert-type-unspellable-subtype"),
    ],
    "pyrefly": [
        *("check", "--python-interpreter-path", sys.executable, "--output-format", "min-text"),
        *("--preset", "default", "--enabled-ignores", "pyrefly"),
    ],
}
"""How each checker is asked; neither honours the comments that mark what mypy has to find."""


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_checker_finds_what_is_marked_and_nothing_else(checker: str) -> None:
    """In both colours the types are right, and wrong names, types and colours are refused."""
    program = Path(sys.executable).with_name(checker)
    if not program.exists():
        pytest.skip(f"{checker} is not installed")
    said = subprocess.run(  # noqa: S603 - a program of our own environment
        [str(program), *CHECKERS[checker], *map(str, CASES)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    found = {(Path(file).name, int(line)) for file, line in FOUND.findall(said.stdout)}
    marked = {
        (path.name, number)
        for path in CASES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "# type: ignore[" in line
    }
    assert found == marked, said.stdout + said.stderr
