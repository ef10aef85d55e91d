import pytest
from tests.testing.google.caller import Caller, la, read, why

from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeCalendar, FakeGoogle, Habit

RULE = "RRULE:FREQ=WEEKLY;BYDAY=MO"


@pytest.fixture
def seven(calendar: FakeCalendar) -> list[str]:
    """Seven single events."""
    return [calendar.create(f"Review {n}", la("2019-04-02", 9 + n)) for n in range(7)]


def test_pages_hold_every_event_once(caller: Caller, seven: list[str]) -> None:
    """Pages of two, three and seven hold the same events in the same order."""
    assert [item["id"] for item in caller.items(maxResults="2")] == seven
    assert [item["id"] for item in caller.items(maxResults="3")] == seven
    assert len(caller.pages(maxResults="7")) == 1


def test_pages_have_the_calendars_head(caller: Caller, seven: list[str]) -> None:
    """Zone, role and reminders of the calendar stand on every page."""
    del seven
    for page in caller.pages(maxResults="5"):
        assert page["kind"] == "calendar#events"
        assert page["timeZone"] == "America/Los_Angeles"
        assert page["accessRole"] == "owner"
        assert page["summary"] == "owner@example.com"


def test_a_change_while_paging_is_in_the_next_delta(
    calendar: FakeCalendar, caller: Caller, seven: list[str]
) -> None:
    """A list is read as it stood at its first page; the token continues from there."""
    first = caller.page(maxResults="3")
    calendar.delete(seven[0])
    calendar.edit(seven[5], summary="changed")
    new = calendar.create("New", la("2019-04-03"))
    rest = caller.page(maxResults="7", pageToken=first["nextPageToken"])
    assert [item["id"] for item in first["items"] + rest["items"]] == seven
    assert rest["items"][2]["summary"] == "Review 5"
    delta = caller.items(syncToken=rest["nextSyncToken"])
    assert {item["id"] for item in delta} == {seven[0], seven[5], new}


def test_live_paging_shows_changes_on_later_pages_too(
    fake: FakeGoogle, calendar: FakeCalendar, caller: Caller, seven: list[str]
) -> None:
    """What changes meanwhile comes at the end, and again in the next delta."""
    fake.live_paging = True
    first = caller.page(maxResults="3")
    new = calendar.create("New", la("2019-04-03"))
    rest = caller.page(maxResults="9", pageToken=first["nextPageToken"])
    assert [item["id"] for item in first["items"] + rest["items"]] == [*seven, new]
    assert [item["id"] for item in caller.items(syncToken=rest["nextSyncToken"])] == [new]


def test_a_page_can_be_asked_for_again(caller: Caller, seven: list[str]) -> None:
    """A page token may be used twice, after a crash for example."""
    del seven
    token = caller.page(maxResults="3")["nextPageToken"]
    assert caller.page(maxResults="3", pageToken=token) == caller.page(
        maxResults="3", pageToken=token
    )


def test_a_page_token_belongs_to_its_question(caller: Caller, seven: list[str]) -> None:
    """Another question's page token is refused, as is what is none."""
    del seven
    token = caller.page(maxResults="3")["nextPageToken"]
    assert caller.refusal(pageToken=token, q="x")[:2] == (400, "invalid")
    assert caller.refusal(pageToken="x")[:2] == (400, "invalid")


def test_page_tokens_expire(fake: FakeGoogle, caller: Caller, seven: list[str]) -> None:
    """A list that the service forgot can't be continued."""
    del seven
    token = caller.page(maxResults="3")["nextPageToken"]
    fake.expire_page_tokens()
    assert caller.refusal(pageToken=token, maxResults="3")[:2] == (400, "invalid")


@pytest.mark.parametrize("size", ["0", "-1", "many"])
def test_page_sizes_are_positive_numbers(caller: Caller, size: str) -> None:
    """Sizes that are none are refused; sizes beyond the limit count as the limit."""
    assert caller.refusal(maxResults=size)[:2] == (400, "invalid")
    assert caller.page(maxResults="100000")["items"] == []


def test_deleted_events_are_hidden_from_a_full_pass(
    calendar: FakeCalendar, caller: Caller, seven: list[str]
) -> None:
    """Only `showDeleted` shows the stubs."""
    calendar.delete(seven[0])
    assert len(caller.items()) == 6
    assert [item["status"] for item in caller.items(showDeleted="true")].count("cancelled") == 1


