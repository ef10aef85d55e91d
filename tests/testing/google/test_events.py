import pytest
from tests.testing.google.caller import Caller, la, read, why

from kloudsync.testing.exchange import Resource
from kloudsync.testing.google import FakeCalendar, FakeGoogle

START = {"dateTime": "2019-04-02T09:00:00-07:00", "timeZone": "America/Los_Angeles"}
END = {"dateTime": "2019-04-02T10:00:00-07:00", "timeZone": "America/Los_Angeles"}
REVIEW: Resource = {"summary": "Review", "start": START, "end": END}


@pytest.fixture
def review(calendar: FakeCalendar) -> str:
    """A single event from 9:00 to 10:00 on 2 April 2019."""
    return calendar.create("Review", la("2019-04-02", 9), description="Notes")


def test_an_inserted_event_is_answered_whole(calendar: FakeCalendar, caller: Caller) -> None:
    """The answer is the event as lists send it, with its version in the header."""
    reply = caller.call("POST", body=REVIEW)
    event = read(reply)
    assert event == calendar.truth()[event["id"]]
    assert reply.headers["ETag"] == event["etag"]


def test_a_caller_may_choose_the_id(calendar: FakeCalendar, caller: Caller) -> None:
    """An id of the right alphabet is taken."""
    caller.call("POST", body=REVIEW | {"id": "0a1b2c3d4e"})
    assert "0a1b2c3d4e" in calendar.truth()


@pytest.mark.parametrize("event", ["abc", "UPPERCASE", "zzzzzz", "with-dash"])
def test_ids_of_another_alphabet_are_refused(caller: Caller, event: str) -> None:
    """Base32hex in lower case, five characters at least."""
    refusal = why(caller.call("POST", body=REVIEW | {"id": event}))
    assert refusal == (400, "invalid", "Invalid resource id value.")


def test_an_id_is_used_once(calendar: FakeCalendar, caller: Caller) -> None:
    """A second insert with the same id is a duplicate, even after the first was deleted."""
    body = REVIEW | {"id": "0a1b2c3d4e"}
    caller.call("POST", body=body)
    taken = (409, "duplicate", "The requested identifier already exists.")
    assert why(caller.call("POST", body=body)) == taken
    calendar.delete("0a1b2c3d4e")
    assert why(caller.call("POST", body=body)) == taken


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"start": START}, (400, "required", "Missing end time.")),
        ({"end": END}, (400, "required", "Missing start time.")),
        (
            {"start": END, "end": START},
            (400, "timeRangeEmpty", "The specified time range is empty."),
        ),
        ({"start": {"date": "2019-04-02"}, "end": END}, None),
        (
            {
                "start": {"dateTime": "2019-04-02T09:00:00-07:00"},
                "end": {"dateTime": "2019-04-02T10:00:00-07:00"},
                "recurrence": ["RRULE:FREQ=DAILY"],
            },
            (400, "required", "Missing time zone definition for start time."),
        ),
    ],
)
def test_events_without_sense_are_refused(
    caller: Caller, body: Resource, refusal: tuple[int, str, str] | None
) -> None:
    """Each defect has the refusal that Google gives."""
    reply = caller.call("POST", body=body)
    assert reply.status == 400
    assert refusal is None or why(reply) == refusal


def test_what_is_not_announced_is_not_taken(caller: Caller) -> None:
    """Conferences and attachments need their parameter."""
    extra = {"conferenceData": {"notes": "x"}, "attachments": [{"fileUrl": "https://example.com"}]}
    assert not extra.keys() & read(caller.call("POST", body=REVIEW | extra)).keys()
    query = {"conferenceDataVersion": "1", "supportsAttachments": "true"}
    assert extra.keys() <= read(caller.call("POST", query=query, body=REVIEW | extra)).keys()


def test_a_patch_merges_replaces_and_clears(
    calendar: FakeCalendar, caller: Caller, review: str
) -> None:
    """Objects are merged, arrays replaced, null clears, the rest stays."""
    calendar.edit(
        review,
        extendedProperties={"private": {"a": "1", "b": "2"}},
        attendees=["design@example.com", "sales@example.com"],
    )
    patch: Resource = {
        "description": None,
        "extendedProperties": {"private": {"b": None, "c": "3"}},
        "attendees": [{"email": "legal@example.com"}],
    }
    event = read(caller.call("PATCH", review, body=patch))
    assert event["summary"] == "Review"
    assert "description" not in event
    assert event["extendedProperties"] == {"private": {"a": "1", "c": "3"}}
    assert [guest["email"] for guest in event["attendees"]] == ["legal@example.com"]


