"""What tools are asked, and what they answer: text of a bounded length. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from attrs import field, frozen

from kloudsync import text
from kloudsync.agenda import Agenda, find_free, occurrences
from kloudsync.errors import UsageError
from kloudsync.mcp.arguments import (
    copies_in,
    hours_of,
    length_of,
    name_of,
    window,
    within,
    zone_of,
)
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Event
from kloudsync.model.occurrence import Occurrence, Unexpanded
from kloudsync.model.view import read
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.sync.ports import Store
from kloudsync.text.bounded import LEAST, bounded
from kloudsync.text.wording import FENCE, counted, fenced

_MOST_NAMED: Final = 3
"""How many series are named that nobody can tell the times of."""

_READER: Final = "mcp"
"""Under which name the feed is looked into; looking makes no reader known."""


@frozen
class Questions:
    """Answers from a store.

    Attributes:
        store: Holds the copies.
        now: Tells the present, aware.
    """

    store: Store = field(repr=False)
    now: Callable[[], datetime] = field(repr=False)

    def calendars(self, most: int) -> str:
        """Name the calendars, by the names that other questions take."""
        copies = list(copies_in(self.store, ()))
        lines = [_calendar(one) for one in copies]
        head = f"{counted(len(lines), 'calendar')}; today is {self.now():%a %Y-%m-%d}. {FENCE}"
        return bounded(
            head, lines, within(most), rest=lambda kept: _left(copies[kept:], "calendar")
        )

    def agenda(
        self, *, start: str, end: str, calendars: Sequence[str], zone: str | None, most: int
    ) -> str:
        """List what takes place from a day or moment to another."""
        found, clock = self._found(start, end, calendars, zone)
        note = _lost(found.unexpanded, "are left out here")
        return _noted(note, within(most), lambda room: text.agenda(found, zone=clock, most=room))

    def search(
        self,
        *,
        words: str,
        start: str | None,
        end: str | None,
        calendars: Sequence[str],
        zone: str | None,
        most: int,
    ) -> str:
        """List what takes place and has all words in title, place, text or people."""
        wanted = words.casefold().split()
        if not wanted:
            raise UsageError("words is empty; pass what to look for")
        today = self.now().date()
        low = start or (today - timedelta(days=30)).isoformat()
        high = end or (today + timedelta(days=180)).isoformat()
        found, clock = self._found(low, high, calendars, zone)
        hits = list(_having(wanted, found))
        note = _lost(found.unexpanded, "are left out here")
        return _noted(
            note, within(most), lambda room: text.agenda(hits, zone=clock, most=room, ids=True)
        )

    def free(
        self,
        *,
        start: str,
        end: str,
        minutes: int,
        calendars: Sequence[str],
        hours: str,
        zone: str | None,
        most: int,
    ) -> str:
        """List when all calendars are free for at least so many minutes."""
        copies = list(copies_in(self.store, calendars))
        name, clock = zone_of(zone, copies)
        low, high = window(start, end, clock)
        found = find_free(
            self.store,
            [one.view for one in copies],
            length_of(minutes),
            low,
            high,
            hours=hours_of(hours, name),
            zone=name,
        )
        slots = list(found)
        note = _lost(found.unexpanded, "count as taken from their first start to their end")
        return _noted(note, within(most), lambda room: text.free(slots, zone=clock, most=room))

    def changes(self, *, calendar: str, after: int, zone: str | None, most: int) -> str:
        """List what happened to a calendar behind a position of its feed."""
        (copy,) = copies_in(self.store, [calendar])
        _, clock = zone_of(zone, [copy])
        told, chunk = list[Any](), copy.chunk(_READER, after)
        room = within(most)
        # No line is shorter than this: more than fits is not read.
        while chunk and len(told) * 20 < room:
            told += chunk
            chunk = copy.chunk(_READER, told[-1].position)
        note = f"the next question begins after {told[-1].position}" if told else "nothing is new"
        said = text.changes(told, zone=clock, most=room)
        if len(said) + len(note) >= room:
            # What is cut names the position of what was left out.
            said = text.changes(told, zone=clock, most=max(LEAST, room - len(note) - 1))
        whole = not said.rpartition("\n")[2].startswith("…")
        return f"{said}\n{note}" if whole and len(said) + len(note) < room else said

    def _found(
        self, start: str, end: str, calendars: Sequence[str], zone: str | None
    ) -> tuple[Agenda, tzinfo]:
        copies = list(copies_in(self.store, calendars))
        _, clock = zone_of(zone, copies)
        return occurrences(
            self.store, [one.view for one in copies], *window(start, end, clock)
        ), clock


def _calendar(copy: CalendarCopy) -> str:
    state = copy.state()
    synced = datetime.fromtimestamp(state.synced_at or 0).astimezone() if state.synced_at else None
    told = "never" if synced is None else f"{synced:%a %Y-%m-%d %H:%M%z}"
    zone = fenced(state.zone) if state.zone else "zone unknown"
    return f"{name_of(str(copy.key))} {zone}, synced {told}"


def _left(rest: Sequence[object], what: str) -> str:
    return f"… {counted(len(rest), what)} left out"


def _having(wanted: Sequence[str], found: Iterable[Occurrence]) -> Iterator[Occurrence]:
    """Yield the occurrences that have all words; each row is looked at once, however often it is."""
    known: dict[tuple[CalendarKey, str], bool] = {}
    for one in found:
        row = one.calendar, one.record.id
        if row not in known:
            said = " ".join(_said(read(one.view.source.event, one.record))).casefold()
            known[row] = all(word in said for word in wanted)
        if known[row]:
            yield one


def _said(event: object) -> Iterator[str]:
    if not isinstance(event, Event):
        return  # a row that cannot be read
    yield from (part for part in (event.title, event.location, event.description) if part)
    for person in (event.organizer, *(event.attendees or ())):
        if person is not None:
            yield from (part for part in (person.name, person.email) if part)


def _lost(lost: Sequence[Unexpanded], what: str) -> str:
    """Say which series nobody can tell the times of, and what that means; nothing if there are none."""
    if not lost:
        return ""
    named = ", ".join(fenced(one.series, longest=24) for one in lost[:_MOST_NAMED])
    more = f" and {len(lost) - _MOST_NAMED} more" if len(lost) > _MOST_NAMED else ""
    return f"series that cannot be expanded {what}: {named}{more}"


def _noted(note: str, most: int, say: Callable[[int], str]) -> str:
    """Answer, and add a note."""
    if not note:
        return say(most)
    room = most - len(note) - 1
    return f"{say(max(LEAST, room))[:room]}\n{note}"
