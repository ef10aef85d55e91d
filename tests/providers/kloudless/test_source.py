"""A source of a Kloudless calendar, asked page by page: what it asks next, and what it makes of answers."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.providers.kloudless.passes import ITEM, NOTHING, NOW, going, place, read, source
from tests.providers.kloudless.world import client_of

from kloudsync.errors import APIError, BadRequest, CursorRefused, DecodeError, NotFound
from kloudsync.model.record import EventRecord, Kind, Malformed
from kloudsync.model.state import Cursor
from kloudsync.providers.kloudless.place import Phase
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.testing.kloudless import FakeKloudless


def failed(leaf: type[APIError], status: int, operation: str = "activity.list") -> APIError:
    """Return an error of the service."""
    return leaf("no", status=status, provider="kloudless", operation=operation)


def test_each_phase_asks_its_own_question() -> None:
    """What is asked next follows from the position alone."""
    calendar = source(page_size=7)
    lines = {
        phase: calendar.page(None, place(phase, page="p").encode()).request.url("")
        for phase in Phase
    }
    assert lines == {
        Phase.ACCOUNT: "/accounts/me/",
        Phase.CALENDAR: "/accounts/me/cal/calendars/primary/",
        Phase.WATCH: "/accounts/me/subscriptions/",
        Phase.SUBSCRIBE: "/accounts/me/subscriptions/",
        Phase.SEEK: "/accounts/me/subscriptions/9/activity/?cursor=5&page_size=7",
        Phase.LIST: "/accounts/me/cal/calendars/primary/events/?page=p&page_size=7",
        Phase.READ: "/accounts/me/subscriptions/9/activity/?cursor=5&page_size=7",
    }


@pytest.mark.parametrize(("seconds", "fresh"), [(0, True), (72_000, True), (72_001, False)])
def test_the_age_of_a_cursor_is_a_matter_of_the_clock(seconds: int, fresh: bool) -> None:
    """A cursor knows when it was the newest; past the limit it is refused without a request."""
    calendar = source()
    token = place(issued=NOW - seconds).encode()
    cursor = Cursor(token=token, fingerprint=calendar.fingerprint)
    if fresh:
        assert calendar.page(cursor, None).name == "subscriptions.list"
        return
    with pytest.raises(CursorRefused) as caught:
        calendar.page(cursor, None)
    assert caught.value.reason == "cursorTooOld"


@pytest.mark.parametrize(
    ("body", "cursor", "done"),
    [
        ({"objects": [], "cursor": 8}, "8", True),
        ({"objects": [], "cursor": -1}, "5", True),
        ({"objects": []}, "5", True),
        ({"objects": [NOTHING], "cursor": "5"}, "5", True),
        ({"objects": [NOTHING], "cursor": -1}, "5", True),
        ({"objects": [NOTHING], "cursor": 6}, "6", False),
    ],
)
def test_the_stream_is_drained_to_where_it_stands_still(
    body: object, cursor: str, done: bool
) -> None:
    """Nothing, the terminal cursor and a cursor that stands still end a pass; numbers are text."""
    page = read(place(), body)
    assert going(page).cursor == cursor
    assert (page.cursor is not None, page.next is None) == (done, done)


@pytest.mark.parametrize(
    "body", [{"objects": [NOTHING]}, {"cursor": 5}, {"objects": NOTHING, "cursor": 5}, None, "x"]
)
def test_a_page_that_hides_what_follows_is_an_error(body: object) -> None:
    """Without a list or a cursor the stream cannot be followed, and no cursor is stored."""
    with pytest.raises(DecodeError):
        read(place(), body)


@pytest.mark.parametrize(
    ("phase", "body"),
    [
        (Phase.ACCOUNT, []),
        (Phase.CALENDAR, None),
        (Phase.WATCH, NOTHING),
        (Phase.SUBSCRIBE, {"active": True}),
        (Phase.SEEK, {"cursor": 5}),
        (Phase.LIST, {"objects": None}),
    ],
)
def test_every_phase_expects_its_own_answer(phase: Phase, body: object) -> None:
    """An answer of another shape is an error that is told, and no page."""
    with pytest.raises(DecodeError):
        read(place(phase, subscription=None), body)


def test_a_page_in_the_middle_is_as_old_as_its_beginning() -> None:
    """Only a drained stream makes a cursor new: what follows a page may be as old as the first."""
    old = place(issued=NOW - 3600)
    assert going(read(old, {"objects": [NOTHING], "cursor": 6})).issued == NOW - 3600
    assert going(read(old, {"objects": [], "cursor": 6})).issued == NOW


@pytest.mark.parametrize(
    ("envelope", "following"),
    [
        ({"next_page": "MTAw"}, "MTAw"),
        ({"next_page": ""}, None),
        ({"next_page": None, "page": "1"}, None),
        ({"page": 1, "total": 5}, "2"),
        ({"page": "2", "total": 4}, None),
        ({"page": 1}, None),
        (NOTHING, None),
    ],
)
def test_listings_name_or_number_their_pages(
    envelope: dict[str, object], following: str | None
) -> None:
    """A named page is followed, a numbered one where a total tells of more."""
    page = read(place(Phase.LIST, begun=1.0), {**envelope, "objects": [ITEM]}, page_size=2)
    led = going(page)
    assert (led.phase, led.page) == (Phase.LIST if following else Phase.READ, following)


def test_a_full_page_without_total_has_a_successor() -> None:
    """A numbered page as long as was asked for is not taken for the last one."""
    page = read(place(Phase.LIST, begun=1.0), {"page": 1, "objects": [ITEM]}, page_size=1)
    assert going(page).page == "2"


def test_of_activity_of_one_event_the_newest_counts() -> None:
    """Within a page an older state does not overwrite a newer one, and a deletion stands."""
    objects = [
        {"metadata": {**ITEM, "name": "new", "modified": "2020-11-02T08:00:02Z"}},
        {"metadata": {**ITEM, "name": "old", "modified": "2020-11-02T08:00:01Z"}},
    ]
    page = read(place(), {"objects": objects, "cursor": 6})
    assert [json.loads(one.raw)["name"] for one in page.records] == ["new"]
    gone = {"type": "delete", "id": "event_a", "metadata": None}
    page = read(place(), {"objects": [*objects, gone], "cursor": 6})
    assert [one.kind for one in page.records] == [Kind.TOMBSTONE]


@pytest.mark.parametrize(
    "end",
    [
        {"type": "delete", "id": "event_s", "metadata": None},
        {"type": "update", "metadata": {**ITEM, "id": "event_s"}},
    ],
)
@pytest.mark.parametrize("cursor", [5, 6])
def test_a_series_that_ends_takes_along_what_came_before(end: dict[str, Any], cursor: int) -> None:
    """Deleted or a single event from then on; what its activity brings afterwards is new."""
    slot = {"recurring_master_id": "event_s", "recurrence_type": "recurring"}
    before, after = (
        {"metadata": {**ITEM, **slot, "id": name, "original_start": ITEM["start"]}}
        for name in ("before", "after")
    )
    page = read(place(), {"objects": [before, end, after], "cursor": cursor})
    assert (page.next is None) == (cursor == 5)
    assert [one.id for one in page.records] == ["event_s", "after"]
    assert page.gone == ["event_s"]


@pytest.mark.parametrize(
    ("calendar", "own", "kept"),
    [("primary", "c1", 1), ("c1", None, 1), ("c1", "c1", 1), ("primary", None, 2)],
)
def test_activity_is_kept_by_calendar(calendar: str, own: str | None, kept: int) -> None:
    """Events of other calendars are left out, as soon as the calendar's own id is known."""
    objects = [
        {"metadata": {**ITEM, "id": "a", "calendar_id": "c1"}},
        {"metadata": {**ITEM, "id": "b", "calendar_id": "c2"}},
    ]
    page = read(place(calendar=own), {"objects": objects, "cursor": 6}, calendar)
    assert len(page.records) == kept


