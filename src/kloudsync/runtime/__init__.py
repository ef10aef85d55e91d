"""How work runs in either colour: drive, clock and chance, threads, budgets, leases, walks of the feed.

Crews load when one is made, or when somebody asks for the types of what makes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.runtime.crew import Crew, ThreadCrew

__all__ = [
    "Crew",
    "ThreadCrew",
]

_HOMES: Final = {
    "Crew": "kloudsync.runtime.crew",
    "ThreadCrew": "kloudsync.runtime.crew",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
