from datetime import date, timedelta
from typing import Any

import pytest
from tests.testing.microsoft.graph_caller import WINDOW, GraphCaller, good, utc

from kloudsync.testing.microsoft import FakeCalendar, FakeMicrosoft, Habit, Mailbox

HOUR = timedelta(hours=1)


@pytest.fixture
def ann(fake: FakeMicrosoft) -> Mailbox:
    """The mailbox of a guest."""
    fake.accounts.grant("any", "owner@example.com")
    fake.accounts.grant("ann", "ann@example.com")
    return fake.add_mailbox("ann@example.com")


@pytest.fixture
def guest(fake: FakeMicrosoft, ann: Mailbox) -> GraphCaller:
    """A client of the guest."""
    return GraphCaller(fake, "ann")


@pytest.fixture
def meeting(calendar: FakeCalendar, ann: Mailbox) -> str:
    """A meeting of the owner with the guest."""
    return calendar.create("Plan", utc("2026-03-04T09:00"), attendees=[ann.address])


def only(caller: GraphCaller) -> dict[str, Any]:
    """Read the only event of whoever asks."""
    (event,) = caller.rows("me/events")
    return event


def test_a_guest_has_a_copy_of_a_meeting(guest: GraphCaller, meeting: str) -> None:
    """It has another id and the same iCalUId, and nobody has answered it."""
    event = only(guest)
    assert event["id"] != meeting
    assert event["isOrganizer"] is False
    assert event["responseStatus"]["response"] == "notResponded"
    assert event["showAs"] == "tentative"
    assert event["organizer"]["emailAddress"]["address"] == "owner@example.com"


def test_an_answer_reaches_the_organizer(
    caller: GraphCaller, guest: GraphCaller, meeting: str
) -> None:
    """The guest's copy has it as its own, the organizer's among the guests."""
    path = f"me/events/{only(guest)['id']}/accept"
    assert guest.send("POST", path, body={"comment": "Yes"}).status == 202
    mine = only(guest)
    assert (mine["responseStatus"]["response"], mine["showAs"]) == ("accepted", "busy")
    (told,) = caller.get(f"me/events/{meeting}")["attendees"]
    assert told["status"]["response"] == "accepted"


def test_an_answer_may_be_kept_from_the_organizer(
    caller: GraphCaller, guest: GraphCaller, meeting: str
) -> None:
    """Without a response sent, only the guest's copy changes."""
    path = f"me/events/{only(guest)['id']}/tentativelyAccept"
    guest.send("POST", path, body={"sendResponse": False})
    assert only(guest)["responseStatus"]["response"] == "tentativelyAccepted"
    (told,) = caller.get(f"me/events/{meeting}")["attendees"]
    assert told["status"]["response"] == "none"


def test_another_time_can_be_proposed(
    caller: GraphCaller, guest: GraphCaller, meeting: str
) -> None:
    """It comes with an answer that is no acceptance, where the organizer allows it."""
    later = {
        "start": {"dateTime": "2026-03-05T09:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-03-05T10:00:00", "timeZone": "UTC"},
    }
    path, body = f"me/events/{only(guest)['id']}", {"ProposedNewTime": later}
    assert guest.refusal("POST", f"{path}/accept", body={"proposedNewTime": later})[0] == 400
    assert guest.send("POST", f"{path}/tentativelyAccept", body=body).status == 202
    (told,) = caller.get(f"me/events/{meeting}")["attendees"]
    assert told["proposedNewTime"] == later


def test_a_declined_meeting_goes_or_stays_by_habit(
    fake: FakeMicrosoft, guest: GraphCaller, calendar: FakeCalendar, meeting: str, ann: Mailbox
) -> None:
    """As a rule it leaves the guest's calendar; some calendars keep it as free."""
    guest.send("POST", f"me/events/{only(guest)['id']}/decline")
    assert guest.rows("me/events") == []
    fake.habits.add(Habit.DECLINED_STAY)
    calendar.create("Again", utc("2026-03-05T09:00"), attendees=[ann.address])
    guest.send("POST", f"me/events/{only(guest)['id']}/decline")
    event = only(guest)
    assert (event["responseStatus"]["response"], event["showAs"]) == ("declined", "free")


def test_the_organizer_cancels_and_guests_keep_a_copy_that_says_so(
    caller: GraphCaller, guest: GraphCaller, meeting: str
) -> None:
    """The organizer's copy is gone; a guest can't cancel, and the organizer can't respond."""
    assert guest.refusal("POST", f"me/events/{only(guest)['id']}/cancel")[0] == 400
    assert caller.refusal("POST", f"me/events/{meeting}/accept")[0] == 400
    assert caller.send("POST", f"me/events/{meeting}/cancel", body={"Comment": "Ill"}).status == 202
    assert caller.refusal("GET", f"me/events/{meeting}")[0] == 404
    event = only(guest)
    assert (event["isCancelled"], event["subject"]) == (True, "Canceled: Plan")


