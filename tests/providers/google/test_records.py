"""Google's events become records, and whatever is odd about them never gets further."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

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

from kloudsync.http.item_decoder import item_decoder
from kloudsync.http.scan import Unreadable, read_item
from kloudsync.model.record import EventRecord, Kind, Malformed
from kloudsync.model.times import DAY
from kloudsync.providers.google.records import (
    EventMembers,
    read_closely,
    read_plain,
    read_record,
)

ROLES = {
    "single": Kind.SINGLE,
    "master": Kind.SERIES,
    "instance": Kind.EXCEPTION,
    "cancelled-instance": Kind.CANCELLED,
    "tombstone": Kind.TOMBSTONE,
}


def at(text: str) -> int:
    """Return seconds since 1970 of an instant, or of a date's midnight in UTC."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def read(item: Any) -> EventRecord | Malformed:
    """Read an item with its own text."""
    return read_record(item, json.dumps(item))


def test_a_single_event_keeps_its_text_and_the_columns_that_decisions_need() -> None:
    """The raw text is kept as it came; nothing of a series is filled in."""
    raw = json.dumps(SINGLE, indent=2)

    assert read_record(SINGLE, raw) == EventRecord(
        id="k7d2m9q4v1c8h5r0t6n3p2s1aj",
        kind=Kind.SINGLE,
        raw=raw,
        start=at("2026-11-17T17:00Z"),
        end=at("2026-11-17T17:30Z"),
        last_end=at("2026-11-17T17:30Z"),
        zone="America/Los_Angeles",
        uid="k7d2m9q4v1c8h5r0t6n3p2s1aj@google.com",
    )


def test_a_series_keeps_its_rules_lineage_and_creation_stamp() -> None:
    """Segments are recognised by the base of the id and by the stamp as received."""
    lines = ["EXDATE;TZID=America/Los_Angeles:20261201T090000", "RRULE:FREQ=WEEKLY;BYDAY=TU"]
    series = record(SERIES | {"id": "abcde_R20261117T170000", "recurrence": lines})

    assert series.kind == Kind.SERIES
    assert series.recurrence == "\n".join(lines)
    assert series.lineage == "abcde"
    assert series.created == "2026-11-02T17:40:03.000Z"
    assert series.last_end is None


def test_an_exception_knows_its_series_and_original_start() -> None:
    """The original start is the member's, even where the id says something else."""
    moved = {"dateTime": "2026-11-25T00:00:00Z"}
    exception = record(EXCEPTION | {"originalStartTime": moved})

    assert exception.kind == Kind.EXCEPTION
    assert exception.series == "k7d2m9q4v1c8h5r0t6n3p2s1aj"
    assert (exception.original, exception.original_all_day) == (at("2026-11-25T00:00Z"), 0)
    assert exception.lineage is None


def test_a_cancelled_occurrence_knows_its_series_and_original_start() -> None:
    """Google promises no more than that of it."""
    cancelled = record(CANCELLED)

    assert cancelled.kind == Kind.CANCELLED
    assert cancelled.series == "k7d2m9q4v1c8h5r0t6n3p2s1aj"
    assert cancelled.original == at("2026-11-24T17:00Z")
    assert cancelled.start is None


@pytest.mark.parametrize("item", [EXCEPTION, CANCELLED])
def test_an_original_start_that_is_left_out_is_read_from_the_id(item: Item) -> None:
    """The id of an occurrence names its original start in UTC."""
    without = {name: value for name, value in item.items() if name != "originalStartTime"}

    assert record(without).original == at("2026-11-24T17:00Z")
    assert record(without | {"originalStartTime": 5, "id": "a_20261124"})[12:14] == (
        at("2026-11-24"),
        1,
    )


@pytest.mark.parametrize(
    "item",
    [
        {"id": "gone", "status": "cancelled"},
        SINGLE | {"status": "cancelled"},
        SERIES | {"status": "cancelled"},
        {"id": "gone", "status": "cancelled", "recurringEventId": "base"},
        {"id": "gone", "status": "cancelled", "recurringEventId": 5, "start": "?"},
    ],
)
def test_other_cancelled_events_are_tombstones(item: Item) -> None:
    """Whole events, complete or bare, are gone."""
    assert record(item) == EventRecord(item["id"], Kind.TOMBSTONE, json.dumps(item))


def test_a_bare_cancellation_notes_the_slot_that_its_id_names() -> None:
    """Whether a series still has it, the end of the pass tells."""
    read = record({"id": "base_20261124T170000Z", "status": "cancelled"})

    assert (read.kind, read.series, read.original) == (Kind.TOMBSTONE, "base", 1795539600)


def test_an_all_day_event_counts_from_midnight_in_utc() -> None:
    """Its end is exclusive."""
    event = record(ALL_DAY)

    assert (event.start, event.end) == (at("2026-11-27"), at("2026-11-29"))
    assert event.all_day == 1
    assert event.zone is None


