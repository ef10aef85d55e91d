"""What the package keeps from one question to the next, of which tests are better off without."""

from __future__ import annotations

import sys
from collections.abc import Collection


def forget(package: str, *, apart_from: Collection[str] = ()) -> None:
    """Empty every cache of a package, but not those of some modules."""
    for name, module in list(sys.modules.items()):
        if f"{name}.".startswith(f"{package}.") and name not in apart_from:
            for held in vars(module).values():
                if callable(clear := getattr(held, "cache_clear", None)):
                    clear()
