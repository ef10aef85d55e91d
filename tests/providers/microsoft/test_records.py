"""Whatever Graph sends becomes a record or goes to the quarantine; what is read is written again."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.providers.microsoft.patterns import NO_END, UNUSED, Item

from kloudsync.errors import DecodeError
from kloudsync.model.attendee import Attendee, Person, Reply
from kloudsync.model.event import (
    CancelledOccurrence,
    Series,
    SeriesException,
    SingleEvent,
    Status,
    Tombstone,
    Visibility,
)
from kloudsync.model.record import EventRecord, Kind, Malformed
from kloudsync.providers.microsoft.contents import read_facts, same_contents
from kloudsync.providers.microsoft.family import read_family
from kloudsync.providers.microsoft.records import read_record
from kloudsync.providers.microsoft.translate import read_event, read_held, write_event

MONDAYS: Item = {
    "pattern": UNUSED | {"type": "weekly", "daysOfWeek": ["monday"]},
    "range": NO_END | {"startDate": "2026-03-02"},
}
SINGLE: Item = {
    "@odata.etag": 'W/"x"',
    "id": "AAMkADEx-SINGLE=",
    "createdDateTime": "2026-03-02T09:00:11.1234567Z",
    "lastModifiedDateTime": "2026-03-09T10:00:02.7654321Z",
    "changeKey": "x",
    "originalStartTimeZone": "W. Europe Standard Time",
    "originalEndTimeZone": "W. Europe Standard Time",
    "iCalUId": "040000008200E00074C5B7101A82E00800000000AA",
    "subject": "Weekly",
    "bodyPreview": "What",
    "body": {"contentType": "text", "content": "What"},
    "location": {"displayName": "Corner", "locationType": "default"},
    "isAllDay": False,
    "isCancelled": False,
    "isOrganizer": True,
    "isDraft": False,
    "showAs": "busy",
    "sensitivity": "normal",
    "type": "singleInstance",
    "seriesMasterId": None,
    "recurrence": None,
    "webLink": "https://outlook.example.com/1",
    "onlineMeeting": None,
    "responseStatus": {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
    "start": {"dateTime": "2026-03-02T10:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-02T10:30:00.0000000", "timeZone": "UTC"},
    "organizer": {"emailAddress": {"name": "Ann", "address": "ann@example.com"}},
    "attendees": [
        {
            "type": "required",
            "status": {"response": "accepted", "time": "2026-03-01T00:00:00Z"},
            "emailAddress": {"name": "Bo", "address": "bo@example.com"},
        },
        {
            "type": "resource",
            "status": {"response": "none"},
            "emailAddress": {"name": "Room", "address": "room@example.com"},
        },
    ],
}
SERIES = SINGLE | {"id": "AAMk-MASTER=", "type": "seriesMaster", "recurrence": MONDAYS}
EXCEPTION = SINGLE | {
    "id": "AAMk-OCC2=",
    "type": "exception",
    "seriesMasterId": "AAMk-MASTER=",
    "originalStart": "2026-03-23T10:00:00Z",
    "start": {"dateTime": "2026-03-23T13:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-23T13:30:00.0000000", "timeZone": "UTC"},
}
WHOLE_DAY: Item = {
    "isAllDay": True,
    "start": {"dateTime": "2026-03-02T00:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-03T00:00:00.0000000", "timeZone": "UTC"},
}

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(
        ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999", "UTC", "\0", "\ud800"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["dateTime", "timeZone", "pattern", "range", "type"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


def read(item: Any) -> EventRecord | Malformed:
    """Read an event as a page holds it."""
    return read_record(item, json.dumps(item))


def record(item: Item) -> EventRecord:
    """Read an event that is known to be readable."""
    found = read(item)
    assert isinstance(found, EventRecord), found
    return found


@given(st.sampled_from([SINGLE, SERIES, EXCEPTION]), st.sampled_from(sorted(EXCEPTION)), JSON)
def test_any_json_in_any_member_is_a_record_or_malformed(item: Item, name: str, value: Any) -> None:
    """No page stops at an event, whatever it holds; what is a record is an event, too."""
    odd = item | {name: value}
    found = read(odd)
    if isinstance(found, EventRecord) and found.kind != Kind.TOMBSTONE:
        read_held(found)


@given(JSON)
def test_any_json_at_all_is_taken(value: Any) -> None:
    """Rows need not even be objects."""
    assert isinstance(read(value), EventRecord | Malformed)


@given(
    st.sampled_from(["exceptionOccurrences", "cancelledOccurrences", "recurrence", "start"]), JSON
)
def test_any_json_in_a_family_is_taken(name: str, value: Any) -> None:
    """What a series says of its occurrences is read as far as it can be."""
    family = read_family(SERIES | {name: value})
    assert family.records or family.malformed


@pytest.mark.parametrize("item", [SINGLE, SERIES, EXCEPTION, SINGLE | WHOLE_DAY])
def test_what_is_read_is_written_as_it_came(item: Item) -> None:
    """Nothing is lost on the way through."""
    event = read_event(item)
    assert write_event(event) == item
    assert read_event(write_event(event)) == event


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"},
        {"title": None},
        {"description": "Other"},
        {"location": "Other"},
        {"status": Status.CANCELLED, "busy": False},
        {"status": Status.TENTATIVE},
        {"busy": False},
        {"visibility": Visibility.PRIVATE},
        {"visibility": "personal"},
        {"organizer": Person(email="bo@example.com", name="Bo")},
        {"attendees": (Attendee(email="c@example.com", name="C", reply=Reply.DECLINED),)},
        {"attendees": (Attendee(email="c@example.com", reply=Reply.TENTATIVE, optional=True),)},
        {"ical_uid": None},
        {"created": datetime(2026, 1, 1, tzinfo=UTC)},
        {"url": None},
        {"conference_url": "https://meet.example.com"},
        {"start": date(2026, 3, 2), "end": date(2026, 3, 4)},
        {"zone": "America/New_York"},
    ],
    ids=",".join,
)
def test_what_was_changed_is_written_and_read_again(change: dict[str, Any]) -> None:
    """Every field of the model has its member."""
    event = read_event(SINGLE)
    assert isinstance(event, SingleEvent)
    changed = evolve(event, **change)
    again = read_event(write_event(changed))
    assert {name: getattr(again, name) for name in change} == change


def test_a_rule_is_written_as_a_pattern() -> None:
    """A series may be given another rule, as far as Graph can say it."""
    event = read_event(SERIES)
    assert isinstance(event, Series)
    changed = evolve(event, recurrence=("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU",))
    again = read_event(write_event(changed))
    assert isinstance(again, Series)
    assert again.recurrence == changed.recurrence


def test_kinds_are_told_by_what_they_say() -> None:
    """A removal, a cancelled occurrence, an exception, a series and a single event."""
    gone = read_event({"id": "x", "@removed": {"reason": "deleted"}})
    assert gone == Tombstone(id="x")
    family = read_family(
        SERIES
        | {
            "cancelledOccurrences": ["OID.AAMk-MASTER=.2026-03-16"],
            "exceptionOccurrences": [EXCEPTION],
        }
    )
    kinds = [type(read_held(one)) for one in family.records]
    assert kinds == [Series, SeriesException, CancelledOccurrence]
    with pytest.raises(DecodeError):
        read_event({"subject": "no id"})
    with pytest.raises(DecodeError):
        read_held(record({"id": "x", "@removed": {}}))


def test_a_cancelled_occurrence_has_the_slot_of_its_date() -> None:
    """Trouble 2: the series says a date, in its own zone; the slot follows from its rule."""
    family = read_family(
        SERIES
        | {
            "cancelledOccurrences": [
                "OID.AAMk-MASTER=.2026-03-30",
                "OID.AAMk-MASTER=.2026-03-31",
                "OID.x",
                7,
            ]
        }
    )
    (_, cancelled) = family.records
    # Summer time has begun: eleven in Berlin is nine in UTC.
    assert cancelled.original == datetime(2026, 3, 30, 9, tzinfo=UTC).timestamp()
    assert read_record(json.loads(cancelled.raw), cancelled.raw) == cancelled


@pytest.mark.parametrize(
    ("zone", "original"),
    [
        ("Pacific Standard Time", "2026-03-09T07:00:00Z"),
        ("W. Europe Standard Time", "2026-03-08T23:00:00Z"),
        ("Tonga Standard Time", "2026-03-08T11:00:00Z"),
        ("tzone://Microsoft/Custom", "2026-03-08T23:00:00Z"),
        ("tzone://Microsoft/Custom", "2026-03-09T07:00:00Z"),
    ],
)
def test_an_all_day_exception_has_the_slot_of_its_date(zone: str, original: str) -> None:
    """Trouble 10: the original start is the midnight of whoever made the series, told in UTC."""
    bounds = MONDAYS["range"] | {"recurrenceTimeZone": zone}
    series = SERIES | WHOLE_DAY | {"recurrence": MONDAYS | {"range": bounds}}
    moved = EXCEPTION | WHOLE_DAY | {"originalStart": original, "originalStartTimeZone": "UTC"}
    _, exception = read_family(series | {"exceptionOccurrences": [moved]}).records
    assert exception.original == datetime(2026, 3, 9, tzinfo=UTC).timestamp()
    assert exception.original_all_day


@pytest.mark.parametrize(
    "zone", ["UTC", "Pacific Standard Time", "Tonga Standard Time", "W. Europe Standard Time"]
)
def test_whole_days_keep_their_dates_in_every_zone(zone: str) -> None:
    """Trouble 9: dates are not converted, whatever zone stands beside them."""
    times = {
        "start": {"dateTime": "2026-03-02T00:00:00.0000000", "timeZone": zone},
        "end": {"dateTime": "2026-03-03T00:00:00.0000000", "timeZone": zone},
    }
    event = read_event(SINGLE | {"isAllDay": True} | times)
    assert isinstance(event, SingleEvent)
    assert (event.start, event.end) == (date(2026, 3, 2), date(2026, 3, 3))


def test_a_series_made_with_seconds_matches_its_exceptions() -> None:
    """Trouble 33: slots are told in whole minutes, and are those of their dates."""
    series = SERIES | {
        "start": {"dateTime": "2026-03-02T10:00:12.8650000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-03-02T10:30:12.8650000", "timeZone": "UTC"},
    }
    _, exception = read_family(series | {"exceptionOccurrences": [EXCEPTION]}).records
    assert exception.original == datetime(2026, 3, 23, 10, 0, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "zone", ["tzone://Microsoft/Custom", "Customized Time Zone", "", None, "Nowhere"]
)
def test_a_zone_that_says_nothing_falls_back(zone: str | None) -> None:
    """Trouble 12: then that of the event, then the mailbox's; nothing goes to the quarantine."""
    bounds = MONDAYS["range"] | {"recurrenceTimeZone": zone}
    series = SERIES | {"recurrence": MONDAYS | {"range": bounds}}
    assert record(series).zone == "Europe/Berlin"
    bare = series | {"originalStartTimeZone": zone, "originalEndTimeZone": zone}
    assert record(bare).zone is None
    (read_so,) = read_family(bare, "America/New_York").records
    assert read_so.zone == "America/New_York"


