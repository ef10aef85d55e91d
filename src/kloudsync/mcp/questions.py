"""What tools are asked, and what they answer: text of a bounded length. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from attrs import field, frozen

from kloudsync import text
from kloudsync.agenda import Agenda, WorkingHours, find_free, occurrences
from kloudsync.agenda.hours import read_hours
from kloudsync.errors import UsageError
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Event
from kloudsync.model.occurrence import Occurrence
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.reading import copy_of
from kloudsync.sync.ports import Store
from kloudsync.text.bounded import LEAST, bounded
from kloudsync.text.wording import FENCE, counted, expect_zone, fenced

LONGEST_WINDOW: Final = timedelta(days=400)
"""The most that one question may be about."""

LARGEST: Final = 50_000
"""Characters beyond which no answer may be asked for."""

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
        copies = list(self._copies(()))
        lines = [_calendar(one) for one in copies]
        head = f"{counted(len(lines), 'calendar')}; today is {self.now():%a %Y-%m-%d}. {FENCE}"
        return bounded(
            head, lines, _within(most), rest=lambda kept: _left(copies[kept:], "calendar")
        )

    def agenda(
        self, *, start: str, end: str, calendars: Sequence[str], zone: str | None, most: int
    ) -> str:
        """List what takes place from a day or moment to another."""
        found, clock = self._found(start, end, calendars, zone)
        return _noted(found, _within(most), lambda room: text.agenda(found, zone=clock, most=room))

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
        hits = [one for one in found if _has(one, wanted)]
        return _noted(
            found, _within(most), lambda room: text.agenda(hits, zone=clock, most=room, ids=True)
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
        copies = list(self._copies(calendars))
        name, clock = _zone(zone, copies)
        low, high = _window(start, end, clock)
        found = find_free(
            self.store,
            [one.view for one in copies],
            timedelta(minutes=minutes),
            low,
            high,
            hours=_hours(hours, name),
            zone=name,
        )
        slots = list(found)
        return _noted(found, _within(most), lambda room: text.free(slots, zone=clock, most=room))

    def changes(self, *, calendar: str, after: int, zone: str | None, most: int) -> str:
        """List what happened to a calendar behind a position of its feed."""
        (copy,) = self._copies([calendar])
        _, clock = _zone(zone, [copy])
        told, chunk = list[Any](), copy.chunk(_READER, after)
        room = _within(most)
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
        copies = list(self._copies(calendars))
        _, clock = _zone(zone, copies)
        return occurrences(
            self.store, [one.view for one in copies], *_window(start, end, clock)
        ), clock

    def _copies(self, names: Sequence[str]) -> Iterator[CalendarCopy]:
        known = {str(key): key for key in self._keys()}
        for name in names or sorted(known):
            if name not in known:
                there = ", ".join(sorted(known)[:10]) or "none at all"
                raise UsageError(f"no calendar is called {name!r}; there are {there}")
            yield copy_of(self.store, known[name])

    def _keys(self) -> Iterable[CalendarKey]:
        return (key for key in self.store.calendars() if self.store.state(key).passes)


def _calendar(copy: CalendarCopy) -> str:
    state = copy.state()
    synced = datetime.fromtimestamp(state.synced_at or 0).astimezone() if state.synced_at else None
    told = "never" if synced is None else f"{synced:%a %Y-%m-%d %H:%M%z}"
    return f"{fenced(str(copy.key), longest=1024)} {state.zone or 'zone unknown'}, synced {told}"


def _left(rest: Sequence[object], what: str) -> str:
    return f"… {counted(len(rest), what)} left out"


def _has(one: Occurrence, wanted: Iterable[str]) -> bool:
    event = one.event
    said = " ".join(_said(event)).casefold()
    return all(word in said for word in wanted)


def _said(event: Event) -> Iterator[str]:
    yield from (part for part in (event.title, event.location, event.description) if part)
    for person in (event.organizer, *(event.attendees or ())):
        if person is not None:
            yield from (part for part in (person.name, person.email) if part)


def _noted(found: Any, most: int, say: Callable[[int], str]) -> str:
    """Answer, and say which series nobody can tell the times of."""
    lost = found.unexpanded
    if not lost:
        return say(most)
    note = f"{counted(len(lost), 'series')} cannot be expanded, and left out here"
    return f"{say(max(LEAST, most - len(note) - 1))}\n{note}"


def _within(most: int) -> int:
    if not LEAST <= most <= LARGEST:
        raise UsageError(f"most is {most}; it has to be {LEAST} to {LARGEST} characters")
    return most


def _zone(name: str | None, copies: Sequence[CalendarCopy]) -> tuple[str, tzinfo]:
    """Return the zone that is asked for, or that of the first calendar."""
    if not copies:
        raise UsageError("the store holds no calendars; sync one first")
    told = name or copies[0].state().zone or "UTC"
    return told, expect_zone(told)


def _window(start: str, end: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the bounds of a question; a day as its end is the last one, and belongs to it."""
    low, high = _moment(start, "start", zone), _moment(end, "end", zone, last=True)
    if not timedelta(0) < high - low <= LONGEST_WINDOW:
        raise UsageError(
            f"from {start} to {end} is no window of at most {LONGEST_WINDOW.days} days; "
            "give a start before the end, and ask for less at once"
        )
    return low, high


def _moment(told: str, what: str, zone: tzinfo, *, last: bool = False) -> datetime:
    try:
        if len(told) == len("2026-01-05"):
            day = date.fromisoformat(told) + timedelta(days=int(last))
            return datetime.combine(day, time(), zone)
        at = datetime.fromisoformat(told)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{what} is {told[:40]!r}; give a day such as 2026-01-05, or a time with its offset, "
            "such as 2026-01-05T09:00+01:00"
        ) from None
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def _hours(told: str, zone: str) -> WorkingHours | None:
    try:
        return read_hours(told, zone)
    except ValueError:
        raise UsageError(f"hours is {told[:40]!r}; give such as 09:00-17:00, or any") from None
