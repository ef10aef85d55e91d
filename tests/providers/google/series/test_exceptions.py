"""Exceptions of a divided series: where they go, and which have no place."""

from __future__ import annotations

from tests.providers.google.series.editors import (
    Editor,
    la,
    timed,
    whole_days,
)

from kloudsync.providers.google.wire.event import Event
from kloudsync.testing.google import FakeCalendar, FakeGoogle


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
