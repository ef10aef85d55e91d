from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.agenda.rows import HOUR, ONE_DAY, at, cancelled, moved, series, single
from tests.agenda.shelf import hold, holding, view

from kloudsync.agenda import Unexpanded, busy, free, occurrences
from kloudsync.errors import UnboundedRecurrence, UsageError
from kloudsync.model.occurrence import Interval
from kloudsync.stores import MemoryStore

LOW, HIGH = at("2026-01-05T00:00"), at("2026-01-06T00:00")


def between(first: str, last: str) -> Interval:
    """Return a stretch of the 5th by the clock of UTC."""
    return Interval(
        datetime.fromisoformat(f"2026-01-05T{first}").replace(tzinfo=UTC),
        datetime.fromisoformat(f"2026-01-05T{last}").replace(tzinfo=UTC),
    )


def test_what_overlaps_or_touches_is_one_interval() -> None:
    """Three meetings in a row take one stretch; a later one takes another."""
    store = holding(
        [
            single("a", at("2026-01-05T09:00")),
            single("b", at("2026-01-05T09:30")),
            single("c", at("2026-01-05T10:30")),
            single("d", at("2026-01-05T14:00")),
        ]
    )
    taken = [between("09:00", "11:30"), between("14:00", "15:00")]
    assert busy(store, [view()], LOW, HIGH) == taken


def test_free_time_is_what_busy_time_leaves() -> None:
    """Free and busy time share the window out between them."""
    store = holding([single("a", at("2026-01-05T09:00")), single("b", at("2026-01-05T23:30"))])
    window = LOW, at("2026-01-05T23:45")
    assert busy(store, [view()], *window)[1] == between("23:30", "23:45")
    assert free(store, [view()], *window) == [between("00:00", "09:00"), between("10:00", "23:30")]


def test_an_empty_calendar_is_free() -> None:
    """The whole window is one stretch, to the fraction of a second."""
    window = LOW.replace(microsecond=500_000), HIGH.replace(microsecond=250_000)
    assert free(holding([]), [view()], *window) == [Interval(*window)]
    assert busy(holding([]), [view()], *window) == []


@pytest.mark.parametrize("ask", [busy, free, occurrences])
def test_a_calendar_that_was_never_synced_is_neither_taken_nor_free(
    ask: Callable[..., Any],
) -> None:
    """Nothing is known of it, which is an error, also beside calendars that are known."""
    with pytest.raises(UsageError, match="example:owner:other was never synced"):
        ask(holding([]), [view(), view("other")], LOW, HIGH)


def test_intervals_end_at_the_window_to_the_fraction_of_a_second() -> None:
    """A meeting around the window takes exactly the window."""
    window = at("2026-01-05T09:10").replace(microsecond=1), at("2026-01-05T09:20:00.700000")
    store = holding([single("a", at("2026-01-05T09:00"))])
    assert busy(store, [view()], *window) == [Interval(*window)]
    assert free(store, [view()], *window) == []


def test_transparent_and_cancelled_events_take_no_time() -> None:
    """Nor do events without length, wherever they are."""
    weekly = series("s", at("2026-01-05T09:00"), "RRULE:FREQ=DAILY")
    store = holding(
        [
            weekly,
            cancelled(weekly, at("2026-01-05T09:00")),
            single("a", at("2026-01-05T11:00"), busy=0),
            single("b", at("2026-01-05T12:00"), 0 * HOUR),
        ]
    )
    assert busy(store, [view()], LOW, HIGH) == []


def test_an_exception_may_be_transparent_in_a_series_that_is_not() -> None:
    """Each row speaks for itself."""
    weekly = series("s", at("2026-01-05T09:00"), "RRULE:FREQ=DAILY")
    other = moved(weekly, at("2026-01-05T09:00"), at("2026-01-05T10:00"))._replace(busy=0)
    assert busy(holding([weekly, other]), [view()], LOW, HIGH) == []


def test_declined_and_tentative_events_are_left_out_on_request() -> None:
    """What was declined blocks no time, and what is tentative does, unless the caller says otherwise."""
    store = holding(
        [
            single("a", at("2026-01-05T09:00"), declined=1),
            single("b", at("2026-01-05T12:00"), raw='{"status":"tentative"}'),
        ]
    )
    no, perhaps = between("09:00", "10:00"), between("12:00", "13:00")
    assert busy(store, [view()], LOW, HIGH) == [perhaps]
    assert busy(store, [view()], LOW, HIGH, declined=True) == [no, perhaps]
    assert busy(store, [view()], LOW, HIGH, declined=True, tentative=False) == [no]
    assert free(store, [view()], LOW, HIGH, tentative=False) == [Interval(LOW, HIGH)]


def test_whole_days_are_taken_by_the_clock_of_their_calendar() -> None:
    """A day in Auckland is over by noon in UTC."""
    store = holding([single("a", date(2026, 1, 5), ONE_DAY)], zone="Pacific/Auckland")
    assert busy(store, [view()], LOW, HIGH) == [between("00:00", "11:00")]


def test_several_calendars_are_taken_together() -> None:
    """Time is free where nobody is taken."""
    store = MemoryStore()
    first, second = view("first"), view("second")
    hold(store, [single("a", at("2026-01-05T09:00"))], key=first.key)
    hold(store, [single("a", at("2026-01-05T09:30"))], key=second.key)
    assert busy(store, [first, second], LOW, HIGH) == [between("09:00", "10:30")]


def test_bad_windows_and_series_are_refused() -> None:
    """As for the agenda: naive bounds raise, and so does a series that cannot be expanded."""
    store = holding([series("s", at("2026-01-01T09:00"), "RRULE:FREQ=SECONDLY")])
    with pytest.raises(UsageError):
        busy(store, [view()], datetime(2026, 1, 5), HIGH)
    with pytest.raises(UsageError):
        free(store, [view()], HIGH, LOW)
    with pytest.raises(UnboundedRecurrence):
        busy(store, [view()], LOW, HIGH)
    heard: list[Unexpanded] = []
    assert busy(store, [view()], LOW, HIGH, skipped=heard.append) == []
    assert [one.series for one in heard] == ["s"]