@pytest.mark.parametrize(
    ("change", "busy", "declined"),
    [
        ({}, 1, 0),
        ({"transparency": "opaque"}, 1, 0),
        ({"transparency": "transparent"}, 0, 0),
        ({"attendees": [{"self": True, "responseStatus": "declined"}]}, 1, 1),
        ({"attendees": [{"responseStatus": "declined"}, {"self": True}]}, 1, 0),
        ({"attendees": ["declined", None]}, 1, 0),
        ({"attendees": "declined"}, 1, 0),
    ],
)
def test_busy_and_declined_follow_transparency_and_the_own_reply(
    change: Item, busy: int, declined: int
) -> None:
    """Others may decline what they like."""
    event = record(SINGLE | change)

    assert (event.busy, event.declined) == (busy, declined)


ODDITIES: list[tuple[Any, str]] = [
    ([], "expected an event: found list"),
    (None, "expected an event: found nothing"),
    (Unreadable("the JSON is nested too deeply"), "expected an event: the JSON is nested"),
    ({}, "expected an id, found nothing @ id"),
    ({"id": 5}, "expected an id, found int @ id"),
    ({"id": ""}, "@ id"),
    ({"id": "a"}, "expected a time, found nothing @ start"),
    (SINGLE | {"start": "soon"}, "expected a time, found str @ start"),
    (SINGLE | {"start": {"dateTime": "soon"}}, "found 'soon' @ start.dateTime"),
    (SINGLE | {"start": {"dateTime": 5}}, "found 5 @ start.dateTime"),
    (SINGLE | {"end": {"date": "2026-02-30"}}, "found '2026-02-30' @ end.date"),
    (SINGLE | {"end": {}}, "found neither date nor dateTime @ end.date"),
    (SINGLE | {"end": ALL_DAY["end"]}, "expected two dates or two times"),
    (SINGLE | {"end": {"dateTime": "2026-11-17T08:00:00-08:00"}}, "before the start @ end"),
    (ALL_DAY | {"start": {"date": "0001-01-01"}}, "out of range @ start"),
    (ALL_DAY | {"end": {"date": "9999-12-31"}}, "out of range @ end"),
    (ALL_DAY | {"start": None, "end": {"date": "0001-01-01"}}, "out of range"),
    (SERIES | {"recurrence": "RRULE:FREQ=DAILY"}, "expected lines of text @ recurrence"),
    (SERIES | {"recurrence": [5]}, "expected lines of text @ recurrence"),
    (SERIES | {"recurrence": ["RRULE:FREQ=NEVER"]}, "NEVER @ recurrence"),
    (EXCEPTION | {"recurringEventId": 5}, "found int @ recurringEventId"),
    (EXCEPTION | {"id": "a", "originalStartTime": 5}, "@ originalStartTime"),
    (SINGLE | {"iCalUID": "\ud800"}, "a database can hold @ iCalUID"),
    (SINGLE | {"iCalUID": "a\0"}, "a database can hold @ iCalUID"),
    (SINGLE | {"start": SINGLE["start"] | {"timeZone": "\0"}}, "can hold @ start.timeZone"),
    (SERIES | {"created": "\0"}, "can hold @ created"),
    (SERIES | {"recurrence": ["RRULE:FREQ=DAILY", "X-NOTE:\ud800"]}, "@ recurrence"),
    (EXCEPTION | {"recurringEventId": "\udfff"}, "can hold @ recurringEventId"),
    (CANCELLED | {"recurringEventId": "\udfff"}, "can hold @ recurringEventId"),
]


@pytest.mark.parametrize(("item", "reason"), ODDITIES)
def test_what_cannot_be_understood_is_told_with_its_path(item: Any, reason: str) -> None:
    """The text is kept for a later version to try."""
    raw = "{}" if isinstance(item, Unreadable) else json.dumps(item)
    malformed = read_record(item, raw)

    assert isinstance(malformed, Malformed)
    assert reason in malformed.reason
    assert malformed.raw == raw


@pytest.mark.parametrize("item", [{"id": "a"}, SINGLE | {"id": "a", "start": 5}])
def test_a_malformed_event_keeps_its_id(item: Item) -> None:
    """A quarantined id is not swept away as deleted."""
    malformed = read(item)

    assert isinstance(malformed, Malformed)
    assert malformed.id == "a"


@pytest.mark.parametrize("event_id", ["\ud800", "a\0b"])
def test_an_id_that_no_database_can_hold_is_none(event_id: str) -> None:
    """Neither half a surrogate pair nor NUL gets into a column."""
    malformed = read(SINGLE | {"id": event_id})

    assert isinstance(malformed, Malformed)
    assert malformed.id is None


