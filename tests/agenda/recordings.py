"""Recorded stores with the occurrences that they show, where the folder of recordings is at hand."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(
    os.environ.get("KLOUDSYNC_RECORDED")
    or Path(__file__).resolve().parents[2].parent / "shared" / "recorded"
)


def rows(name: str) -> list[Any]:
    """Return the rows of a recording; none where the folder is absent."""
    path = FOLDER / name
    return json.loads(path.read_text()) if path.exists() else []


def cases(name: str, having: str = "id") -> list[Any]:
    """Return the rows that have a field as test parameters, or one that is skipped with the reason."""
    missing = pytest.mark.skip(reason=f"no recordings: {FOLDER / name} is absent")
    return [pytest.param(row, id=row["id"]) for row in rows(name) if having in row] or [
        pytest.param(None, marks=missing, id="absent")
    ]
