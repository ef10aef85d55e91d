"""What a program holds: engines, copies, mirrors, watchers and intakes, in both colours.

The names here are types that methods of theirs give and take. Their rooms load with the first
object, or when somebody asks for the types of a method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.agenda import Agenda, BusyOptions, Intervals
    from kloudsync.model.change import Change
    from kloudsync.model.event import Held
    from kloudsync.model.reader import CopyReader
    from kloudsync.model.view import CalendarView
    from kloudsync.sync.plan import MassDeletion
    from kloudsync.sync.ports import Store
    from kloudsync.sync.report import SyncReport
    from kloudsync.sync.source import Source

__all__ = [
    "Agenda",
    "BusyOptions",
    "CalendarView",
    "Change",
    "CopyReader",
    "Held",
    "Intervals",
    "MassDeletion",
    "Source",
    "Store",
    "SyncReport",
]

_HOMES: Final = {
    "Agenda": "kloudsync.agenda",
    "BusyOptions": "kloudsync.agenda",
    "CalendarView": "kloudsync.model.view",
    "Change": "kloudsync.model.change",
    "CopyReader": "kloudsync.model.reader",
    "Held": "kloudsync.model.event",
    "Intervals": "kloudsync.agenda",
    "MassDeletion": "kloudsync.sync.plan",
    "Source": "kloudsync.sync.source",
    "Store": "kloudsync.sync.ports",
    "SyncReport": "kloudsync.sync.report",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
