"""iCalendar, out and in: what is held comes back, and what others write is read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from kloudsync import Google, SyncEngine, ical
from kloudsync.errors import DecodeError, MissingExtra, UsageError
from kloudsync.model.attendee import Attendee, Person, Reply
from kloudsync.model.event import (
    CancelledOccurrence,
    Event,
    Held,
    Series,
    SeriesException,
    SingleEvent,
    Status,
    Visibility,
)
from kloudsync.model.record import EventRecord, Kind, Malformed
from kloudsync.recurrence import GOOGLE, Recurrence
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
READER = ical.IcalReader()
JANUARY, JULY = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def at(day: int, hour: int) -> datetime:
    """Return a moment of January in Paris."""
    return datetime(2026, 1, day, hour, tzinfo=PARIS)


def lived() -> SyncEngine:
    """Return a copy of a calendar in which everything happened that may."""
    clock = ManualClock()
    fake = FakeGoogle(clock=clock, time_zone="Europe/Paris")
    calendar = fake.calendar()
    calendar.create(
        "Review; of, all\nthings",
        at(5, 9),
        at(5, 10),
        description="Text \\ with \N{SNOWMAN}",
        location="Room 1",
        attendees=["ann@example.com", "ben@example.com"],
        visibility="private",
    )
    calendar.create("Trip", date(2026, 1, 8), date(2026, 1, 10))
    weekly = calendar.create("Weekly", at(6, 9), at(6, 10), recurrence=["RRULE:FREQ=WEEKLY"])
    calendar.edit_this(weekly, at(13, 9), summary="Moved", start=at(14, 11), end=at(14, 12))
    calendar.cancel_occurrence(weekly, at(20, 9))
    calendar.edit_following(weekly, at(27, 9), summary="Weekly, later")
    calendar.create(
        "Days", date(2026, 2, 2), date(2026, 2, 3), recurrence=["RRULE:FREQ=DAILY;COUNT=3"]
    )
    google = Google("t", http_client=httpx.Client(transport=fake.transport()), clock=clock)
    engine = SyncEngine(google.calendar(), MemoryStore())
    engine.sync()
    return engine


def read_back(written: bytes) -> list[Held]:
    """Return the typed events of an object, all of which can be read."""
    records = list(ical.read(written))
    assert not [one for one in records if isinstance(one, Malformed)]
    return [READER.event(one) for one in records if isinstance(one, EventRecord)]


def told(event: Event) -> tuple[Any, ...]:
    """Return what an event says that iCalendar can say."""
    people = tuple((one.email, one.reply, one.optional) for one in event.attendees or ())
    return (
        type(event).__name__,
        event.title,
        event.description,
        event.location,
        event.start,
        event.end,
        event.status,
        event.busy is not False,
        people,
        event.created,
        event.updated,
    )


def starts(events: list[Held]) -> list[tuple[str | None, Any]]:
    """Return what begins when in half a year, of single events, exceptions and series."""
    moved = {
        (one.series, one.original_start)
        for one in events
        if isinstance(one, SeriesException | CancelledOccurrence)
    }
    found: list[tuple[str | None, Any]] = []
    for event in events:
        if isinstance(event, Series):
            rule = Recurrence.parse(event.recurrence, event.start, zone=event.zone)
            low, high = (JANUARY.date(), JULY.date()) if event.all_day else (JANUARY, JULY)
            found += [
                (event.title, one)
                for one in rule.between(low, high)
                if (event.id, one) not in moved
            ]
        elif isinstance(event, Event):
            found.append((event.title, event.start))
    return sorted(found, key=str)


def test_what_is_held_comes_back() -> None:
    """All held events say the same after they were written and read again."""
    held = list(lived().events())
    back = read_back(ical.export(held, now=NOW, reading=GOOGLE))
    before = sorted((told(one) for one in held if isinstance(one, Event)), key=str)
    after = sorted((told(one) for one in back if isinstance(one, Event)), key=str)
    assert after == before


def test_what_takes_place_comes_back() -> None:
    """Every occurrence is where it was: moved, cancelled, of either segment and of whole days."""
    engine = lived()
    shown = sorted(
        ((one.event.title, one.start) for one in engine.occurrences(JANUARY, JULY)), key=str
    )
    back = read_back(ical.export(engine.events(), now=NOW, reading=GOOGLE))
    assert starts(back) == shown


def test_other_programs_can_read_it() -> None:
    """The object names its zones, has one UID for each series, and a name for people."""
    text = ical.export(lived().events(), now=NOW, name="Ann's", reading=GOOGLE).decode()
    assert "X-WR-CALNAME:Ann's" in text
    assert "TZID:Europe/Paris" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    masters = [block for block in text.split("BEGIN:VEVENT")[1:] if "RECURRENCE-ID" not in block]
    uids = [line for block in masters for line in block.split("\r\n") if line.startswith("UID:")]
    assert len(uids) == len(set(uids)) == 5


def object_of(*lines: str) -> str:
    """Return an object with one event of these lines."""
    return "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"])


def one(*lines: str) -> Held:
    """Return the one event of some lines."""
    (held,) = read_back(object_of(*lines).encode())
    return held


def test_what_others_write() -> None:
    """Folded lines, Windows zones, people and words in capitals are read as they are meant."""
    event = one(
        "UID:a",
        'DTSTART;TZID="W. Europe Standard Time":20260105T090000',
        "DURATION:PT1H",
        "SUMMARY;LANGUAGE=en:A long",
        "  title\\, folded",
        "CLASS:CONFIDENTIAL",
        "STATUS:TENTATIVE",
        "TRANSP:TRANSPARENT",
        "ORGANIZER;CN=Ann:MAILTO:ann@example.com",
        "ATTENDEE;PARTSTAT=DECLINED;ROLE=OPT-PARTICIPANT;CN=Ben:mailto:ben@example.com",
        "ATTENDEE;PARTSTAT=X-ODD;CUTYPE=ROOM:mailto:room@example.com",
        "BEGIN:VALARM",
        "TRIGGER:-PT10M",
        "DESCRIPTION:not of the event",
        "END:VALARM",
    )
    assert isinstance(event, SingleEvent)
    assert (event.title, event.description) == ("A long title, folded", None)
    assert event.start == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert event.end == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert (event.visibility, event.status) == (Visibility.CONFIDENTIAL, Status.TENTATIVE)
    assert event.busy is False
    assert event.organizer is not None
    assert (event.organizer.email, event.organizer.name) == ("ann@example.com", "Ann")
    assert event.attendees is not None
    ben, room = event.attendees
    assert (ben.reply, ben.optional, ben.resource) == (Reply.DECLINED, True, False)
    assert (room.reply, room.resource) == ("x-odd", True)


def test_a_whole_day_without_an_end() -> None:
    """An event of a day without an end takes that day (RFC 5545, section 3.6.1)."""
    event = one("UID:a", "DTSTART;VALUE=DATE:20260105")
    assert isinstance(event, SingleEvent)
    assert (event.start, event.end) == (date(2026, 1, 5), date(2026, 1, 6))


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:20260105T090000Z",),
        ("UID:a",),
        ("UID:a", "DTSTART:yesterday"),
        ("UID:a", "DTSTART:20260105T090000Z", "RRULE:FREQ=SOMETIMES"),
        ("UID:a", "DTSTART:20260105T090000Z", "DTEND:20260104T090000Z"),
        ("UID:a", "DTSTART:20260105T090000Z", "RECURRENCE-ID:never"),
        ("UID:a", "DTSTART:20260105T090000Z", f"X-LONG:{'x' * (1 << 20)}"),
    ],
)
def test_one_bad_event_stops_no_other(lines: tuple[str, ...]) -> None:
    """What makes no sense is kept aside with its reason, and the others are read."""
    good = object_of("UID:good", "DTSTART:20260105T090000Z").replace("END:VCALENDAR", "")
    both = good + object_of(*lines).replace("BEGIN:VCALENDAR\r\n", "")
    first, second = ical.read(both)
    assert isinstance(first, EventRecord)
    assert isinstance(second, Malformed)
    assert second.reason


def test_a_cancelled_event_is_gone() -> None:
    """A cancelled single event is a tombstone, a cancelled occurrence one of its series."""
    gone = ical.read(object_of("UID:a", "DTSTART:20260105T090000Z", "STATUS:CANCELLED"))
    slot = ical.read(
        object_of(
            "UID:a",
            "DTSTART:20260105T090000Z",
            "RECURRENCE-ID:20260105T090000Z",
            "STATUS:CANCELLED",
        )
    )
    assert [one.kind for one in (*gone, *slot) if isinstance(one, EventRecord)] == [
        Kind.TOMBSTONE,
        Kind.CANCELLED,
    ]


@pytest.mark.parametrize("text", ["", "BEGIN:VEVENT", "<html>", b"\xff\xfe"])
def test_what_is_no_calendar(text: str | bytes) -> None:
    """What is no iCalendar object is refused by name."""
    with pytest.raises(DecodeError, match="BEGIN:VCALENDAR"):
        list(ical.read(text))


def test_a_naive_moment() -> None:
    """A moment without an offset is refused."""
    with pytest.raises(UsageError, match="naive"):
        ical.export([], now=datetime(2026, 1, 1))


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without icalendar the error names the extra."""
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(MissingExtra, match=r"kloudsync\[ical\]"):
        ical.export([], now=NOW)


