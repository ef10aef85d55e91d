"""Edits of a series as its user thinks of them, in both colours."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.providers.google.series.editors import (
    LA,
    RENAMED,
    Editor,
    la,
    mails,
    starts,
    timed,
    titles,
    whole_days,
)

from kloudsync.errors import KloudsyncError, UsageError
from kloudsync.providers.google.series.division import divide
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.people import EventAttendee
from kloudsync.providers.google.wire.times import EventDateTime
from kloudsync.testing.google import FakeCalendar, FakeGoogle


def test_one_occurrence_is_changed_alone(editor: Editor, fake: FakeGoogle, daily: str) -> None:
    """Named by its original start in any zone; a new start keeps the length."""
    editor.this(daily, la(1, 14).astimezone(UTC), Event(start=timed(la(1, 14, 15))))
    assert starts(fake).count(la(1, 14, 15)) == 1
    assert len(starts(fake)) == 10
    edited = editor.this(daily, la(1, 14), RENAMED, "all")
    assert edited.summary == "Renamed"
    assert edited.end
    assert edited.end.date_time == la(1, 14, 16)
    assert mails(fake) == ["events.patch"]


def test_a_cancelled_occurrence_is_not_changed_unawares(
    editor: Editor, calendar: FakeCalendar, daily: str
) -> None:
    """It has to be brought back on purpose."""
    calendar.cancel_occurrence(daily, la(1, 14))
    with pytest.raises(UsageError, match="status='confirmed'"):
        editor.this(daily, la(1, 14), RENAMED)


@pytest.mark.parametrize("at", [la(1, 14, 10), la(2, 14), la(1, 11)])
def test_only_occurrences_are_edited(editor: Editor, daily: str, at: Any) -> None:
    """Other times are refused, with what was expected."""
    for edit in (editor.this, editor.following):
        with pytest.raises(UsageError, match="no occurrence"):
            edit(daily, at, RENAMED)


def test_only_series_are_edited(editor: Editor, calendar: FakeCalendar, daily: str) -> None:
    """A single event is none, and an occurrence is told from its series."""
    lunch = calendar.create("Lunch", la(1, 12))
    occurrence = calendar.edit_this(daily, la(1, 14), summary="x")
    for name in (lunch, occurrence):
        with pytest.raises(UsageError, match="no series"):
            editor.following(name, la(1, 12), RENAMED)


def test_a_deleted_series_is_refused(editor: Editor, calendar: FakeCalendar, daily: str) -> None:
    """There is nothing to edit."""
    calendar.delete(daily)
    with pytest.raises(KloudsyncError):
        editor.all(daily, RENAMED)


def test_the_whole_series_is_changed(editor: Editor, fake: FakeGoogle, daily: str) -> None:
    """In one write; a new start moves every occurrence and keeps the length."""
    editor.all(daily, Event(start=timed(la(1, 12, 10)), summary="Later"), "externalOnly")
    assert {(one[0].astimezone(LA).hour, one[2]) for one in whole_days(fake)} == {(10, "Later")}
    assert mails(fake) == ["events.patch"]


def test_this_and_following_makes_two_segments(
    editor: Editor, fake: FakeGoogle, weekly: str
) -> None:
    """The earlier one ends as the service itself would have it; nothing is lost or doubled."""
    before = starts(fake)
    edit = editor.following(weekly, la(2, 2), RENAMED)
    assert starts(fake) == before
    assert titles(fake)[:4] == ["Review", "Review", "Review", "Renamed"]
    assert edit.ended
    assert edit.ended.recurrence == ("RRULE:FREQ=WEEKLY;UNTIL=20260202T075959Z;BYDAY=MO",)
    assert edit.series.recurrence == ("RRULE:FREQ=WEEKLY;BYDAY=MO",)
    assert (edit.carried, edit.lost) == (0, ())


def test_count_is_shared_out(editor: Editor, fake: FakeGoogle, daily: str) -> None:
    """Both segments together have as many occurrences as there were."""
    edit = editor.following(daily, la(1, 15), RENAMED)
    assert edit.ended
    assert edit.ended.recurrence == ("RRULE:FREQ=DAILY;COUNT=3",)
    assert edit.series.recurrence == ("RRULE:FREQ=DAILY;COUNT=7",)
    assert len(starts(fake)) == 10


def test_at_the_first_occurrence_the_whole_series_is_changed(
    editor: Editor, fake: FakeGoogle, daily: str
) -> None:
    """Nothing is divided, and the series keeps its id."""
    edit = editor.following(daily, la(1, 12), RENAMED, "all")
    assert (edit.series.id, edit.ended) == (daily, None)
    assert titles(fake) == ["Renamed"] * 10
    assert len(fake.truth()) == 1
    assert mails(fake) == ["events.patch"]


def test_all_day_series_are_divided_by_date(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar
) -> None:
    """The earlier segment ends on the date before."""
    rule = ["RRULE:FREQ=MONTHLY;BYMONTHDAY=20"]
    series = calendar.create("Payday", date(2026, 1, 20), recurrence=rule)
    before = starts(fake)
    edit = editor.following(series, date(2026, 3, 20), RENAMED)
    assert edit.ended
    assert edit.ended.recurrence == ("RRULE:FREQ=MONTHLY;UNTIL=20260319;BYMONTHDAY=20",)
    assert starts(fake) == before


def test_at_the_first_occurrence_the_exceptions_move_along_too(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, daily: str
) -> None:
    """What the service leaves in their old places, now those of others, is made ordinary again."""
    calendar.cancel_occurrence(daily, la(1, 14))
    calendar.edit_this(daily, la(1, 15), summary="Special")
    calendar.edit_this(daily, la(1, 18), start=la(1, 18, 15))
    calendar.cancel_occurrence(daily, la(1, 20))
    edit = editor.following(daily, la(1, 12), Event(start=timed(la(1, 13))), "all")
    assert (edit.carried, edit.lost) == (4, ())
    assert [one[::2] for one in whole_days(fake)] == [
        (la(1, 13), "Stand-up"),
        (la(1, 14), "Stand-up"),
        (la(1, 16), "Special"),
        (la(1, 17), "Stand-up"),
        (la(1, 18), "Stand-up"),
        (la(1, 18, 15), "Stand-up"),
        (la(1, 20), "Stand-up"),
        (la(1, 22), "Stand-up"),
    ]
    assert mails(fake) == ["events.patch"]


def test_at_the_first_occurrence_a_series_can_become_a_single_event(
    editor: Editor, fake: FakeGoogle, daily: str
) -> None:
    """There is no rule then that its start would have to fit."""
    editor.following(daily, la(1, 12), Event(start=timed(la(1, 13)), recurrence=None))
    assert starts(fake) == [la(1, 13)]


def test_guests_are_told_once(editor: Editor, fake: FakeGoogle, calendar: FakeCalendar) -> None:
    """By the write that makes the later segment; everything else is silent."""
    rule = ["RRULE:FREQ=WEEKLY;BYDAY=MO"]
    guests = ["guest@example.com"]
    series = calendar.create("Review", la(1, 12), recurrence=rule, attendees=guests)
    calendar.edit_this(series, la(2, 9), summary="Special")
    calendar.cancel_occurrence(series, la(2, 16))
    edit = editor.following(series, la(2, 2), RENAMED, "all")
    assert mails(fake) == ["events.insert"]
    assert edit.series.attendees
    assert [guest.email for guest in edit.series.attendees] == guests
    silent = [line for line in fake.requests if line.operation in {"events.patch", "events.delete"}]
    assert len(silent) == 3
    assert {line.query["sendUpdates"] for line in silent} == {"none"}


def test_a_meeting_room_is_asked_for_anew(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar
) -> None:
    """Two meetings must not share the conference of one."""
    rule = ["RRULE:FREQ=WEEKLY"]
    held = {
        "conferenceId": "abc",
        "conferenceSolution": {"key": {"type": "hangoutsMeet"}},
        "entryPoints": [{"entryPointType": "video", "uri": "https://meet.example.com/abc"}],
    }
    series = calendar.create("Call", la(1, 12), recurrence=rule, conferenceData=held)
    edit = editor.following(series, la(1, 26), RENAMED)
    tail = fake.truth()[edit.series.id or ""]
    asked = tail["conferenceData"]["createRequest"]
    assert asked["requestId"] == edit.series.id
    assert "conferenceId" not in tail["conferenceData"]


def test_this_and_following_are_deleted(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """The series ends before; doing it again changes nothing."""
    calendar.edit_this(weekly, la(2, 9), summary="Special")
    left = editor.delete(weekly, la(2, 2), "all")
    assert left
    assert left.recurrence == ("RRULE:FREQ=WEEKLY;UNTIL=20260202T075959Z;BYDAY=MO",)
    assert starts(fake) == [la(1, 12), la(1, 19), la(1, 26)]
    assert mails(fake) == ["events.patch"]
    writes = len(mails(fake))
    assert editor.delete(weekly, la(2, 2), "all")
    assert len(mails(fake)) == writes


def test_deleting_from_the_first_on_deletes_the_series(
    editor: Editor, fake: FakeGoogle, daily: str
) -> None:
    """Nothing is left."""
    assert editor.delete(daily, la(1, 12), "all") is None
    assert fake.truth() == {}
    assert mails(fake) == ["events.delete"]


RULES = st.sampled_from(
    (
        "FREQ=DAILY",
        "FREQ=DAILY;COUNT=20",
        "FREQ=DAILY;UNTIL=20260301T075959Z",
        "FREQ=WEEKLY;BYDAY=MO,WE,FR",
        "FREQ=WEEKLY;COUNT=9",
        "FREQ=WEEKLY;INTERVAL=2",
        "FREQ=MONTHLY;COUNT=6",
    )
)


CHANGES: tuple[dict[str, Any], ...] = ({"summary": "Renamed"}, {"location": "Room 1"}, {})


@settings(max_examples=40, deadline=None)
@given(
    rule=RULES,
    place=st.integers(0, 4),
    doings=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(("move", "name", "cancel")))),
    change=st.sampled_from(CHANGES),
)
def test_an_edit_over_the_api_is_the_edit_of_the_web_page(
    rule: str, place: int, doings: list[tuple[int, str]], change: dict[str, Any]
) -> None:
    """Whatever was done to the series before, both calendars show the same in the end.

    But for titles of occurrences that were only moved: here they follow the edit.
    """
    theirs, ours = FakeGoogle(), FakeGoogle()
    for fake in (theirs, ours):
        calendar = fake.calendar()
        series = calendar.create("Course", la(1, 12), event="course", recurrence=[f"RRULE:{rule}"])
        slots = [one.start for one in calendar.occurrences(la(1, 1), la(7, 1))][:6]
        touched = {n: how for n, how in doings if n < len(slots) and n != place}
        for number, how in touched.items():
            if how == "cancel":
                calendar.cancel_occurrence(series, slots[number])
            elif how == "name":
                calendar.edit_this(series, slots[number], summary=f"Own {number}")
            else:
                calendar.edit_this(series, slots[number], start=slots[number] + timedelta(hours=5))
        if fake is theirs:
            calendar.edit_following(series, slots[place], **change)
        else:
            Editor(fake, "blocking").following(series, slots[place], Event(**change))
    assert [one[:2] for one in whole_days(ours)] == [one[:2] for one in whole_days(theirs)]
    if "summary" not in change:
        assert whole_days(ours) == whole_days(theirs)


def test_whole_guest_lists_are_needed(editor: Editor, fake: FakeGoogle) -> None:
    """A copy of a part of the list would lose guests."""
    series = Event(
        id="course",
        start=EventDateTime(date=date(2026, 1, 12)),
        end=EventDateTime(date=date(2026, 1, 13)),
        recurrence=["RRULE:FREQ=DAILY"],
        attendees=[EventAttendee(email="guest@example.com")],
        attendees_omitted=True,
    )
    with pytest.raises(UsageError, match="guest list"):
        divide(series, date(2026, 1, 14), RENAMED)