@pytest.mark.parametrize(
    ("error", "phase", "dead"),
    [
        (failed(BadRequest, 400), Phase.READ, True),
        (failed(NotFound, 404), Phase.READ, True),
        (failed(BadRequest, 403), Phase.READ, False),
        (failed(NotFound, 404, "events.list"), Phase.LIST, True),
        (failed(NotFound, 404, "calendars.get"), Phase.CALENDAR, False),
        (failed(NotFound, 404, "subscriptions.list"), Phase.WATCH, False),
    ],
)
def test_refusals_are_told_from_other_errors(error: APIError, phase: Phase, dead: bool) -> None:
    """Whatever a cursor or page is refused with means a full pass; other errors are raised."""
    page = "p" if phase is Phase.LIST else None
    reason = source().refused(error, None, place(phase, page=page).encode())
    assert (reason is not None) is dead


def test_a_first_page_that_fails_is_no_dead_cursor() -> None:
    """Where no cursor and no page was sent, an error is what it says."""
    calendar = source()
    seeking = place(Phase.SEEK, cursor=None).encode()
    assert calendar.refused(failed(NotFound, 404), None, seeking) is None
    listing = place(Phase.LIST).encode()
    assert calendar.refused(failed(NotFound, 404, "events.list"), None, listing) is None


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps(ITEM),
        json.dumps({"id": None, "type": "update", "metadata": ITEM}),
        json.dumps({**ITEM, "ical_uid": "u", "original_start": "2020-11-01"}),
    ],
)
def test_stored_text_is_read_again(raw: str) -> None:
    """Events and activity that were kept unread can be read by a later version."""
    again = source().reread(raw)
    assert isinstance(again, EventRecord)
    assert (again.id, again.kind) == ("event_a", Kind.SINGLE)


