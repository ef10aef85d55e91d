"""A calendar of the fake service, edited as people edit theirs in Outlook."""

import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import attrs

from kloudsync.testing.exchange import Resource
from kloudsync.testing.microsoft import editing
from kloudsync.testing.microsoft.book import Book
from kloudsync.testing.microsoft.items import Item, Occurrence
from kloudsync.testing.microsoft.patterns import Pattern, read_recurrence
from kloudsync.testing.microsoft.refusals import Refusal
from kloudsync.testing.microsoft.rendering import (
    Form,
    cancelled_names,
    exceptions,
    render_item,
)
from kloudsync.testing.microsoft.times import (
    Moment,
    is_timed,
    read_field,
    wall_date,
    zone_named,
)

Day = date | datetime
"""Names an occurrence: the date of its slot in the series' zone, or the slot itself."""


class FakeCalendar:
    """One calendar of the fake, with what people do to it.

    Each method is one deed, at an instant of its own. Fields are named as in Graph's event
    (`showAs=`, `sensitivity=`); `start` and `end` are aware datetimes or dates, `attendees` may
    be plain addresses, and None empties a field.

    Args:
        book: The calendar's items.
        lock: Guards the service against requests that arrive meanwhile.
        owner: Who the calendar belongs to, as `organizer` has it.
        name: The calendar's name.
        zone: The zone of dates, and of times that name none.
        group: The id of the group that it is in.
        is_default: Whether it is the mailbox's own.

    Attributes:
        id: The calendar's id.
        name: The calendar's name; `rename` changes it.
        details: What else is set of it, in Graph's names.
        revised: The stamp of its last change.
        born: The stamp of its creation.
    """

    def __init__(
        self,
        book: Book,
        lock: threading.RLock,
        *,
        owner: Resource,
        name: str,
        zone: str = "UTC",
        group: str = "",
        is_default: bool = False,
    ) -> None:
        self.book = book
        self.id: str = book.calendar
        self.owner = owner
        self.name: str = name
        self.zone = zone
        self.group = group
        self.is_default = is_default
        self.details: Resource = {"color": "auto", "hexColor": ""}
        self.born: int = book.mark
        self.revised: int = book.mark
        self.roles: dict[str, str] = {}
        self._lock = lock

    def create(
        self,
        subject: str,
        start: Moment,
        end: Moment | None = None,
        *,
        recurrence: Mapping[str, Any] | None = None,
        attendees: Iterable[str | Mapping[str, Any]] = (),
        **fields: Any,
    ) -> str:
        """Create a single event, or a series if it has `recurrence`; answer with its id.

        Args:
            subject: The title.
            start: The start; an aware datetime or a date.
            end: The end, exclusive; an hour or a day after the start if it is not given.
            recurrence: A `patternedRecurrence`; `recurring` writes one.
            attendees: Addresses, or Graph's attendee objects.
            fields: Further fields of Graph's event.

        Raises:
            Refusal: The service would not take it.
        """
        span = timedelta(hours=1) if is_timed(start) else timedelta(days=1)
        fields |= {"subject": subject, "start": start, "end": end or start + span}
        if recurrence is not None:
            fields["recurrence"] = dict(recurrence)
        if attendees:
            fields["attendees"] = attendees
        with self._lock:
            return editing.create(self.book, self.wire(fields), self.owner).id

    def edit(self, event: str, **changes: Any) -> None:
        """Edit a single event, a whole series, or an occurrence, by id."""
        with self._lock:
            item, day = self._find(event)
            if day is None:
                editing.update(self.book, item, self.wire(changes))
            else:
                editing.update_occurrence(self.book, item, day, self.wire(changes))

    def edit_all(self, series: str, **changes: Any) -> None:
        """Edit a whole series; other times or another pattern undo what was done to occurrences.

        Where `start` names another day, the pattern follows it there.
        """
        with self._lock:
            item, body = self._series(series), self.wire(changes)
            if "start" in body and "recurrence" not in body and item.pattern is not None:
                body = _with_start_fitting(body | {"recurrence": item.pattern.described()})
            editing.update(self.book, item, body)

    def edit_this(self, series: str, day: Day, **changes: Any) -> str:
        """Edit one occurrence of a series; answer with the occurrence's id."""
        with self._lock:
            item = self._series(series)
            slot = self._slot(item, day)
            editing.update_occurrence(self.book, item, slot, self.wire(changes))
            return Form().occurrence_id(item.occurrence(slot))

    def edit_following(self, series: str, day: Day, *, carry: bool = False, **changes: Any) -> str:
        """Edit an occurrence and all that follow; answer with the id of the new series.

        Outlook needs two requests for it: the old series ends earlier, and another begins, which
        nothing connects to the first. At the first occurrence the whole series is edited.

        Args:
            series: The id of the series.
            day: The first occurrence of the new series.
            carry: Whether exceptions and cancellations of the latter part are made again.
            changes: The fields to change; `start` moves the new series.
        """
        with self._lock:
            item = self._series(series)
            slot = self._slot(item, day)
            if self._pattern(item).first() == slot:
                editing.update(self.book, item, self.wire(changes))
                return item.id
            whole = item.copy()
            body = _with_start_fitting(self._tail(item, slot) | self.wire(changes))
            self.truncate(series, slot)
            tail = editing.create(self.book, body, item.fields["organizer"])
            if carry:
                self._carry(whole, tail, slot)
            return tail.id

    def cancel_occurrence(self, series: str, day: Day) -> None:
        """Delete one occurrence of a series."""
        with self._lock:
            item = self._series(series)
            editing.cancel_occurrence(self.book, item, self._slot(item, day))

    def truncate(self, series: str, day: Day) -> None:
        """Delete an occurrence and all that follow; at the first one, the whole series."""
        with self._lock:
            item = self._series(series)
            earlier = self._pattern(item).before(self._slot(item, day, living=False))
            if not earlier:
                editing.delete(self.book, item)
                return
            limits = {"type": "endDate", "endDate": earlier[-1].isoformat()}
            described = self._pattern(item).described()
            body = {"recurrence": described | {"range": described["range"] | limits}}
            editing.update(self.book, item, body)

    def delete(self, event: str) -> None:
        """Delete a single event, a series with all its occurrences, or one occurrence."""
        with self._lock:
            item, day = self._find(event)
            if day is None:
                editing.delete(self.book, item)
            else:
                editing.cancel_occurrence(self.book, item, day)

    def move(self, event: str, calendar: "FakeCalendar") -> str:
        """Move a single event or a series to another calendar; answer with its new id.

        Its immutable id stays.
        """
        with self._lock:
            item, _ = self._find(event)
            self.book.drop(item, self.book.stamps.next(), moved=True)
            item.id = calendar.book.ids.ordinary()
            item.changed = calendar.book.stamps.next()
            calendar.book.put(item, "created")
            return item.id

    def rename(self, name: str) -> None:
        """Give the calendar another name."""
        with self._lock:
            self.name = name
            self.revised = self.book.stamps.next()

    def attach(self, event: str, name: str, *, size: int = 1024, kind: str = "text/plain") -> None:
        """Attach a file to an event; only what is said of it is kept."""
        with self._lock:
            item, _ = self._find(event)
            editing.attach(self.book, item, {"name": name, "size": size, "contentType": kind})

    def poll(self, subject: str, *proposals: datetime) -> str:
        """Begin a meeting poll: a master without recurrence, with one exception per proposal."""
        with self._lock:
            hour = timedelta(hours=1)
            body = self.wire(
                {"subject": subject, "start": proposals[0], "end": proposals[0] + hour}
            )
            item = editing.create(self.book, body, self.owner)
            item.is_poll = True
            for start in proposals:
                own = self.wire({"start": start, "end": start + hour})
                editing.update_occurrence(self.book, item, start.date(), own)
            return item.id

    def find(self, event: str) -> Item:
        """Find an item by its id in either form, to look at or to bring about what no user could.

        Raises:
            LookupError: The calendar has no such item.
        """
        return self._find(event)[0]

    def occurrences(self, start: datetime, end: datetime) -> list[Occurrence]:
        """List what stands in the calendar between two aware instants, in order of start."""
        with self._lock:
            found = [one for item in self.book for one in item.between(start, end)]
        return sorted(found, key=lambda one: (one.begins, one.item.born))

    def truth(self, form: Form | None = None) -> dict[str, Resource]:
        """Collect what a client in sync holds, by id: singles, and series as whole families."""
        form = form or Form()
        with self._lock:
            return {form.id(item): _family(item, form) for item in self.book}

    def wire(self, fields: Mapping[str, Any]) -> Resource:
        """Put a caller's Python values in the form of the wire."""
        if "title" in fields:
            raise TypeError("Graph's event has no `title`; its field is `subject`")
        body = {name: self._value(name, value) for name, value in fields.items()}
        for name in ("start", "end"):
            if isinstance(fields.get(name), date):
                body.setdefault("isAllDay", not is_timed(fields[name]))
        return body

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, datetime):
            return _zoned(name, value)
        if isinstance(value, date):
            return {"dateTime": f"{value.isoformat()}T00:00:00", "timeZone": self.zone}
        if name == "attendees" and value is not None:
            guests = cast("Iterable[str | Mapping[str, Any]]", value)
            return [_guest(g) if isinstance(g, str) else dict(g) for g in guests]
        if name == "location" and isinstance(value, str):
            return {"displayName": value}
        if name == "body" and isinstance(value, str):
            return {"contentType": "text", "content": value}
        return value

    def _find(self, event: str) -> tuple[Item, date | None]:
        try:
            return self.book.find(event)
        except Refusal:
            raise LookupError(f"calendar {self.name!r} has no event {event!r}") from None

    def _series(self, series: str) -> Item:
        item, day = self._find(series)
        if day is not None or not item.is_series:
            raise LookupError(f"{series!r} is no series")
        return item

    def _slot(self, item: Item, day: Day, *, living: bool = True) -> date:
        slot = wall_date(day, item.clock)
        if living and not item.has_slot(slot):
            raise LookupError(f"the series {item.id!r} has no occurrence on {slot}")
        return slot

    def _pattern(self, item: Item) -> Pattern:
        if item.pattern is None:
            raise LookupError(f"the series {item.id!r} is a poll, which recurs by no pattern")
        return item.pattern

    def _tail(self, item: Item, slot: date) -> Resource:
        """Write the latter part of a series as a series of its own."""
        pattern, start = self._pattern(item), item.slot(slot)
        described = pattern.described()
        limits = described["range"] | {"startDate": slot.isoformat()}
        if pattern.number is not None:
            limits["numberOfOccurrences"] = pattern.number - len(pattern.before(slot))
        kept = {name: value for name, value in item.fields.items() if name not in _NOT_KEPT}
        clock = ZoneInfo("UTC") if is_timed(start) else item.clock
        times = {"start": _on(start, clock), "end": _on(start + item.duration, clock)}
        body = self.wire(kept | times)
        return body | {"recurrence": described | {"range": limits}}

    def _carry(self, whole: Item, tail: Item, slot: date) -> None:
        for day, deviation in whole.deviations.items():
            if day >= slot and tail.has_slot(day):
                tail.deviations[day] = attrs.evolve(deviation)
        tail.cancelled |= {day for day in whole.cancelled if day >= slot}
        tail.changed = self.book.stamps.next()
        self.book.put(tail, "updated")


