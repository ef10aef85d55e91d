from __future__ import annotations

from typing import Any

import pytest
from tests.testing.google.caller import Caller, la, read, why

from kloudsync.testing.google import FakeCalendar, FakeGoogle, Habit

START = {"dateTime": "2019-04-02T13:00:00-07:00", "timeZone": "America/Los_Angeles"}
END = {"dateTime": "2019-04-02T14:00:00-07:00", "timeZone": "America/Los_Angeles"}
DAY, NEXT_DAY = {"date": "2019-04-02"}, {"date": "2019-04-03"}
AT_HOME: dict[str, Any] = {"type": "homeOffice", "homeOffice": {}}
EVENT: dict[str, Any] = {"summary": "Review", "start": START, "end": END}
ALL_DAY: dict[str, Any] = {"summary": "Off", "start": DAY, "end": NEXT_DAY}


@pytest.mark.parametrize(
    ("body", "reason", "message"),
    [
        (EVENT | {"recurrence": ["hello"]}, "invalid", "Invalid recurrence rule."),
        (EVENT | {"recurrence": ["RRULE:FREQ=DAILY;COUNT=-1"]}, "invalid", "Invalid recurrence rule."),
        (EVENT | {"recurrence": ["RRULE:FREQ=SECONDLY"]}, "invalid", "Invalid recurrence rule."),
        (EVENT | {"end": START}, "timeRangeEmpty", "The specified time range is empty."),
        (ALL_DAY | {"end": DAY}, "timeRangeEmpty", "The specified time range is empty."),
        (EVENT | {"start": DAY}, "invalid", "Start and end times must either both be date or both be dateTime."),
        (EVENT | {"end": NEXT_DAY}, "invalid", "Start and end times must either both be date or both be dateTime."),
        (EVENT | {"attendees": [{"email": "not an address"}]}, "invalid", "Invalid attendee email."),
        (EVENT | {"attendees": [{"displayName": "Somebody"}]}, "invalid", "Invalid attendee email."),
        (EVENT | {"colorId": "99"}, "invalid", "Invalid color ID."),
        (EVENT | {"eventType": "fromGmail"}, "invalid", "This type of event cannot be created."),
        (EVENT | {"eventType": "party"}, "invalid", "Invalid event type."),
        (ALL_DAY | {"eventType": "focusTime"}, "invalid", "An event of type focusTime cannot be all-day."),
        (ALL_DAY | {"eventType": "outOfOffice"}, "invalid", "An event of type outOfOffice cannot be all-day."),
        (ALL_DAY | {"eventType": "workingLocation"}, "required", "Missing working location properties."),
        (EVENT | {"eventType": "birthday"}, "invalid", "A birthday event must be all-day."),
        (
            ALL_DAY | {"eventType": "birthday", "extendedProperties": {"private": {"a": "b"}}},
            "invalid",
            "A birthday event cannot have private extended properties.",
        ),
    ],
)  # fmt: skip
def test_what_google_refuses_is_not_inserted(
    fake: FakeGoogle, caller: Caller, body: dict[str, Any], reason: str, message: str
) -> None:
    """The answer has Google's reason and words, and the calendar stays empty."""
    assert why(caller.call("POST", body=body)) == (400, reason, message)
    assert fake.truth() == {}


@pytest.mark.parametrize(
    "body",
    [
        EVENT | {"eventType": "focusTime", "focusTimeProperties": {"chatStatus": "doNotDisturb"}},
        ALL_DAY | {"eventType": "workingLocation", "workingLocationProperties": AT_HOME},
        ALL_DAY | {"eventType": "birthday", "recurrence": ["RRULE:FREQ=YEARLY"]},
        EVENT | {"colorId": "11", "attendees": [{"email": "guest@example.com"}]},
    ],
)
def test_what_google_takes_is_inserted(caller: Caller, body: dict[str, Any]) -> None:
    """Special events with what belongs to them."""
    assert caller.call("POST", body=body).status == 200