def calendar_of(*blocks: str) -> str:
    """Return an object of these blocks, and of one good event at its end."""
    good = "BEGIN:VEVENT\r\nUID:good\r\nDTSTART:20260105T090000Z\r\nEND:VEVENT"
    return "\r\n".join(["BEGIN:VCALENDAR", *blocks, good, "END:VCALENDAR"])


@pytest.mark.parametrize(
    "lines",
    [
        ("UID:a", "DTSTART:20260105T090000Z"),
        ("UID:a", "DTSTART:20260105T090000Z", "BEGIN:VALARM", "END:VEVENT"),
        ("UID:a", "DTSTART:20260105T090000Z", "BEGIN:VALARM", "TRIGGER:-PT5M"),
    ],
    ids=["no end", "an alarm without an end", "neither"],
)
def test_an_event_without_an_end(lines: tuple[str, ...]) -> None:
    """What was cut off is kept aside rather than lost, and takes nothing with it."""
    cut, good = ical.read(calendar_of("\r\n".join(["BEGIN:VEVENT", *lines])))
    assert isinstance(cut, Malformed)
    assert (cut.id, good.id) == ("a", "good")


def test_an_end_of_nothing() -> None:
    """An end that nothing began for is passed over."""
    event = one("UID:a", "DTSTART:20260105T090000Z", "END:VALARM", "SUMMARY:read")
    assert isinstance(event, SingleEvent)
    assert event.title == "read"


