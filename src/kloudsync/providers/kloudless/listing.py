"""How a page of a listing is read: its events, and what the next page is called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

from attrs import frozen

from kloudsync.errors import DecodeError
from kloudsync.http.json_kinds import Item
from kloudsync.http.message import Response
from kloudsync.http.numbers import whole_number
from kloudsync.http.scan import ScannedPage, scan_page
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.providers.kloudless.records import read_record
from kloudsync.providers.kloudless.times import id_of
from kloudsync.recurrence import ICALENDAR, Reading

ITEMS: Final = "objects"
"""The member of every page that holds what it lists."""

Record: TypeAlias = EventRecord | Malformed


@frozen(kw_only=True)
class Listed:
    """A page of events.

    Attributes:
        records: What it holds, in the order received.
        malformed: What could not be understood.
        next: What the next page is called; None on the last page.
        total: How many events the listing holds where the service says so, or None.
    """

    records: list[EventRecord]
    malformed: Sequence[Malformed]
    next: str | None
    total: int | None


def read_listing(response: Response, size: int | None, reading: Reading = ICALENDAR) -> Listed:
    """Read a page of events.

    Args:
        response: The answer.
        size: How many events were asked for, or None.
        reading: Whose reading of recurrence lines counts.

    Raises:
        DecodeError: The answer holds no list.
    """
    page = scan_page(response.body, ITEMS, partial(read_record, reading=reading))
    if page.items is None:
        raise DecodeError("expected a page of events, found no list of objects")
    records, malformed = sort_out(page.items)
    total = page.envelope.get("total")
    return Listed(
        records=records,
        malformed=malformed,
        next=_next_page(page, size),
        total=total if type(total) is int else None,
    )


def sort_out(read: Iterable[Record]) -> tuple[list[EventRecord], list[Malformed]]:
    """Part what was understood from what was not."""
    both = list(read)
    records = [one for one in both if isinstance(one, EventRecord)]
    return records, [one for one in both if isinstance(one, Malformed)]


def _next_page(page: ScannedPage[Any], size: int | None) -> str | None:
    if "next_page" in page.envelope:
        return id_of(page.envelope, "next_page")
    return _numbered(page, size)


def _numbered(page: ScannedPage[Any], size: int | None) -> str | None:
    """Return the next page of an older listing, where this one is known not to be the last."""
    number, held = _number(page.envelope), len(page.items or ())
    if number is None or not held:
        return None
    total = page.envelope.get("total")
    more = number * (size or held) < total if type(total) is int else held == size
    return str(number + 1) if more else None


def _number(envelope: Item) -> int | None:
    return whole_number(id_of(envelope, "page"))
