"""Recorded payloads, where the folder that holds them is at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(
    os.environ.get("KLOUDSYNC_RECORDED")
    or Path(__file__).resolve().parents[1].parent / "shared" / "recorded"
)


def rows(name: str) -> list[Any]:
    """Return the rows of a file; none where the folder is absent."""
    path = FOLDER / name
    return json.loads(path.read_text()) if path.exists() else []


def cases(name: str) -> list[Any]:
    """Return the rows of a file as test parameters, or one that is skipped with the reason."""
    missing = pytest.mark.skip(reason=f"no recordings: {FOLDER / name} is absent")
    return [pytest.param(row, id=row["id"]) for row in rows(name)] or [
        pytest.param(None, marks=missing, id="absent")
    ]