def test_fields_of_the_server_cannot_be_patched(
    calendar: FakeCalendar, caller: Caller, review: str
) -> None:
    """Ids, times of change and people stay the server's."""
    before = calendar.truth()[review]
    body = {"id": "other", "iCalUID": "other", "created": "2000-01-01T00:00:00Z", "eventType": "x"}
    after = read(caller.call("PATCH", review, body=body))
    assert [after[name] for name in body] == [before[name] for name in body]


def test_an_update_clears_what_it_leaves_out(caller: Caller, review: str) -> None:
    """PUT replaces the event."""
    event = read(caller.call("PUT", review, body=REVIEW | {"summary": "x"}))
    assert "description" not in event
    assert event["summary"] == "x"
    assert event["id"] == review


def test_a_stale_sequence_is_refused(calendar: FakeCalendar, caller: Caller, review: str) -> None:
    """An update with an older sequence than the event's is refused."""
    calendar.edit(review, start=la("2019-04-03", 9))
    refusal = why(caller.call("PUT", review, body=REVIEW | {"sequence": 0}))
    assert refusal == (400, "invalid", "Invalid sequence value.")


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_a_write_on_an_old_version_fails(
    calendar: FakeCalendar, caller: Caller, review: str, method: str
) -> None:
    """If-Match with an etag of before is 412; the current one and `*` are good."""
    old = str(calendar.truth()[review]["etag"])
    calendar.edit(review, summary="x")
    reply = caller.call(method, review, body=REVIEW, If_Match=old)
    assert why(reply) == (412, "conditionNotMet", "Precondition Failed")
    assert read(reply)["error"]["errors"][0]["location"] == "If-Match"
    new = str(calendar.truth()[review]["etag"])
    assert caller.call(method, review, body=REVIEW, If_Match=new).status < 300


def test_an_unchanged_event_is_not_sent_again(
    calendar: FakeCalendar, caller: Caller, review: str
) -> None:
    """If-None-Match with the current etag is 304 and empty."""
    etag = str(calendar.truth()[review]["etag"])
    reply = caller.call("GET", review, If_None_Match=etag)
    assert (reply.status, reply.body) == (304, b"")
    calendar.edit(review, summary="x")
    assert caller.call("GET", review, If_None_Match=etag).status == 200


def test_a_deletion_is_empty_and_its_repetition_gone(caller: Caller, review: str) -> None:
    """204 without a body; then 410 `deleted`."""
    reply = caller.call("DELETE", review)
    assert (reply.status, reply.body) == (204, b"")
    gone = (410, "deleted", "Resource has been deleted")
    assert why(caller.call("DELETE", review)) == gone


def test_a_deleted_event_can_be_read_and_undeleted(
    calendar: FakeCalendar, caller: Caller, review: str
) -> None:
    """It keeps its details as cancelled; status `confirmed` brings it back."""
    calendar.delete(review)
    event = read(caller.call("GET", review))
    assert (event["status"], event["summary"]) == ("cancelled", "Review")
    caller.call("PATCH", review, body={"status": "confirmed"})
    assert calendar.truth()[review]["summary"] == "Review"


def test_what_never_was_is_not_found(caller: Caller) -> None:
    """Unknown events and calendars are 404."""
    missing = (404, "notFound", "Not Found")
    assert why(caller.call("GET", "unknown")) == missing
    assert why(caller.call("DELETE", "unknown_20190408T200000Z")) == missing
    assert why(caller.send("GET", "calendars/unknown/events")) == missing
    assert why(caller.send("GET", "no/such/method")) == missing


def test_an_occurrence_can_be_read_before_it_is_an_exception(caller: Caller, weekdays: str) -> None:
    """Any occurrence of a series has an id, in either form."""
    for event in (
        f"{weekdays}_20190408T200000Z",
        f"{weekdays}_R20190401T200000_20190408T200000Z",
    ):
        occurrence = read(caller.call("GET", event))
        assert occurrence["recurringEventId"] == weekdays
        assert occurrence["start"]["dateTime"] == "2019-04-08T13:00:00-07:00"
        assert "recurrence" not in occurrence
    assert why(caller.call("GET", f"{weekdays}_20190407T200000Z"))[0] == 404