@pytest.mark.parametrize(
    "slot",
    ["RECURRENCE-ID:never", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260106T090000Z"],
    ids=["nonsense", "all later ones"],
)
@pytest.mark.parametrize("first", ["series", "occurrence"])
def test_an_occurrence_that_cannot_be_read(slot: str, first: str) -> None:
    """It is kept aside under an id of its own, and its series is read, whichever comes first."""
    begin = "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260105T090000Z"
    blocks = [f"{begin}\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT", f"{begin}\r\n{slot}\r\nEND:VEVENT"]
    told = list(ical.read(calendar_of(*(blocks if first == "series" else reversed(blocks)))))
    kept = {one.id for one in told if isinstance(one, EventRecord)}
    aside = {one.id for one in told if isinstance(one, Malformed)}
    assert kept == {"a", "good"}
    assert aside == {f"a@{slot.rpartition(':')[2]}"}


def test_a_stamp_that_cannot_be_read() -> None:
    """A date of creation that is none is left out, and the event is read."""
    event = one("UID:a", "DTSTART:20260105T090000Z", "CREATED:foo")
    assert isinstance(event, SingleEvent)
    assert event.created is None


BREAKS = ["\r\n", "\r", "\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"]
MEMBERS = ["title", "description", "location", "url", "id", "ical_uid", "organizer", "attendees"]


@pytest.mark.parametrize("break_", BREAKS)
@pytest.mark.parametrize("member", [*MEMBERS, "status", "zone"])
def test_a_stranger_forges_no_line(member: str, break_: str) -> None:
    """Whatever a program takes for a line break begins no property, and stops no export."""
    words = f"x{break_}BEGIN:VEVENT{break_}UID:forged"
    value: Any = {
        "organizer": Person(email=words, name=words),
        "attendees": (Attendee(email=words, name=words, reply=words),),
    }.get(member, words)
    event = evolve(SingleEvent(id="a", start=at(5, 9), end=at(5, 10)), **{member: value})
    written = ical.export([event], now=NOW, name=words, zone=words)
    lines = written.decode().replace("\r\n ", "").splitlines()
    assert [line for line in lines if line.startswith("BEGIN:VEVENT")] == ["BEGIN:VEVENT"]
    assert len(list(ical.read(written))) == 1


def test_halves_of_characters() -> None:
    """A title with half of a character, as JSON may hold it, is written with a sign in its place."""
    event = SingleEvent(id="a", start=at(5, 9), end=at(5, 10), title="a\ud800b")
    (back,) = read_back(ical.export([event], now=NOW, name="\ud800"))
    assert isinstance(back, SingleEvent)
    assert back.title == "a?b"


def texts() -> st.SearchStrategy[str]:
    """Any text that a line of an object may hold."""
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(texts(), texts())
def test_any_text_comes_back(title: str, place: str) -> None:
    """Whatever was typed is read as it was, but for control characters and ways of breaking lines."""
    event = SingleEvent(id="a", start=at(5, 9), end=at(5, 10), title=title, location=place)
    (record,) = ical.read(ical.export([event], now=NOW))
    assert isinstance(record, EventRecord)
    back = READER.event(record)
    assert isinstance(back, Event)
    assert plain(back.title) == plain(title)
    assert plain(back.location) == plain(place)


def plain(text: str | None) -> str:
    """Return a text with one kind of line break and no other control character."""
    return "".join(letters(" ".join((text or "").splitlines())))


def letters(text: str) -> Iterator[str]:
    """Yield the characters of a text that are printed."""
    return (one for one in text if one.isprintable() and not one.isspace())
