"""What it takes to write a provider of your own: sources, sinks, records, and the value that offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.http.operation import Operation
    from kloudsync.mirror.ports import BoundSink, Delivered, Sink, SinkPorts
    from kloudsync.model.calendar import CalendarKey
    from kloudsync.model.event import (
        CancelledOccurrence,
        Held,
        Series,
        SeriesException,
        SingleEvent,
    )
    from kloudsync.model.occurrence import Occurrence
    from kloudsync.model.page import SeriesFacts, SourcePage
    from kloudsync.model.record import EventRecord, Kind, Malformed
    from kloudsync.model.state import Cursor
    from kloudsync.model.times import epoch, from_epoch
    from kloudsync.model.view import RecordReader
    from kloudsync.model.writes import Action, Item, LedgerEntry, Outcome, Write
    from kloudsync.objects.registry import provider_named, providers
    from kloudsync.runtime.local import AsyncLocal, Local
    from kloudsync.runtime.provider import Named, Provider, SignIn, SinkChoice
    from kloudsync.runtime.step import Step
    from kloudsync.sync.ports import Store
    from kloudsync.sync.source import Source, SourceDescription

__all__ = [
    "Action",
    "AsyncLocal",
    "BoundSink",
    "CalendarKey",
    "CancelledOccurrence",
    "Cursor",
    "Delivered",
    "EventRecord",
    "Held",
    "Item",
    "Kind",
    "LedgerEntry",
    "Local",
    "Malformed",
    "Named",
    "Occurrence",
    "Operation",
    "Outcome",
    "Provider",
    "RecordReader",
    "Series",
    "SeriesException",
    "SeriesFacts",
    "SignIn",
    "SingleEvent",
    "Sink",
    "SinkChoice",
    "SinkPorts",
    "Source",
    "SourceDescription",
    "SourcePage",
    "Step",
    "Store",
    "Write",
    "epoch",
    "from_epoch",
    "provider_named",
    "providers",
]

_HOMES: Final = {
    "Action": "kloudsync.model.writes",
    "AsyncLocal": "kloudsync.runtime.local",
    "BoundSink": "kloudsync.mirror.ports",
    "CalendarKey": "kloudsync.model.calendar",
    "CancelledOccurrence": "kloudsync.model.event",
    "Cursor": "kloudsync.model.state",
    "Delivered": "kloudsync.mirror.ports",
    "EventRecord": "kloudsync.model.record",
    "Held": "kloudsync.model.event",
    "Item": "kloudsync.model.writes",
    "Kind": "kloudsync.model.record",
    "LedgerEntry": "kloudsync.model.writes",
    "Local": "kloudsync.runtime.local",
    "Malformed": "kloudsync.model.record",
    "Named": "kloudsync.runtime.provider",
    "Occurrence": "kloudsync.model.occurrence",
    "Operation": "kloudsync.http.operation",
    "Outcome": "kloudsync.model.writes",
    "Provider": "kloudsync.runtime.provider",
    "RecordReader": "kloudsync.model.view",
    "Series": "kloudsync.model.event",
    "SeriesException": "kloudsync.model.event",
    "SeriesFacts": "kloudsync.model.page",
    "SignIn": "kloudsync.runtime.provider",
    "SingleEvent": "kloudsync.model.event",
    "Sink": "kloudsync.mirror.ports",
    "SinkChoice": "kloudsync.runtime.provider",
    "SinkPorts": "kloudsync.mirror.ports",
    "Source": "kloudsync.sync.source",
    "SourceDescription": "kloudsync.sync.source",
    "SourcePage": "kloudsync.model.page",
    "Step": "kloudsync.runtime.step",
    "Store": "kloudsync.sync.ports",
    "Write": "kloudsync.model.writes",
    "epoch": "kloudsync.model.times",
    "from_epoch": "kloudsync.model.times",
    "provider_named": "kloudsync.objects.registry",
    "providers": "kloudsync.objects.registry",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