_NOT_KEPT = frozenset(("transactionId", "organizer", "onlineMeeting", "responseStatus"))


def _with_start_fitting(body: Resource) -> Resource:
    """Let a pattern begin with its event, on the weekday or date that this one has."""
    recurrence = body["recurrence"]
    moment, name = read_field(body["start"], all_day=body["isAllDay"])
    clock = zone_named(recurrence["range"].get("recurrenceTimeZone") or name) or zone_named(name)
    pattern = read_recurrence(recurrence, zone=name)
    fitting = pattern.beginning(wall_date(moment, clock or ZoneInfo("UTC")))
    return body | {"recurrence": fitting.described()}


def _on(moment: Moment, clock: ZoneInfo) -> Moment:
    return moment.astimezone(clock) if isinstance(moment, datetime) else moment


def _zoned(name: str, moment: datetime) -> Resource:
    if moment.tzinfo is None:
        raise ValueError(f"`{name}` is a naive datetime; give it a tzinfo, or pass a date")
    zone = moment.tzinfo
    if not isinstance(zone, ZoneInfo):
        moment, zone = moment.astimezone(UTC), ZoneInfo("UTC")
    return {"dateTime": moment.replace(tzinfo=None).isoformat(), "timeZone": zone.key}


def _guest(address: str) -> Resource:
    return {"type": "required", "emailAddress": {"name": address, "address": address}}


def _family(item: Item, form: Form) -> Resource:
    event = render_item(item, form)
    if not item.is_series:
        return event
    return event | {
        "cancelledOccurrences": cancelled_names(item, form),
        "exceptionOccurrences": exceptions(item, form),
    }
