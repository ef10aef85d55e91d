"""Which kloudsync this is."""

from __future__ import annotations

from functools import cache


@cache
def version() -> str:
    """Return the version that is installed."""
    from importlib import metadata  # noqa: PLC0415 - it loads archives and mail, for one line

    return metadata.version("kloudsync")
