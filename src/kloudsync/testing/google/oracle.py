"""What a client in sync must hold and show: the fake's own answer."""

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from typing import Any

import attrs

from kloudsync.testing.exchange import Resource
from kloudsync.testing.google import expansion
from kloudsync.testing.google.book import Book
from kloudsync.testing.google.rows import Kind, Row
from kloudsync.testing.google.times import Moment, as_instant


@attrs.frozen(kw_only=True)
class Occurrence:
    """One thing that stands in the calendar.

    Attributes:
        id: The id of the single event, or of the occurrence as Google names it.
        start: When it starts: aware datetime in the event's zone, or date.
        end: When it ends, exclusive; of the same type.
        series: The id of its series; None for single events.
        summary: Its title.
        resource: The event as `events.list(singleEvents=true)` would send it.
    """

    id: str
    start: Moment
    end: Moment
    series: str | None
    summary: str
    resource: Resource = attrs.field(repr=False, eq=False)


def truth(book: Book) -> dict[str, Resource]:
    """Collect the objects that a client in sync holds, by id.

    Single events, series, and exceptions, cancelled ones included; nothing that is deleted.
    """
    return {row.id: row.resource() for row in book.rows if row.kind is not Kind.DELETED}


def occurrences(book: Book, start: datetime, end: datetime) -> list[Occurrence]:
    """List what stands between two instants, in order of start.

    Args:
        book: The calendar's events.
        start: What ends at or before this instant is left out; aware.
        end: What starts at or after this instant is left out; aware.
    """
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("a window has aware ends; give `start` and `end` a tzinfo")
    found = [
        _occurrence(book, resource)
        for row in book.rows
        for resource in resources(book, row, end)
        if overlaps(book, resource, start, end)
    ]
    return sorted(found, key=lambda occurrence: (book.order(occurrence.start), occurrence.id))


def overlaps(book: Book, resource: Resource, start: datetime | None, end: datetime | None) -> bool:
    """Tell whether an event ends after `start` and starts before `end`."""
    after = start is None or book.order(book.moment(resource, "end")) > start
    return after and (end is None or book.order(book.moment(resource, "start")) < end)


def resources(
    book: Book, row: Row, end: datetime | None, limit: int | None = None
) -> Iterator[Resource]:
    """Yield what a row contributes to an expanded calendar.

    A series yields the occurrences that nobody touched; its exceptions are rows of their own.

    Args:
        book: The calendar's events.
        row: The row.
        end: Slots at or after this instant are left out; None for all.
        limit: How many slots of a series are looked at.
    """
    if row.kind in {Kind.SINGLE, Kind.EXCEPTION}:
        yield row.resource()
    if row.kind is Kind.SERIES:
        yield from untouched(book, row, end, limit)


def untouched(
    book: Book, row: Row, end: datetime | None, limit: int | None = None
) -> Iterator[Resource]:
    """Yield the occurrences of a series that have no row of their own."""
    series = row.resource()
    taken = {book.order(book.slot_of(own.resource())) for own in book.rows.exceptions(row.id)}
    slots = expansion.slots(book.moment(series, "start"), series["recurrence"])
    inside = takewhile(lambda slot: end is None or as_instant(slot, book.zone) < end, slots)
    for number, slot in enumerate(inside):
        if limit is not None and number >= limit:
            return
        if book.order(slot) not in taken:
            yield book.occurrence(series, slot)


def _occurrence(book: Book, resource: Resource) -> Occurrence:
    text: Any = resource.get("summary", "")
    return Occurrence(
        id=resource["id"],
        start=book.moment(resource, "start"),
        end=book.moment(resource, "end"),
        series=resource.get("recurringEventId"),
        summary=str(text),
        resource=resource,
    )
