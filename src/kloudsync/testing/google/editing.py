"""What a write does to an event, and to the series that it belongs to."""

from collections.abc import Mapping
from typing import Any, cast

from kloudsync.testing.encoding import decode
from kloudsync.testing.exchange import Resource
from kloudsync.testing.google import properties, rules
from kloudsync.testing.google.book import Book, kind_of
from kloudsync.testing.google.habits import Habit
from kloudsync.testing.google.ids import base_of
from kloudsync.testing.google.refusals import (
    already_deleted,
    empty_range,
    missing_zone,
)
from kloudsync.testing.google.rows import Kind
from kloudsync.testing.google.times import Moment, plus, render_field

SERVER_FIELDS = frozenset(
    ("kind", "etag", "id", "htmlLink", "created", "updated", "creator", "organizer", "iCalUID",
     "recurringEventId", "originalStartTime", "hangoutLink", "eventType")
)  # fmt: skip
_TIMING = frozenset(("start", "end", "recurrence", "sequence", "status"))
_DEFAULTS = {"transparency": "opaque", "visibility": "default"}


def merge(old: Mapping[str, Any], patch: Mapping[str, Any]) -> Resource:
    """Apply a patch: objects merge, arrays and values replace, null clears."""
    merged = dict(old)
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            known = merged.get(name)
            inner = cast("Resource", known) if isinstance(known, dict) else {}
            merged[name] = merge(inner, cast("Resource", value))
        else:
            merged[name] = value
    return merged


def patched(book: Book, old: Resource, patch: Mapping[str, Any]) -> Resource:
    """Apply what a client may change of an event, and put it in the server's form."""
    wanted = {name: value for name, value in patch.items() if name not in SERVER_FIELDS}
    return tidy(book, merge(old, wanted))


def replaced(book: Book, old: Resource, body: Mapping[str, Any]) -> Resource:
    """Replace an event: what the body leaves out is cleared, the server's fields stay."""
    kept = {name: old[name] for name in (*SERVER_FIELDS, "sequence", "status") if name in old}
    wanted = {name: value for name, value in body.items() if name not in SERVER_FIELDS}
    return tidy(book, {"reminders": {"useDefault": True}} | kept | wanted)


def tidy(book: Book, resource: Resource) -> Resource:
    """Check an event and put it in the form that the server keeps: zone, defaults, guests."""
    start, end = book.moment(resource, "start"), book.moment(resource, "end")
    if book.order(end) < book.order(start) or type(start) is not type(end):
        raise empty_range()
    recurrence = resource.get("recurrence")
    if recurrence and "dateTime" in resource["start"] and not resource["start"].get("timeZone"):
        raise missing_zone("start")
    times = {"start": render_field(start, book.zone), "end": render_field(end, book.zone)}
    tidied = {name: value for name, value in resource.items() if _DEFAULTS.get(name) != value}
    if not recurrence:
        tidied.pop("recurrence", None)
    if resource.get("attendees"):
        tidied["attendees"] = [_guest(book, guest) for guest in resource["attendees"]]
    return properties.kept(tidied) | times


def _guest(book: Book, guest: Resource) -> Resource:
    marks = {"organizer": True, "self": True} if guest.get("email") == book.owner else {}
    return {"responseStatus": "needsAction"} | guest | marks


def revise(book: Book, old: Resource, new: Resource, stamp: int) -> None:
    """Write the new version of an event, whatever it is, with all that follows from it."""
    if new.setdefault("status", "confirmed") == "cancelled":
        delete(book, old, stamp)
        return
    new["sequence"] = max(
        new.get("sequence", 0), old.get("sequence", 0) + _is_rescheduled(book, old, new)
    )
    if kind_of(old) is Kind.SERIES:
        _revise_exceptions(book, old, new, stamp)
    book.write(new, stamp)
    book.restamp(new.get("recurringEventId") or new["id"], stamp)


