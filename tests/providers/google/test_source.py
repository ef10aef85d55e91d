"""A Google calendar as the engine's source: what it asks for, and what it makes of the answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, cast

import httpx
import pytest
from tests.providers.google.payloads import CANCELLED, EXCEPTION, SERIES, SINGLE, Item, record
from tests.recorded import cases

from kloudsync.errors import APIError, CursorRefused, DecodeError, UsageError
from kloudsync.http.caller import Blocking
from kloudsync.http.message import Response
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Series, SeriesException
from kloudsync.model.record import EventRecord, Kind, Malformed
from kloudsync.model.state import Cursor
from kloudsync.providers.google.client import Google
from kloudsync.providers.google.filters import Filters
from kloudsync.providers.google.source import GoogleCalendar, read_page
from kloudsync.sync.source import Source
from kloudsync.testing.google import FakeGoogle

CURSOR = Cursor(token="t1", fingerprint="f")
EVERYTHING: Filters = {
    "event_types": ["default", "focusTime"],
    "show_hidden_invitations": True,
    "ical_uid": "u@example.com",
    "private_extended_property": ["a=1", "b=2"],
    "q": "review",
    "shared_extended_property": ["c=3"],
    "time_min": datetime(2026, 1, 1, tzinfo=UTC),
    "time_max": datetime(2027, 1, 1, tzinfo=UTC),
}
ALWAYS = {("maxResults", "2500"), ("singleEvents", "false")}
LASTING = {
    ("eventTypes", "default"),
    ("eventTypes", "focusTime"),
    ("showHiddenInvitations", "true"),
}
FORBIDDEN = {
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "showDeleted",
    "timeMax",
    "timeMin",
    "updatedMin",
}


def source(filters: Filters | None = None) -> GoogleCalendar[None]:
    """Make a source that describes but performs nothing."""
    return GoogleCalendar(caller=None, filters=filters or {})


def page(body: object) -> Response:
    """Make an answer."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Response(status=200, body=text.encode())


def test_a_google_calendar_is_a_source() -> None:
    """Type checkers hold it against the engine's port."""
    port: Source[None] = source()

    assert port.key == CalendarKey("google", "default", "primary")


def test_a_full_pass_asks_for_large_pages_of_masters() -> None:
    """All filters are sent, with every page alike."""
    first = source(EVERYTHING).page(None, None)
    second = source(EVERYTHING).page(None, "p2")

    assert first.name == "events.list"
    assert first.repeatable
    assert first.request.path == "calendars/primary/events"
    assert set(first.request.query) == ALWAYS | LASTING | {
        ("iCalUID", "u@example.com"),
        ("privateExtendedProperty", "a=1"),
        ("privateExtendedProperty", "b=2"),
        ("q", "review"),
        ("sharedExtendedProperty", "c=3"),
        ("timeMin", "2026-01-01T00:00:00Z"),
        ("timeMax", "2027-01-01T00:00:00Z"),
    }
    assert set(second.request.query) == set(first.request.query) | {("pageToken", "p2")}


def test_a_delta_sends_its_token_with_every_page_and_no_filter_that_the_service_refuses() -> None:
    """Event types and hidden invitations are repeated, since the service wants them alike."""
    first = source(EVERYTHING).page(CURSOR, None).request.query
    second = source(EVERYTHING).page(CURSOR, "p2").request.query

    assert set(first) == ALWAYS | LASTING | {("syncToken", "t1")}
    assert set(second) == set(first) | {("pageToken", "p2")}
    assert not FORBIDDEN & {name for name, _ in second}


def test_without_filters_nothing_but_the_page_is_asked_for() -> None:
    """Deleted events come with deltas by themselves."""
    assert set(source().page(None, None).request.query) == ALWAYS
    assert set(source().page(CURSOR, None).request.query) == ALWAYS | {("syncToken", "t1")}


@pytest.mark.parametrize(
    ("size", "filters"),
    [
        (0, {}),
        (2501, {}),
        (2500, {"time_min": datetime(2026, 1, 1)}),
        (
            2500,
            {
                "time_min": datetime(2026, 1, 2, tzinfo=UTC),
                "time_max": datetime(2026, 1, 1, tzinfo=UTC),
            },
        ),
    ],
)
def test_what_no_page_could_be_asked_for_with_is_refused_at_once(
    size: int, filters: Filters
) -> None:
    """The mistake shows where it is made, not in a later run."""
    with pytest.raises(UsageError):
        GoogleCalendar(caller=None, page_size=size, filters=filters)


def test_the_fingerprint_changes_with_account_calendar_and_every_filter() -> None:
    """It is stable otherwise, whatever the page size, and tells nothing of what it is made from."""
    plain = GoogleCalendar(caller=None)
    others = [
        GoogleCalendar(caller=None, account="other"),
        GoogleCalendar(caller=None, calendar="team@example.com"),
        *(source(cast("Filters", {name: value})) for name, value in EVERYTHING.items()),
    ]

    prints = {calendar.fingerprint for calendar in others}

    assert plain.fingerprint == GoogleCalendar(caller=None, page_size=250).fingerprint
    assert len(prints | {plain.fingerprint}) == len(others) + 1
    assert all(len(text) == 64 and int(text, 16) >= 0 for text in prints)


def test_a_page_is_read_into_records_in_order_and_what_is_no_event() -> None:
    """One bad event does not stop the page."""
    body = {
        "kind": "calendar#events",
        "timeZone": "Europe/Paris",
        "items": [SERIES, 5, EXCEPTION, {"id": "bad", "start": 1}, CANCELLED],
        "nextPageToken": "p2",
    }

    read = read_page(page(body))

    assert [entry.kind for entry in read.records] == [Kind.SERIES, Kind.EXCEPTION, Kind.CANCELLED]
    assert [entry.id for entry in read.malformed] == [None, "bad"]
    assert (read.next, read.cursor, read.zone) == ("p2", None, "Europe/Paris")


