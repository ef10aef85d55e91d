"""Cases of what was found in the product, where a checkout has them beside it.

The folder is `../shared/cases` beside the checkout, or named by KLOUDSYNC_CASES. It has rows
in JSON files, and programs that exit with 0 where the product does right.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_BESIDE = Path(__file__).parents[2] / "shared" / "cases"
_CANNOT_RUN = 77
"""What a program exits with where something is missing that it needs."""


def folder() -> Path:
    """Return where the cases are, whether or not they are there."""
    return Path(os.environ.get("KLOUDSYNC_CASES", _BESIDE))


def rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a file; none where it is absent.

    Args:
        name: The file's name, such as `google_truth.json`.
    """
    file = folder() / name
    if not file.exists():
        return []
    loaded: list[dict[str, Any]] = json.loads(file.read_text())
    return loaded


def cases(name: str, beginning: str | tuple[str, ...] = "") -> list[Any]:
    """Return a test parameter per row, or one that skips with the reason.

    Args:
        name: The file's name.
        beginning: How the ids of the rows that are wanted begin.
    """
    found = [row for row in rows(name) if row["id"].startswith(beginning)]
    return [pytest.param(row, id=row["id"]) for row in found] or [_absent(name, {})]


def programs(*names: str) -> list[Any]:
    """Return a test parameter per program, or one that skips with the reason.

    Args:
        names: Their paths in the folder without suffix, such as `security/cookies`.
    """
    paths = [(name, folder() / f"{name}.py") for name in names]
    return [
        pytest.param(path, id=name) if path.exists() else _absent(name, path)
        for name, path in paths
    ]


def expect_right(program: Path) -> None:
    """Run a program, and fail with what it says where it finds the product wrong."""
    done = subprocess.run(  # noqa: S603 - programs that the developer put there
        [sys.executable, str(program)], capture_output=True, text=True, timeout=90, check=False
    )
    said = f"{done.stdout}{done.stderr}"
    if done.returncode == _CANNOT_RUN or (not done.returncode and said.startswith("skipped")):
        pytest.skip(said)
    assert done.returncode == 0, said


def _absent(name: str, value: object) -> Any:
    reason = f"{name} is not beside this checkout; KLOUDSYNC_CASES may name its folder"
    return pytest.param(value, marks=pytest.mark.skip(reason=reason), id=f"{name} is absent")
