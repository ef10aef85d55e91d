from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from tests.testing.microsoft.graph_caller import WINDOW, GraphCaller, good, utc

from kloudsync.testing.microsoft import FakeCalendar, FakeMicrosoft, Habit, recurring
from kloudsync.testing.microsoft.shapes import EVENT

HOUR = timedelta(hours=1)
LASTING = 'IdType="ImmutableId"'


def body(**fields: Any) -> dict[str, Any]:
    """Describe an event of an hour on 4 March 2026."""
    return {
        "subject": "Once",
        "start": {"dateTime": "2026-03-04T09:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-03-04T10:00:00", "timeZone": "UTC"},
        **fields,
    }


def test_what_is_posted_can_be_read(caller: GraphCaller) -> None:
    """A created event has an id, a version and every default that it was not given."""
    created = caller.post("me/events", body(body={"contentType": "HTML", "content": "<p>Hi</p>"}))
    event = caller.get(f"me/events/{quote(created['id'])}")
    assert event == created
    assert event["type"] == "singleInstance"
    assert (event["showAs"], event["importance"], event["isOrganizer"]) == ("busy", "normal", True)
    assert event["body"] == {"contentType": "html", "content": "<p>Hi</p>"}
    assert event["bodyPreview"] == "Hi"
    assert event["@odata.etag"] == f'W/"{event["changeKey"]}"'
    assert event["organizer"]["emailAddress"]["address"] == "owner@example.com"
    assert "transactionId" not in event


def test_an_event_has_every_property_of_the_metadata(
    caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """What one answer or another never holds is what has to be asked for."""
    transaction = caller.post("me/events", body(transactionId="t-1"))
    name = calendar.edit_this(weekly, date(2026, 3, 9), subject="Late")
    family = caller.get(
        f"me/events/{weekly}",
        {
            "$select": "cancelledOccurrences",
            "$expand": "exceptionOccurrences,attachments,extensions,"
            "singleValueExtendedProperties($filter=id eq 'x'),multiValueExtendedProperties",
        },
    )
    told = {*transaction, *caller.get(f"me/events/{name}"), *family}
    assert set(EVENT) - told == {"instances", "calendar"}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"subject": 7}, "UnableToDeserializePostBody"),
        ({"showAs": "asleep"}, "UnableToDeserializePostBody"),
        ({"isAllDay": "yes"}, "UnableToDeserializePostBody"),
        ({"attendees": {}}, "UnableToDeserializePostBody"),
        ({"recurrence": {"pattern": {"type": "hourly"}}}, "UnableToDeserializePostBody"),
        ({"start": None}, "ErrorPropertyValidationFailure"),
        ({"end": {"dateTime": "2026-03-04T08:00:00"}}, "ErrorPropertyValidationFailure"),
        ({"start": {"dateTime": "tomorrow"}}, "ErrorPropertyValidationFailure"),
        (
            {"start": {"dateTime": "2026-03-04T09:00:00", "timeZone": "Nowhere"}},
            "ErrorPropertyValidationFailure",
        ),
        ({"isAllDay": True}, "ErrorPropertyValidationFailure"),
        ({"attendees": [{"type": "required"}]}, "ErrorPropertyValidationFailure"),
        (
            {"recurrence": recurring("daily", date(2026, 3, 5))},
            "ErrorPropertyValidationFailure",
        ),
    ],
)
def test_bodies_that_make_no_sense_are_refused(
    caller: GraphCaller, wrong: dict[str, Any], code: str
) -> None:
    """Wrong types and words don't fit the metadata; wrong values fail their validation."""
    assert caller.refusal("POST", "me/events", body=body(**wrong)) == (400, code)


def test_flags_may_be_written_as_texts(caller: GraphCaller) -> None:
    """Clients in the wild send `"false"`, and are understood."""
    event = caller.post("me/events", body(isOnlineMeeting="false", isReminderOn="False"))
    assert (event["isOnlineMeeting"], event["isReminderOn"]) == (False, False)


def test_no_json_is_refused(fake: FakeMicrosoft) -> None:
    """What is no JSON object can't be deserialised."""
    for sent in (b"[]", b"{", b'{"a": NaN}'):
        reply = fake.handle("POST", "/v1.0/me/events", {"Authorization": "Bearer x"}, sent)
        assert reply.status == 400


