"""What Google is seen to do, at the switches of the fake."""

from datetime import timedelta

import pytest
from tests.testing.google.caller import Caller, la, why

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import USUAL, FakeCalendar, FakeGoogle, Habit

BIRTHDAYS = "addressbook#contacts@group.v.calendar.google.com"
HOLIDAYS = "en.french#holiday@group.v.calendar.google.com"
BARE = {"kind", "etag", "id", "status"}


def test_every_habit_says_how_well_it_is_known() -> None:
    """At the end of its sentence."""
    assert all(habit.value.endswith(")") for habit in Habit)
    assert FakeGoogle().habits == USUAL


@pytest.mark.parametrize("expanded", ["false", "true"])
def test_some_cancellations_are_bare(
    fake: FakeGoogle, calendar: FakeCalendar, caller: Caller, weekdays: str, expanded: str
) -> None:
    """Id and status alone, beside some that name their series; none without the habit."""
    token = caller.token_now(singleEvents=expanded)
    for day in range(2, 6):
        calendar.cancel_occurrence(weekdays, la(f"2019-04-0{day}"))
        calendar.cancel_occurrence(weekdays, la(f"2019-04-{day + 6:02}"))

    def stubs() -> list[set[str]]:
        items = caller.items(syncToken=token, singleEvents=expanded)
        return [item.keys() - {"x"} for item in items if item["status"] == "cancelled"]

    assert BARE not in stubs()
    fake.habits.add(Habit.BARE_CANCELLATIONS)
    assert {len(stub) for stub in stubs()} == {4, 6}
    assert BARE in stubs()


def test_a_deleted_series_may_be_followed_by_its_occurrences(
    fake: FakeGoogle, calendar: FakeCalendar, caller: Caller, weekdays: str
) -> None:
    """Cancelled, with their series; clients hold nothing of them, and new ones hear nothing."""
    fake.habits.add(Habit.CHILDREN_OF_THE_DEAD)
    moved = calendar.edit_this(weekdays, la("2019-04-03"), summary="Moved")
    gone = calendar.cancel_occurrence(weekdays, la("2019-04-04"))
    token = caller.token_now()
    calendar.delete(weekdays)
    told = caller.items(syncToken=token)
    assert [item["id"] for item in told] == [weekdays, moved, gone]
    assert [item.get("recurringEventId") for item in told] == [None, weekdays, weekdays]
    assert {item["status"] for item in told} == {"cancelled"}
    assert (calendar.truth(), caller.items()) == ({}, [])
    calendar.restore(weekdays)
    assert list(calendar.truth()) == [weekdays]


def test_generated_calendars_forget(fake: FakeGoogle) -> None:
    """Birthdays: no deletion is told, and tokens die within minutes."""
    birthdays = fake.add_calendar(BIRTHDAYS)
    caller = Caller(fake, calendar=BIRTHDAYS)
    event = birthdays.create("Ada", la("2019-04-02").date())
    token = caller.token_now()
    birthdays.delete(event)
    assert caller.items(syncToken=token) == []
    assert isinstance(fake.clock, ManualClock)
    fake.clock.advance(timedelta(minutes=5))
    assert caller.refusal(syncToken=token)[:2] == (410, "fullSyncRequired")
    fake.habits.discard(Habit.FORGETFUL_CALENDARS)
    token = caller.token_now()
    fake.clock.advance(timedelta(minutes=5))
    assert caller.items(syncToken=token) == []


def test_generated_calendars_are_read_only(fake: FakeGoogle) -> None:
    """Nobody writes a holiday, and nobody watches one."""
    caller = Caller(fake, calendar=HOLIDAYS)
    body = {"start": {"date": "2019-05-01"}, "end": {"date": "2019-05-02"}}
    assert caller.call("POST", body=body).status == 403
    hook = {"id": "channel-1", "type": "web_hook", "address": "https://hooks.example.com/"}
    refused = why(caller.call("POST", "watch", body=hook))
    assert refused[:2] == (400, "pushNotSupportedForRequestedResource")


def test_holidays_can_be_read_by_everybody(fake: FakeGoogle) -> None:
    """Without being in a list; other unknown calendars are not there."""
    assert Caller(fake, calendar=HOLIDAYS).items() == []
    assert HOLIDAYS not in [entry.calendar for entry in fake.accounts.entries("owner@example.com")]
    assert Caller(fake, calendar="nobody@example.com").refusal()[0] == 404
