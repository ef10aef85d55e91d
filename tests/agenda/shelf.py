"""Stores that hold what a test wants them to hold, and readings of records without a provider."""

from collections.abc import Iterable
from typing import Protocol

from attrs import frozen

from kloudsync.model.attendee import Attendee, Reply
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Held, SingleEvent, Status
from kloudsync.model.record import EventRecord, StagedRecord, Verdict
from kloudsync.model.state import Checkpoint
from kloudsync.model.times import from_epoch
from kloudsync.model.view import CalendarView
from kloudsync.recurrence import ICALENDAR, Reading
from kloudsync.runtime.leasing import LeaseStore
from kloudsync.stores import MemoryStore
from kloudsync.sync.pass_store import PassStore

INVITED = Attendee(email="owner@example.com", reply=Reply.NEEDS_ACTION, is_self=True)
KEY = CalendarKey("example", "owner", "team")


@frozen
class Plain:
    """Reads records by their columns alone; the raw text may name a status, or be unanswered.

    Attributes:
        reading: Whose reading of recurrence lines counts.
    """

    reading: Reading = ICALENDAR

    def event(self, record: EventRecord) -> Held:
        """Return a single event with the times of the record."""
        all_day = bool(record.all_day)
        return SingleEvent(
            id=record.id,
            start=from_epoch(record.start or 0, all_day=all_day, zone=record.zone),
            end=from_epoch(record.end or 0, all_day=all_day, zone=record.zone),
            status=Status.TENTATIVE if "tentative" in record.raw else Status.CONFIRMED,
            attendees=(INVITED,) if "unanswered" in record.raw else None,
        )

    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:
        """Name an occurrence by its series and start."""
        return f"{series}_{start}{'d' if all_day else ''}"


def view(
    calendar: str = "team", zone: str | None = None, reading: Reading = ICALENDAR
) -> CalendarView:
    """Return a view of a calendar whose records are plain."""
    return CalendarView(CalendarKey("example", "owner", calendar), Plain(reading), zone)


class Writable(PassStore, LeaseStore, Protocol):
    """A store that passes can be committed to."""


def hold(
    store: Writable,
    records: Iterable[EventRecord],
    *,
    key: CalendarKey = KEY,
    zone: str | None = "UTC",
) -> None:
    """Commit a pass that adds records to a calendar."""
    lease = store.acquire(str(key), "test", ttl=60, now=0)
    assert lease is not None
    checkpoint = Checkpoint(full=True, fingerprint="f")
    store.begin(key, lease, checkpoint, since=store.state(key))
    staged = [StagedRecord(record, Verdict.ADDED) for record in records]
    store.stage(key, lease, staged, checkpoint=checkpoint, since=store.state(key))
    store.commit(key, lease, cursor=None, zone=zone, now=1, since=store.state(key))
    store.release(lease)


def holding(records: Iterable[EventRecord], *, zone: str | None = "UTC") -> MemoryStore:
    """Return a store in memory that holds records in one calendar."""
    store = MemoryStore()
    hold(store, records, zone=zone)
    return store
