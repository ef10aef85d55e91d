"""Google's JSON and the model's events say the same, and nothing gets lost between them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.providers.google.payloads import (
    ALL_DAY,
    CANCELLED,
    EXCEPTION,
    ODD,
    SERIES,
    SINGLE,
    Item,
    odd_items,
    record,
)
from tests.recorded import cases

from kloudsync.errors import DecodeError
from kloudsync.http.scan import read_item
from kloudsync.model.attendee import Attendee, Person, Reply
from kloudsync.model.event import (
    CancelledOccurrence,
    Received,
    Series,
    SeriesException,
    SingleEvent,
    Status,
    Tombstone,
    Visibility,
)
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.times import DAY, Time, epoch
from kloudsync.providers.google.records import read_record
from kloudsync.providers.google.times import in_zone
from kloudsync.providers.google.translate import read_event, read_held, write_event

TYPES = {
    Kind.SINGLE: SingleEvent,
    Kind.SERIES: Series,
    Kind.EXCEPTION: SeriesException,
    Kind.CANCELLED: CancelledOccurrence,
    Kind.TOMBSTONE: Tombstone,
}


def test_a_single_event_is_read_member_by_member() -> None:
    """Times are shown in the event's own zone, whatever offset they came with."""
    item = SINGLE | {
        "start": {"dateTime": "2026-11-17T17:00:00Z", "timeZone": "America/Los_Angeles"},
        "end": {"dateTime": "2026-11-17T17:30:00Z", "timeZone": "America/New_York"},
        "description": "Weekly",
        "location": "Room 7",
        "visibility": "private",
        "transparency": "transparent",
        "hangoutLink": "https://meet.example.com/abc",
        "eventType": "focusTime",
    }
    event = read_event(item)

    assert event == SingleEvent(
        id="k7d2m9q4v1c8h5r0t6n3p2s1aj",
        start=datetime(2026, 11, 17, 17, tzinfo=UTC),
        end=datetime(2026, 11, 17, 17, 30, tzinfo=UTC),
        zone="America/Los_Angeles",
        end_zone="America/New_York",
        title="Pipeline review",
        description="Weekly",
        location="Room 7",
        status=Status.CONFIRMED,
        visibility=Visibility.PRIVATE,
        busy=False,
        organizer=Person(email="owner@example.com", is_self=True),
        creator=Person(email="owner@example.com", is_self=True),
        attendees=(
            Attendee(email="owner@example.com", reply=Reply.ACCEPTED, is_self=True),
            Attendee(email="guest@example.com"),
        ),
        ical_uid="k7d2m9q4v1c8h5r0t6n3p2s1aj@google.com",
        kind="focusTime",
        created=datetime(2026, 11, 2, 17, 40, 3, tzinfo=UTC),
        updated=datetime(2026, 11, 16, 8, 12, 44, 512000, tzinfo=UTC),
        url="https://www.google.com/calendar/event?eid=ZXhhbXBsZQ",
        conference_url="https://meet.example.com/abc",
    )
    assert isinstance(event, SingleEvent)
    assert isinstance(event.start, datetime)
    assert event.start.hour == 9
    assert event.reply is Reply.ACCEPTED
    assert event.raw is item


def test_the_other_kinds_are_read_with_what_is_their_own() -> None:
    """Series have rules, exceptions and cancelled occurrences an origin, tombstones an id."""
    series, exception = read_event(SERIES), read_event(EXCEPTION)
    cancelled, all_day = read_event(CANCELLED), read_event(ALL_DAY)
    original = datetime(2026, 11, 24, 17, tzinfo=UTC)

    assert isinstance(series, Series)
    assert series.recurrence == ("RRULE:FREQ=WEEKLY;BYDAY=TU",)
    assert isinstance(exception, SeriesException)
    assert (exception.series, exception.original_start) == (SINGLE["id"], original)
    assert cancelled == CancelledOccurrence(
        id=EXCEPTION["id"], series=SINGLE["id"], original_start=original
    )
    assert isinstance(all_day, SingleEvent)
    assert (all_day.start, all_day.end) == (date(2026, 11, 27), date(2026, 11, 29))
    assert all_day.zone is None
    assert read_event(SINGLE | {"status": "cancelled"}) == Tombstone(id=SINGLE["id"])