def test_a_meeting_poll_is_no_series() -> None:
    """Trouble 31: a master without pattern is a single event, and so are its proposals."""
    poll = SERIES | {"recurrence": None, "exceptionOccurrences": [EXCEPTION]}
    family = read_family(poll)
    assert [one.kind for one in family.records] == [Kind.SINGLE, Kind.SINGLE]
    assert not family.malformed


def test_an_exception_without_a_slot_is_not_guessed() -> None:
    """Trouble 39: by its name or its original start, or it goes to the quarantine."""
    lost = EXCEPTION | {"originalStart": None}
    family = read_family(SERIES | {"exceptionOccurrences": [lost]})
    assert [one.id for one in family.malformed] == ["AAMk-OCC2="]
    named = lost | {"id": "OID.AAMk-MASTER=.2026-03-23"}
    _, found = read_family(SERIES | {"exceptionOccurrences": [named]}).records
    assert found.original == datetime(2026, 3, 23, 10, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("change", "busy"),
    [
        ({}, 1),
        ({"showAs": "tentative"}, 1),
        ({"showAs": "oof"}, 1),
        ({"showAs": "free"}, 0),
        ({"showAs": "workingElsewhere"}, 0),
        ({"isCancelled": True}, 0),
        ({"isDraft": True}, 0),
    ],
)
def test_what_takes_time(change: Item, busy: int) -> None:
    """Trouble 28: a cancelled meeting stays in an attendee's calendar, and takes none."""
    assert record(SINGLE | change).busy == busy