def test_times_come_in_the_zone_that_was_asked_for(caller: GraphCaller, weekly: str) -> None:
    """Windows and IANA names are good alike; a zone that nobody knows is refused."""
    for name in ("W. Europe Standard Time", "Europe/Berlin"):
        event = caller.get(f"me/events/{weekly}", prefer=f'outlook.timezone="{name}"')
        assert event["start"] == {"dateTime": "2026-03-02T11:00:00.0000000", "timeZone": name}
    reply = caller.send("GET", f"me/events/{weekly}", prefer='outlook.timezone="Nowhere"')
    assert reply.status == 400


def test_dates_are_not_converted(caller: GraphCaller, calendar: FakeCalendar) -> None:
    """An all-day event is from midnight to midnight in whatever zone was asked for."""
    event = calendar.create("Day", date(2026, 3, 4))
    for name in ("UTC", "Hawaiian Standard Time", "Pacific/Kiritimati"):
        told = caller.get(f"me/events/{event}", prefer=f'outlook.timezone="{name}"')
        assert told["start"] == {"dateTime": "2026-03-04T00:00:00.0000000", "timeZone": name}
        assert told["end"]["dateTime"] == "2026-03-05T00:00:00.0000000"


def test_the_slot_of_an_all_day_exception_is_its_creators_midnight(
    fake: FakeMicrosoft, caller: GraphCaller
) -> None:
    """`originalStart` of a date is an instant: seven in UTC for whoever created it in Denver."""
    mailbox = fake.add_mailbox("ann@example.com", time_zone="Mountain Standard Time")
    rule = recurring("daily", date(2026, 3, 2), times=3)
    series = mailbox.default.create("Days", date(2026, 3, 2), recurrence=rule)
    name = mailbox.default.edit_this(series, date(2026, 3, 3), subject="Other")
    fake.accounts.grant("any")
    event = caller.get(f"users/ann@example.com/events/{name}")
    assert event["originalStart"] == "2026-03-03T07:00:00Z"


def test_slots_are_whole_minutes(caller: GraphCaller, calendar: FakeCalendar) -> None:
    """A series that begins at some second has slots that begin at none."""
    start = utc("2026-03-04T02:36:12.865")
    series = calendar.create("Odd", start, recurrence=recurring("daily", date(2026, 3, 4)))
    name = calendar.edit_this(series, date(2026, 3, 5), subject="Other")
    event = caller.get(f"me/events/{name}")
    assert event["originalStart"] == "2026-03-05T02:36:00Z"
    assert event["start"]["dateTime"] == "2026-03-05T02:36:12.8650000"


