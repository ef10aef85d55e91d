"""Google's own description of the API, as its Python client ships it."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def document() -> dict[str, Any]:
    """Return the discovery document."""
    folder = files("googleapiclient") / "discovery_cache" / "documents"
    loaded: dict[str, Any] = json.loads((folder / "calendar.v3.json").read_text())
    return loaded


def methods() -> dict[str, dict[str, Any]]:
    """Return all methods by name, such as `events.list`."""
    return {
        f"{resource}.{name}": method
        for resource, held in document()["resources"].items()
        for name, method in held["methods"].items()
    }


def schemas() -> dict[str, dict[str, Any]]:
    """Return all schemas by name, such as `Event`."""
    found: dict[str, dict[str, Any]] = document()["schemas"]
    return found