@pytest.mark.parametrize("raw", ["{", "[]", '{"metadata": {"type": "file"}}', '{"metadata": null}'])
def test_text_that_is_still_no_event_stays_quarantined(raw: str) -> None:
    """Reading again raises nothing."""
    assert isinstance(source().reread(raw), Malformed)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"modified": "2021-01-01T00:00:00Z"}, True),
        ({"start": "2020-11-02T00:00:00-08:00"}, True),
        ({"location": None, "attendees": [], "href": "x"}, True),
        ({"name": "other"}, False),
        ({"start": "2020-11-02T08:30:00Z"}, False),
        ({"recurring_master_id": "m"}, False),
    ],
)
def test_stamps_and_nulls_are_no_changes(changes: dict[str, Any], same: bool) -> None:
    """A re-sent event with a new stamp, another offset or more nulls says the same."""
    calendar = source()
    before, after = (calendar.reread(json.dumps(one)) for one in (ITEM, {**ITEM, **changes}))
    assert isinstance(before, EventRecord)
    assert isinstance(after, EventRecord)
    assert calendar.same(before, after) is same


def test_facts_of_a_series_are_read() -> None:
    """Title, organizer and stamps of a master help to link its segments."""
    item = {
        **ITEM,
        "name": "Stand-up",
        "recurrence": [{"rrule": "RRULE:FREQ=DAILY"}],
        "owner": {"email": "o@example.com"},
        "created": "2020-11-02T08:00:00Z",
        "modified": "no time",
    }
    calendar = source()
    record = calendar.reread(json.dumps(item))
    assert isinstance(record, EventRecord)
    facts = calendar.series_facts(record)
    created = datetime(2020, 11, 2, 8, tzinfo=UTC).timestamp()
    assert (facts.title, facts.organizer) == ("Stand-up", "o@example.com")
    assert (facts.created, facts.updated) == (created, None)
    assert record.created == "2020-11-02T08:00:00Z"


def test_occurrences_have_names_of_their_own() -> None:
    """Kloudless's ids of occurrences cannot be computed; the names are unique all the same."""
    assert source().occurrence_id("event_m", 60, all_day=False) == "event_m@60"


def test_keys_and_fingerprints_tell_calendars_apart() -> None:
    """Account, calendar, version and parameters make a cursor's home; limits do not."""
    client = client_of(FakeKloudless())
    different = [
        client.calendar("primary"),
        client.calendar("other"),
        client.calendar("primary", account=7),
        client.calendar("primary", rules=Rules(list_parameters=(("a", "b"),))),
        client_of(FakeKloudless(), version=2).calendar("primary"),
    ]
    assert len({one.fingerprint for one in different}) == len(different)
    patient = client.calendar("primary", rules=Rules(oldest_cursor=timedelta(hours=1)))
    assert patient.fingerprint == different[0].fingerprint
    assert str(different[2].key) == "kloudless:7:primary"


@pytest.mark.parametrize(
    ("checks", "phase"), [(True, Phase.WATCH), (False, Phase.READ)], ids=["checked", "trusted"]
)
def test_a_delta_that_read_the_calendar_goes_on_as_it_would_have(
    checks: bool, phase: Phase
) -> None:
    """The zone of the calendar is the only news."""
    at = place(Phase.CALENDAR, calendar="cal", zone="UTC")
    led = going(read(at, {"id": "cal", "timezone": "Europe/Paris"}, checks_subscription=checks))
    assert (led.phase, led.zone, led.cursor, led.zoned) == (phase, "Europe/Paris", "5", NOW)


def test_an_alias_that_stands_for_another_calendar_begins_anew() -> None:
    """What the cursor tells is of the calendar that it was."""
    with pytest.raises(CursorRefused, match="another calendar"):
        read(place(Phase.CALENDAR, calendar="cal"), {"id": "other", "timezone": "UTC"})
