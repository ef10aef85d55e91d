from datetime import date, timedelta

import pytest
from tests.testing.microsoft.graph_caller import (
    WINDOW,
    Follower,
    GraphCaller,
    kinds,
    query_of,
    utc,
    why,
)

from kloudsync.testing.faults import Fault, FaultKind
from kloudsync.testing.microsoft import FakeCalendar, FakeMicrosoft, Habit, recurring
from kloudsync.testing.microsoft.ids import occurrence_id

HOUR = timedelta(hours=1)


def test_the_first_round_holds_singles_masters_and_stubs(
    caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """Single events and masters come whole, occurrences that nobody edited as stubs."""
    single = calendar.create("Once", utc("2026-03-04T09:00"))
    rows = caller.follow().round()
    assert kinds(rows) == ["seriesMaster", *["occurrence"] * 9, "singleInstance"]
    assert rows[0]["subject"] == "Weekly"
    assert rows[0]["recurrence"]["pattern"]["type"] == "weekly"
    assert set(rows[1]) == {
        "@odata.type", "@odata.etag", "seriesMasterId", "type", "id", "start", "end",
    }  # fmt: skip
    assert rows[1]["seriesMasterId"] == weekly
    assert rows[-1]["id"] == single


def test_a_round_without_changes_is_empty(caller: GraphCaller, weekly: str) -> None:
    """The link of a round leads to nothing while nothing happens, and to another link."""
    follower = caller.follow()
    follower.round()
    assert follower.round() == []
    assert "$deltatoken=" in query_of(follower.link)


def test_a_deleted_occurrence_has_no_row_of_its_own(
    caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """The master and what is left of the series come again, and nothing about the deleted one."""
    follower = caller.follow()
    follower.round()
    calendar.cancel_occurrence(weekly, date(2026, 3, 16))
    rows = follower.round()
    assert kinds(rows) == ["seriesMaster", *["occurrence"] * 8]
    assert occurrence_id(weekly, date(2026, 3, 16)) not in {row["id"] for row in rows}


def test_without_its_habit_a_deleted_occurrence_is_told_by_nothing(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """A service that re-sends no masters leaves a deleted occurrence out of its delta."""
    fake.habits.discard(Habit.MASTER_RESENT)
    follower = caller.follow()
    follower.round()
    calendar.cancel_occurrence(weekly, date(2026, 3, 16))
    assert follower.round() == []
    calendar.edit_this(weekly, date(2026, 3, 23), subject="Late")
    assert kinds(follower.round()) == ["exception"]


def test_an_edited_occurrence_comes_whole(
    caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """An exception has its series, its slot and everything else, under the id of its slot."""
    follower = caller.follow()
    follower.round()
    late = utc("2026-03-23T13:00")
    name = calendar.edit_this(weekly, date(2026, 3, 23), start=late, end=late + HOUR)
    (row,) = [row for row in follower.round() if row["type"] == "exception"]
    assert (row["id"], row["seriesMasterId"]) == (name, weekly)
    assert name == occurrence_id(weekly, date(2026, 3, 23))
    assert row["originalStart"] == "2026-03-23T10:00:00Z"
    assert row["start"] == {"dateTime": "2026-03-23T13:00:00.0000000", "timeZone": "UTC"}


def test_a_deleted_event_is_removed(
    caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """A removal has an id and a reason, and says neither type nor series."""
    single = calendar.create("Once", utc("2026-03-04T09:00"))
    follower = caller.follow()
    follower.round()
    calendar.delete(single)
    calendar.delete(weekly)
    assert follower.round() == [
        {"@removed": {"reason": "deleted"}, "id": single},
        {"@removed": {"reason": "deleted"}, "id": weekly},
    ]


def test_a_deleted_series_takes_its_occurrences_with_it_by_habit(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """Occurrences of the window may be removed beside their master."""
    fake.habits.add(Habit.OCCURRENCES_REMOVED)
    follower = caller.follow()
    follower.round()
    calendar.delete(weekly)
    assert len(follower.round()) == 10


def test_what_changes_outside_the_window_is_removed(
    caller: GraphCaller, calendar: FakeCalendar
) -> None:
    """A bare removal tells of an event that was created, or moved away, beyond the window."""
    inside = calendar.create("Inside", utc("2026-03-04T09:00"))
    follower = caller.follow()
    follower.round()
    outside = calendar.create("Outside", utc("2026-09-04T09:00"))
    away = utc("2026-10-04T09:00")
    calendar.edit(inside, start=away, end=away + HOUR)
    assert [(row["id"], "@removed" in row) for row in follower.round()] == [
        (outside, True),
        (inside, True),
    ]
    assert caller.get(f"me/events/{inside}")["subject"] == "Inside"


def test_a_window_is_frozen_into_its_token(caller: GraphCaller, calendar: FakeCalendar) -> None:
    """A token follows the window that it was asked with, however much time passes."""
    follower = caller.follow({**WINDOW, "endDateTime": "2026-03-10T00:00:00"})
    follower.round()
    calendar.create("Beyond", utc("2026-03-12T09:00"))
    assert kinds(follower.round()) == ["@removed"]


def test_a_series_with_a_long_past_comes_with_its_first_start(
    caller: GraphCaller, calendar: FakeCalendar
) -> None:
    """The master's times are those of its first occurrence, years before the window."""
    rule = recurring("weekly", date(2020, 1, 6), days=["monday"])
    calendar.create("Old", utc("2020-01-06T10:00"), recurrence=rule)
    rows = caller.follow().round()
    assert rows[0]["start"]["dateTime"].startswith("2020-01-06")
    assert rows[1]["start"]["dateTime"].startswith("2026-03-02")


def test_pages_are_as_small_as_wanted_and_divide_no_series(
    caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """The preferred size bounds a page, except that a family stays together."""
    for day in range(3, 8):
        calendar.create(f"Day {day}", utc(f"2026-03-0{day}T09:00"))
    pages = caller.pages("me/calendarView/delta", WINDOW, prefer="odata.maxpagesize=2")
    assert [len(page["value"]) for page in pages] == [10, 2, 2, 1]
    assert all("$skiptoken=" in query_of(page["@odata.nextLink"]) for page in pages[:-1])
    assert "@odata.nextLink" not in pages[-1]


def test_pages_may_be_empty_and_may_divide_a_series(
    fake: FakeMicrosoft, caller: GraphCaller, weekly: str
) -> None:
    """By habit a round begins with nothing, and a series lies on several pages."""
    fake.habits ^= {Habit.EMPTY_PAGES, Habit.FAMILIES_TOGETHER}
    pages = caller.pages("me/calendarView/delta", WINDOW, prefer="odata.maxpagesize=4")
    assert [len(page["value"]) for page in pages] == [0, 4, 4, 2]


def test_preferences_are_applied_to_rows_and_told(caller: GraphCaller, weekly: str) -> None:
    """A row comes in the zone that was asked for, and the answer says what it obeyed."""
    prefer = 'outlook.timezone="W. Europe Standard Time", IdType="ImmutableId"'
    reply = caller.send("GET", "me/calendarView/delta", WINDOW, prefer=prefer)
    assert reply.headers["Preference-Applied"].startswith("odata.track-changes, ")
    rows = caller.rows("me/calendarView/delta", WINDOW, prefer=prefer)
    assert rows[1]["start"] == {
        "dateTime": "2026-03-02T11:00:00.0000000",
        "timeZone": "W. Europe Standard Time",
    }
    assert rows[0]["id"] != weekly


def test_a_moved_event_is_removed_here_and_new_there(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar
) -> None:
    """Another calendar has the event under another id; the immutable one is the same."""
    work = fake.add_calendar("Work")
    single = calendar.create("Once", utc("2026-03-04T09:00"))
    here = caller.follow()
    there = Follower(caller, f"me/calendars/{work.id}/calendarView/delta", WINDOW)
    lasting = Follower(caller, there.link, WINDOW, 'IdType="ImmutableId"')
    before = caller.get(f"me/events/{single}", prefer='IdType="ImmutableId"')["id"]
    for follower in (here, there, lasting):
        follower.round()
    moved = calendar.move(single, work)
    assert here.round() == [{"@removed": {"reason": "deleted"}, "id": single}]
    assert [row["id"] for row in there.round()] == [moved]
    assert [row["id"] for row in lasting.round()] == [before]
    assert moved != single


def test_a_split_is_two_changes_that_nothing_connects(
    caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """This and following ends the old series and creates another, with ids of its own."""
    follower = caller.follow()
    first = follower.round()[0]
    tail = calendar.edit_following(weekly, date(2026, 3, 30), subject="Later")
    masters = [row for row in follower.round() if row["type"] == "seriesMaster"]
    assert [row["id"] for row in masters] == [weekly, tail]
    assert masters[0]["recurrence"]["range"]["endDate"] == "2026-03-23"
    assert masters[1]["recurrence"]["range"]["numberOfOccurrences"] == 6
    assert masters[1]["iCalUId"] not in {first["iCalUId"], masters[0]["iCalUId"]}
    assert masters[1]["createdDateTime"] > masters[0]["lastModifiedDateTime"]


@pytest.mark.parametrize("option", ["$select", "$filter", "$expand", "$orderby", "$search"])
def test_a_delta_takes_no_query_options(caller: GraphCaller, option: str) -> None:
    """Trouble 24: what lists can do, deltas refuse with 400."""
    query = {**WINDOW, option: "id"}
    assert caller.refusal("GET", "me/calendarView/delta", query)[0] == 400


def test_a_window_needs_both_ends_and_at_most_five_years(caller: GraphCaller) -> None:
    """A missing end is an invalid parameter, more than 1,825 days an invalid request."""
    start = {"startDateTime": "2026-03-01T00:00:00Z"}
    assert caller.refusal("GET", "me/calendarView/delta", start) == (400, "ErrorInvalidParameter")
    long = {**start, "endDateTime": "2031-03-02T00:00:00Z"}
    assert caller.refusal("GET", "me/calendarView/delta", long) == (400, "ErrorInvalidRequest")


def test_a_token_that_aged_is_gone(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """Dead tokens are refused with 410; the habits word it otherwise."""
    follower = caller.follow()
    follower.round()
    fake.expire_tokens()
    assert caller.refusal("GET", follower.link) == (410, "SyncStateNotFound")
    fake.habits.add(Habit.RESYNC_REQUIRED)
    reply = caller.send("GET", follower.link)
    assert why(reply) == (410, "resyncRequired")
    assert reply.headers["Location"].endswith("/me/calendarView/delta?$deltatoken=")
    fake.habits ^= {Habit.RESYNC_REQUIRED, Habit.TOKENS_NOT_FOUND, Habit.SMALL_CODES}
    assert caller.refusal("GET", follower.link) == (404, "syncStateNotFound")


def test_newer_states_evict_older_ones(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """Where few states are kept, a token dies when others are drawn up after it."""
    fake.states.kept = 2
    followers = [caller.follow() for _ in range(3)]
    for follower in followers:
        follower.round()
    assert caller.refusal("GET", followers[0].link)[0] == 410
    assert followers[2].round() == []


def test_a_round_may_die_between_two_pages(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar
) -> None:
    """The link to a later page is refused with 410 when the service forgot the round."""
    for day in range(3, 8):
        calendar.create(f"Day {day}", utc(f"2026-03-0{day}T09:00"))
    page = caller.get("me/calendarView/delta", WINDOW, prefer="odata.maxpagesize=2")
    fake.expire_pages()
    assert caller.refusal("GET", page["@odata.nextLink"]) == (410, "SyncStateNotFound")


def test_tokens_of_nothing_or_of_another_calendar_are_refused(
    fake: FakeMicrosoft, caller: GraphCaller
) -> None:
    """Gibberish is no token, and a token is good for its own calendar alone."""
    link = "me/calendarView/delta"
    assert caller.refusal("GET", link, {"$deltatoken": "latest"}) == (400, "InvalidDeltaToken")
    follower = caller.follow()
    follower.round()
    cut = follower.link[:-8]
    assert caller.refusal("GET", cut) == (400, "InvalidDeltaToken")
    work = fake.add_calendar("Work")
    other = f"me/calendars/{work.id}/calendarView/delta?{query_of(follower.link)}"
    assert caller.refusal("GET", other) == (404, "ErrorItemNotFound")


def test_a_round_may_repeat_the_one_before(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar
) -> None:
    """By habit a round holds again what the round before it told."""
    fake.habits.add(Habit.REPLAYS)
    follower = caller.follow()
    follower.round()
    calendar.create("Once", utc("2026-03-04T09:00"))
    assert len(follower.round()) == 1
    assert len(follower.round()) == 1
    assert follower.round() == []
    single = calendar.create("Twice", utc("2026-03-05T09:00"))
    follower.round()
    calendar.delete(single)
    assert kinds(follower.round()) == ["@removed"]


def test_rows_come_twice_and_in_any_order_by_faults(
    fake: FakeMicrosoft, caller: GraphCaller, weekly: str
) -> None:
    """A fault repeats the rows of a round, another one turns them round."""
    usual = caller.follow().round()
    fake.faults.add(Fault(FaultKind.DUPLICATE_ITEMS, operation="calendarView.delta"))
    assert len(caller.follow().round()) == 2 * len(usual)
    fake.faults.add(Fault(FaultKind.REORDER_PAGES, operation="calendarView.delta"))
    assert caller.follow().round() == usual[::-1]


def test_a_first_round_may_hold_removals(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar
) -> None:
    """By habit what was deleted long ago is removed in the very first round."""
    calendar.delete(calendar.create("Once", utc("2026-03-04T09:00")))
    assert caller.follow().round() == []
    fake.habits.add(Habit.REMOVED_AT_FIRST)
    assert kinds(caller.follow().round()) == ["@removed"]


def test_an_event_that_came_and_went_between_rounds_is_not_told(
    caller: GraphCaller, calendar: FakeCalendar
) -> None:
    """Whoever never saw an event is not told that it is gone."""
    follower = caller.follow()
    follower.round()
    calendar.delete(calendar.create("Once", utc("2026-03-04T09:00")))
    assert follower.round() == []


def test_the_delta_of_items_has_masters_and_no_occurrences(
    fake: FakeMicrosoft, caller: GraphCaller, weekly: str
) -> None:
    """It wants a start, knows no end, and its rows say little."""
    path = "me/calendars/" + fake.calendar().id + "/events/delta"
    assert caller.refusal("GET", path) == (400, "ErrorInvalidParameter")
    assert caller.refusal("GET", path, WINDOW) == (400, "ErrorInvalidRequest")
    start = {"startDateTime": "2026-01-01T00:00:00Z"}
    follower = Follower(caller, path, start)
    (row,) = follower.round()
    assert set(row) == {"@odata.type", "@odata.etag", "id", "type", "start", "end"}
    fake.calendar().cancel_occurrence(weekly, date(2026, 3, 9))
    assert kinds(follower.round()) == ["seriesMaster"]
    fake.habits ^= {Habit.BARE_ITEM_DELTA, Habit.EXCEPTIONS_IN_ITEM_DELTA}
    fake.calendar().edit_this(weekly, date(2026, 3, 16), subject="Other")
    assert kinds(follower.round()) == ["seriesMaster", "exception"]


def test_of_a_poll_the_exceptions_come_and_the_master_never(
    caller: GraphCaller, calendar: FakeCalendar
) -> None:
    """A meeting poll is a master without recurrence, which the delta of a window leaves out."""
    poll = calendar.poll("Lunch?", utc("2026-03-04T11:00"), utc("2026-03-05T11:00"))
    assert kinds(caller.follow().round()) == ["exception", "exception"]
    master = caller.get(f"me/events/{poll}")
    assert (master["type"], master["recurrence"]) == ("seriesMaster", None)
