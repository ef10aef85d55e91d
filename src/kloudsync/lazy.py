"""Modules whose names load when they are first used."""

from __future__ import annotations

from importlib import import_module
from sys import modules

TYPE_CHECKING = False  # what checkers go by, without loading `typing`

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def loading(module: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Return the `__getattr__` of a module that imports a name on first use, and keeps it.

    Args:
        module: The module's own name.
        homes: Where each name is defined.
    """

    def load(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        value: object = getattr(import_module(homes[name]), name)
        setattr(modules[module], name, value)
        return value

    return load
