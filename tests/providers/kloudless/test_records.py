import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.recorded import cases

from kloudsync.model.event import Series, SingleEvent
from kloudsync.model.record import EventRecord, Kind, Malformed
from kloudsync.model.times import from_epoch
from kloudsync.providers.kloudless.records import read_activity, read_record
from kloudsync.providers.kloudless.translate import read_event
from kloudsync.recurrence import Recurrence

TIMED = {"start": "2020-11-02T08:00:00-08:00", "end": "2020-11-02T09:00:00-08:00"}


def record(**members: Any) -> EventRecord:
    """Read an event that can be understood."""
    item = {"id": "event_a", **TIMED, **members}
    read = read_record(item, json.dumps(item))
    assert isinstance(read, EventRecord), read
    return read


def problem(item: Any) -> Malformed:
    """Read an event that cannot be understood."""
    read = read_record(item, "raw")
    assert isinstance(read, Malformed)
    return read


def activity(**members: Any) -> EventRecord | Malformed | None:
    """Read an object of activity."""
    item = {"id": "event_a", "type": "update", "metadata": {"id": "event_a", **TIMED}, **members}
    return read_activity(item, json.dumps(item))


@pytest.mark.parametrize("row", cases("kloudless_payloads.json"))
def test_recorded_events_tell_their_facts(row: dict[str, Any]) -> None:
    """What a recorded event says of role, times and days is found."""
    if row["kind"] != "event":
        return
    read = read_record(row["body"], json.dumps(row["body"]))
    assert isinstance(read, EventRecord)
    event, expected = read_event(read), row["expect"]
    assert isinstance(event, Series if expected["role"] == "master" else SingleEvent)
    assert event.all_day is expected.get("all_day", False)
    if "start_utc" in expected:
        assert event.start == datetime.fromisoformat(expected["start_utc"])
    if "start_date" in expected:
        assert [event.start, event.end] == [
            date.fromisoformat(expected[name]) for name in ("start_date", "end_date")
        ]
    if "occurrences_utc" in expected:
        assert isinstance(event, Series)
        rule = Recurrence.parse(event.recurrence, event.start, zone=event.zone)
        wanted = [datetime.fromisoformat(text) for text in expected["occurrences_utc"]]
        assert [start.astimezone(UTC) for start in rule if isinstance(start, datetime)] == wanted


@pytest.mark.parametrize(
    ("members", "start", "end"),
    [
        ({"all_day": True, "start": "2020-12-24", "end": "2020-12-27"}, (24, 12), (27, 12)),
        ({"all_day": None, "start": "2020-12-24", "end": "2020-12-25"}, (24, 12), (25, 12)),
        (
            {"all_day": True, "start": "2020-12-24T00:00:00Z", "end": "2020-12-27T00:00:00Z"},
            (24, 12),
            (27, 12),
        ),
        (
            {
                "all_day": True,
                "start": "2020-12-24T08:00:00Z",
                "end": "2020-12-25T08:00:00Z",
                "start_time_zone": "America/Los_Angeles",
            },
            (24, 12),
            (25, 12),
        ),
        (
            {"all_day": True, "start": "2020-12-24", "end": "2020-12-24T00:00:00Z"},
            (24, 12),
            (25, 12),
        ),
        ({"all_day": True, "start": "2020-12-24", "end": None}, (24, 12), (25, 12)),
        ({"all_day": False, "start": "2020-12-24", "end": "2020-12-25"}, (24, 12), (25, 12)),
    ],
)
def test_whole_days_are_dates_in_whatever_form(
    members: dict[str, Any], start: tuple[int, int], end: tuple[int, int]
) -> None:
    """Dates and midnights are the same days, the end exclusive and never before a day is over."""
    read = record(**members)
    found = [from_epoch(s or 0, all_day=True) for s in (read.start, read.end)]
    assert read.all_day
    assert found == [date(2020, month, day) for day, month in (start, end)]


