from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any

import pytest
from tests.agenda.rows import HOUR, at, series, single
from tests.agenda.shelf import hold, holding, view

from kloudsync.agenda import WorkingHours, busy, find_free
from kloudsync.errors import UsageError
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord
from kloudsync.stores import MemoryStore

LOW, HIGH = at("2026-01-05T00:00"), at("2026-01-10T00:00")
PARIS = "Europe/Paris"


def test_free_time_has_to_be_long_enough_for_all_calendars() -> None:
    """Between one meeting here and another there, half an hour is too little for an hour."""
    store = MemoryStore()
    first, second = view("first"), view("second")
    hold(store, [single("a", at("2026-01-05T09:00"))], key=first.key)
    hold(store, [single("b", at("2026-01-05T10:30"))], key=second.key)
    found = find_free(store, [first, second], HOUR, at("2026-01-05T08:00"), at("2026-01-05T13:00"))
    assert [(one.start, one.end) for one in found] == [
        (at("2026-01-05T08:00"), at("2026-01-05T09:00")),
        (at("2026-01-05T11:30"), at("2026-01-05T13:00")),
    ]


def test_answers_stay_inside_working_hours() -> None:
    """Nobody is asked to meet at night or on Saturday."""
    store = holding([series("a", at("2026-01-05T12:00", PARIS), "RRULE:FREQ=DAILY")])
    hours = WorkingHours(zone=PARIS, opens=time(10), closes=time(14, 30))
    found = find_free(
        store, [view()], 2 * HOUR, at("2026-01-09T00:00"), at("2026-01-13T00:00"), hours=hours
    )
    assert [one.start for one in found] == [
        at("2026-01-09T10:00", PARIS),
        at("2026-01-12T10:00", PARIS),
    ]


def test_steps_follow_the_wall_clock() -> None:
    """In Kolkata a slot of an hour begins at the full hour there, half past in UTC."""
    kolkata = "Asia/Kolkata"
    store = holding([single("a", at("2026-01-05T09:10", kolkata))])
    found = find_free(store, [view()], HOUR, LOW, HIGH, hours=WorkingHours(zone=kolkata), step=HOUR)
    assert [one.start for one in islice(found, 3)] == [
        at("2026-01-05T11:00", kolkata),
        at("2026-01-05T12:00", kolkata),
        at("2026-01-05T13:00", kolkata),
    ]


@pytest.mark.parametrize(
    ("low", "hours", "expected"),
    [
        ("2026-10-24T12:00", 24, ["2026-10-25T00:00", "2026-10-26T00:00", "2026-10-27T00:00"]),
        ("2026-10-25T00:00", 2, ["2026-10-25T00:00", "2026-10-25T02:00", "2026-10-25T04:00"]),
        ("2026-03-29T00:00", 2, ["2026-03-29T00:00", "2026-03-29T04:00", "2026-03-29T06:00"]),
    ],
)
def test_steps_follow_the_wall_clock_when_it_changes(
    low: str, hours: int, expected: list[str]
) -> None:
    """An hour more or less in the night moves no answer off the full day, or the even hour."""
    always = WorkingHours(zone=PARIS, opens=time(0), closes=time(0), weekdays=range(7))
    window = at(low, PARIS), at(low, PARIS) + timedelta(days=5)
    step = timedelta(hours=hours)
    found = find_free(holding([]), [view()], HOUR, *window, hours=always, step=step)
    # As seconds: a time of the doubled hour equals no datetime of another zone (PEP 495).
    seconds = [one.start.timestamp() for one in islice(found, 3)]
    assert seconds == [at(text, PARIS).timestamp() for text in expected]


def test_steps_may_be_shorter_than_the_meeting() -> None:
    """Answers of an hour each quarter of an hour overlap; the last one ends with the window."""
    found = find_free(
        holding([]),
        [view()],
        HOUR,
        at("2026-01-05T09:05"),
        at("2026-01-05T10:45"),
        step=timedelta(minutes=15),
    )
    starts = [one.start for one in found]
    assert starts == [at(f"2026-01-05T09:{minute}") for minute in (15, 30, 45)]


def test_a_stretch_longer_than_what_is_read_at_once_is_one_answer() -> None:
    """A quiet year is one stretch, though it is read in parts."""
    store = holding([single("a", at("2026-06-01T09:00"))])
    found = list(find_free(store, [view()], HOUR, LOW, at("2027-01-01T00:00")))
    assert [(one.start, one.end) for one in found] == [
        (LOW, at("2026-06-01T09:00")),
        (at("2026-06-01T10:00"), at("2027-01-01T00:00")),
    ]


class Counting(MemoryStore):
    """A store that counts how often it is asked for a window."""

    asked = 0

    def window(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Count, and answer."""
        self.asked += 1
        return super().window(key, start, end)


def test_the_store_is_read_as_far_as_answers_are_taken() -> None:
    """The first answer of ten years takes one look at the store."""
    store = Counting()
    hold(store, [series("a", LOW, "RRULE:FREQ=DAILY")])
    found = find_free(store, [view()], HOUR, LOW, at("2036-01-01T00:00"))
    assert store.asked == 0
    assert next(found).start == at("2026-01-05T01:00")
    assert store.asked == 1


def test_free_stretches_are_those_that_busy_time_leaves() -> None:
    """Answers of at least a second are exactly the gaps between busy intervals."""
    store = holding(
        [series("a", at("2026-01-01T09:00"), "RRULE:FREQ=DAILY;INTERVAL=9", length=30 * HOUR)]
    )
    high = at("2027-01-01T00:00")
    taken = busy(store, [view()], LOW, high)
    found = list(find_free(store, [view()], timedelta(seconds=1), LOW, high))
    assert [one.start for one in found[1:]] == [one.end for one in taken if one.end < high]


def test_fractions_of_a_second_are_kept_out_of_answers() -> None:
    """An answer begins after the start and ends before the end, in whole seconds."""
    low, high = LOW.replace(microsecond=1), at("2026-01-05T02:00:00.999999")
    (one,) = find_free(holding([]), [view()], HOUR, low, high)
    assert (one.start, one.end) == (at("2026-01-05T00:00:01"), at("2026-01-05T02:00"))


@pytest.mark.parametrize(
    ("duration", "step", "low"),
    [
        (timedelta(0), None, LOW),
        (-HOUR, None, LOW),
        (HOUR, timedelta(0), LOW),
        (HOUR, None, HIGH),
        (HOUR, None, datetime(2026, 1, 5)),
    ],
)
def test_impossible_wishes_are_refused_at_once(
    duration: timedelta, step: timedelta | None, low: datetime
) -> None:
    """No answer has to be taken to learn of the mistake."""
    with pytest.raises(UsageError):
        find_free(MemoryStore(), [view()], duration, low, HIGH, step=step)


def test_what_is_no_view_of_a_calendar_is_refused_at_once() -> None:
    """An engine has one, as its `view`."""
    engine: Any = object()
    with pytest.raises(UsageError, match=r"engine\.view"):
        find_free(MemoryStore(), [engine], HOUR, LOW, HIGH)
