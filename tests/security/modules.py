"""Every module of the package, as far as what is installed lets it be imported."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import kloudsync


def modules() -> Iterator[ModuleType]:
    """Yield the modules."""
    for found in pkgutil.walk_packages(kloudsync.__path__, "kloudsync."):
        if found.name.endswith("__main__"):
            continue
        try:
            yield importlib.import_module(found.name)
        except ImportError:
            # An extra that is not installed.
            continue
