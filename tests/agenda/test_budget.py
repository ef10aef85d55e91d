"""What strangers write into calendars costs a question no more than it says it may."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.agenda.rows import HOUR, at, cancelled, moved, series, single
from tests.agenda.shelf import holding, view

from kloudsync.agenda import busy, find_free, free, occurrences, refuse
from kloudsync.errors import RecurrenceError, UnboundedRecurrence, UsageError
from kloudsync.model.occurrence import Unexpanded
from kloudsync.model.record import EventRecord

WEEK = at("2026-01-05"), at("2026-01-12")
AGE = timedelta(days=365 * 9000)
START = at("0001-01-02")
AGES = series("ages", START, "RRULE:FREQ=DAILY", length=AGE)
DAYS = series("days", date(1, 1, 2), "RRULE:FREQ=DAILY", length=AGE)
PERIODS = series(
    "periods", START, "RRULE:FREQ=DAILY", "RDATE;VALUE=PERIOD:20260106T090000Z/PT2H", length=AGE
)
DAILY = series("z", at("2026-01-01T09:00"), "RRULE:FREQ=DAILY")


@pytest.mark.parametrize("row", [AGES, DAYS, PERIODS], ids=lambda row: row.id)
def test_a_question_lists_no_more_than_its_limit(row: EventRecord) -> None:
    """What has more is at fault itself, and named; the others are answered for."""
    told: list[Unexpanded] = []
    store = holding([row, DAILY, single("a", at("2026-01-06T12:00"))])
    found = occurrences(store, [view()], *WEEK, skipped=told.append, limit=50_000)
    assert {one.record.id for one in found} == {"a", "z"}
    assert [one.series for one in told] == [row.id]
    assert isinstance(told[0].error, UnboundedRecurrence)
    with pytest.raises(UnboundedRecurrence, match=f"series {row.id} of example:owner:team: "):
        len(occurrences(store, [view()], *WEEK, skipped=refuse, limit=50_000))


def test_the_limit_is_that_of_the_question_and_not_of_each_series() -> None:
    """Many that are each below it are too many together."""
    rows = [DAILY._replace(id=f"d{n}") for n in range(10)]
    store, both = holding(rows), [view(), view()]
    found = occurrences(store, both, *WEEK, limit=100)
    assert len(found) == 98
    assert [one.series for one in found.unexpanded] == ["d7", "d8", "d9"]
    assert len(occurrences(store, both, *WEEK, limit=140)) == 140


def test_what_lasts_for_ages_takes_time_without_being_listed() -> None:
    """Of occurrences that go on when a window begins, the last one is enough for busy time."""
    for row in (AGES, DAYS):
        taken = busy(holding([row]), [view()], *WEEK, limit=10)
        assert [(one.start, one.end) for one in taken] == [WEEK]
        assert not taken.unexpanded
        assert not free(holding([row]), [view()], *WEEK, limit=10)
        assert next(find_free(holding([row]), [view()], HOUR, *WEEK, limit=10), None) is None


@pytest.mark.parametrize("days", [41, 60, 400])
@pytest.mark.parametrize(
    "lines",
    [
        "RRULE:FREQ=YEARLY",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=1,20",
        "RRULE:FREQ=DAILY;COUNT=3",
        "RRULE:FREQ=DAILY;INTERVAL=90\nRDATE:20250301T090000Z",
        "RRULE:FREQ=WEEKLY;UNTIL=20250301T000000Z",
    ],
)
@pytest.mark.parametrize("start", [at("2024-12-30T09:00"), date(2024, 12, 30)])
def test_busy_time_is_what_all_occurrences_take_together(
    days: int, lines: str, start: date
) -> None:
    """However long they last, and also where the last one before the window was taken away."""
    row = series("s", start, *lines.split("\n"), length=timedelta(days=days))
    store = holding([row])
    for month in range(1, 12):
        window = datetime(2025, month, 3, tzinfo=UTC), datetime(2025, month + 1, 3, tzinfo=UTC)
        listed = occurrences(store, [view()], *window)
        taken = busy(store, [view()], *window)
        covered = sum((one.end - one.start for one in taken), timedelta())
        low, high = (int(bound.timestamp()) for bound in window)
        seconds = {
            hour
            for one in listed
            for hour in range(max(one.begins, low) // 3600, -(-min(one.ends, high) // 3600))
        }
        assert covered == timedelta(hours=len(seconds)), window


def test_a_cancelled_occurrence_hides_no_earlier_one_that_goes_on() -> None:
    """The last one that does take place counts."""
    row = series("s", at("2025-01-01T09:00"), "RRULE:FREQ=DAILY", length=timedelta(days=50))
    gone = [cancelled(row, at(f"2025-01-{day:02}T09:00")) for day in range(2, 29)]
    away = moved(row, at("2025-01-29T09:00"), at("2025-12-01T09:00"))
    rest = [cancelled(row, at(f"2025-01-{day}T09:00")) for day in (30, 31)]
    store = holding([row._replace(recurrence="RRULE:FREQ=DAILY;COUNT=31"), *gone, away, *rest])
    (taken,) = busy(store, [view()], at("2025-02-15"), at("2025-03-15"))
    assert taken.end == at("2025-01-01T09:00") + timedelta(days=50)


def test_times_beyond_the_calendar_are_named_and_break_nothing() -> None:
    """Whatever a row leads to, only errors of the library are told."""
    odd = series("odd", at("9000-01-01"), "RRULE:FREQ=YEARLY\nRDATE:90010101T000000Z")
    odd = odd._replace(end=10**12)
    told: list[Unexpanded] = []
    window = at("9990-01-01"), at("9999-01-01")
    store = holding([odd, series("z", at("9000-01-01T09:00"), "RRULE:FREQ=YEARLY")])
    for zone in ("UTC", "Asia/Tokyo", "America/New_York"):
        shown = occurrences(store, [view(zone=zone)], *window, skipped=told.append)
        assert sum(one.record.id == "z" for one in shown) == 9
        assert busy(store, [view(zone=zone)], *window, skipped=told.append)
        assert free(store, [view(zone=zone)], *window, skipped=told.append) is not None
        next(find_free(store, [view(zone=zone)], HOUR, *window, skipped=told.append), None)
    assert {one.series for one in told} == {"odd"}
    assert all(isinstance(one.error, RecurrenceError) for one in told)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_of_nothing_is_refused(limit: int) -> None:
    """It would leave out every series."""
    for ask in (occurrences, busy, free):
        with pytest.raises(UsageError, match="limit"):
            ask(holding([DAILY]), [view()], *WEEK, limit=limit)
