"""Calendars full of events: a believable year, or bulk for measurements."""

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from kloudsync.testing.clock import instant
from kloudsync.testing.encoding import encode
from kloudsync.testing.exchange import Resource
from kloudsync.testing.google import editing
from kloudsync.testing.google.book import Book, etag, milliseconds, ordered
from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.google.rows import Kind, Row
from kloudsync.testing.google.times import Moment, render_field

HALF_YEAR = timedelta(weeks=26)
ZONES = ("America/New_York", "Europe/Paris", "Europe/London", "Asia/Tokyo", "Australia/Sydney")
MEETINGS = (
    "Customer call", "Design review", "Interview", "Pipeline review", "Budget check",
    "Pairing session", "Demo", "Partner call", "Release check", "Quarterly planning",
    "Support hand-over", "Security review", "Hiring round", "Contract review", "Workshop",
)  # fmt: skip
ROUTINES = (
    ("Stand-up", "WEEKLY;BYDAY=MO,TU,WE,TH,FR", 15),
    ("Team meeting", "WEEKLY;BYDAY=MO", 60),
    ("1:1 with the design lead", "WEEKLY;BYDAY=TU", 30),
    ("1:1 with the sales lead", "WEEKLY;BYDAY=WE", 30),
    ("1:1 with the support lead", "WEEKLY;INTERVAL=2;BYDAY=TH", 30),
    ("Retrospective", "WEEKLY;INTERVAL=2;BYDAY=FR", 60),
    ("Forecast", "MONTHLY;BYDAY=1MO", 45),
    ("All hands", "MONTHLY;BYDAY=-1TH", 60),
    ("Gym", "WEEKLY;BYDAY=TU,TH", 60),
    ("Reading hour", "DAILY;INTERVAL=3", 45),
)
DAYS_OUT = ("Day off", "Conference", "Trade fair", "Public holiday", "Offsite")
PLACES = ("Room 1", "Room 2", "Library", "Main hall", "Video call")
GUESTS = ("design", "sales", "support", "finance", "legal", "partners")


