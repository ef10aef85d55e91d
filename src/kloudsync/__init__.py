"""Keep a copy of your users' calendars that is always right, and react to every change.

A name loads when it is first used: importing kloudsync costs next to nothing,
and a program pays for the parts that it touches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kloudsync.errors import KloudsyncError

    __version__: str

__all__ = [
    "KloudsyncError",
]

_HOMES = {
    "KloudsyncError": "kloudsync.errors",
}


def __getattr__(name: str) -> object:
    """Import a public name on first use, and keep it."""
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - the root loads lazily

        return version("kloudsync")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - the same

    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names before they are loaded."""
    return sorted([*__all__, "__version__"])
