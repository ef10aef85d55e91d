from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.providers.google.series.editors import LA, Editor, la, starts, timed, whole_days

from kloudsync.errors import KloudsyncError, PreconditionFailed, TransportError, UsageError
from kloudsync.providers.google.series.division import divide
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.people import EventAttendee
from kloudsync.providers.google.wire.times import EventDateTime
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeCalendar, FakeGoogle
from kloudsync.testing.transport import FakeTransport

RENAMED = Event(summary="Renamed")


def titles(fake: FakeGoogle) -> list[str]:
    """List the titles of everything in order."""
    return [one[2] for one in whole_days(fake)]


def mails(fake: FakeGoogle) -> list[str]:
    """List the writes that may mail guests."""
    return [
        line.operation for line in fake.requests if line.query.get("sendUpdates", "none") != "none"
    ]


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


def test_exceptions_go_over_to_the_later_segment(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """Moved, changed and cancelled ones stay so; those before the division stay where they are."""
    calendar.edit_this(weekly, la(1, 19), summary="Early")
    calendar.edit_this(weekly, la(2, 9), start=la(2, 10, 14))
    calendar.edit_this(weekly, la(2, 16), summary="Special")
    calendar.cancel_occurrence(weekly, la(2, 23))
    # Moved to before the division, and yet one of those that follow.
    calendar.edit_this(weekly, la(3, 2), start=la(1, 30))
    edit = editor.following(weekly, la(2, 2), Event(location="Room 1"))
    assert edit.carried == 4
    found = {one[0]: one[2] for one in whole_days(fake)}
    assert found[la(1, 19)] == "Early"
    assert found[la(2, 10, 14)] == "Review"
    assert found[la(2, 16)] == "Special"
    assert not found.keys() & {la(2, 9), la(2, 23), la(3, 2)}
    assert la(1, 30) in found
    places = [one.resource.get("location") for one in calendar.occurrences(la(2, 1), la(3, 1))]
    assert places == ["Room 1"] * 3


def test_exceptions_follow_to_another_hour(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """They stand on the same day; one that was moved stays where it was moved to."""
    calendar.edit_this(weekly, la(2, 9), summary="Special")
    calendar.cancel_occurrence(weekly, la(2, 16))
    calendar.edit_this(weekly, la(2, 23), start=la(2, 24, 7))
    edit = editor.following(weekly, la(2, 2), Event(start=timed(la(2, 2, 15))))
    found = {one[0]: one[2] for one in whole_days(fake) if la(2, 1) < one[0] < la(3, 3)}
    assert found == {
        la(2, 2, 15): "Review",
        la(2, 9, 15): "Special",
        la(2, 24, 7): "Review",
        la(3, 2, 15): "Review",
    }
    assert edit.lost == ()


def test_exceptions_without_a_place_are_told(
    editor: Editor, calendar: FakeCalendar, weekly: str
) -> None:
    """Where the new rule has no occurrence on their day."""
    calendar.edit_this(weekly, la(2, 9), summary="Special")
    rule = ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"]
    edit = editor.following(weekly, la(2, 2), Event(recurrence=rule))
    assert edit.carried == 0
    assert [one.summary for one in edit.lost] == ["Special"]


def test_another_weekday_moves_the_rule_along(
    editor: Editor, fake: FakeGoogle, weekly: str
) -> None:
    """The one weekday that the rule names becomes that of the new start."""
    edit = editor.following(weekly, la(2, 2), Event(start=timed(la(2, 4, 10))))
    assert edit.series.recurrence == ("RRULE:FREQ=WEEKLY;BYDAY=WE",)
    assert starts(fake)[2:5] == [la(1, 26), la(2, 4, 10), la(2, 11, 10)]


def test_the_last_occurrence_moves_with_the_rule(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar
) -> None:
    """An UNTIL at the last start, and an EXDATE, follow the new hour."""
    lines = ["RRULE:FREQ=DAILY;UNTIL=20260116T170000Z", "EXDATE:20260115T170000Z"]
    series = calendar.create("Course", la(1, 12), recurrence=lines)
    editor.following(series, la(1, 14), Event(start=timed(la(1, 14, 17))))
    assert starts(fake) == [la(1, 12), la(1, 13), la(1, 14, 17), la(1, 16, 17)]


def test_an_end_by_the_rule_is_not_that_of_an_extra_date(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar
) -> None:
    """An RDATE behind UNTIL moves too, and the rule does not run on to it."""
    lines = ["RRULE:FREQ=DAILY;UNTIL=20260114T170000Z", "RDATE:20260125T170000Z"]
    series = calendar.create("Course", la(1, 12), recurrence=lines)
    editor.following(series, la(1, 13), Event(start=timed(la(1, 13, 10))))
    assert starts(fake) == [la(1, 12), la(1, 13, 10), la(1, 14, 10), la(1, 25, 10)]


def test_a_rule_does_not_go_on_from_an_extra_date(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar
) -> None:
    """It would go on at the hour of that date; a rule of its own may."""
    lines = ["RRULE:FREQ=WEEKLY;BYDAY=MO", "RDATE:20260121T230000Z"]
    series = calendar.create("Course", la(1, 12), recurrence=lines)
    before = fake.truth()
    with pytest.raises(UsageError, match="RDATE"):
        editor.following(series, la(1, 21, 15), RENAMED)
    assert fake.truth() == before
    once = ["RRULE:FREQ=DAILY;COUNT=1"]
    editor.following(series, la(1, 21, 15), Event(recurrence=once))
    assert starts(fake) == [la(1, 12), la(1, 19), la(1, 21, 15)]


def test_a_date_leaves_out_no_occurrence_of_a_timed_series(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar
) -> None:
    """As midnight in UTC, moved along with the rest, it names no occurrence."""
    lines = ["RRULE:FREQ=DAILY;COUNT=5", "EXDATE;VALUE=DATE:20260114"]
    for series, to in (("early", la(1, 13, 8)), ("late", la(1, 14, 1))):
        calendar.create("Course", la(1, 12), event=series, recurrence=lines)
        editor.following(series, la(1, 13), Event(start=timed(to), summary=series))
    found = {name: [one[0] for one in whole_days(fake) if one[2] == name] for name in titles(fake)}
    assert found["early"] == [la(1, day, 8) for day in range(13, 17)]
    assert found["late"] == [la(1, day, 1) for day in range(14, 18)]


def test_the_start_that_no_rule_selects_is_an_occurrence_like_any_other(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar
) -> None:
    """Edited from there on, the series is not divided; divided later, COUNT is the rule's alone."""
    lines = ["RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=3"]
    series = calendar.create("Course", la(1, 12), event="course", recurrence=lines)
    shown = [la(1, 12), la(1, 14), la(1, 21), la(1, 28)]
    assert starts(fake) == shown
    editor.following(series, la(1, 12), RENAMED)
    assert starts(fake) == shown
    editor.following(series, la(1, 21), Event(location="elsewhere"))
    assert starts(fake) == shown
    editor.delete(series, la(1, 14))
    assert starts(fake) == [la(1, 12), la(1, 21), la(1, 28)]


def test_a_start_that_the_new_rule_does_not_select_is_refused(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar
) -> None:
    """The service would show it beside COUNT, which nobody asked for."""
    lines = ["RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4"]
    series = calendar.create("Course", la(1, 12), recurrence=lines)
    before = fake.truth()
    with pytest.raises(UsageError, match="has no occurrence at the new start"):
        editor.following(series, la(1, 14), Event(start=timed(la(1, 15))))
    assert fake.truth() == before


def test_the_zone_in_which_an_occurrence_is_named_is_no_matter(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar
) -> None:
    """Of an evening that is another day in UTC, the weekday and the EXDATEs stay."""
    lines = ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=6", "EXDATE:20260317T030000Z"]
    series = calendar.create("Choir", la(2, 16, 20), recurrence=lines)
    before = starts(fake)
    editor.following(series, la(3, 2, 20).astimezone(UTC), RENAMED)
    assert starts(fake) == before


def test_the_same_wall_clock_elsewhere_moves_the_rule_along(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar
) -> None:
    """An UNTIL at the last start, an EXDATE and a cancellation are meant in the new zone."""
    york = ZoneInfo("America/New_York")
    lines = [
        "RRULE:FREQ=DAILY;UNTIL=20260117T140000Z",
        "EXDATE;TZID=America/New_York:20260114T090000",
    ]
    first, cancelled = (datetime(2026, 1, day, 9, tzinfo=york) for day in (12, 15))
    series = calendar.create("Course", first, recurrence=lines)
    calendar.cancel_occurrence(series, cancelled)
    start = EventDateTime(date_time=la(1, 13), time_zone="America/Los_Angeles")
    editor.following(series, datetime(2026, 1, 13, 9, tzinfo=york), Event(start=start))
    assert starts(fake) == [first, la(1, 13), la(1, 16), la(1, 17)]


def test_exceptions_move_past_midnight_with_their_occurrence(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar
) -> None:
    """As the EXDATEs of the rule do: each belongs to its occurrence by number."""
    lines = ["RRULE:FREQ=DAILY;COUNT=8", "EXDATE:20260116T070000Z"]
    series = calendar.create("Watch", la(1, 12, 23), la(1, 12, 23, 30), recurrence=lines)
    calendar.cancel_occurrence(series, la(1, 16, 23))
    calendar.edit_this(series, la(1, 17, 23), summary="Special")
    edit = editor.following(series, la(1, 14, 23), Event(start=timed(la(1, 15, 1))))
    assert [one[::2] for one in whole_days(fake)][2:] == [
        (la(1, 15, 1), "Watch"),
        (la(1, 18, 1), "Special"),
        (la(1, 19, 1), "Watch"),
        (la(1, 20, 1), "Watch"),
    ]
    assert (edit.carried, edit.lost) == (2, ())


def test_exceptions_move_to_another_weekday_in_their_week(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """None is lost where the rule names the new weekday in place of the old one."""
    calendar.cancel_occurrence(weekly, la(2, 9))
    calendar.edit_this(weekly, la(2, 16), summary="Special")
    edit = editor.following(weekly, la(2, 2), Event(start=timed(la(2, 4))))
    found = [one[::2] for one in whole_days(fake) if la(2, 1) < one[0] < la(2, 26)]
    assert found == [(la(2, 4), "Review"), (la(2, 18), "Special"), (la(2, 25), "Review")]
    assert (edit.carried, edit.lost) == (2, ())


MOVES: list[tuple[list[str], datetime, list[datetime]]] = [
    (
        ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3"],
        la(1, 13),
        [la(1, 13), la(1, 20), la(1, 27)],
    ),
    (
        ["RRULE:FREQ=DAILY;UNTIL=20260115T170000Z", "EXDATE:20260113T170000Z"],
        la(1, 12, 10),
        [la(1, 12, 10), la(1, 14, 10), la(1, 15, 10)],
    ),
]
"""Lines of a series from the twelfth of January on, its new start, and what takes place then."""


@pytest.mark.parametrize(
    ("lines", "start", "expected"),
    [
        *MOVES,
        (
            ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3", "EXDATE:20260112T170000Z"],
            la(1, 19, 10),
            [la(1, 19, 10), la(1, 26, 10)],
        ),
    ],
)
def test_at_the_first_occurrence_the_rule_moves_along_too(
    editor: Editor,
    fake: FakeGoogle,
    calendar: FakeCalendar,
    lines: list[str],
    start: datetime,
    expected: list[datetime],
) -> None:
    """Also where the series starts before it, at an occurrence that is left out."""
    series = calendar.create("Course", la(1, 12), recurrence=lines)
    first = starts(fake)[0]
    edit = editor.following(series, first, Event(start=timed(start)))
    assert (edit.series.id, edit.ended) == (series, None)
    assert starts(fake) == expected
    assert {one[1] - one[0] for one in whole_days(fake)} == {timedelta(hours=1)}


@pytest.mark.parametrize(
    ("lines", "start", "expected"),
    MOVES,
)
def test_the_rule_of_a_series_that_is_moved_as_a_whole_moves_along(
    editor: Editor,
    fake: FakeGoogle,
    calendar: FakeCalendar,
    lines: list[str],
    start: datetime,
    expected: list[datetime],
) -> None:
    """No occurrence is lost and none that was left out is back."""
    series = calendar.create("Course", la(1, 12), recurrence=lines)
    editor.all(series, Event(start=timed(start)))
    assert starts(fake) == expected
    assert {one[1] - one[0] for one in whole_days(fake)} == {timedelta(hours=1)}


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


@pytest.mark.parametrize("first", [la(1, 12), la(2, 2)])
def test_times_that_do_not_fit_the_rule_are_refused(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, first: datetime
) -> None:
    """Before anything is written, at the first occurrence as behind it."""
    rule = ["RRULE:FREQ=WEEKLY;BYDAY=MO,WE"]
    series = calendar.create("Course", la(1, 12), recurrence=rule)
    before = fake.truth()
    for start in (timed(first + timedelta(days=1)), EventDateTime(date=first.date())):
        with pytest.raises(UsageError, match=r"pass|give"):
            editor.following(series, first, Event(start=start))
    assert fake.truth() == before


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


@pytest.mark.parametrize("nth", range(1, 9))
def test_a_broken_edit_is_completed_by_its_repetition(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str, nth: int
) -> None:
    """Wherever it stops, nothing is lost meanwhile, and nothing is doubled in the end."""
    calendar.edit_this(weekly, la(2, 9), summary="Special")
    calendar.cancel_occurrence(weekly, la(2, 16))
    before = starts(fake)
    for kind in (FaultKind.CUT_CONNECTION, FaultKind.CUT_BODY):
        fake.faults = Faults([Fault(kind, nth=nth, times=None)])
        try:
            editor.following(weekly, la(2, 2), RENAMED)
        except TransportError:
            assert set(before) <= set(starts(fake))
    fake.faults = Faults()
    edit = editor.following(weekly, la(2, 2), RENAMED)
    assert edit.series.summary == "Renamed"
    assert starts(fake) == before
    assert titles(fake)[3:6] == ["Renamed", "Special", "Renamed"]


def test_a_lost_answer_to_the_last_write_is_found_out(
    editor: Editor, fake: FakeGoogle, weekly: str
) -> None:
    """Repeating a finished edit finds the segment that it made."""
    first = editor.following(weekly, la(2, 2), RENAMED)
    count = len(fake.truth())
    again = editor.following(weekly, la(2, 2), RENAMED)
    assert again.series.id == first.series.id
    assert len(fake.truth()) == count
    with pytest.raises(UsageError, match="no occurrence"):
        editor.following(weekly, la(2, 2), Event(summary="Other"))


def test_an_edit_of_another_mind_takes_the_unfinished_one_over(
    editor: Editor, fake: FakeGoogle, weekly: str
) -> None:
    """The segment of a run that was broken off gets what is wanted now."""
    fake.faults = Faults([Fault(FaultKind.FORBIDDEN, operation="events.patch", times=None)])
    with pytest.raises(KloudsyncError):
        editor.following(weekly, la(2, 2), RENAMED)
    fake.faults = Faults()
    editor.following(weekly, la(2, 2), Event(summary="Other"))
    assert titles(fake)[3] == "Other"
    assert len(fake.truth()) == 2


def test_a_deleted_segment_does_not_stand_in_the_way(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """Ids of deleted events stay taken; the next life has another one."""
    before = starts(fake)
    first = editor.following(weekly, la(2, 2), RENAMED)
    calendar.delete(first.series.id or "")
    calendar.edit(weekly, recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO"])
    second = editor.following(weekly, la(2, 2), RENAMED)
    assert second.series.id != first.series.id
    assert starts(fake) == before


class Meddler:
    """Carries requests, and lets somebody else edit before the earlier segment ends."""

    def __init__(self, fake: FakeGoogle, series: str, **changes: Any) -> None:
        self._fake, self._series, self._changes = fake, series, changes
        self.base_path = fake.base_path
        self._done = False

    def handle(self, method: str, url: str, headers: Any, body: bytes = b"") -> Any:
        """Answer a request."""
        if method == "PATCH" and self._series in url and not self._done:
            self._done = True
            slot = self._changes.pop("slot", None)
            if slot is None:
                self._fake.calendar().edit(self._series, **self._changes)
            else:
                self._fake.calendar().edit_this(self._series, slot, **self._changes)
        return self._fake.handle(method, url, headers, body)


def test_another_version_of_the_same_series_is_no_obstacle(fake: FakeGoogle, weekly: str) -> None:
    """A change of some occurrence gives the whole series a new etag."""
    meddler = Meddler(fake, weekly, slot=la(1, 19), summary="Early")
    editor = Editor(fake, "blocking", FakeTransport(meddler))
    editor.following(weekly, la(2, 2), RENAMED)
    assert titles(fake)[:4] == ["Review", "Early", "Review", "Renamed"]


def test_a_series_that_somebody_changes_meanwhile_is_left_to_them(
    fake: FakeGoogle, weekly: str
) -> None:
    """The later segment is taken back, and the caller decides anew."""
    meddler = Meddler(fake, weekly, summary="Theirs")
    editor = Editor(fake, "blocking", FakeTransport(meddler))
    with pytest.raises(PreconditionFailed, match="somebody else"):
        editor.following(weekly, la(2, 2), RENAMED)
    assert set(titles(fake)) == {"Theirs"}
    assert len(fake.truth()) == 1


class Meddlers(Meddler):
    """Carries requests, and lets others do one thing before each try to end the earlier segment."""

    def __init__(self, fake: FakeGoogle, series: str, *doings: Callable[[], object]) -> None:
        super().__init__(fake, series)
        self._doings = list(doings)

    def handle(self, method: str, url: str, headers: Any, body: bytes = b"") -> Any:
        """Answer a request."""
        if method == "PATCH" and self._series in url and self._doings:
            self._doings.pop(0)()
        return self._fake.handle(method, url, headers, body)


def test_what_others_do_to_occurrences_during_a_division_stays(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """What they cancel, edit and move while it is under way goes over to the later segment too."""

    def meddle() -> None:
        calendar.cancel_occurrence(weekly, la(2, 9))
        calendar.edit_this(weekly, la(2, 16), summary="Special")
        calendar.edit_this(weekly, la(2, 23), start=la(2, 24, 14))

    meddlers = FakeTransport(Meddlers(fake, weekly, meddle))
    edit = Editor(fake, editor.colour, meddlers).following(weekly, la(2, 2), RENAMED, "all")
    assert (edit.carried, edit.lost) == (3, ())
    found = [one[::2] for one in whole_days(fake) if la(2, 1) < one[0] < la(3, 1)]
    assert found == [
        (la(2, 2), "Renamed"),
        (la(2, 16), "Special"),
        (la(2, 24, 14), "Renamed"),
    ]
    assert mails(fake) == ["events.insert"]


def test_what_others_take_back_during_a_division_is_taken_back(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """Restored, renamed again, moved back: the later segment has it as it is in the end."""
    cancelled = calendar.cancel_occurrence(weekly, la(2, 9))
    calendar.edit_this(weekly, la(2, 16), summary="Special", location="Roof")
    calendar.edit_this(weekly, la(2, 23), start=la(2, 24, 14))
    calendar.edit_this(weekly, la(3, 2), summary="Untouched")
    calendar.edit_this(weekly, la(3, 9), summary="Doomed")

    def change() -> None:
        calendar.restore(cancelled)
        calendar.edit_this(weekly, la(2, 16), summary="Other", location=None)

    def change_again() -> None:
        calendar.edit_this(weekly, la(2, 23), start=la(2, 23))
        calendar.cancel_occurrence(weekly, la(3, 9))

    meddlers = FakeTransport(Meddlers(fake, weekly, change, change_again))
    Editor(fake, editor.colour, meddlers).following(weekly, la(2, 2), RENAMED)
    found = [
        (one.start, one.summary, one.resource.get("location"))
        for one in calendar.occurrences(la(2, 2), la(3, 17))
    ]
    assert found == [
        (la(2, 2), "Renamed", None),
        (la(2, 9), "Renamed", None),
        (la(2, 16), "Other", None),
        (la(2, 23), "Renamed", None),
        (la(3, 2), "Untouched", None),
        (la(3, 16), "Renamed", None),
    ]


def test_what_others_do_in_the_later_segment_during_a_division_stays(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """Only what this edit wrote there itself is ever taken back."""

    def meddle() -> None:
        (tail,) = fake.truth().keys() - {weekly}
        calendar.cancel_occurrence(tail, la(2, 9))
        calendar.edit_this(weekly, la(2, 16), summary="Special")

    meddlers = FakeTransport(Meddlers(fake, weekly, meddle))
    Editor(fake, editor.colour, meddlers).following(weekly, la(2, 2), RENAMED)
    found = [one[::2] for one in whole_days(fake) if la(2, 1) < one[0] < la(2, 17)]
    assert found == [(la(2, 2), "Renamed"), (la(2, 16), "Special")]


def test_a_series_that_others_touch_without_end_is_left_to_them(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """After some tries the later segment is taken back."""

    def meddle() -> None:
        calendar.edit_this(weekly, la(1, 19), summary="Early")

    before = starts(fake)
    meddlers = FakeTransport(Meddlers(fake, weekly, *[meddle] * 9))
    with pytest.raises(PreconditionFailed, match="somebody else"):
        Editor(fake, editor.colour, meddlers).following(weekly, la(2, 2), RENAMED)
    assert starts(fake) == before
    assert "Renamed" not in titles(fake)


def test_a_series_that_others_delete_during_a_division_is_gone(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """The later segment does not outlive it."""
    meddlers = FakeTransport(Meddlers(fake, weekly, lambda: calendar.delete(weekly)))
    with pytest.raises(PreconditionFailed, match="somebody else"):
        Editor(fake, editor.colour, meddlers).following(weekly, la(2, 2), RENAMED)
    assert starts(fake) == []


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