def test_a_null_uid_is_no_fault() -> None:
    """Trouble 29: some items have none."""
    assert record(SINGLE | {"iCalUId": None}).uid is None


def test_a_touch_is_no_change() -> None:
    """Stamps change with every touch; members that were not asked for say nothing."""
    touched = SINGLE | {
        "@odata.etag": 'W/"y"',
        "changeKey": "y",
        "lastModifiedDateTime": "2026-04-01T00:00:00Z",
        "@odata.type": "#microsoft.graph.event",
    }
    less = {name: value for name, value in touched.items() if name != "webLink"}
    assert same_contents(record(SINGLE), record(less))
    assert not same_contents(record(SINGLE), record(SINGLE | {"subject": "Other"}))
    later = {"dateTime": "2026-03-02T11:00:00.0000000", "timeZone": "UTC"}
    assert not same_contents(record(SINGLE), record(SINGLE | {"end": later}))


def test_facts_link_segments() -> None:
    """Titles, organizers and stamps are all that Graph has for it."""
    facts = read_facts(record(SERIES))
    assert (facts.title, facts.organizer, facts.sequence) == ("Weekly", "ann@example.com", 0)
    assert facts.created == pytest.approx(
        datetime(2026, 3, 2, 9, 0, 11, 123456, tzinfo=UTC).timestamp()
    )


@given(st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)), st.integers(0, 10_000))
def test_times_are_instants(start: datetime, minutes: int) -> None:
    """Seven digits of a second are read, and what is written is read as the same instant."""
    end = start + timedelta(minutes=minutes)
    item = SINGLE | {
        "start": {"dateTime": f"{start.isoformat(timespec='microseconds')}0", "timeZone": "UTC"},
        "end": {"dateTime": f"{end.isoformat(timespec='microseconds')}0", "timeZone": "UTC"},
    }
    event = read_event(item)
    assert isinstance(event, SingleEvent)
    assert isinstance(event.start, datetime)
    assert isinstance(event.end, datetime)
    # In an hour that comes twice, nothing is equal across zones (PEP 495).
    assert isinstance(event.start, datetime)
    assert isinstance(event.end, datetime)
    assert event.start.astimezone(UTC) == start.replace(tzinfo=UTC)
    assert event.end.astimezone(UTC) == end.replace(tzinfo=UTC)
