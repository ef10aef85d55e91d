"""A series at Microsoft is edited as its user thinks of it, and single changes survive."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from tests.providers.microsoft.series.editors import Edited, at

from kloudsync.errors import BadRequest, PreconditionFailed, TransportError, UsageError
from kloudsync.model.change import SeriesSplit
from kloudsync.providers.microsoft.recurrence_writing import write_recurrence
from kloudsync.providers.microsoft.wire.event import Event
from kloudsync.providers.microsoft.wire.times import DateTimeTimeZone
from kloudsync.recurrence import Recurrence
from kloudsync.testing.exchange import Reply
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.microsoft import Habit, recurring

RENAMED = Event(subject="Renamed")


def clock(moment: datetime) -> DateTimeTimeZone:
    """Write a moment as Graph does."""
    return DateTimeTimeZone(date_time=moment.replace(tzinfo=None), time_zone="Europe/Berlin")


def test_this_and_following_are_another_series(edited: Edited) -> None:
    """The halves share the number of occurrences, and nothing takes place twice."""
    edit = edited.do("edit_this_and_following", at(4, 6), RENAMED)
    assert edit.series.subject == "Renamed"
    assert edit.ended.id != edit.series.id
    assert [title for _, title in edited.shown()] == ["Weekly"] * 5 + ["Renamed"] * 5
    assert len({start for start, _ in edited.shown()}) == 10
    edited.world.sync()
    edited.world.assert_in_step()


def test_halves_with_the_same_title_are_told_as_a_split(edited: Edited) -> None:
    """What links them is what they are called, where they meet, and when they were made."""
    edited.world.sync()
    edited.world.changes()
    later = Event(start=clock(at(4, 6, 15)))
    edited.do("edit_this_and_following", at(4, 6), later)
    edited.world.sync()
    (split,) = [one for one in edited.world.changes() if isinstance(one, SeriesSplit)]
    assert split.at == at(4, 6)
    assert edited.shown()[4:6] == [("03-30 11:00", "Weekly"), ("04-06 15:00", "Weekly")]


def test_what_was_changed_of_single_occurrences_goes_over(edited: Edited) -> None:
    """Moved, renamed and deleted ones stay so, before the division and after it."""
    calendar, series = edited.calendar, edited.series
    calendar.cancel_occurrence(series, date(2026, 3, 9))
    calendar.edit_this(series, date(2026, 3, 16), subject="Early")
    calendar.edit_this(series, date(2026, 4, 13), subject="Special")
    calendar.edit_this(series, date(2026, 4, 20), start=at(4, 21, 9), end=at(4, 21, 10))
    calendar.cancel_occurrence(series, date(2026, 4, 27))
    edit = edited.do("edit_this_and_following", at(4, 6), RENAMED)
    assert (edit.carried, edit.lost) == (3, ())
    assert edited.shown() == [
        ("03-02 11:00", "Weekly"),
        ("03-16 11:00", "Early"),
        ("03-23 11:00", "Weekly"),
        ("03-30 11:00", "Weekly"),
        ("04-06 11:00", "Renamed"),
        ("04-13 11:00", "Special"),
        ("04-21 09:00", "Renamed"),
        ("05-04 11:00", "Renamed"),
    ]


def test_single_changes_belong_to_their_occurrence_by_number(edited: Edited) -> None:
    """Where the later segment is on another day, they are on that day as well."""
    edited.calendar.cancel_occurrence(edited.series, date(2026, 4, 13))
    edited.calendar.edit_this(edited.series, date(2026, 5, 4), subject="Last")
    tuesdays = Recurrence.parse(["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=4"], at(4, 7))
    changes = Event(start=clock(at(4, 7)), subject="Renamed", recurrence=write_recurrence(tuesdays))
    edit = edited.do("edit_this_and_following", at(4, 6), changes)
    assert (edit.carried, [one["subject"] for one in edit.lost]) == (1, ["Last"])
    assert edited.shown()[5:] == [
        ("04-07 11:00", "Renamed"),
        ("04-21 11:00", "Renamed"),
        ("04-28 11:00", "Renamed"),
    ]


@pytest.mark.parametrize("nth", range(1, 11))
@pytest.mark.parametrize("kind", [FaultKind.CUT_CONNECTION, FaultKind.CUT_BODY])
def test_an_edit_that_is_broken_off_is_completed_by_repeating_it(nth: int, kind: FaultKind) -> None:
    """Whichever request fails, before or after it was performed, nothing is lost or doubled."""
    edited = Edited("blocking")
    edited.calendar.edit_this(edited.series, date(2026, 4, 13), subject="Special")
    edited.calendar.cancel_occurrence(edited.series, date(2026, 4, 27))
    edited.fake.faults = Faults([Fault(kind, nth=nth, times=9)])
    try:
        edited.do("edit_this_and_following", at(4, 6), RENAMED)
    except TransportError:
        starts = [start for start, _ in edited.shown()]
        assert starts[:5] == [f"03-{day:02} 11:00" for day in (2, 9, 16, 23, 30)]
        assert "04-06 11:00" in starts
    edited.fake.faults = Faults()
    edit = edited.do("edit_this_and_following", at(4, 6), RENAMED)
    assert edit.series.subject == "Renamed"
    assert [title for _, title in edited.shown()] == [
        *["Weekly"] * 5, "Renamed", "Special", "Renamed", "Renamed",
    ]  # fmt: skip
    assert len(edited.calendar.truth()) == 2


def test_a_service_that_refuses_a_key_twice_has_the_segment(edited: Edited) -> None:
    """Either answer to a repeated key is documented; the segment is found by it."""
    edited.fake.habits.add(Habit.REPEATS_CONFLICT)
    edited.fake.faults = Faults([Fault(FaultKind.CUT_BODY, operation="events.create", times=9)])
    with pytest.raises(TransportError):
        edited.do("edit_this_and_following", at(4, 6), RENAMED)
    edited.fake.faults = Faults()
    edited.do("edit_this_and_following", at(4, 6), RENAMED)
    assert len(edited.calendar.truth()) == 2
    assert len(edited.shown()) == 10


def test_a_series_that_somebody_changes_meanwhile_is_left_as_they_left_it(edited: Edited) -> None:
    """The later segment is taken back, and the error says so."""
    after(edited, "events.create", lambda: edited.calendar.edit_all(edited.series, subject="Other"))
    with pytest.raises(PreconditionFailed, match="taken back"):
        edited.do("edit_this_and_following", at(4, 6), RENAMED)
    assert [title for _, title in edited.shown()] == ["Other"] * 10


def test_an_occurrence_that_somebody_changes_meanwhile_goes_over_as_well(edited: Edited) -> None:
    """It is another version of the series, and no other series."""
    after(
        edited,
        "events.create",
        lambda: edited.calendar.edit_this(edited.series, date(2026, 4, 20), subject="Meanwhile"),
    )
    edited.do("edit_this_and_following", at(4, 6), RENAMED)
    assert ("04-20 11:00", "Meanwhile") in edited.shown()
    assert len(edited.shown()) == 10


def test_at_the_first_occurrence_nothing_is_divided(edited: Edited) -> None:
    """The series as a whole is changed; what the service drops of single ones is told."""
    edited.calendar.edit_this(edited.series, date(2026, 3, 16), subject="Special")
    edit = edited.do("edit_this_and_following", at(3, 2), RENAMED)
    assert (edit.ended, edit.lost) == (None, ())
    assert [title for _, title in edited.shown()].count("Special") == 1
    moved = edited.do("edit_this_and_following", at(3, 2), Event(start=clock(at(3, 2, 15))))
    assert [one["subject"] for one in moved.lost] == ["Special"]
    assert [start[-5:] for start, _ in edited.shown()] == ["15:00"] * 10


def test_one_occurrence_is_changed_and_changed_again(edited: Edited) -> None:
    """It is found where the pattern has it, wherever it was moved to."""
    edited.do("edit_this", at(4, 6), Event(start=clock(at(4, 7)), end=clock(at(4, 7, 12))))
    edited.do("edit_this", at(4, 6), Event(subject="Twice"))
    assert edited.shown()[5] == ("04-07 11:00", "Twice")
    with pytest.raises(BadRequest, match="CrossingBoundary"):
        edited.do("edit_this", at(4, 6), Event(start=clock(at(4, 20)), end=clock(at(4, 20, 12))))
    edited.calendar.cancel_occurrence(edited.series, date(2026, 4, 6))
    with pytest.raises(UsageError, match="deleted"):
        edited.do("edit_this", at(4, 6), RENAMED)


def test_this_and_following_are_deleted(edited: Edited) -> None:
    """The series ends before; from the first occurrence on, nothing is left."""
    assert edited.do("delete_this_and_following", at(4, 6)).recurrence.range.type == "endDate"
    assert len(edited.shown()) == 5
    assert edited.do("delete_this_and_following", at(4, 6)) is not None
    assert edited.do("delete_this_and_following", at(3, 2)) is None
    assert edited.shown() == []


def test_whole_days_are_divided_by_date(edited: Edited) -> None:
    """Dates stay dates, and the last one is inclusive."""
    rule = recurring("daily", date(2026, 6, 1), times=6)
    days = edited.calendar.create("Days", date(2026, 6, 1), recurrence=rule)
    edited.calendar.cancel_occurrence(days, date(2026, 6, 5))
    edited.do("edit_this_and_following", date(2026, 6, 4), RENAMED, series=days)
    shown = [one for one in edited.shown() if one[0].startswith("06")]
    assert [title for _, title in shown] == ["Days"] * 3 + ["Renamed"] * 2
    edited.world.sync()
    edited.world.assert_in_step()


@pytest.mark.parametrize(
    ("method", "when", "match"),
    [
        ("edit_this", at(4, 7), "no occurrence"),
        ("edit_this", date(2026, 4, 6), "aware datetime"),
        ("edit_this", datetime(2026, 4, 6, 11), "aware datetime"),
        ("edit_this_and_following", at(4, 7), "no occurrence"),
        ("edit_this_and_following", at(12, 7), "no occurrence"),
        ("delete_this_and_following", at(4, 7), "no occurrence"),
    ],
)
def test_what_names_no_occurrence_is_refused(
    edited: Edited, method: str, when: date, match: str
) -> None:
    """Nothing is written then."""
    arguments = (when,) if method.startswith("delete") else (when, RENAMED)
    with pytest.raises(UsageError, match=match):
        edited.do(method, *arguments)
    assert len(edited.calendar.truth()) == 1
    assert len(edited.shown()) == 10


def test_what_cannot_be_divided_is_refused_before_anything_is_written(edited: Edited) -> None:
    """A start that the rule does not hit, an event that is no series, a service that is silent."""
    moved = Event(start=clock(at(4, 7)))
    with pytest.raises(UsageError, match="no occurrence at the new start"):
        edited.do("edit_this_and_following", at(4, 6), moved)
    single = edited.calendar.create("Once", at(3, 4))
    with pytest.raises(UsageError, match="no series"):
        edited.do("edit_this", at(3, 4), RENAMED, series=single)
    edited.fake.habits.add(Habit.FAMILIES_WITHHELD)
    with pytest.raises(UsageError, match="leaves out"):
        edited.do("edit_this_and_following", at(4, 6), RENAMED)
    assert len(edited.calendar.truth()) == 2
    assert edited.do("delete_this_and_following", at(4, 6)) is not None


def after(edited: Edited, operation: str, deed: object) -> None:
    """Let somebody do something after an answer, once."""
    assert callable(deed)
    handle, done = edited.fake.handle, list[bool]()

    def handled(*request: object) -> Reply:
        reply = handle(*request)  # type: ignore[arg-type]
        if not done and edited.fake.requests[-1].operation == operation:
            done.append(True)
            deed()
        return reply

    edited.fake.handle = handled  # type: ignore[method-assign, assignment]


def test_an_hour_is_kept_across_the_change_of_clocks(edited: Edited) -> None:
    """The later segment recurs on the clock of the series."""
    edited.do("edit_this_and_following", at(3, 23), RENAMED)
    assert {start[-5:] for start, _ in edited.shown()} == {"11:00"}