def test_cancelled_occurrences_are_part_of_a_full_pass(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """A series and its cancelled occurrence are listed even without `showDeleted`."""
    event = calendar.cancel_occurrence(weekdays, la("2019-04-08"))
    assert {item["id"] for item in caller.items(showDeleted="false")} == {weekdays, event}


def test_times_are_shown_in_the_zone_asked_for(caller: Caller, seven: list[str]) -> None:
    """`timeZone` changes offsets, not instants and not the event's own zone."""
    del seven
    start = caller.page(timeZone="Europe/Paris")["items"][0]["start"]
    assert start == {"dateTime": "2019-04-02T18:00:00+02:00", "timeZone": "America/Los_Angeles"}


def test_guests_beyond_the_limit_are_left_out(calendar: FakeCalendar, caller: Caller) -> None:
    """`maxAttendees` leaves the viewer alone and says that others were left out."""
    guests = ["owner@example.com", "design@example.com", "sales@example.com"]
    calendar.create("Review", la("2019-04-02"), attendees=guests)
    (event,) = caller.items(maxAttendees="2")
    assert [guest["email"] for guest in event["attendees"]] == ["owner@example.com"]
    assert event["attendeesOmitted"]
    assert "attendeesOmitted" not in caller.items(maxAttendees="3")[0]


def test_an_expanded_list_has_occurrences_in_place_of_series(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """With `singleEvents` exceptions stand in their place and cancelled ones are left out."""
    moved = calendar.edit_this(weekdays, la("2019-04-03"), start=la("2019-04-09", 8))
    calendar.cancel_occurrence(weekdays, la("2019-04-04"))
    listed = caller.items(singleEvents="true", timeMax="2019-04-10T07:00:00Z", orderBy="startTime")
    assert [item["id"] for item in listed] == [
        occurrence.id
        for occurrence in calendar.occurrences(la("2019-04-01", 0), la("2019-04-10", 0))
    ]
    assert moved in {item["id"] for item in listed}
    assert all(item["recurringEventId"] == weekdays for item in listed)


def test_an_expanded_list_of_an_endless_series_ends(caller: Caller, weekdays: str) -> None:
    """Without `timeMax` an endless series yields a bounded number of occurrences."""
    del weekdays
    assert len(caller.items(singleEvents="true", maxResults="2500")) == 730


def test_an_expanded_delta_tells_what_vanished(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """Occurrences that a truncation took away come as stubs, in full, one by one."""
    token = caller.token_now(singleEvents="true")
    calendar.truncate(weekdays, la("2019-04-04"))
    delta = caller.items(singleEvents="true", syncToken=token, maxResults="2500")
    alive = [item["id"] for item in delta if item["status"] == "confirmed"]
    gone = [item["id"] for item in delta if item["status"] == "cancelled"]
    assert alive == [f"{weekdays}_20190402T200000Z", f"{weekdays}_20190403T200000Z"]
    assert len(gone) == 728
    assert weekdays not in gone


def test_an_expanded_delta_survives_a_split(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """A split that changes content takes no occurrence away within the horizon."""
    token = caller.token_now(singleEvents="true")
    calendar.edit_following(weekdays, la("2019-04-04"), summary="x")
    delta = caller.items(singleEvents="true", syncToken=token, maxResults="2500")
    assert not [item for item in delta if item["status"] == "cancelled"]


def test_instances_are_the_occurrences_of_one_series(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """They come in order, with exceptions in their slots and cancelled ones on demand."""
    calendar.create("Another", la("2019-04-01"), recurrence=[RULE])
    calendar.edit_this(weekdays, la("2019-04-03"), summary="x")
    cancelled = calendar.cancel_occurrence(weekdays, la("2019-04-04"))
    query = {"timeMax": "2019-04-06T07:00:00Z"}
    listed = read(caller.call("GET", f"{weekdays}/instances", query))["items"]
    assert [item["summary"] for item in listed] == ["Stand-up", "x", "Stand-up"]
    shown = read(caller.call("GET", f"{weekdays}/instances", query | {"showDeleted": "true"}))
    assert shown["items"][2]["id"] == cancelled


def test_instances_are_paged(caller: Caller, weekdays: str) -> None:
    """The instances of a long series come in pages."""
    query = {"maxResults": "2", "timeMax": "2019-04-06T07:00:00Z"}
    first = read(caller.call("GET", f"{weekdays}/instances", query))
    query["pageToken"] = first["nextPageToken"]
    second = read(caller.call("GET", f"{weekdays}/instances", query))
    assert len(first["items"]) == len(second["items"]) == 2
    assert "nextPageToken" not in second


def test_an_instance_is_found_by_its_original_start(
    calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """`originalStart` finds an occurrence wherever it was moved to."""
    moved = calendar.edit_this(weekdays, la("2019-04-03"), start=la("2019-04-09", 8))
    query = {"originalStart": "2019-04-03T20:00:00Z"}
    (found,) = read(caller.call("GET", f"{weekdays}/instances", query))["items"]
    assert found["id"] == moved


def test_instances_of_an_unknown_series_are_not_found(caller: Caller) -> None:
    """What does not exist has no instances."""
    assert why(caller.call("GET", "unknown/instances"))[0] == 404


def test_items_can_come_twice(fake: FakeGoogle, caller: Caller, seven: list[str]) -> None:
    """A fault repeats items on later pages; none is lost."""
    fake.faults = Faults([Fault(FaultKind.DUPLICATE_ITEMS)])
    listed = [item["id"] for item in caller.items(maxResults="3")]
    assert set(listed) == set(seven)
    assert len(listed) == 10


def test_items_can_come_in_reverse(fake: FakeGoogle, caller: Caller, seven: list[str]) -> None:
    """A fault reverses a list over all its pages."""
    fake.faults = Faults([Fault(FaultKind.REORDER_PAGES)])
    assert [item["id"] for item in caller.items(maxResults="3")] == seven[::-1]


@pytest.mark.parametrize("more", [{"showDeleted": "true"}, {"updatedMin": "2019-04-01T00:00:00Z"}])
def test_deletions_have_their_place_in_the_order(
    calendar: FakeCalendar, caller: Caller, weekdays: str, more: dict[str, str]
) -> None:
    """Where what was deleted would stand; events, series and occurrences."""
    late = calendar.create("Late", la("2019-04-05", 18))
    early = calendar.create("Early", la("2019-04-02", 8))
    calendar.delete(late)
    calendar.delete(early)
    gone = calendar.cancel_occurrence(weekdays, la("2019-04-03"))
    window = {"timeMin": "2019-04-01T00:00:00Z", "timeMax": "2019-04-07T00:00:00Z"}
    asked = {"singleEvents": "true", "orderBy": "startTime"}
    items = [item["id"] for item in caller.items(**asked, **window, **more)]
    assert [items.index(each) for each in (early, gone, late)] == [0, 2, 5]


def test_a_single_event_has_no_instances(calendar: FakeCalendar, caller: Caller) -> None:
    """The refusal says that it does not recur, for single events and occurrences."""
    single = calendar.create("Once", la("2019-04-02"))
    series = calendar.create("Often", la("2019-04-02"), recurrence="RRULE:FREQ=DAILY;COUNT=3")
    occurrence = calendar.edit_this(series, la("2019-04-03"), summary="Changed")
    for event in (single, occurrence):
        refusal = why(caller.call("GET", f"{event}/instances"))
        assert refusal == (400, "invalid", "The event is not a recurring event.")


def test_an_unchanged_list_is_not_sent_again(
    fake: FakeGoogle, calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """By its etag, until anything that it shows has changed; without the habit it is sent whole."""

    def again(query: dict[str, str], tag: str) -> tuple[int, bytes]:
        reply = caller.call("GET", query=query, if_none_match=tag)
        return reply.status, reply.body[:1]

    queries: tuple[dict[str, str], ...] = ({}, {"maxResults": "1"}, {"singleEvents": "true"})
    tags = [caller.call("GET", query=query).headers["ETag"] for query in queries]
    for query, tag in zip(queries, tags, strict=True):
        assert again(query, tag) == (304, b"")
        assert again(query, f'"x", W/{tag}') == (304, b"")
        assert again(query, '"x"') == (200, b"{")
    assert caller.send("PATCH", "calendars/primary", body={"summary": "Named"}).status == 200
    assert again({}, tags[0])[0] == 200
    tag = caller.call("GET").headers["ETag"]
    calendar.edit_all(weekdays, summary="Other")
    assert again({}, tag)[0] == 200
    fake.habits.discard(Habit.CONDITIONAL_LISTS)
    assert again({}, caller.call("GET").headers["ETag"])[0] == 200


@pytest.mark.parametrize("path", ["users/me/calendarList", "users/me/settings", "calendars/primary", "calendars/primary/acl", "users/me/calendarList/primary"])  # fmt: skip
def test_other_resources_are_not_sent_again_either(caller: Caller, path: str) -> None:
    """What has an etag is asked for by it; a write with `If-None-Match` is performed."""
    reply = caller.send("GET", path)
    assert caller.send("GET", path, if_none_match=reply.headers["ETag"]).status == 304
    body = {"summary": "x"}
    assert caller.send("PATCH", "calendars/primary", body=body, if_none_match="*").status == 200
