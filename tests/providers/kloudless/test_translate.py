import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from kloudsync.errors import DecodeError
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
from kloudsync.providers.kloudless.translate import read_held, read_json, write_event
from kloudsync.providers.kloudless.wire.codec import codec
from kloudsync.providers.kloudless.wire.event import Event as WireEvent

Drawn = SingleEvent | Series | SeriesException
ZONES = ("America/Los_Angeles", "Europe/Paris", "UTC")
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
PEOPLE = st.builds(Person, email=st.emails(), name=st.none() | TEXTS)
ATTENDEES = st.builds(
    Attendee,
    email=st.emails(),
    name=st.none() | TEXTS,
    reply=st.sampled_from(Reply) | st.just("maybe-later"),
    optional=st.booleans(),
    resource=st.booleans(),
)


@st.composite
def spans(draw: st.DrawFn) -> dict[str, Any]:
    """Draw when an event takes place: some days, or some hours in a zone."""
    if draw(st.booleans()):
        first = draw(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
        return {"start": first, "end": first + timedelta(days=draw(st.integers(1, 9)))}
    zone = draw(st.sampled_from(ZONES))
    wall = draw(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
    start = wall.replace(microsecond=0, tzinfo=UTC).astimezone(ZoneInfo(zone))
    length = timedelta(minutes=draw(st.integers(0, 9999)))
    return {
        "start": start,
        "end": (start.astimezone(UTC) + length).astimezone(start.tzinfo),
        "zone": zone,
    }


@st.composite
def events(draw: st.DrawFn) -> Drawn:
    """Draw an event that Kloudless could hold."""
    stamps = st.none() | st.datetimes(timezones=st.just(UTC))
    members: dict[str, Any] = {
        "id": draw(st.text("abcxyz_=", min_size=1)),
        **draw(spans()),
        "title": draw(st.none() | TEXTS),
        "description": draw(st.none() | TEXTS),
        "location": draw(st.none() | TEXTS),
        "status": draw(st.sampled_from([None, Status.CONFIRMED, Status.TENTATIVE, "odd"])),
        "visibility": draw(st.sampled_from([None, Visibility.PRIVATE, "odd"])),
        "organizer": draw(st.none() | PEOPLE),
        "creator": draw(st.none() | PEOPLE),
        "attendees": draw(
            st.none() | st.lists(ATTENDEES, max_size=3, unique_by=lambda a: a.email).map(tuple)
        ),
        "ical_uid": draw(st.none() | TEXTS),
        "created": draw(stamps),
        "updated": draw(stamps),
    }
    kind = draw(st.sampled_from(["single", "series", "exception"]))
    if kind == "series":
        return Series(**members, recurrence=("RRULE:FREQ=WEEKLY;COUNT=3",))
    if kind == "exception":
        original = members["start"] - timedelta(days=1)
        return SeriesException(**members, series="event_m", original_start=original)
    return SingleEvent(**members)


def back(event: Received) -> Received:
    """Write an event and read it again."""
    return read_json(json.dumps(write_event(event)))


@settings(max_examples=40)
@given(events())
def test_what_is_written_reads_the_same(event: Drawn) -> None:
    """Every event that Kloudless can hold survives being written and read."""
    assert back(event) == event


@settings(max_examples=40)
@given(events(), events())
def test_a_change_of_everything_survives(before: Drawn, after: Drawn) -> None:
    """Written over what was received of another event, an event still reads the same."""
    changed = evolve(after, raw=write_event(before))
    assert back(changed) == after


@settings(max_examples=40)
@given(events())
def test_what_the_model_does_not_name_goes_through(event: Drawn) -> None:
    """Members beyond the model are written as they came, and nothing else is touched."""
    received = {**write_event(event), "custom_properties": [{"key": "crm", "value": "7"}], "x": 1}
    read = read_json(json.dumps(received))
    assert write_event(read) == received


def test_what_is_gone_is_told_by_its_type() -> None:
    """A cancelled occurrence and a tombstone survive as what they are."""
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    cancelled = CancelledOccurrence(id="o", series="m", original_start=start)
    assert back(cancelled) == cancelled
    assert back(Tombstone(id="e")) == Tombstone(id="e")
    with pytest.raises(DecodeError):
        read_held(EventRecord("e", Kind.TOMBSTONE, "{}"))
    with pytest.raises(DecodeError, match="start"):
        read_json('{"id": "e", "start": "noon"}')


def test_what_kloudless_cannot_say_is_none() -> None:
    """Nothing is invented: no busy mark, no kind, no page, no conference, no self."""
    item = {
        "id": "e",
        "start": "2020-11-02T08:00:00-08:00",
        "attendees": [{"email": "a@example.com"}, 7, {"status": "thinking"}],
        "organizer": {"id": None, "name": None, "email": None},
        "visibility": None,
        "href": "https://api.kloudless.com/v1/x",
    }
    event = read_json(json.dumps(item))
    assert isinstance(event, SingleEvent)
    unsaid = (event.busy, event.kind, event.url, event.conference_url, event.visibility)
    assert unsaid == (None,) * 5
    assert (event.organizer, event.creator, event.zone, event.reply) == (None,) * 4
    assert event.attendees == (Attendee(email="a@example.com"), Attendee(reply="thinking"))


def test_the_organizer_of_2017_is_read_from_owner() -> None:
    """Old payloads call the organizer owner; written, it stays where it was."""
    item = {"id": "e", "start": "2020-11-02", "owner": {"name": "O", "email": "o@example.com"}}
    event = read_json(json.dumps(item))
    assert isinstance(event, SingleEvent)
    assert event.organizer == Person(email="o@example.com", name="O")
    assert write_event(event) == item


@settings(max_examples=40)
@given(events())
def test_written_events_are_what_the_client_sends(event: Drawn) -> None:
    """The client's own types accept everything that is written, and dump it unchanged."""
    written = write_event(event)
    loaded = codec.load(WireEvent, json.loads(json.dumps(written)))
    assert codec.dump(loaded).keys() == written.keys()