def populate(calendar: FakeCalendar, *, events: int = 2000, seed: int = 0) -> None:
    """Fill a calendar with a year of office life, half of it past.

    One in forty is a series (stand-ups, weekly one-to-ones, monthly reviews, in several zones);
    one in ten a moved, changed or cancelled occurrence; some are all-day; the rest are meetings.

    Args:
        calendar: The calendar to fill.
        events: How many rows it gets, in the sense of `FakeCalendar.truth`.
        seed: What the year is drawn from.
    """
    book = calendar.book
    year = _Year(book, random.Random(f"{seed}/{calendar.id}"))
    stamps = iter(book.stamps.burst(events))
    series = [book.write(year.routine(stamp), stamp).id for stamp in islice(stamps, events // 40)]
    for stamp in islice(stamps, events // 10 if series else 0):
        year.exception(series, stamp)
    for stamp in stamps:
        book.write(year.meeting(stamp), stamp)


class _Year:
    """Draws the events of a year around the present."""

    def __init__(self, book: Book, chance: random.Random) -> None:
        self._book = book
        self._chance = chance
        self._today = instant(book.stamps.last).date()
        self._routines = 0
        self._slots: dict[str, list[Moment]] = {}

    def routine(self, stamp: int) -> Resource:
        """Draw a series: the first ones run on, later ones end after some occurrences."""
        number = self._routines
        self._routines += 1
        title, rule, minutes = ROUTINES[number % len(ROUTINES)]
        weeks, bound = 4, ""
        if number >= len(ROUTINES):
            weeks, bound = 48, f";COUNT={self._chance.randrange(4, 13)}"
        day = self._today - HALF_YEAR + timedelta(days=self._chance.randrange(7 * weeks))
        fields = self._timed(title, self._at(day, self._zone()), minutes)
        return self._born(fields | {"recurrence": [f"RRULE:FREQ={rule}{bound}"]}, stamp)

    def meeting(self, stamp: int) -> Resource:
        day = self._today - HALF_YEAR + timedelta(days=self._chance.randrange(364))
        if self._chance.random() < 0.06:
            return self._born(self._day_out(day), stamp)
        while day.weekday() > 4:
            day += timedelta(days=2)
        title, minutes = self._chance.choice(MEETINGS), self._chance.choice((30, 45, 60, 90))
        return self._born(self._timed(title, self._at(day, self._zone()), minutes), stamp)

    def exception(self, series: list[str], stamp: int) -> None:
        """Move, rename or cancel an occurrence that nobody touched yet."""
        name = self._chance.choice(series)
        resource = self._book.find(name)
        slots = self._slots.get(name) or self._draw_slots(resource)
        if not slots:
            self._book.write(self.meeting(stamp), stamp)
            return
        old = self._book.occurrence(resource, slots.pop())
        new = editing.patched(self._book, old, self._change(old))
        editing.revise(self._book, old, new, stamp)

    def _draw_slots(self, series: Resource) -> list[Moment]:
        if series["id"] in self._slots:
            return []
        last = datetime.combine(self._today + HALF_YEAR, time(12), UTC)
        slots = self._book.slots_until(series, last)
        self._slots[series["id"]] = self._chance.sample(slots, len(slots))
        return self._slots[series["id"]]

    def _change(self, old: Resource) -> Resource:
        kind = self._chance.random()
        if kind < 0.4:
            return {"status": "cancelled"}
        if kind < 0.8:
            start, end = self._book.moment(old, "start"), self._book.moment(old, "end")
            later = timedelta(hours=self._chance.choice((-1, 1, 2, 24)))
            times = {"start": start + later, "end": end + later}
            return {name: render_field(at, self._book.zone) for name, at in times.items()}
        return {"summary": f"{old['summary']} (short)", "location": self._chance.choice(PLACES)}

    def _born(self, fields: Resource, stamp: int) -> Resource:
        created = stamp - self._chance.randrange(10**6, 400 * 86_400 * 10**6)
        born = self._book.born(fields, self._book.ids.next(), created)
        return editing.tidy(self._book, born)

    def _timed(self, title: str, start: datetime, minutes: int) -> Resource:
        end = start + timedelta(minutes=minutes)
        fields: Resource = {
            "summary": title,
            "start": render_field(start, self._book.zone),
            "end": render_field(end, self._book.zone),
        }
        if self._chance.random() < 0.5:
            fields["location"] = self._chance.choice(PLACES)
        if self._chance.random() < 0.6:
            guests = self._chance.sample(GUESTS, self._chance.randrange(1, 4))
            fields["attendees"] = [self._guest(name) for name in ("", *guests)]
        return fields

    def _guest(self, name: str) -> dict[str, Any]:
        if not name:
            return {"email": self._book.owner, "responseStatus": "accepted"}
        answers = ("accepted", "accepted", "tentative", "needsAction", "declined")
        return {"email": f"{name}@example.com", "responseStatus": self._chance.choice(answers)}

    def _day_out(self, day: date) -> Resource:
        days = self._chance.choice((1, 1, 1, 2, 5))
        return {
            "summary": self._chance.choice(DAYS_OUT),
            "start": {"date": day.isoformat()},
            "end": {"date": (day + timedelta(days=days)).isoformat()},
            "transparency": self._chance.choice(("transparent", "opaque")),
        }

    def _zone(self) -> ZoneInfo:
        if self._chance.random() < 0.75:
            return self._book.zone
        return ZoneInfo(self._chance.choice(ZONES))

    def _at(self, day: date, zone: ZoneInfo) -> datetime:
        quarter = self._chance.randrange(8 * 4, 17 * 4)
        return datetime.combine(day, time(quarter // 4, quarter % 4 * 15), zone)


def fill(calendar: FakeCalendar, *, events: int, size: int = 1300, seed: int = 0) -> None:
    """Fill a calendar with bulk, cheaply: singles, and one weekly series in ten.

    Args:
        calendar: The calendar to fill.
        events: How many events it gets.
        size: The length of each event as JSON, in bytes; at least about 900.
        seed: What their times are drawn from.
    """
    book = calendar.book
    chance = random.Random(f"{seed}/{calendar.id}")
    templates = [_template(book, kind, size) for kind in (Kind.SERIES, Kind.SINGLE)]
    for number, stamp in enumerate(book.stamps.burst(events)):
        book.put(templates[number % 10 > 0].row(book.ids.next(), stamp, chance))


@attrs.frozen
class _Template:
    """An event as JSON with holes for what differs."""

    kind: Kind
    text: bytes

    def row(self, event: str, stamp: int, chance: random.Random) -> Row:
        day = f"2026-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"
        updated = milliseconds(stamp)
        values = {
            b"@ID" + b"@" * 23: event,
            b"@ETAG@": etag(stamp).replace('"', '\\"'),
            b"@UPDATED@": updated,
            b"@CREATED@": f"{updated[:19]}.000Z",
            b"@DAY@": day,
        }
        body = self.text
        for hole, value in values.items():
            body = body.replace(hole, value.encode())
        return Row(id=event, changed=stamp, kind=self.kind, body=body)


def _template(book: Book, kind: Kind, size: int) -> _Template:
    event = "@ID" + "@" * 23
    guests = [{"email": f"{name}@example.com", "responseStatus": "accepted"} for name in GUESTS]
    fields: Resource = {
        "summary": "Pipeline review",
        "start": {"dateTime": "@DAY@T10:00:00Z", "timeZone": "UTC"},
        "end": {"dateTime": "@DAY@T10:30:00Z", "timeZone": "UTC"},
        "attendees": guests[:3],
    }
    if kind is Kind.SERIES:
        fields["recurrence"] = ["RRULE:FREQ=WEEKLY"]
    stamps = {"kind": "calendar#event", "etag": "@ETAG@", "updated": "@UPDATED@"}
    link = "https://www.google.com/calendar/event?eid="
    born = book.born(fields, event, book.stamps.last)
    born |= stamps | {"created": "@CREATED@", "htmlLink": link + event}
    # The holes are filled with longer text, so the padding is measured on a filled one.
    filled = _Template(kind, encode(born)).row("0" * 26, book.stamps.last, random.Random(0))
    text = "Agenda, notes and open questions. " * (size // 34 + 1)
    born["description"] = text[: max(0, size - len(filled.body) - 17)]
    return _Template(kind, encode(ordered(born)))