@pytest.mark.parametrize(
    ("body", "following", "cursor"),
    [
        ({"items": [], "nextSyncToken": "t"}, None, "t"),
        ({"items": [], "nextPageToken": "p"}, "p", None),
        ({"items": [], "nextPageToken": "p", "nextSyncToken": "t"}, "p", None),
        ({"items": []}, None, None),
        ({"nextSyncToken": "t"}, None, "t"),
        ({"items": None, "nextPageToken": "p", "timeZone": 5}, "p", None),
        ({"items": [], "nextPageToken": "", "nextSyncToken": ""}, None, None),
    ],
)
def test_the_cursor_comes_from_the_last_page_only(
    body: Item, following: str | None, cursor: str | None
) -> None:
    """An empty page may have a next one; where both tokens come, the walk goes on."""
    read = read_page(page(body))

    assert (read.next, read.cursor) == (following, cursor)
    assert read.records == []
    assert read.zone is None


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE html><title>Sorry</title>",
        "",
        "[]",
        {},
        {"error": {"code": 500}},
        {"items": {"id": "a"}, "nextSyncToken": "t"},
        {"items": [], "nextSyncToken": 5},
        {"items": [], "nextPageToken": {}},
        '{"items": [{"id": "a"}',
    ],
)
def test_what_is_no_page_is_a_decode_error(body: object) -> None:
    """HTML with status 200 is as little a page as a page that was cut off."""
    with pytest.raises(DecodeError):
        read_page(page(body))


def test_stored_text_is_read_again_as_the_page_was() -> None:
    """Quarantined text gets its second chance in the same way."""
    read = record(SERIES)

    assert source().reread(read.raw) == read
    assert isinstance(source().reread("{}"), Malformed)
    assert isinstance(source().reread("<html>"), Malformed)


def test_a_record_leads_to_its_typed_event_its_facts_and_its_occurrences() -> None:
    """The source answers what only Google's own text and ids can tell."""
    calendar, read = source(), record(SERIES)

    event = calendar.event(read)

    assert isinstance(event, Series)
    assert event.recurrence == ("RRULE:FREQ=WEEKLY;BYDAY=TU",)
    assert isinstance(calendar.event(record(EXCEPTION)), SeriesException)
    assert calendar.same(read, record(SERIES | {"etag": "new"}))
    assert calendar.series_facts(read).title == "Pipeline review"
    assert (
        calendar.occurrence_id("a_R20261117T170000", 1795539600, all_day=False)
        == "a_20261124T170000Z"
    )


def test_refusals_are_told_from_the_request_that_was_sent() -> None:
    """A dead page token of a full pass counts, too."""
    invalid = APIError("Invalid Value", status=400, provider="google", reason="invalid")

    assert source().refused(invalid, CURSOR, None)
    assert source().refused(invalid, None, "p2")
    assert source().refused(invalid, None, None) is None


def client(fake: FakeGoogle) -> Google:
    """Make a client of a fake."""
    return Google("tok", http_client=httpx.Client(transport=fake.transport()))


def walk(
    calendar: GoogleCalendar[Blocking], cursor: Cursor | None
) -> tuple[list[EventRecord], Cursor]:
    """Fetch all pages of a pass."""
    records: list[EventRecord] = []
    position = None
    while True:
        read = calendar.caller.call(calendar.page(cursor, position))
        records += read.records
        position = read.next
        if position is None:
            assert read.cursor is not None
            return records, Cursor(token=read.cursor, fingerprint=calendar.fingerprint)


def test_a_client_hands_out_calendars_that_follow_a_service_page_by_page() -> None:
    """Full pass, delta and refused cursor, on the fake service with its own rules."""
    fake = FakeGoogle(account="owner@example.com")
    for number in range(5):
        fake.calendar().create(f"Meeting {number}", datetime(2026, 1, 5 + number, 9, tzinfo=UTC))
    calendar = client(fake).calendar("primary", page_size=2)

    records, cursor = walk(calendar, None)
    fake.calendar().edit(records[0].id, summary="Meeting moved to room 7")
    fake.calendar().delete(records[1].id)
    changed, cursor = walk(calendar, cursor)
    fake.expire_sync_tokens()
    with pytest.raises(CursorRefused) as refused:
        walk(calendar, cursor)

    assert len(records) == 5
    assert {entry.id: entry.kind for entry in changed} == {
        records[0].id: Kind.SINGLE,
        records[1].id: Kind.TOMBSTONE,
    }
    assert calendar.refused(refused.value, cursor, None) == (
        "410 fullSyncRequired: the cursor has expired"
    )


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("row", cases("google_pages.json"))
def test_recorded_pages_are_read_whole(row: Any, indent: int | None) -> None:
    """Every item of every recorded page of events is a record."""
    body = row["page"]

    read = read_page(page(json.dumps(body, indent=indent)))

    assert not read.malformed
    assert [entry.id for entry in read.records] == [item["id"] for item in body["items"]]
    assert read.cursor == body.get("nextSyncToken")


def test_the_tokens_of_a_cursor_stay_out_of_the_descriptions_repr() -> None:
    """Descriptions end up in logs."""
    assert "secret" not in repr(source().page(Cursor(token="secret", fingerprint=""), "secret"))
    assert "filters" in repr(source())
    assert record(SINGLE).id not in repr(source().page(None, None))
