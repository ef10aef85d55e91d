from datetime import timedelta
from typing import Any

import pytest
from tests.testing.google.caller import Caller, la, read, why

from kloudsync.testing.google import FakeGoogle

DAY = {"timeMin": "2019-04-02T00:00:00-07:00", "timeMax": "2019-04-03T00:00:00-07:00"}


def ask(caller: Caller, *names: str, **more: Any) -> dict[str, Any]:
    """Ask about calendars on 2 April 2019."""
    body = {**DAY, "items": [{"id": name} for name in names], **more}
    return read(caller.send("POST", "freeBusy", body=body))


def test_busy_times_are_merged_and_nameless(fake: FakeGoogle, caller: Caller) -> None:
    """What overlaps or touches is one span, within the question's bounds."""
    calendar = fake.calendar()
    calendar.create("One", la("2019-04-02", 9), la("2019-04-02", 10))
    calendar.create("Two", la("2019-04-02", 10), la("2019-04-02", 11))
    calendar.create("Daily", la("2019-04-01", 14), recurrence=["RRULE:FREQ=DAILY"])
    calendar.create("Late", la("2019-04-02", 23), la("2019-04-03", 2))
    found = ask(caller, "primary", timeZone="America/Los_Angeles")
    assert found["calendars"]["primary"]["busy"] == [
        {"start": "2019-04-02T09:00:00-07:00", "end": "2019-04-02T11:00:00-07:00"},
        {"start": "2019-04-02T14:00:00-07:00", "end": "2019-04-02T15:00:00-07:00"},
        {"start": "2019-04-02T23:00:00-07:00", "end": "2019-04-03T00:00:00-07:00"},
    ]


def test_free_events_and_declined_ones_do_not_count(fake: FakeGoogle, caller: Caller) -> None:
    """Neither transparent ones nor those that the owner will not attend."""
    fake.calendar().create("Free", la("2019-04-02", 9), transparency="transparent")
    me = {"email": "owner@example.com", "responseStatus": "declined"}
    fake.calendar().create("No", la("2019-04-02", 11), attendees=[me])
    assert ask(caller, "primary")["calendars"]["primary"]["busy"] == []


def test_an_unknown_calendar_fails_alone(fake: FakeGoogle, caller: Caller) -> None:
    """The answer as a whole is a success."""
    found = ask(caller, "nowhere@example.com", "primary")["calendars"]
    reasons = [error["reason"] for error in found["nowhere@example.com"]["errors"]]
    assert reasons == ["notFound"]
    assert "errors" not in found["primary"]


def test_groups_are_answered_by_member(fake: FakeGoogle, caller: Caller) -> None:
    """One that is too big has an error of its own."""
    fake.groups["team@example.com"] = ["owner@example.com"]
    found = ask(caller, "team@example.com")
    assert found["groups"] == {"team@example.com": {"calendars": ["owner@example.com"]}}
    assert list(found["calendars"]) == ["owner@example.com"]
    fake.groups["team@example.com"] = [f"{number}@example.com" for number in range(101)]
    (error,) = ask(caller, "team@example.com")["groups"]["team@example.com"]["errors"]
    assert error["reason"] == "groupTooBig"


def test_fifty_calendars_are_answered(caller: Caller) -> None:
    """Those beyond have an error."""
    found = ask(caller, *(f"{number}@example.com" for number in range(51)))["calendars"]
    reasons = [one["errors"][0]["reason"] for one in found.values()]
    assert reasons == ["notFound"] * 50 + ["tooManyCalendarsRequested"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"timeMin": "2019-04-02T00:00:00Z"}, "required"),
        (DAY | {"timeMax": DAY["timeMin"]}, "timeRangeEmpty"),
        (DAY | {"timeMax": "2019-04-03"}, "invalid"),
        (DAY | {"timeMax": "soon"}, "invalid"),
    ],
)
def test_a_question_has_two_bounds(caller: Caller, body: object, reason: str) -> None:
    """In order, and with their offsets."""
    assert why(caller.send("POST", "freeBusy", body=body))[:2] == (400, reason)


def test_a_question_about_too_long_a_time_is_refused(fake: FakeGoogle, caller: Caller) -> None:
    """Beyond a year, or where the fake draws the line."""
    long = {"timeMin": "2019-01-01T00:00:00Z", "timeMax": "2020-01-03T00:00:00Z"}
    assert why(caller.send("POST", "freeBusy", body=long))[:2] == (400, "timeRangeTooLong")
    fake.longest_question = timedelta(days=1000)
    assert caller.send("POST", "freeBusy", body=long).status == 200


@pytest.mark.parametrize("name", ["calendarExpansionMax", "groupExpansionMax"])
def test_more_than_the_most_cannot_be_asked_for(caller: Caller, name: str) -> None:
    """Fifty calendars, a hundred members."""
    asked = {"timeMin": "2019-04-01T00:00:00Z", "timeMax": "2019-04-02T00:00:00Z"}
    assert caller.send("POST", "freeBusy", body=asked | {name: 50}).status == 200
    assert why(caller.send("POST", "freeBusy", body=asked | {name: 101}))[1] == "invalid"