def test_a_patched_occurrence_becomes_an_exception(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """A write on an occurrence's id leaves the series as it is."""
    event = f"{weekdays}_20190408T200000Z"
    caller.call("PATCH", event, body={"summary": "Planning"})
    assert calendar.truth()[event]["summary"] == "Planning"
    assert calendar.truth()[weekdays]["summary"] == "Stand-up"


def test_a_deleted_occurrence_is_cancelled(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """Deleting it, or setting its status, makes the stub that names its series."""
    first, second = f"{weekdays}_20190408T200000Z", f"{weekdays}_20190409T200000Z"
    assert caller.call("DELETE", first).status == 204
    caller.call("PATCH", second, body={"status": "cancelled"})
    assert calendar.truth()[first].keys() == calendar.truth()[second].keys()
    assert caller.call("DELETE", first).status == 410
    assert read(caller.call("GET", first))["summary"] == "Stand-up"


def test_a_cancelled_occurrence_is_revived_by_its_status(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """Status `confirmed` puts the occurrence back into its slot."""
    event = calendar.cancel_occurrence(weekdays, la("2019-04-08"))
    caller.call("PATCH", event, body={"status": "confirmed"})
    assert calendar.truth()[event]["start"]["dateTime"] == "2019-04-08T13:00:00-07:00"


def test_a_series_trimmed_by_a_client_drops_what_lies_beyond(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """Other clients split by trimming and inserting; later exceptions are lost that way."""
    late = calendar.edit_this(weekdays, la("2019-04-09"), summary="x")
    rule = "RRULE:FREQ=WEEKLY;UNTIL=20190405T195959Z;BYDAY=MO,TU,WE,TH,FR"
    caller.call("PATCH", weekdays, body={"recurrence": [rule]})
    assert late not in calendar.truth()
    assert calendar.truth()[weekdays]["sequence"] == 0


def test_an_import_is_named_after_its_uid(calendar: FakeCalendar, caller: Caller) -> None:
    """The id is made of the UID; a second import updates the same event."""
    body = REVIEW | {"iCalUID": "B605ADED@mail.example.com"}
    first = read(caller.call("POST", "import", body=body))
    second = read(caller.call("POST", "import", body=body | {"summary": "x"}))
    assert first["id"].startswith("_")
    assert first["id"] == second["id"]
    assert first["iCalUID"] == "B605ADED@mail.example.com"
    assert calendar.truth()[first["id"]]["summary"] == "x"


def test_an_import_needs_a_uid(caller: Caller) -> None:
    """Without UID there is nothing to import."""
    assert why(caller.call("POST", "import", body=REVIEW))[:2] == (400, "required")


def test_a_moved_event_leaves_a_stub(
    fake: FakeGoogle, calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """The event appears under its id in the other calendar, exceptions included."""
    team = fake.add_calendar("team@example.com")
    calendar.cancel_occurrence(weekdays, la("2019-04-08"))
    token = caller.token_now()
    reply = caller.call("POST", f"{weekdays}/move", {"destination": "team@example.com"})
    assert read(reply)["id"] == weekdays
    (stub,) = caller.items(syncToken=token)
    assert stub.keys() == {"kind", "etag", "id", "status"}
    assert len(team.truth()) == 2


def test_an_occurrence_cannot_be_moved_to_another_calendar(
    fake: FakeGoogle, caller: Caller, weekdays: str
) -> None:
    """Only whole events change their organizer."""
    fake.add_calendar("team@example.com")
    event = f"{weekdays}_20190408T200000Z"
    reply = caller.call("POST", f"{event}/move", {"destination": "team@example.com"})
    assert why(reply)[:2] == (400, "invalid")


def test_an_orphaned_cancellation_can_be_read(calendar: FakeCalendar, caller: Caller) -> None:
    """Without its series a cancelled occurrence is no more than its stub."""
    slot = {"dateTime": "2019-04-08T13:00:00-07:00", "timeZone": "America/Los_Angeles"}
    orphan = {"recurringEventId": "orphan", "originalStartTime": slot, "status": "cancelled"}
    calendar.load([orphan | {"id": "orphan_20190408T200000Z"}])
    assert "start" not in read(caller.call("GET", "orphan_20190408T200000Z"))


def test_a_sentence_makes_an_event(caller: Caller) -> None:
    """`quickAdd` takes the text as title and the next full hour as start."""
    event = read(caller.call("POST", "quickAdd", {"text": "Lunch"}))
    assert event["summary"] == "Lunch"
    assert event["start"]["dateTime"] == "2019-04-01T14:00:00-07:00"
    assert why(caller.call("POST", "quickAdd"))[0] == 400


def test_readers_may_not_write(fake: FakeGoogle) -> None:
    """A reader's write is 403, its reading is not."""
    fake.accounts.grant("theirs", "reader@example.com")
    fake.share("owner@example.com", "reader@example.com", "reader")
    reader = Caller(fake, "theirs", "owner@example.com")
    assert why(reader.call("POST", body=REVIEW))[:2] == (403, "requiredAccessLevel")
    assert reader.page()["accessRole"] == "reader"


def test_a_body_that_is_no_json_is_refused(fake: FakeGoogle) -> None:
    """Broken JSON is a 400."""
    path = "/calendar/v3/calendars/primary/events"
    reply = fake.handle("POST", path, {"Authorization": "Bearer x"}, b"{")
    assert why(reply)[:2] == (400, "parseError")