def test_the_video_entry_point_stands_in_for_a_missing_link() -> None:
    """Other conference systems than Google's own come so."""
    entries = [
        5,
        {"entryPointType": "phone", "uri": "tel:1"},
        {"entryPointType": "video", "uri": "u"},
    ]
    event = read_event(SINGLE | {"conferenceData": {"entryPoints": entries}})

    assert isinstance(event, SingleEvent)
    assert event.conference_url == "u"


def test_members_that_are_absent_or_odd_say_nothing() -> None:
    """Only id and times are needed."""
    odd = dict.fromkeys(
        ("summary", "status", "organizer", "attendees", "created", "eventType", "visibility"), 5
    )
    times = {"start": {"date": "2026-11-27"}, "end": {"date": "2026-11-28"}}

    for item in ({"id": "a", **times}, {"id": "a", **times, **odd}):
        assert read_event(item) == SingleEvent(
            id="a", start=date(2026, 11, 27), end=date(2026, 11, 28), busy=True
        )


def test_words_that_are_not_known_stay_as_they_are() -> None:
    """Vendors extend their lists."""
    attendee = {"email": "guest@example.com", "responseStatus": "pondering"}
    event = read_event(
        SINGLE | {"status": "postponed", "visibility": "secret", "attendees": [attendee, 5]}
    )

    assert isinstance(event, SingleEvent)
    assert (event.status, event.visibility) == ("postponed", "secret")
    assert event.attendees == (Attendee(email="guest@example.com", reply="pondering"),)


UNREADABLE: list[tuple[Any, str]] = [
    (5, "expected an event: found int"),
    (read_item("[" * 100_000 + "]" * 100_000), "nested too deeply"),
    ({}, "expected an id, found nothing @ id"),
    ({"id": "a"}, "expected a time, found nothing @ start"),
    (EXCEPTION | {"id": "a", "originalStartTime": 5}, "@ recurringEventId"),
]


@pytest.mark.parametrize(("item", "problem"), UNREADABLE)
def test_what_is_no_event_is_a_decode_error_with_its_problem(item: Any, problem: str) -> None:
    """The problem names the path."""
    with pytest.raises(DecodeError) as error:
        read_event(item)

    assert problem in error.value.problems[0]


def test_a_tombstone_has_no_event_to_show() -> None:
    """Stores never show one; a caller who asks all the same gets an error of ours."""
    with pytest.raises(DecodeError, match="is deleted"):
        read_held(record(SINGLE | {"status": "cancelled"}))


def test_writing_touches_nothing_but_what_was_changed() -> None:
    """Offsets, unknown members and other attendees stay as they were received."""
    event = read_event(SINGLE)
    assert isinstance(event, SingleEvent)
    assert event.attendees is not None
    me, guest = event.attendees
    declined = attrs.evolve(me, reply=Reply.DECLINED, comment="On leave")

    written = write_event(attrs.evolve(event, title=None, attendees=(guest, declined)))

    expected = {name: value for name, value in SINGLE.items() if name != "summary"}
    expected["attendees"] = [
        SINGLE["attendees"][1],
        SINGLE["attendees"][0] | {"responseStatus": "declined", "comment": "On leave"},
    ]
    assert written == expected


def test_a_moved_event_is_written_with_its_zone() -> None:
    """A series needs the zone's name, which the offset does not tell."""
    event = read_event(SINGLE)
    assert isinstance(event, SingleEvent)

    written = write_event(attrs.evolve(event, end=event.end + timedelta(minutes=15)))

    assert written["end"] == {
        "dateTime": "2026-11-17T09:45:00-08:00",
        "timeZone": "America/Los_Angeles",
    }