def _is_rescheduled(book: Book, old: Resource, new: Resource) -> bool:
    """Tell whether the start or the rule moved; the end and the bound do not count."""
    rule = rules.core(old.get("recurrence") or []) != rules.core(new.get("recurrence") or [])
    return rule or book.moment(old, "start") != book.moment(new, "start")


def _revise_exceptions(book: Book, old: Resource, new: Resource, stamp: int) -> None:
    """Carry a change of a series over to its exceptions; those without a slot are dropped."""
    rows = book.rows.exceptions(old["id"])
    slots = set[Moment]()
    if rows and new.get("recurrence"):
        last = max((book.slot_of(row.resource()) for row in rows), key=book.order)
        slots.update(book.slots_until(new, last))
    for row in rows:
        exception = row.resource()
        if book.slot_of(exception) not in slots:
            book.bury(row.id, stamp)
        elif row.kind is Kind.EXCEPTION:
            book.write(_follow(book, exception, old, new), stamp)


def _follow(book: Book, exception: Resource, old: Resource, new: Resource) -> Resource:
    """Give an exception what changed in its series; its own hours stay if it was moved."""
    names = (old.keys() | new.keys()) - SERVER_FIELDS - _TIMING
    changed = {name: new.get(name) for name in names if old.get(name) != new.get(name)}
    followed = {**exception, **{name: v for name, v in changed.items() if v is not None}}
    for name in (name for name, value in changed.items() if value is None):
        followed.pop(name, None)
    slot = book.slot_of(exception)
    untouched = book.occurrence(old, slot)
    if all(exception[name] == untouched[name] for name in ("start", "end")):
        followed["end"] = book.occurrence(new, slot)["end"]
    return followed


def delete(book: Book, event: Resource, stamp: int) -> None:
    """Delete an event; of a series one stub remains, of an occurrence its cancellation."""
    if event["status"] == "cancelled":
        raise already_deleted()
    if "recurringEventId" in event:
        book.write(event | {"status": "cancelled"}, stamp)
        book.restamp(event["recurringEventId"], stamp)
        return
    children = book.rows.exceptions(event["id"])
    for row in children:
        book.rows.drop(row.id)
    book.bury(event["id"], stamp)
    if Habit.CHILDREN_OF_THE_DEAD in book.habits:
        for row in children:
            held = row.resource()
            named = {name: held[name] for name in ("recurringEventId", "originalStartTime")}
            book.bury(row.id, stamp, **named)


def restore(book: Book, event: str, stamp: int) -> None:
    """Bring back a deleted event, or a cancelled occurrence as an exception."""
    row = book.rows.get(event)
    if row is not None and row.kind is Kind.CANCELLED and row.series:
        series = book.find(row.series)
        book.write(book.occurrence(series, book.slot_of(row.resource())) | {"id": event}, stamp)
        book.restamp(row.series, stamp)
    elif row is not None and row.former is not None:
        book.write(decode(row.former), stamp)
    else:
        raise LookupError(f"calendar {book.calendar!r} has deleted no event {event!r}")


def edit_all(book: Book, series: str, patch: Mapping[str, Any], stamp: int) -> None:
    """Edit a whole series as a user does: every segment gets the content, one the times."""
    content = {name: value for name, value in patch.items() if name not in _TIMING}
    for row in book.rows.segments(base_of(series)):
        for own in book.rows.exceptions(row.id):
            if own.kind is Kind.EXCEPTION:
                book.write(patched(book, own.resource(), content), stamp)
        old = row.resource()
        changes = with_end(book, old, patch) if row.id == series else content
        revise(book, old, patched(book, old, changes), stamp)


def with_end(book: Book, old: Resource, patch: Mapping[str, Any]) -> Resource:
    """Keep an event's length when only its start is given."""
    if "start" not in patch or "end" in patch:
        return dict(patch)
    start = book.moment(patch, "start")
    same_kind = type(start) is type(book.moment(old, "start"))
    if not same_kind:
        raise ValueError("give `end` too when a timed event becomes all-day or the reverse")
    return {**patch, "end": render_field(plus(start, book.duration(old)), book.zone)}
