from datetime import date
from typing import Any

import pytest
from tests.testing.microsoft.graph_caller import GraphCaller, utc

from kloudsync.testing.microsoft import FakeCalendar, FakeMicrosoft


def span(start: str, end: str, **more: Any) -> dict[str, Any]:
    """Ask about a span of 4 March 2026 in UTC."""
    return {
        "schedules": ["owner@example.com"],
        "startTime": {"dateTime": f"2026-03-04T{start}", "timeZone": "UTC"},
        "endTime": {"dateTime": f"2026-03-04T{end}", "timeZone": "UTC"},
        **more,
    }


def test_a_schedule_says_what_each_half_hour_is(
    caller: GraphCaller, calendar: FakeCalendar
) -> None:
    """A digit for each step, the strongest of what stands in it, and the items themselves."""
    calendar.create("Maybe", utc("2026-03-04T09:00"), showAs="tentative")
    calendar.create("Away", utc("2026-03-04T09:30"), showAs="oof", sensitivity="private")
    calendar.create("Free", utc("2026-03-04T11:00"), showAs="free")
    (row,) = caller.post("me/calendar/getSchedule", span("08:30", "12:00"))["value"]
    assert row["availabilityView"] == "0133000"
    assert [item["status"] for item in row["scheduleItems"]] == ["tentative", "oof", "free"]
    assert "subject" not in row["scheduleItems"][1]
    assert row["workingHours"]["startTime"] == "08:00:00.0000000"


def test_an_address_that_nobody_has_is_told_in_its_place(caller: GraphCaller) -> None:
    """The others are answered all the same."""
    body = span("08:00", "09:00", schedules=["nobody@example.com", "owner@example.com"])
    first, second = caller.post("me/calendar/getSchedule", body)["value"]
    assert first["error"]["responseCode"] == "ErrorMailRecipientNotFound"
    assert second["availabilityView"] == "00"


@pytest.mark.parametrize(
    "body",
    [
        span("08:00", "09:00", schedules=[]),
        span("08:00", "09:00", availabilityViewInterval=4),
        span("09:00", "08:00"),
        span("08:00", "09:00", endTime={"dateTime": "2026-05-06T00:00:00", "timeZone": "UTC"}),
    ],
)
def test_questions_beyond_the_bounds_are_refused(caller: GraphCaller, body: object) -> None:
    """No schedules, steps under five minutes, windows that end early or after 62 days."""
    assert caller.refusal("POST", "me/calendar/getSchedule", body=body)[0] == 400


def test_personal_accounts_have_no_schedules(fake: FakeMicrosoft) -> None:
    """Only work accounts can ask for schedules and for times to meet."""
    fake.add_mailbox("me@outlook.example", is_personal=True)
    fake.accounts.grant("personal", "me@outlook.example")
    caller = GraphCaller(fake, "personal")
    asked = span("08:00", "09:00")
    assert caller.refusal("POST", "me/calendar/getSchedule", body=asked)[0] == 403
    assert caller.refusal("POST", "me/findMeetingTimes", body={})[0] == 403


def test_times_to_meet_are_those_when_everybody_is_free(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar
) -> None:
    """Busy half hours of the organizer are left out, those of guests lower the confidence."""
    ann = fake.add_mailbox("ann@example.com")
    calendar.create("Busy", utc("2026-03-04T09:00"))
    ann.default.create("Busy", utc("2026-03-04T10:00"))
    slot = {
        "start": {"dateTime": "2026-03-04T09:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-03-04T12:00", "timeZone": "UTC"},
    }
    body: dict[str, Any] = {
        "attendees": [{"emailAddress": {"address": "ann@example.com"}, "type": "required"}],
        "timeConstraint": {"timeSlots": [slot]},
        "meetingDuration": "PT1H",
        "minimumAttendeePercentage": 100,
    }
    told = caller.post("me/findMeetingTimes", body)
    starts = [s["meetingTimeSlot"]["start"]["dateTime"] for s in told["meetingTimeSuggestions"]]
    assert starts == ["2026-03-04T11:00:00.0000000"]
    body["minimumAttendeePercentage"] = 50
    told = caller.post("me/findMeetingTimes", body)
    assert [one["confidence"] for one in told["meetingTimeSuggestions"]] == [50.0, 50.0, 100.0]


def test_no_time_to_meet_says_why(caller: GraphCaller, calendar: FakeCalendar) -> None:
    """An empty list has a reason."""
    calendar.create("Day", date(2026, 3, 4), showAs="busy")
    slot = {
        "start": {"dateTime": "2026-03-04T09:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-03-04T12:00", "timeZone": "UTC"},
    }
    told = caller.post("me/findMeetingTimes", {"timeConstraint": {"timeSlots": [slot]}})
    assert told["meetingTimeSuggestions"] == []
    assert told["emptySuggestionsReason"] == "AttendeesUnavailable"
    wrong = {"meetingDuration": "an hour"}
    assert caller.refusal("POST", "me/findMeetingTimes", body=wrong)[0] == 400
