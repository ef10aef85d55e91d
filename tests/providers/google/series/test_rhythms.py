"""How the rule of a series goes on where it is divided or moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.providers.google.series.editors import (
    RENAMED,
    Editor,
    la,
    starts,
    timed,
    titles,
    whole_days,
)

from kloudsync.errors import UsageError
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.times import EventDateTime
from kloudsync.testing.google import FakeCalendar, FakeGoogle

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
