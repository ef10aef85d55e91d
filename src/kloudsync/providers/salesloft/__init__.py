"""Salesloft: its API v2 as far as calendars need it, and a calendar there as the target of a mirror.

What a client opens loads when it is touched, or when somebody asks for the types of its methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.providers.salesloft.bulk import BulkReport, finish_bulk, run_bulk
    from kloudsync.providers.salesloft.payload import Identity
    from kloudsync.providers.salesloft.sink import SalesloftCalendar, calendar_id_of

__all__ = [
    "BulkReport",
    "Identity",
    "SalesloftCalendar",
    "calendar_id_of",
    "finish_bulk",
    "run_bulk",
]

_HOMES: Final = {
    "BulkReport": "kloudsync.providers.salesloft.bulk",
    "Identity": "kloudsync.providers.salesloft.payload",
    "SalesloftCalendar": "kloudsync.providers.salesloft.sink",
    "calendar_id_of": "kloudsync.providers.salesloft.sink",
    "finish_bulk": "kloudsync.providers.salesloft.bulk",
    "run_bulk": "kloudsync.providers.salesloft.bulk",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
