"""Which kloudsync this is."""

from __future__ import annotations

from functools import cache
from importlib import metadata


@cache
def version() -> str:
    """Return the version that is installed."""
    return metadata.version("kloudsync")