def test_special_events_belong_to_primary_calendars(fake: FakeGoogle) -> None:
    """Other calendars refuse them."""
    fake.add_calendar("team@example.com")
    caller = Caller(fake, calendar="team@example.com")
    assert why(caller.call("POST", body=EVENT | {"eventType": "focusTime"}))[1] == "invalid"


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize(
    "change",
    [
        {"recurrence": ["RRULE:FREQ=FOO"]},
        {"start": START, "end": START},
        {"attendees": [{"email": "nobody"}]},
        {"colorId": "0"},
    ],
)
def test_changes_are_judged_as_well(
    calendar: FakeCalendar, caller: Caller, method: str, change: dict[str, Any]
) -> None:
    """A refused change leaves the event as it was."""
    event = calendar.create("Review", la("2019-04-02"))
    before = calendar.truth()
    assert caller.call(method, event, body=EVENT | change).status == 400
    assert calendar.truth() == before


def test_what_is_there_already_may_be_patched(calendar: FakeCalendar, caller: Caller) -> None:
    """An import left an event without length; its title can be changed all the same."""
    moment = la("2019-04-02")
    event = calendar.create("Review", moment, moment)
    assert caller.call("PATCH", event, body={"summary": "Retro"}).status == 200


@pytest.mark.parametrize(
    ("habit", "body"),
    [
        (Habit.NO_EMPTY_EVENTS, EVENT | {"end": START}),
        (Habit.NO_EMPTY_EVENTS, ALL_DAY | {"end": DAY}),
        (Habit.NO_UNKNOWN_COLORS, EVENT | {"colorId": "99"}),
        (Habit.NO_FREQUENT_RULES, EVENT | {"recurrence": ["RRULE:FREQ=SECONDLY;COUNT=3"]}),
    ],
)
def test_what_no_document_says_can_be_chosen(
    fake: FakeGoogle, caller: Caller, habit: Habit, body: dict[str, Any]
) -> None:
    """Without the habit the write is taken."""
    fake.habits.discard(habit)
    assert caller.call("POST", body=body).status == 200


def test_a_strangers_meeting_may_be_refused(fake: FakeGoogle, caller: Caller) -> None:
    """By a habit that nobody has verified, and that is off until it is asked for."""
    body = EVENT | {"iCalUID": "u@example.net", "organizer": {"email": "boss@example.net"}}
    fake.habits.add(Habit.NO_FOREIGN_IMPORTS)
    refused = caller.call("POST", "import", body=body)
    assert why(refused)[1] == "participantIsNeitherOrganizerNorAttendee"
    invited = body | {"attendees": [{"email": "owner@example.com"}]}
    assert caller.call("POST", "import", body=invited).status == 200
    fake.habits.discard(Habit.NO_FOREIGN_IMPORTS)
    assert caller.call("POST", "import", body=body).status == 200


def test_only_default_events_can_be_imported(caller: Caller) -> None:
    """Google documents it."""
    body = EVENT | {"iCalUID": "u@example.net", "eventType": "focusTime"}
    assert why(caller.call("POST", "import", body=body))[1] == "invalid"


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_short_list_of_guests_changes_the_own_answer_alone(
    calendar: FakeCalendar, caller: Caller, method: str
) -> None:
    """Whoever was left out of the list stays invited."""
    guests = [{"email": f"guest{number}@example.com"} for number in range(3)]
    event = calendar.create(
        "Review", la("2019-04-02"), attendees=[{"email": "owner@example.com"}, *guests]
    )
    own = {"email": "owner@example.com", "responseStatus": "declined", "comment": "ill"}
    short = EVENT | {"attendees": [own], "attendeesOmitted": True}
    answered = read(caller.call(method, event, body=short))
    assert len(answered["attendees"]) == 4
    assert answered["attendees"][0]["responseStatus"] == "declined"
    assert answered["attendees"][0]["comment"] == "ill"
    assert "attendeesOmitted" not in answered


def test_guests_are_mailed_by_words_of_the_services_own(fake: FakeGoogle, caller: Caller) -> None:
    """Another one is a parameter at fault, and nothing is written."""
    refused = why(caller.call("POST", query={"sendUpdates": "everyone"}, body=EVENT))
    assert refused[:2] == (400, "invalidParameter")
    assert fake.truth() == {}