def test_a_master_names_its_cancelled_occurrences_if_selected(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """`cancelledOccurrences` comes by `$select` alone, and not at all from a service without it."""
    calendar.cancel_occurrence(weekly, date(2026, 3, 16))
    path, select = f"me/events/{weekly}", {"$select": "subject,cancelledOccurrences"}
    assert "cancelledOccurrences" not in caller.get(path)
    event = caller.get(path, select)
    assert event["cancelledOccurrences"] == [f"OID.{weekly}.2026-03-16"]
    assert set(event) == {"@odata.context", "@odata.etag", "id", "subject", "cancelledOccurrences"}
    fake.habits.add(Habit.FAMILIES_WITHHELD)
    assert "cancelledOccurrences" not in caller.get(path, select)


def test_exceptions_of_a_master_have_to_be_expanded(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """`exceptionOccurrences` named in `$select` alone is silently missing."""
    calendar.edit_this(weekly, date(2026, 3, 16), subject="Other")
    path = f"me/events/{weekly}"
    assert "exceptionOccurrences" not in caller.get(path, {"$select": "exceptionOccurrences"})
    query = {"$select": "subject", "$expand": "exceptionOccurrences($select=subject)"}
    (one,) = caller.get(path, query)["exceptionOccurrences"]
    assert set(one) == {"@odata.etag", "id", "subject"}
    assert len(caller.rows(f"{path}/exceptionOccurrences")) == 1
    fake.habits.add(Habit.FAMILIES_WITHHELD)
    assert "exceptionOccurrences" not in caller.get(path, query)


def test_occurrences_are_found_by_either_name(
    caller: GraphCaller, weekly: str, calendar: FakeCalendar
) -> None:
    """An OID and an ordinary id of an occurrence are good wherever an event's id is."""
    (row, *_) = caller.rows(f"me/events/{weekly}/instances", WINDOW)
    oid = f"OID.{weekly}.2026-03-02"
    assert caller.get(f"me/events/{quote(oid)}")["id"] == row["id"]
    calendar.cancel_occurrence(weekly, date(2026, 3, 2))
    for name in (oid, row["id"]):
        assert caller.refusal("GET", f"me/events/{name}") == (404, "ErrorItemNotFound")


def test_ids_that_are_none_are_malformed(caller: GraphCaller) -> None:
    """What can't be an id is refused with 400, what names nothing with 404."""
    assert caller.refusal("GET", "me/events/what!") == (400, "ErrorInvalidIdMalformed")
    assert caller.refusal("GET", "me/events/AAMkAAAA") == (404, "ErrorItemNotFound")


def test_immutable_ids_are_told_to_who_prefers_them(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """Either form finds the event; a move changes the ordinary one alone."""
    lasting = caller.get(f"me/events/{weekly}", prefer=LASTING)["id"]
    assert lasting != weekly
    (row, *_) = caller.rows(f"me/events/{lasting}/instances", WINDOW, prefer=LASTING)
    assert row["seriesMasterId"] == lasting
    moved = calendar.move(weekly, fake.add_calendar("Work"))
    assert caller.refusal("GET", f"me/events/{weekly}") == (404, "ErrorItemNotFound")
    assert caller.get(f"me/events/{lasting}")["id"] == moved


def test_old_ids_have_to_be_escaped(caller: GraphCaller) -> None:
    """Ids in the old form hold slashes, which a path divides unless they are escaped."""
    fake = FakeMicrosoft(habits=[Habit.OLD_IDS])
    name = fake.calendar().create("Once", utc("2026-03-04T09:00"))
    old = GraphCaller(fake)
    assert "/" in name
    assert "+" in name
    assert old.get(f"me/events/{quote(name, safe='')}")["subject"] == "Once"
    assert old.send("GET", f"me/events/{name}").status == 400


def test_an_occurrence_that_is_patched_becomes_an_exception(
    caller: GraphCaller, weekly: str
) -> None:
    """What the patch does not say is as in the series."""
    name = caller.rows(f"me/events/{weekly}/instances", WINDOW)[1]["id"]
    event = good(caller.send("PATCH", f"me/events/{name}", body={"subject": "Other"}))
    assert (event["type"], event["subject"], event["id"]) == ("exception", "Other", name)
    assert event["start"]["dateTime"] == "2026-03-09T10:00:00.0000000"


@pytest.mark.parametrize("day", ["2026-03-02", "2026-03-01", "2026-03-16", "2026-03-17"])
def test_an_occurrence_passes_no_neighbour(caller: GraphCaller, weekly: str, day: str) -> None:
    """An exception shares no day with the occurrence before or after it."""
    name = f"OID.{weekly}.2026-03-09"
    moved = {
        "start": {"dateTime": f"{day}T20:00:00", "timeZone": "UTC"},
        "end": {"dateTime": f"{day}T21:00:00", "timeZone": "UTC"},
    }
    refused = caller.refusal("PATCH", f"me/events/{name}", body=moved)
    assert refused == (400, "ErrorOccurrenceCrossingBoundary")


def test_a_patch_changes_what_it_says(caller: GraphCaller) -> None:
    """Everything else stays; a start alone moves the event as a whole."""
    guests = [{"emailAddress": {"address": "ann@example.com"}}]
    event = caller.post("me/events", body(attendees=guests, location={"displayName": "Room"}))
    start = {"dateTime": "2026-03-05T09:00:00", "timeZone": "UTC"}
    path = f"me/events/{event['id']}"
    changed = good(caller.send("PATCH", path, body={"start": start, "location": None}))
    assert changed["end"]["dateTime"] == "2026-03-05T10:00:00.0000000"
    assert changed["location"]["displayName"] == ""
    assert changed["attendees"] == event["attendees"]
    assert changed["changeKey"] != event["changeKey"]
    assert changed["createdDateTime"] == event["createdDateTime"]


def test_a_single_event_becomes_a_series_and_one_again(caller: GraphCaller) -> None:
    """A recurrence makes it a master under its own id; null takes it away."""
    event = caller.post("me/events", body())
    path = f"me/events/{event['id']}"
    rule = recurring("daily", date(2026, 3, 4), times=2)
    assert good(caller.send("PATCH", path, body={"recurrence": rule}))["type"] == "seriesMaster"
    single = good(caller.send("PATCH", path, body={"recurrence": None}))
    assert (single["type"], single["recurrence"]) == ("singleInstance", None)


def test_a_series_begins_with_its_first_occurrence(caller: GraphCaller) -> None:
    """A range that begins off its pattern leaves the master's start on the pattern."""
    rule = recurring("weekly", date(2026, 3, 4), days=["monday"], times=2)
    event = caller.post("me/events", body(recurrence=rule))
    assert event["start"]["dateTime"] == "2026-03-09T09:00:00.0000000"
    assert event["recurrence"]["range"]["startDate"] == "2026-03-04"


def test_an_event_is_deleted_once(caller: GraphCaller) -> None:
    """The second time it is not found."""
    path = f"me/events/{caller.post('me/events', body())['id']}"
    assert caller.send("DELETE", path).status == 204
    assert caller.refusal("DELETE", path) == (404, "ErrorItemNotFound")


def test_a_transaction_creates_one_event(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """A repeated POST finds the first event, or is refused by habit."""
    first = caller.post("me/events", body(transactionId="t-1"))
    assert caller.post("me/events", body(transactionId="t-1"))["id"] == first["id"]
    assert first["transactionId"] == "t-1"
    fake.habits.add(Habit.REPEATS_CONFLICT)
    assert caller.refusal("POST", "me/events", body=body(transactionId="t-1"))[0] == 409


def test_a_write_on_an_old_version_is_refused(caller: GraphCaller) -> None:
    """`If-Match` with another version than the current one is 412."""
    event = caller.post("me/events", body())
    path = f"me/events/{event['id']}"
    send = {"subject": "New"}
    good(caller.send("PATCH", path, body=send, if_match=event["@odata.etag"]))
    assert caller.send("DELETE", path, if_match=event["@odata.etag"]).status == 412


def test_a_list_has_masters_and_a_view_has_occurrences(
    caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """`events` shows what the calendar holds, `calendarView` what stands in a window."""
    calendar.cancel_occurrence(weekly, date(2026, 3, 9))
    calendar.edit_this(weekly, date(2026, 3, 16), subject="Other")
    assert [row["type"] for row in caller.rows("me/events")] == ["seriesMaster"]
    view = caller.rows(f"me/calendars/{calendar.id}/calendarView", WINDOW)
    assert [row["type"] for row in view] == ["occurrence", "exception", *["occurrence"] * 6]
    assert all(row["originalStart"] for row in view)


def test_instances_need_a_window_and_a_series(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """Both ends are required, and a single event has no instances."""
    assert caller.refusal("GET", f"me/events/{weekly}/instances")[0] == 400
    single = calendar.create("Once", utc("2026-03-04T09:00"))
    assert caller.refusal("GET", f"me/events/{single}/instances", WINDOW)[0] == 400
    fake.habits.add(Habit.NO_ORIGINAL_START)
    rows = caller.rows(f"me/events/{weekly}/instances", WINDOW)
    assert all("originalStart" not in row for row in rows)


def test_a_meeting_online_gets_its_room(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """The address to join may be missing in the answer that creates the meeting."""
    fake.habits.add(Habit.LATE_JOIN_URL)
    event = caller.post("me/events", body(isOnlineMeeting=True))
    assert event["onlineMeeting"]["joinUrl"] is None
    later = caller.get(f"me/events/{event['id']}")
    assert later["onlineMeeting"]["joinUrl"].startswith("https://teams.microsoft.com/")
    assert later["onlineMeetingProvider"] == "teamsForBusiness"


def test_a_body_comes_as_text_to_who_prefers_it(caller: GraphCaller) -> None:
    """Markup is taken away, and added to what was sent as text."""
    html = {"contentType": "html", "content": "<p>Tom &amp; Ann</p>"}
    event = caller.post("me/events", body(body=html))
    told = caller.get(f"me/events/{event['id']}", prefer='outlook.body-content-type="text"')
    assert told["body"] == {"contentType": "text", "content": "Tom & Ann"}
    plain = caller.post("me/events", body(body={"contentType": "text", "content": "1 < 2"}))
    assert "1 &lt; 2" in plain["body"]["content"]


def test_every_second_event_may_have_no_uid(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """By habit `iCalUId` is null; otherwise that of an occurrence holds its date."""
    for number in range(20):
        caller.post("me/events", body(subject=str(number)))
    fake.habits.add(Habit.NULL_UIDS)
    told = {row["iCalUId"] is None for row in caller.rows("me/events")}
    assert told == {True, False}