@pytest.mark.parametrize(
    ("start", "zone", "expected"),
    [
        ("2020-11-02T08:00:00-08:00", None, datetime(2020, 11, 2, 16, tzinfo=UTC)),
        ("2020-11-02T08:00:00", "America/Los_Angeles", datetime(2020, 11, 2, 16, tzinfo=UTC)),
        ("2020-11-02T08:00:00", "Pacific Standard Time", datetime(2020, 11, 2, 16, tzinfo=UTC)),
        ("2020-11-02T08:00:00", None, datetime(2020, 11, 2, 8, tzinfo=UTC)),
        ("2020-11-02T08:00:00", "Nowhere/At_All", datetime(2020, 11, 2, 8, tzinfo=UTC)),
    ],
)
def test_times_get_their_zone(start: str, zone: str | None, expected: datetime) -> None:
    """A time without offset belongs to the zone beside it, or to UTC where that is unknown."""
    read = record(start=start, end=None, start_time_zone=zone)
    assert read.start == read.end == expected.timestamp()


@pytest.mark.parametrize(
    "item",
    [
        None,
        [],
        7,
        {"start": "2020-11-02"},
        {"id": None, **TIMED},
        {"id": True, **TIMED},
        {"id": "a\0b", **TIMED},
        {"id": "a\ud800", **TIMED},
        {"id": "a", "start": None},
        {"id": "a", "start": "tomorrow"},
        {"id": "a", "start": 20201102},
        {"id": "a", "start": "0001-01-01T00:00:00Z"},
        {"id": "a", "start": "2020-11-02T09:00:00Z", "end": "2020-11-02T08:00:00Z"},
        {"id": "a", **TIMED, "recurrence": [{"rrule": "RRULE:FREQ=NEVER"}]},
        {"id": "a", **TIMED, "ical_uid": "\ud800"},
        {"id": "a", **TIMED, "start_time_zone": "a\0"},
        {"id": "a", **TIMED, "recurring_master_id": "m\0"},
        {"id": "a", **TIMED, "recurring_master_id": "m", "original_start": "noon"},
        {
            "id": "a",
            "status": "cancelled",
            "recurring_master_id": "\ud800",
            "original_start": "2020-11-02",
        },
    ],
)
def test_what_is_no_event_is_quarantined(item: Any) -> None:
    """Whatever cannot be an event becomes `Malformed` with a reason, and raises nothing."""
    assert problem(item).reason