def test_an_event_may_become_one_of_another_kind() -> None:
    """What made it a series or an exception is taken out."""
    fields: dict[str, Any] = {
        "id": "a",
        "start": date(2026, 1, 1),
        "end": date(2026, 1, 2),
        "busy": True,
    }

    for raw in (SINGLE, SERIES, EXCEPTION, CANCELLED | {"status": "confirmed"}):
        single = SingleEvent(**fields, raw=raw)
        series = Series(**fields, recurrence=("RRULE:FREQ=DAILY",), raw=raw)
        gone = Tombstone(id="a", raw=raw)
        for event in (single, series, gone):
            assert read_event(write_event(event)) == event


@settings(max_examples=400)
@given(item=odd_items())
def test_what_is_read_and_written_again_is_what_was_received(item: Item) -> None:
    """Exactly so, for every event that a record can be made of, however odd its members."""
    raw = json.dumps(item)
    item = json.loads(raw)
    read = read_record(item, raw)
    if not isinstance(read, EventRecord):
        return

    event = read_event(item)

    assert write_event(event) == item
    assert_agrees(read, event)


def assert_agrees(read: EventRecord, event: Received) -> None:
    """Check that columns and typed event tell the same."""
    assert type(event) is TYPES[Kind(read.kind)]
    assert event.id == read.id
    if isinstance(event, SingleEvent | Series | SeriesException):
        assert (epoch(event.start), epoch(event.end)) == (read.start, read.end)
        assert (event.all_day, event.zone) == (bool(read.all_day), read.zone)
        assert (event.busy, event.ical_uid) == (bool(read.busy), read.uid)
        assert (event.reply is Reply.DECLINED) is bool(read.declined)
    if isinstance(event, SeriesException | CancelledOccurrence):
        assert (event.series, epoch(event.original_start)) == (read.series, read.original)
    if isinstance(event, Series):
        assert "\n".join(event.recurrence) == read.recurrence


ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"])
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2400, 1, 1), timezones=st.just(UTC))
WORDS = st.text(max_size=8)
TEXTS = st.none() | WORDS
PEOPLE = st.builds(Person, email=TEXTS, name=TEXTS, is_self=st.booleans())
REPLIES = st.sampled_from(Reply) | WORDS.filter(
    lambda word: word not in ("needsAction", "accepted", "declined", "tentative")
)
ATTENDEES = st.builds(
    Attendee,
    email=TEXTS,
    name=TEXTS,
    reply=REPLIES,
    optional=st.booleans(),
    resource=st.booleans(),
    organizer=st.booleans(),
    is_self=st.booleans(),
    comment=TEXTS,
)
STATUSES = st.sampled_from([Status.CONFIRMED, Status.TENTATIVE]) | WORDS.filter(
    lambda word: word not in [status.value for status in Status]
)
VISIBILITIES = st.sampled_from(Visibility) | WORDS.filter(
    lambda word: word not in [visibility.value for visibility in Visibility]
)
NAMED = ("summary", "location", "organizer", "attendees", "eventType", "hangoutLink", "created")
RAW = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys((*NAMED, "conferenceData", "end", "recurrence", "recurringEventId"), ODD),
        "colorId": ODD,
        "extendedProperties": ODD,
    },
)


@st.composite
def events(draw: st.DrawFn) -> Received:
    """Draw any event, over any JSON that it might have been received as."""
    raw = draw(RAW)
    original = in_zone(draw(INSTANTS | st.dates(date(1900, 1, 1), date(2400, 1, 1))), draw(ZONES))
    series, event_id = (
        draw(WORDS.filter(bool)),
        draw(st.from_regex("[a-v0-9]{5,9}", fullmatch=True)),
    )
    kind = draw(st.sampled_from(sorted(TYPES)))
    if kind == Kind.TOMBSTONE:
        return Tombstone(id=event_id, raw=raw)
    if kind == Kind.CANCELLED:
        return CancelledOccurrence(id=event_id, series=series, original_start=original, raw=raw)
    members: dict[str, Any] = {**draw(members_of_events()), "id": event_id, "raw": raw}
    if kind == Kind.EXCEPTION:
        return SeriesException(**members, series=series, original_start=original)
    if kind == Kind.SERIES:
        return Series(**members, recurrence=tuple(draw(st.lists(WORDS, min_size=1, max_size=3))))
    return SingleEvent(**members)