def test_changes_reach_the_guests(
    calendar: FakeCalendar, guest: GraphCaller, ann: Mailbox, weekly: str
) -> None:
    """Edited, moved and cancelled occurrences are so in every copy; answers stay."""
    calendar.edit_all(weekly, attendees=[ann.address])
    guest.send("POST", f"me/events/{only(guest)['id']}/accept")
    late = utc("2026-03-09T15:00")
    calendar.edit_this(weekly, date(2026, 3, 9), start=late, end=late + HOUR)
    calendar.cancel_occurrence(weekly, date(2026, 3, 16))
    calendar.edit_all(weekly, subject="Renamed")
    event = only(guest)
    assert (event["subject"], event["responseStatus"]["response"]) == ("Renamed", "accepted")
    rows = guest.rows(f"me/events/{event['id']}/instances", WINDOW)
    assert rows[1]["start"]["dateTime"].startswith("2026-03-09T15")
    assert (rows[2]["isCancelled"], rows[2]["subject"]) == (True, "Canceled: Weekly")


def test_one_occurrence_is_answered_alone(
    caller: GraphCaller, calendar: FakeCalendar, guest: GraphCaller, ann: Mailbox, weekly: str
) -> None:
    """It becomes an exception in both copies."""
    calendar.edit_all(weekly, attendees=[ann.address])
    master = only(guest)["id"]
    row = guest.rows(f"me/events/{master}/instances", WINDOW)[1]
    guest.send("POST", f"me/events/{row['id']}/accept")
    assert only(guest)["responseStatus"]["response"] == "notResponded"
    assert guest.get(f"me/events/{row['id']}")["responseStatus"]["response"] == "accepted"
    told = caller.rows(f"me/events/{weekly}/instances", WINDOW)[1]
    assert told["attendees"][0]["status"]["response"] == "accepted"


def test_a_guest_who_is_no_longer_invited_has_a_cancelled_copy(
    calendar: FakeCalendar, guest: GraphCaller, meeting: str
) -> None:
    """Being taken off the list is as if the meeting were cancelled."""
    calendar.edit(meeting, attendees=None)
    assert only(guest)["isCancelled"]


def test_a_meeting_that_moves_stays_with_its_guests(
    fake: FakeMicrosoft, calendar: FakeCalendar, guest: GraphCaller, meeting: str
) -> None:
    """The organizer's calendars are no business of the guests."""
    calendar.move(meeting, fake.add_calendar("Work"))
    assert only(guest)["isCancelled"] is False


def test_a_forwarded_meeting_has_another_guest(
    caller: GraphCaller, calendar: FakeCalendar, ann: Mailbox, guest: GraphCaller
) -> None:
    """Whoever it is forwarded to gets a copy."""
    event = calendar.create("Plan", utc("2026-03-04T09:00"))
    people = [{"emailAddress": {"name": "Ann", "address": ann.address}}]
    path = f"me/events/{event}/forward"
    assert caller.send("POST", path, body={"ToRecipients": people}).status == 202
    assert only(guest)["subject"] == "Plan"
    assert caller.refusal("POST", path, body={"toRecipients": []})[0] == 400


def test_reminders_are_put_off_and_dismissed(caller: GraphCaller, calendar: FakeCalendar) -> None:
    """Both show in the event, and in the view of reminders."""
    event = calendar.create("Plan", utc("2026-03-04T09:00"))
    path = f"me/events/{event}"
    body = {"newReminderTime": {"dateTime": "2026-03-04T08:55:00", "timeZone": "UTC"}}
    good(caller.send("POST", f"{path}/snoozeReminder", body=body))
    assert caller.get(path)["reminderMinutesBeforeStart"] == 5
    view = "me/reminderView(StartDateTime='2026-03-01',EndDateTime='2026-04-01')"
    (reminder,) = caller.get(view)["value"]
    assert reminder["reminderFireTime"]["dateTime"] == "2026-03-04T08:55:00.0000000"
    good(caller.send("POST", f"{path}/dismissReminder"))
    assert caller.get(view)["value"] == []


def test_invitations_may_recur_in_a_zone_of_their_own(
    fake: FakeMicrosoft, calendar: FakeCalendar, guest: GraphCaller, ann: Mailbox, weekly: str
) -> None:
    """By habit the guest's copy names the custom zone; the original zone of its start helps."""
    calendar.edit_all(weekly, attendees=[ann.address])
    fake.habits.add(Habit.CUSTOM_ZONES)
    event = only(guest)
    assert event["recurrence"]["range"]["recurrenceTimeZone"] == "tzone://Microsoft/Custom"
    assert event["originalStartTimeZone"] == "Europe/Berlin"
    assert only(GraphCaller(fake))["recurrence"]["range"]["recurrenceTimeZone"] == "Europe/Berlin"
