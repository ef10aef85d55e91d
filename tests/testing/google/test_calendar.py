from datetime import UTC, date, datetime

import pytest
from tests.testing.google.caller import LA, Caller, la

from kloudsync.testing.google import FakeCalendar, FakeGoogle

MONDAY = la("2019-04-08")
WEDNESDAY = la("2019-04-10")


def test_a_created_event_has_what_the_server_adds(calendar: FakeCalendar) -> None:
    """Id, version, times, people and defaults are the server's work."""
    event = calendar.create("Review", la("2019-04-02", 9), location="Room 1")
    resource = calendar.truth()[event]
    micros = int(resource["etag"].strip('"')) // 2
    updated = datetime.fromtimestamp(micros // 1000 / 1000, UTC).isoformat(timespec="milliseconds")
    assert resource["updated"] == updated.replace("+00:00", "Z")
    assert resource["created"].endswith(".000Z")
    assert resource["iCalUID"] == f"{event}@google.com"
    assert resource["organizer"] == {"email": "owner@example.com", "self": True}
    assert resource["end"]["dateTime"] == "2019-04-02T10:00:00-07:00"


def test_defaults_are_left_out(calendar: FakeCalendar) -> None:
    """An opaque event of default visibility does not say so."""
    event = calendar.create("Review", la("2019-04-02"), transparency="opaque", visibility="default")
    assert not {"transparency", "visibility"} & calendar.truth()[event].keys()


def test_guests_may_be_plain_addresses(calendar: FakeCalendar) -> None:
    """Guests are asked for an answer; the owner is marked."""
    event = calendar.create(
        "Review", la("2019-04-02"), attendees=["guest@example.com", "owner@example.com"]
    )
    guest, owner = calendar.truth()[event]["attendees"]
    assert guest == {"responseStatus": "needsAction", "email": "guest@example.com"}
    assert owner["self"]
    assert owner["organizer"]


def test_two_things_never_share_their_creation_time(calendar: FakeCalendar) -> None:
    """Equal `created` values are evidence of a split, so unrelated events never have them."""
    for _ in range(5):
        calendar.create("Review", la("2019-04-02"))
    assert len({event["created"] for event in calendar.truth().values()}) == 5


def test_naive_times_are_refused(calendar: FakeCalendar) -> None:
    """A datetime without zone names no instant."""
    with pytest.raises(ValueError, match="naive"):
        calendar.create("Review", datetime(2019, 4, 2, 9))


def test_a_single_event_is_edited_in_place(calendar: FakeCalendar) -> None:
    """A new title does not bump the sequence, a new start does; None clears a field."""
    event = calendar.create("Review", la("2019-04-02"), location="Room 1")
    calendar.edit(event, summary="Final review", location=None)
    assert calendar.truth()[event]["sequence"] == 0
    assert "location" not in calendar.truth()[event]
    calendar.edit(event, start=la("2019-04-03"))
    assert calendar.truth()[event]["sequence"] == 1
    assert calendar.truth()[event]["end"]["dateTime"] == "2019-04-03T14:00:00-07:00"


def test_an_edited_occurrence_becomes_an_exception(calendar: FakeCalendar, weekdays: str) -> None:
    """A moved occurrence keeps id and original start; its sequence rises."""
    event = calendar.edit_this(weekdays, MONDAY, start=la("2019-04-08", 16))
    exception = calendar.truth()[event]
    assert event == f"{weekdays}_20190408T200000Z"
    assert exception["recurringEventId"] == weekdays
    assert exception["originalStartTime"]["dateTime"] == "2019-04-08T13:00:00-07:00"
    assert exception["start"]["dateTime"] == "2019-04-08T16:00:00-07:00"
    assert exception["sequence"] == 1
    assert exception["iCalUID"] == calendar.truth()[weekdays]["iCalUID"]


def test_a_renamed_occurrence_keeps_its_sequence(calendar: FakeCalendar, weekdays: str) -> None:
    """A title edit of one occurrence does not bump the sequence."""
    event = calendar.edit_this(weekdays, MONDAY, summary="Planning")
    assert calendar.truth()[event]["sequence"] == 0


def test_a_second_edit_of_an_occurrence_builds_on_the_first(
    calendar: FakeCalendar, weekdays: str
) -> None:
    """An exception keeps what the next edit leaves alone."""
    calendar.edit_this(weekdays, MONDAY, summary="Planning")
    event = calendar.edit_this(weekdays, MONDAY, start=la("2019-04-09", 8))
    assert calendar.truth()[event]["summary"] == "Planning"
    assert len(calendar.truth()) == 2


def test_a_change_of_one_occurrence_resends_the_whole_series(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """The series and all its exceptions come again with one `updated` and one etag."""
    calendar.edit_this(weekdays, MONDAY, summary="Planning")
    calendar.cancel_occurrence(weekdays, WEDNESDAY)
    token = caller.token_now()
    calendar.edit_this(weekdays, la("2019-04-12"), summary="Demo")
    delta = caller.items(syncToken=token)
    assert len(delta) == 4
    assert len({item["etag"] for item in delta}) == 1
    assert len({item["updated"] for item in delta if "updated" in item}) == 1


def test_a_cancelled_occurrence_is_a_stub_that_names_its_series(
    calendar: FakeCalendar, weekdays: str
) -> None:
    """Nothing but ids, status and original start remains of it."""
    event = calendar.cancel_occurrence(weekdays, MONDAY)
    stub = calendar.truth()[event]
    assert stub.keys() == {
        "kind",
        "etag",
        "id",
        "status",
        "recurringEventId",
        "originalStartTime",
    }
    assert stub["status"] == "cancelled"


def test_a_cancelled_occurrence_can_be_restored(calendar: FakeCalendar, weekdays: str) -> None:
    """A restored occurrence stands where the series puts it, as an exception."""
    event = calendar.cancel_occurrence(weekdays, MONDAY)
    calendar.restore(event)
    assert calendar.truth()[event]["status"] == "confirmed"
    assert calendar.truth()[event]["start"]["dateTime"] == "2019-04-08T13:00:00-07:00"


def test_a_deleted_event_can_be_restored(calendar: FakeCalendar) -> None:
    """Undoing a deletion brings the event back under its id."""
    event = calendar.create("Review", la("2019-04-02"))
    calendar.delete(event)
    assert calendar.truth() == {}
    calendar.restore(event)
    assert calendar.truth()[event]["summary"] == "Review"


def test_deleting_a_series_sends_one_stub(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """Exceptions go without a word when their series is deleted."""
    calendar.edit_this(weekdays, MONDAY, summary="Planning")
    token = caller.token_now()
    calendar.delete(weekdays)
    (stub,) = caller.items(syncToken=token)
    assert stub.keys() == {"kind", "etag", "id", "status"}
    assert stub["id"] == weekdays
    assert calendar.truth() == {}


def test_an_edit_of_all_reaches_the_exceptions(calendar: FakeCalendar, weekdays: str) -> None:
    """A new title goes to exceptions too, with the version of the series; their times stay."""
    moved = calendar.edit_this(weekdays, MONDAY, summary="Planning", start=la("2019-04-08", 16))
    cancelled = calendar.cancel_occurrence(weekdays, WEDNESDAY)
    calendar.edit_all(weekdays, summary="Daily", location="Room 1")
    held = calendar.truth()
    assert held[moved]["summary"] == held[weekdays]["summary"] == "Daily"
    assert held[moved]["start"]["dateTime"] == "2019-04-08T16:00:00-07:00"
    assert held[moved]["etag"] == held[weekdays]["etag"] == held[cancelled]["etag"]


def test_what_is_cleared_for_all_is_cleared_in_exceptions(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """A field that the series loses is lost by its exceptions too, whoever clears it."""
    calendar.edit_all(weekdays, location="Room 1", description="Notes")
    event = calendar.edit_this(weekdays, MONDAY, summary="Planning")
    calendar.edit_all(weekdays, location=None)
    caller.call("PATCH", weekdays, body={"description": None})
    assert not {"location", "description"} & calendar.truth()[event].keys()


def test_longer_hours_reach_exceptions_that_were_not_moved(
    calendar: FakeCalendar, weekdays: str
) -> None:
    """A renamed occurrence follows the hours of its series, a moved one does not."""
    renamed = calendar.edit_this(weekdays, MONDAY, summary="Planning")
    moved = calendar.edit_this(weekdays, WEDNESDAY, start=la("2019-04-10", 16))
    calendar.edit_all(weekdays, end=la("2019-04-02", 15))
    held = calendar.truth()
    assert held[renamed]["end"]["dateTime"] == "2019-04-08T15:00:00-07:00"
    assert held[moved]["end"]["dateTime"] == "2019-04-10T17:00:00-07:00"


def test_another_time_of_day_drops_every_exception(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """When all slots move, what hung on the old ones is sent as bare stubs."""
    changed = calendar.edit_this(weekdays, MONDAY, summary="Planning")
    cancelled = calendar.cancel_occurrence(weekdays, WEDNESDAY)
    token = caller.token_now()
    calendar.edit_all(weekdays, start=la("2019-04-02", 14))
    delta = {item["id"]: item for item in caller.items(syncToken=token)}
    assert delta[weekdays]["sequence"] == 1
    for gone in (changed, cancelled):
        assert delta[gone].keys() == {"kind", "etag", "id", "status"}
    assert list(calendar.truth()) == [weekdays]


def test_another_rule_drops_exceptions_without_a_slot(
    calendar: FakeCalendar, weekdays: str
) -> None:
    """Exceptions on days that the new rule keeps stay."""
    kept = calendar.edit_this(weekdays, MONDAY, summary="Planning")
    calendar.cancel_occurrence(weekdays, WEDNESDAY)
    calendar.edit_all(weekdays, recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO,TU"])
    assert calendar.truth().keys() == {weekdays, kept}


def test_a_series_may_become_a_single_event(calendar: FakeCalendar, weekdays: str) -> None:
    """Without rule a series is one event, and its exceptions are gone."""
    calendar.edit_this(weekdays, MONDAY, summary="Planning")
    calendar.edit_all(weekdays, recurrence=None)
    assert list(calendar.truth()) == [weekdays]
    assert "recurrence" not in calendar.truth()[weekdays]


def test_an_edit_of_all_touches_every_segment(calendar: FakeCalendar, weekdays: str) -> None:
    """After a split all segments get the title and one version."""
    child = calendar.edit_following(weekdays, MONDAY, location="Room 1")
    calendar.edit_all(child, summary="Daily")
    held = calendar.truth()
    assert held[weekdays]["summary"] == held[child]["summary"] == "Daily"
    assert held[weekdays]["etag"] == held[child]["etag"]


def test_a_rule_may_be_given_as_text(calendar: FakeCalendar) -> None:
    """One line is as good as a list of one."""
    series = calendar.create("Review", MONDAY, recurrence="RRULE:FREQ=WEEKLY")
    assert calendar.truth()[series]["recurrence"] == ["RRULE:FREQ=WEEKLY"]


def test_mistakes_of_a_script_are_named(calendar: FakeCalendar, weekdays: str) -> None:
    """What would silently do something else is refused."""
    with pytest.raises(TypeError, match="summary"):
        calendar.edit(weekdays, title="x")
    with pytest.raises(ValueError, match="naive"):
        calendar.cancel_occurrence(weekdays, MONDAY.replace(tzinfo=None))


def test_unknown_series_and_slots_are_named(calendar: FakeCalendar, weekdays: str) -> None:
    """A mistake in a test's script says what is wrong with it."""
    with pytest.raises(LookupError, match="not a series"):
        calendar.edit_this("unknown", MONDAY, summary="x")
    with pytest.raises(LookupError, match="no event 'unknown'"):
        calendar.delete("unknown")
    with pytest.raises(LookupError, match="deleted no event"):
        calendar.restore(weekdays)
    with pytest.raises(LookupError, match="no occurrence"):
        calendar.edit_this(weekdays, la("2019-04-06"), summary="x")
    calendar.cancel_occurrence(weekdays, MONDAY)
    with pytest.raises(LookupError, match="cancelled"):
        calendar.edit_this(weekdays, MONDAY, summary="x")


def test_an_event_that_becomes_all_day_needs_its_end(calendar: FakeCalendar) -> None:
    """A length in hours says nothing of days."""
    event = calendar.create("Review", la("2019-04-02"))
    with pytest.raises(ValueError, match="give `end`"):
        calendar.edit(event, start=date(2019, 4, 2))
    calendar.edit(event, start=date(2019, 4, 2), end=date(2019, 4, 3))
    assert calendar.truth()[event]["start"] == {"date": "2019-04-02"}


def test_recorded_events_can_be_loaded(fake: FakeGoogle) -> None:
    """Events of elsewhere keep their ids and fields."""
    calendar = fake.add_calendar("team@example.com", time_zone="Europe/Paris")
    start = {"dateTime": "2019-04-02T13:00:00+02:00", "timeZone": "Europe/Paris"}
    calendar.load([{"id": "recorded", "summary": "Review", "start": start, "end": start}])
    assert calendar.truth()["recorded"]["start"] == start


def test_a_window_is_open_at_both_ends(calendar: FakeCalendar) -> None:
    """What ends at its start or starts at its end does not stand in a window."""
    calendar.create("Before", la("2019-04-02", 9))
    calendar.create("Within", la("2019-04-02", 10))
    calendar.create("After", la("2019-04-02", 11))
    found = calendar.occurrences(la("2019-04-02", 10), la("2019-04-02", 11))
    assert [occurrence.summary for occurrence in found] == ["Within"]


def test_all_day_events_fill_the_calendars_day(calendar: FakeCalendar) -> None:
    """A date begins at midnight in the calendar's zone."""
    calendar.create("Day off", date(2019, 4, 2))
    midnight = datetime(2019, 4, 3, tzinfo=LA)
    assert calendar.occurrences(la("2019-04-02", 23), midnight)
    assert not calendar.occurrences(midnight, la("2019-04-03", 1))
