"""Kloudless: unified calendars, their activity and its webhooks.

The public cloud is said to be gone since 2023; self-hosted appliances and stored
activity may remain, so the base URL is a setting and reading is tolerant. What the
documents do not say and was inferred is named as inferred where it is decided, and
can be set otherwise.

What a client opens loads when it is touched, or when somebody asks for the types of its methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.providers.kloudless.window import KloudlessWindow

__all__ = [
    "KloudlessWindow",
]

_HOMES: Final = {
    "KloudlessWindow": "kloudsync.providers.kloudless.window",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
