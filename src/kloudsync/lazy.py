"""Modules whose names load when they are first used."""

from __future__ import annotations

from importlib import import_module
from sys import modules

TYPE_CHECKING = False  # what checkers go by, without loading `typing`

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Named:
    """What knows a module's names.

    Args:
        module: The module's own name.
        homes: Where each name is defined.
    """

    def __init__(self, module: str, homes: Mapping[str, str]) -> None:
        self._module = module
        self._homes = homes


class Loading(_Named):
    """The `__getattr__` of a module that imports a name on first use, and keeps it.

    No function, so that type checkers take no name for one that the module might have.
    """

    def __call__(self, name: str) -> object:
        """Import a name.

        Raises:
            AttributeError: The module has no such name.
        """
        if name not in self._homes:
            raise AttributeError(f"module {self._module!r} has no attribute {name!r}")
        value: object = getattr(import_module(self._homes[name]), name)
        setattr(modules[self._module], name, value)
        return value


class Listing(_Named):
    """The `__dir__` of a module whose names load when they are first used."""

    def __call__(self) -> list[str]:
        """Return the module's names, whether they are loaded or not."""
        return sorted({*vars(modules[self._module]), *self._homes})
