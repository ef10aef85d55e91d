"""What happened to a calendar, as its feed tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.model.change import (
        Added,
        Change,
        Deleted,
        SeriesSplit,
        SeriesTruncated,
        Unreadable,
        Updated,
    )

__all__ = [
    "Added",
    "Change",
    "Deleted",
    "SeriesSplit",
    "SeriesTruncated",
    "Unreadable",
    "Updated",
]

_HOMES: Final = {
    "Added": "kloudsync.model.change",
    "Change": "kloudsync.model.change",
    "Deleted": "kloudsync.model.change",
    "SeriesSplit": "kloudsync.model.change",
    "SeriesTruncated": "kloudsync.model.change",
    "Unreadable": "kloudsync.model.change",
    "Updated": "kloudsync.model.change",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