def test_what_is_nested_without_end_is_quarantined() -> None:
    """An event too deep to be written is kept out, and stops nothing."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert "nested" in problem({"id": "a", **TIMED, "attachments": deep}).reason


def test_numbers_are_ids_and_plain_lines_recur() -> None:
    """An id may be a number, and a recurrence may list its lines bare."""
    assert record(id=7).id == "7"
    lines = ["RRULE:FREQ=DAILY;COUNT=2", None, {"rrule": "EXDATE:20201103T160000Z"}, {}, 3]
    read = record(recurrence=lines)
    assert read.kind == Kind.SERIES
    assert read.recurrence == "RRULE:FREQ=DAILY;COUNT=2\nEXDATE:20201103T160000Z"


def test_a_series_knows_when_it_is_over() -> None:
    """The end of the last occurrence is kept; an endless series has none."""
    bounded = record(recurrence=[{"rrule": "RRULE:FREQ=DAILY;COUNT=3"}])
    assert bounded.end is not None
    assert bounded.last_end == bounded.end + 2 * 86400
    assert record(recurrence=[{"rrule": "RRULE:FREQ=DAILY"}]).last_end is None


def test_an_occurrence_is_tied_by_its_pointer() -> None:
    """Pointer and original start make an exception; without the latter its start counts."""
    original = "2020-11-01T08:00:00-08:00"
    tied = record(recurring_master_id="event_m", original_start=original)
    assert (tied.kind, tied.series) == (Kind.EXCEPTION, "event_m")
    assert tied.original == datetime.fromisoformat(original).timestamp()
    listed = record(recurring_master_id="event_m", recurrence_type="recurring")
    assert listed.original == listed.start


def test_an_occurrence_without_pointer_waits_to_be_tied() -> None:
    """UID and original start make an exception of a series yet to be found; less does not."""
    original = "2020-11-01T08:00:00-08:00"
    untied = record(ical_uid="u@example.com", original_start=original)
    assert (untied.kind, untied.series) == (Kind.EXCEPTION, None)
    assert record(original_start=original).kind == Kind.SINGLE
    assert record(ical_uid="u@example.com").kind == Kind.SINGLE


def test_text_that_escapes_is_kept_where_it_harms_nobody() -> None:
    """Odd characters beside the columns are part of the event, and stored as escapes."""
    read = record(name="a\0\ud800 \u00fc")
    assert read.raw.isascii()
    assert json.loads(read.raw)["name"] == "a\0\ud800 \u00fc"


def test_a_series_that_never_takes_place_ends_with_its_first() -> None:
    """A rule cut before its start leaves nothing but the bounds of the master itself."""
    read = record(recurrence=[{"rrule": "RRULE:FREQ=DAILY;UNTIL=20201001T000000Z"}])
    assert read.last_end == read.end


def test_a_cancelled_occurrence_keeps_its_place() -> None:
    """An occurrence that is cancelled or deleted names its series and slot, where it can."""
    place = {"recurring_master_id": "event_m", "original_start": "2020-11-01T08:00:00-08:00"}
    assert record(status="cancelled", **place).kind == Kind.CANCELLED
    assert record(status="cancelled").kind == Kind.TOMBSTONE
    unclear = {**place, "original_start": "noon"}
    assert record(status="cancelled", **unclear).kind == Kind.TOMBSTONE
    deleted = activity(type="delete", metadata={"id": "event_o", **place})
    assert isinstance(deleted, EventRecord)
    assert (deleted.kind, deleted.id, deleted.series) == (Kind.CANCELLED, "event_o", "event_m")


@pytest.mark.parametrize(
    ("members", "gone"),
    [
        ({"type": "delete", "metadata": {"id": "event_b"}}, "event_b"),
        ({"type": "delete", "metadata": None}, "event_a"),
        ({"type": "delete", "metadata": {}, "id": 5}, "5"),
    ],
)
def test_a_deletion_needs_only_an_id(members: dict[str, Any], gone: str) -> None:
    """The id is taken from the metadata, else from the activity itself."""
    read = activity(**members)
    assert isinstance(read, EventRecord)
    assert (read.kind, read.id) == (Kind.TOMBSTONE, gone)


@pytest.mark.parametrize("type_", ["add", "update", "restore", "a_word_of_tomorrow", None])
def test_the_state_counts_and_not_the_word(type_: str | None) -> None:
    """Whatever a change is called, the event after it is what is kept; a null id is no obstacle."""
    read = activity(type=type_, id=None)
    assert isinstance(read, EventRecord)
    assert read.kind == Kind.SINGLE


def test_activity_of_other_things_is_left_out() -> None:
    """Files, and calendars themselves, are not events."""
    assert activity(metadata={"api": "storage", "type": "file", "id": "f"}) is None
    assert activity(metadata={"api": "calendar", "type": "calendar", "id": "c"}) is None
    assert activity(type="delete", metadata={"type": "calendar", "id": "c"}) is None


@pytest.mark.parametrize(
    "members",
    [
        {"metadata": None},
        {"metadata": 7},
        {"type": "delete", "metadata": None, "id": None},
        {"type": "delete", "metadata": {"id": "a\0"}},
        {
            "type": "delete",
            "metadata": {"id": "a", "recurring_master_id": "m\0", "original_start": "2020-11-02"},
        },
    ],
)
def test_activity_that_tells_too_little_is_quarantined(members: dict[str, Any]) -> None:
    """A change without the event, or a deletion without an id, is not skipped in silence."""
    assert isinstance(activity(**members), Malformed)


def test_listing_and_activity_store_the_same_text() -> None:
    """An event reads the same whether it was listed or came as activity."""
    listed, told = record(), activity()
    assert isinstance(told, EventRecord)
    assert listed == told
    assert listed.end == listed.start + timedelta(hours=1).seconds if listed.start else False
