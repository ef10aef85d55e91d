"""How a series is divided at an occurrence: "this and following", edited or deleted."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from kloudsync.testing.exchange import Resource
from kloudsync.testing.google import editing, expansion, rules
from kloudsync.testing.google.book import Book
from kloudsync.testing.google.ids import ical_uid, segment_id
from kloudsync.testing.google.rows import Kind
from kloudsync.testing.google.times import Moment, render_field, until_before


class CountSplit(Enum):
    """What becomes of a COUNT when its series ends earlier; both forms are seen in the wild."""

    REDUCED = "the earlier half counts what it keeps"
    UNTIL = "the earlier half ends with UNTIL instead"


def split(
    book: Book,
    series: str,
    at: Moment,
    patch: Mapping[str, Any],
    *,
    counts: CountSplit,
    stamp: int,
) -> str:
    """Edit the occurrence at `at` and all that follow; answer with the id of the later segment.

    At the first occurrence nothing is divided: the whole series is edited and keeps its id.
    """
    old = living_series(book, series, at)
    if book.is_first(old, at):
        editing.revise(
            book, old, editing.patched(book, old, editing.with_end(book, old, patch)), stamp
        )
        return series
    child = _later_half(book, old, at, patch)
    book.write(_earlier_half(book, old, at, counts), stamp)
    book.write(child, stamp)
    _hand_over(book, series, child, at, stamp)
    book.restamp(series, stamp)
    book.restamp(child["id"], stamp)
    return str(child["id"])


def truncate(book: Book, series: str, at: Moment, *, counts: CountSplit, stamp: int) -> None:
    """Delete the occurrence at `at` and all that follow; at the first one, the whole series."""
    old = living_series(book, series, at)
    if book.is_first(old, at):
        editing.delete(book, old, stamp)
        return
    editing.revise(book, old, _earlier_half(book, old, at, counts), stamp)


def living_series(book: Book, series: str, at: Moment) -> Resource:
    """Find a series that has a living occurrence at `at`, or say what is wrong."""
    row = book.rows.get(series)
    if row is None or row.kind is not Kind.SERIES:
        raise LookupError(f"{series!r} is not a series of calendar {book.calendar!r}")
    resource = row.resource()
    if not book.has_slot(resource, at):
        raise LookupError(f"series {series!r} has no occurrence whose original start is {at}")
    own = book.exception_at(series, at)
    if own is not None and own.kind is Kind.CANCELLED:
        raise LookupError(f"the occurrence of {series!r} at {at} is cancelled; restore it first")
    return resource


def _earlier_half(book: Book, old: Resource, at: Moment, counts: CountSplit) -> Resource:
    start = book.moment(old, "start")
    lines, _ = expansion.split_dates(start, old["recurrence"], at)
    bound = {"UNTIL": until_before(at)}
    if "COUNT" in rules.bound_of(lines) and counts is CountSplit.REDUCED:
        bound = {"COUNT": str(expansion.ruled_before(start, lines, at))}
    return old | {"recurrence": rules.with_bound(lines, bound)}


def _later_half(book: Book, old: Resource, at: Moment, patch: Mapping[str, Any]) -> Resource:
    slot = book.occurrence(old, at)
    inherited = {**slot, "recurrence": _inherited(book, old, at, patch)}
    for name in ("recurringEventId", "originalStartTime"):
        inherited.pop(name)
    child = editing.patched(book, inherited, editing.with_end(book, inherited, patch))
    same = _same_slots(book, old, child, at)
    named = segment_id(old["id"], at)
    # A segment that was split off here before may still stand, if the first half was moved since.
    child["id"] = named if same and not _stands(book, named) else book.ids.next()
    child["iCalUID"] = ical_uid(child["id"])
    child["sequence"] = old["sequence"] + (not same)
    return child


def _inherited(book: Book, old: Resource, at: Moment, patch: Mapping[str, Any]) -> list[str]:
    """Carry the rule on: with the bound that it had, on the weekday that it moves to."""
    start = book.moment(old, "start")
    _, lines = expansion.split_dates(start, old["recurrence"], at)
    bound = rules.bound_of(lines)
    if "COUNT" in bound:
        rest = int(bound["COUNT"]) - expansion.ruled_before(start, lines, at)
        bound = {"COUNT": str(rest)}
    moved = book.moment({"start": patch.get("start") or render_field(at, book.zone)}, "start")
    return rules.on_weekday(rules.with_bound(lines, bound), at.weekday(), moved.weekday())


def _stands(book: Book, series: str) -> bool:
    row = book.rows.get(series)
    return row is not None and row.kind is Kind.SERIES


def _same_slots(book: Book, old: Resource, child: Resource, at: Moment) -> bool:
    """Tell whether the later half keeps start, zone and rule, so that its id can say so."""
    start = book.moment(child, "start")
    if isinstance(start, datetime) and isinstance(at, datetime):
        zones = child["start"]["timeZone"] == old["start"]["timeZone"]
    else:
        zones = type(start) is type(at)
    return (
        zones and start == at and rules.core(old["recurrence"]) == rules.core(child["recurrence"])
    )


def _hand_over(book: Book, series: str, child: Resource, at: Moment, stamp: int) -> None:
    """Give the exceptions at and after the split to the later half, or drop what fits no slot."""
    for row in book.rows.exceptions(series):
        exception = row.resource()
        slot = book.slot_of(exception)
        if book.order(slot) < book.order(at):
            continue
        if not book.has_slot(child, slot):
            book.bury(row.id, stamp)
            continue
        parent = {"recurringEventId": child["id"]}
        if row.kind is Kind.EXCEPTION:
            parent["iCalUID"] = child["iCalUID"]
        book.write(exception | parent, stamp)
