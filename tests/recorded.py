"""Recorded traffic of real calendars, where a checkout has it beside it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

_BESIDE = Path(__file__).parents[2] / "shared" / "recorded"


def rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a recorded file; none where the folder is absent.

    Args:
        name: The file's name, such as `google_events.json`.

    The folder is `../shared/recorded` beside the checkout, or named by KLOUDSYNC_RECORDED.
    """
    folder = Path(os.environ.get("KLOUDSYNC_RECORDED", _BESIDE))
    file = folder / name
    if not file.exists():
        return []
    loaded: list[dict[str, Any]] = json.loads(file.read_text())
    return loaded


def cases(name: str) -> list[Any]:
    """Return a test parameter per row, or one that skips with the reason."""
    found = rows(name)
    if not found:
        reason = f"{name} is not beside this checkout; KLOUDSYNC_RECORDED may name its folder"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason), id="absent")]
    return [pytest.param(row, id=row["id"]) for row in found]