@settings(max_examples=400)
@given(item=odd_items() | ODD)
def test_no_event_is_too_odd_to_be_read_or_put_aside(item: Any) -> None:
    """Any JSON is a record that a database can hold, or malformed; a record's end is never early."""
    raw = json.dumps(item)
    read = read_record(read_item(raw), raw)

    if isinstance(read, EventRecord):
        marks = ", ".join("?" * len(read))
        with closing(sqlite3.connect(":memory:")) as database:
            row = database.execute(f"SELECT {marks}", read).fetchone()
        assert EventRecord(*row) == read
        assert all(type(value) in (int, str, type(None)) for value in read)
        if read.kind in (Kind.SINGLE, Kind.SERIES, Kind.EXCEPTION):
            assert read.start is not None
            assert read.end is not None
            assert read.start <= read.end
            assert read.last_end is None or read.last_end >= read.end
    else:
        assert read.raw == raw
        assert read.reason


@settings(max_examples=400)
@given(item=odd_items())
def test_plain_events_are_read_as_any_other(item: Any) -> None:
    """The short way to a record leads where the long one does, or nowhere."""
    raw = json.dumps(item)
    plain = read_plain(read_item(raw), raw)
    assert plain is None or plain == read_closely(read_item(raw), raw)


@settings(max_examples=400)
@given(item=odd_items())
def test_records_come_of_the_members_that_are_named(item: Any) -> None:
    """What a decoder leaves out that makes those alone is looked at by nobody."""
    raw = json.dumps(item)
    assert read_record(item_decoder(EventMembers)(raw), raw) == read_record(read_item(raw), raw)


@pytest.mark.parametrize("item", [SINGLE, SERIES, EXCEPTION, CANCELLED, ALL_DAY])
def test_the_members_of_ordinary_events_are_of_the_types_that_are_named(item: Any) -> None:
    """They are not read a second time, therefore."""
    assert set(item_decoder(EventMembers)(json.dumps({**item, "x": 1}))) <= set(item)


def test_most_events_are_plain() -> None:
    """What takes place once, between two instants, is read the short way."""
    assert read_plain(SINGLE, "{}") is not None
    assert [read_plain(item, "{}") for item in (SERIES, EXCEPTION, CANCELLED, ALL_DAY)] == [
        None
    ] * 4


@given(item=odd_items(), change=st.data())
def test_reading_does_not_depend_on_the_layout_of_the_text(
    item: Item, change: st.DataObject
) -> None:
    """White space, escapes and the order of members tell nothing."""
    names = change.draw(st.permutations(list(item)))
    text = json.dumps({name: item[name] for name in names}, indent=change.draw(st.integers(0, 2)))

    one, other = read(item), read_record(read_item(text), text)

    if isinstance(one, EventRecord) and isinstance(other, EventRecord):
        assert one._replace(raw="") == other._replace(raw="")
    else:
        assert type(one) is type(other)


@pytest.mark.parametrize("row", cases("google_events.json"))
def test_recorded_events_show_their_facts(row: Any) -> None:
    """Role, times, original start and busy are as stated, for every recorded event."""
    item = {"id": "partial-answers-have-none", **row["event"]}
    facts = row["facts"]
    read = read_record(item, json.dumps(item))
    if item.get("recurrence") == ["RRULE;"]:
        assert read == Malformed(
            id=item["id"], reason="RRULE has no value @ recurrence", raw=json.dumps(item)
        )
        return

    assert isinstance(read, EventRecord)
    assert read.kind == ROLES[facts["role"]]
    if facts.get("days") == 0:
        # As received; a whole day that ends where it starts takes its day.
        assert read.end == at(facts.pop("end_date")) + DAY
    for name in ("start", "end", "original"):
        for fact in (f"{name}_utc", f"{name}_date"):
            if fact in facts and (name == "original" or read.kind != Kind.CANCELLED):
                assert getattr(read, name) == at(facts[fact])
    if read.kind != Kind.CANCELLED and "all_day" in facts:
        assert bool(read.all_day) is facts["all_day"]
    if "busy" in facts:
        assert bool(read.busy) is facts["busy"]
    if "original_date" in facts:
        assert read.original_all_day
    if read.kind == Kind.SERIES:
        assert (read.last_end is None) is ("until" not in facts and "count" not in facts)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Romance Standard Time", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("GMT-07:00", "GMT-07:00"),
        ("Nowhere", "Nowhere"),
    ],
)
def test_zones_are_kept_by_the_names_that_python_knows(name: str, kept: str) -> None:
    """What shows occurrences need not know how else a zone may be called."""
    item = {
        "id": "a",
        "start": {"dateTime": "2026-01-05T09:00:00+01:00", "timeZone": name},
        "end": {"dateTime": "2026-01-05T10:00:00+01:00", "timeZone": name},
    }
    record = read_record(item, json.dumps(item))
    assert isinstance(record, EventRecord)
    assert record.zone == kept