@st.composite
def members_of_events(draw: st.DrawFn) -> dict[str, Any]:
    """Draw what all kinds of events have in common."""
    zone, end_zone = draw(st.none() | ZONES), draw(st.none() | ZONES)
    start: Time = draw(INSTANTS | st.dates(date(1900, 1, 1), date(2400, 1, 1)))
    end = start + timedelta(days=draw(st.integers(1, 9)))
    return {
        "start": in_zone(start, zone),
        "end": in_zone(end, end_zone or zone),
        "zone": zone,
        "end_zone": None if end_zone == zone else end_zone,
        **{name: draw(TEXTS) for name in ("title", "description", "location", "ical_uid", "url")},
        "status": draw(st.none() | STATUSES),
        "visibility": draw(st.none() | VISIBILITIES),
        "busy": draw(st.booleans()),
        "organizer": draw(st.none() | PEOPLE),
        "creator": draw(st.none() | PEOPLE),
        "attendees": draw(st.none() | st.lists(ATTENDEES, max_size=3).map(tuple)),
        "kind": draw(st.none() | WORDS.filter(lambda word: word not in ("", "default"))),
        "created": draw(st.none() | INSTANTS),
        "updated": draw(st.none() | INSTANTS),
        "conference_url": draw(TEXTS),
    }


@settings(max_examples=300)
@given(event=events())
def test_what_is_written_and_read_again_is_the_same_event(event: Received) -> None:
    """For every event, over whatever it was received as; and what the model does not name is kept."""
    written = write_event(event)

    assert read_event(written) == event
    for name in ("colorId", "extendedProperties"):
        assert written.get(name) == event.raw.get(name)
    assert read_event(json.loads(json.dumps(written))) == event


@pytest.mark.parametrize("row", cases("google_events.json"))
def test_recorded_events_go_through_the_model_unchanged(row: Any) -> None:
    """Every recorded event has a typed form with the stated facts, and is written as it came."""
    item = {"id": "partial-answers-have-none", **row["event"]}
    facts = row["facts"]
    kinds = {"single": SingleEvent, "master": Series, "instance": SeriesException}
    others = {"cancelled-instance": CancelledOccurrence, "tombstone": Tombstone}

    event = read_event(item)

    assert type(event) is {**kinds, **others}[facts["role"]]
    assert write_event(event) == item
    if isinstance(event, SingleEvent | Series | SeriesException):
        assert_facts(event, facts)
    if isinstance(event, SeriesException | CancelledOccurrence):
        original = facts.get("original_utc") or facts["original_date"]
        assert event.original_start == type(event.original_start).fromisoformat(original)


def assert_facts(event: SingleEvent | Series | SeriesException, facts: dict[str, Any]) -> None:
    """Check the times of an event, and whether it blocks time."""
    if facts.get("days") == 0:
        # As received; a whole day that ends where it starts takes its day.
        facts = {**facts, "days": 1, "end_date": str(event.start + timedelta(days=1))}
    for name, time in (("start", event.start), ("end", event.end)):
        if f"{name}_utc" in facts:
            assert time == datetime.fromisoformat(facts[f"{name}_utc"])
        if f"{name}_date" in facts:
            assert time == date.fromisoformat(facts[f"{name}_date"])
    if "minutes" in facts:
        assert epoch(event.end) - epoch(event.start) == facts["minutes"] * 60
    if "days" in facts:
        assert epoch(event.end) - epoch(event.start) == facts["days"] * DAY
    if "busy" in facts:
        assert event.busy is facts["busy"]
    if "moved" in facts and isinstance(event, SeriesException):
        assert (event.start != event.original_start) is facts["moved"]
