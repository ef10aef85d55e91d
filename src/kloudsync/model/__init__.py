"""The unified vocabulary: frozen values that no provider owns.

What values name that load without it, loads when somebody asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.model.occurrence import Unexpanded

__all__ = [
    "Unexpanded",
]

_HOMES: Final = {
    "Unexpanded": "kloudsync.model.occurrence",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
