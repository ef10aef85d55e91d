"""A calendar of the fake service, edited as its user edits it."""

import threading
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, cast

from kloudsync.testing.exchange import Resource
from kloudsync.testing.google import editing, oracle, splitting
from kloudsync.testing.google.book import Book
from kloudsync.testing.google.habits import Habit
from kloudsync.testing.google.ids import GENERATED, ical_uid
from kloudsync.testing.google.refusals import Refusal
from kloudsync.testing.google.rows import Kind
from kloudsync.testing.google.splitting import CountSplit
from kloudsync.testing.google.times import Moment, is_timed, plus, render_field


class FakeCalendar:
    """One calendar of the fake, with the edits that its user can make in the web interface.

    Every method is one action of the user: everything that it touches is changed at one instant
    and carries one etag. Fields are named as in Google's Event (`colorId=`, `transparency=`);
    `start` and `end` are aware datetimes or dates, `attendees` may be plain addresses, and None
    clears a field.

    Args:
        book: The calendar's events.
        lock: Guards the service against requests that arrive meanwhile.
        summary: The calendar's title.
        counts: What becomes of a COUNT in a split.

    Attributes:
        id: The calendar's id; that of a primary calendar is its owner's address.
        owner: The address of the account that owns the calendar.
        summary: The calendar's title.
        details: What else was set of the calendar, in Google's names.
        revised: The stamp of the last change of the calendar itself.
        counts: What becomes of a COUNT in a split; may be changed at any time.
        token_epoch: Counts how often the sync tokens of this calendar were dropped.
    """

    def __init__(
        self,
        book: Book,
        lock: threading.RLock,
        *,
        summary: str,
        counts: CountSplit = CountSplit.UNTIL,
    ) -> None:
        self.book = book
        self.id: str = book.calendar
        self.owner: str = book.owner
        self.summary = summary
        self.details: Resource = {}
        self.revised: int = book.mark
        self.counts = counts
        self.token_epoch: int = 0
        self._lock = lock

    @property
    def is_forgetful(self) -> bool:
        """Whether the service makes its events, of birthdays or holidays, and forgets them."""
        habitual = Habit.FORGETFUL_CALENDARS in self.book.habits
        return habitual and self.id.endswith(GENERATED)

    def create(
        self,
        summary: str,
        start: Moment,
        end: Moment | None = None,
        *,
        recurrence: str | Iterable[str] = (),
        attendees: Iterable[str | Mapping[str, Any]] = (),
        event: str | None = None,
        **fields: Any,
    ) -> str:
        """Create a single event, or a series if it has `recurrence`; answer with its id.

        Args:
            summary: The title.
            start: The start; an aware datetime or a date.
            end: The end, exclusive; an hour or a day after the start if it is not given.
            recurrence: A line such as `RRULE:FREQ=WEEKLY;BYDAY=MO`, or several.
            attendees: Addresses, or Google's attendee objects.
            event: An id of the caller's choice.
            fields: Further fields of Google's Event.

        Raises:
            TypeError: `title` was meant to be `summary`.
        """
        lines = [recurrence] if isinstance(recurrence, str) else list(recurrence)
        span = timedelta(hours=1) if is_timed(start) else timedelta(days=1)
        fields |= {"summary": summary, "start": start, "end": end or plus(start, span)}
        fields |= {"recurrence": lines, "attendees": list(attendees) or None}
        with self._lock:
            stamp = self.book.stamps.next()
            event = event or self.book.ids.next()
            wire = editing.merge({}, self._wire(fields))
            self.book.write(editing.tidy(self.book, self.book.born(wire, event, stamp)), stamp)
        return event

    def edit(self, event: str, **changes: Any) -> None:
        """Edit one event by id: a single event, an occurrence, or one segment of a series."""
        with self._lock:
            old = self._find(event)
            self._revise(old, changes)

    def edit_this(self, series: str, original_start: Moment, **changes: Any) -> str:
        """Edit one occurrence of a series; answer with the occurrence's id.

        Args:
            series: The id of the series, or of the segment that the occurrence is in.
            original_start: Where the rule puts the occurrence, whether or not it was moved.
            changes: The fields to change; `start` moves it.
        """
        with self._lock:
            old = self._occurrence(series, original_start)
            self._revise(old, changes)
            return str(old["id"])

    def edit_following(self, series: str, at: Moment, **changes: Any) -> str:
        """Edit an occurrence and all that follow; answer with the id of the new segment.

        While start, zone and rule stay, the new segment is `<base>_R<UTC start>`; else its id is
        a fresh one. At the first occurrence the whole series is edited and its id answered.
        """
        with self._lock:
            return splitting.split(
                self.book,
                series,
                at,
                self._wire(changes),
                counts=self.counts,
                stamp=self.book.stamps.next(),
            )

    def edit_all(self, series: str, **changes: Any) -> None:
        """Edit a whole series.

        All segments that share the id's base get new content; new times or a new rule go to the
        named segment alone. Exceptions follow; those whose slot is gone are dropped.
        """
        with self._lock:
            old = self._find(series)
            wire = editing.with_end(self.book, old, self._wire(changes))
            editing.edit_all(self.book, series, wire, self.book.stamps.next())

    def cancel_occurrence(self, series: str, original_start: Moment) -> str:
        """Delete one occurrence of a series; answer with the occurrence's id."""
        with self._lock:
            old = self._occurrence(series, original_start)
            editing.delete(self.book, old, self.book.stamps.next())
            return str(old["id"])

    def truncate(self, series: str, at: Moment) -> None:
        """Delete an occurrence and all that follow; at the first one, the whole segment."""
        with self._lock:
            stamp = self.book.stamps.next()
            splitting.truncate(self.book, series, at, counts=self.counts, stamp=stamp)

    def delete(self, event: str) -> None:
        """Delete a single event, an occurrence, or a series with its exceptions."""
        with self._lock:
            editing.delete(self.book, self._find(event), self.book.stamps.next())

    def restore(self, event: str) -> None:
        """Bring a deleted event or a cancelled occurrence back, by its id."""
        with self._lock:
            editing.restore(self.book, event, self.book.stamps.next())

    def load(self, resources: Iterable[Resource]) -> None:
        """Take events in as they were recorded elsewhere, all at one instant."""
        with self._lock:
            stamp = self.book.stamps.next()
            for resource in resources:
                event = resource["id"]
                fields = {"iCalUID": ical_uid(event)} | resource
                self.book.write(self.book.born(fields, event, stamp), stamp)

    def expire_sync_tokens(self) -> None:
        """Drop every sync token of this calendar, as the service does with old ones."""
        with self._lock:
            self.token_epoch += 1

    def truth(self) -> dict[str, Resource]:
        """Collect what a client in sync holds, by id: singles, series, exceptions."""
        with self._lock:
            return oracle.truth(self.book)

    def occurrences(self, start: datetime, end: datetime) -> list[oracle.Occurrence]:
        """List what stands in the calendar between two aware instants, in order of start.

        An event belongs to the window if it ends after `start` and starts before `end`.
        """
        with self._lock:
            return oracle.occurrences(self.book, start, end)

    def _find(self, event: str) -> Resource:
        try:
            return self.book.find(event)
        except Refusal:
            raise LookupError(f"calendar {self.id!r} has no event {event!r}") from None

    def _occurrence(self, series: str, original_start: Moment) -> Resource:
        _check_aware("original_start", original_start)
        resource = splitting.living_series(self.book, series, original_start)
        own = self.book.exception_at(series, original_start)
        if own is not None and own.kind is Kind.EXCEPTION:
            return own.resource()
        return self.book.occurrence(resource, original_start)

    def _revise(self, old: Resource, changes: Mapping[str, Any]) -> None:
        wire = editing.with_end(self.book, old, self._wire(changes))
        new = editing.patched(self.book, old, wire)
        editing.revise(self.book, old, new, self.book.stamps.next())

    def _wire(self, fields: Mapping[str, Any]) -> Resource:
        """Put the caller's Python values in the form of the wire."""
        if "title" in fields:
            raise TypeError("Google's Event has no `title`; its field is `summary`")
        return {name: self._value(name, value) for name, value in fields.items()}

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, date):
            _check_aware(name, value)
            # Spelt out, since a date must not be merged into a time.
            unset = dict.fromkeys(("date", "dateTime", "timeZone"))
            return unset | render_field(value, self.book.zone)
        if name == "attendees" and value is not None:
            guests = cast("Iterable[str | Mapping[str, Any]]", value)
            return [{"email": g} if isinstance(g, str) else dict(g) for g in guests]
        return value


def _check_aware(name: str, value: Moment) -> None:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"`{name}` is a naive datetime; give it a tzinfo, or pass a date")
