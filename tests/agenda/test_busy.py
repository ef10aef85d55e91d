from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.agenda.rows import HOUR, ONE_DAY, at, cancelled, moved, series, single
from tests.agenda.shelf import Plain, hold, holding, view
from tests.cases import expect_right, programs

from kloudsync.agenda import Intervals, Unexpanded, busy, free, occurrences, refuse
from kloudsync.errors import DecodeError, UnboundedRecurrence, UsageError
from kloudsync.model.event import Held
from kloudsync.model.occurrence import Interval
from kloudsync.model.record import EventRecord
from kloudsync.model.view import CalendarView
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


def test_bad_windows_and_zones_are_refused() -> None:
    """As for the agenda: naive bounds raise, and so does a zone that nobody knows."""
    with pytest.raises(UsageError):
        busy(holding([]), [view()], datetime(2026, 1, 5), HIGH)
    with pytest.raises(UsageError):
        free(holding([]), [view()], HIGH, LOW)
    with pytest.raises(UsageError, match="unknown zone 'Mars'"):
        busy(holding([]), [view()], LOW, HIGH, zone="Mars")


@pytest.mark.parametrize("ask", [busy, free])
def test_a_series_that_cannot_be_expanded_is_taken_and_named(ask: Callable[..., Intervals]) -> None:
    """Nobody knows when it takes place, so nobody is told that its owner is free."""
    endless = series("s", at("2026-01-05T09:00"), "RRULE:FREQ=SECONDLY")
    store = holding([endless, single("a", at("2026-01-05T01:00"))])
    heard: list[Unexpanded] = []
    found = ask(store, [view()], LOW, HIGH, skipped=heard.append)
    taken = [between("01:00", "02:00"), Interval(at("2026-01-05T09:00"), HIGH)]
    left = [between("00:00", "01:00"), between("02:00", "09:00")]
    assert found == (taken if ask is busy else left)
    assert [one.series for one in found.unexpanded] == [one.series for one in heard] == ["s"]
    assert ask(store, [view()], LOW, HIGH) == found
    with pytest.raises(UnboundedRecurrence, match="series s of example:owner:team"):
        ask(store, [view()], LOW, HIGH, skipped=refuse)


def test_one_calendar_never_stops_another() -> None:
    """Over several calendars the answer has what is known of all the others."""
    store = MemoryStore()
    views = [view("alice"), view("mallory"), view("bob")]
    hold(store, [single("a", at("2026-01-05T09:00"))], key=views[0].key)
    hostile = series("m", at("2026-01-05T18:00"), "RRULE:FREQ=SECONDLY")
    broken = series("x", at("2026-01-05T12:00"), "RRULE:FREQ=NEVER")._replace(
        last_end=int(at("2026-01-05T13:00").timestamp())
    )
    hold(store, [hostile, broken], key=views[1].key)
    hold(store, [single("b", at("2026-01-05T15:00"))], key=views[2].key)
    found = busy(store, views, LOW, HIGH)
    assert found == [
        between("09:00", "10:00"),
        between("12:00", "13:00"),
        between("15:00", "16:00"),
        Interval(at("2026-01-05T18:00"), HIGH),
    ]
    assert {one.series for one in found.unexpanded} == {"m", "x"}
    assert {str(one.calendar) for one in found.unexpanded} == {"example:owner:mallory"}


@pytest.mark.parametrize("program", programs("security/group_agenda"))
def test_one_hostile_invitation_denies_no_group_its_agenda(program: Path) -> None:
    """With the default arguments, as programs mostly ask."""
    expect_right(program)


def test_a_series_that_takes_no_time_is_not_taken_for_what_it_hides() -> None:
    """A transparent or declined series counts as little as its occurrences would."""
    lines = "RRULE:FREQ=SECONDLY"
    store = holding(
        [
            series("s", LOW, lines, busy=0),
            series("t", LOW, lines, declined=1),
            series("u", date(2026, 1, 4), "RRULE:FREQ=NEVER", length=ONE_DAY),
        ]
    )
    assert busy(store, [view()], LOW, HIGH, all_day=False) == []
    assert busy(store, [view()], LOW, HIGH) == [Interval(LOW, HIGH)]


def test_whole_days_that_cannot_be_told_begin_where_their_calendar_has_midnight() -> None:
    """The extent of an all-day series follows the zone of its calendar."""
    broken = series("u", date(2026, 1, 5), "RRULE:FREQ=NEVER", length=ONE_DAY)
    store = holding([broken], zone="America/New_York")
    assert busy(store, [view()], LOW, HIGH) == [Interval(at("2026-01-05T05:00"), HIGH)]


@pytest.mark.parametrize(
    ("raw", "options", "counts"),
    [
        ("unanswered", {}, True),
        ("unanswered", {"unanswered": False}, False),
        ("unanswered", {"tentative": False}, True),
        ("unanswered tentative", {"unanswered": False}, False),
        ("tentative", {"unanswered": False}, True),
        ("tentative", {"unanswered": False, "tentative": False}, False),
        ("accepted", {"unanswered": False, "tentative": False}, True),
    ],
)
def test_invitations_without_answer_may_be_left_out(
    raw: str, options: dict[str, Any], counts: bool
) -> None:
    """They are another thing than tentative events, and asked for by themselves."""
    store = holding([single("a", at("2026-01-05T09:00"), raw=raw)])
    assert busy(store, [view()], LOW, HIGH, **options) == [between("09:00", "10:00")] * counts
    assert len(free(store, [view()], LOW, HIGH, **options)) == 1 + counts


def test_whole_days_may_be_left_out() -> None:
    """Who is on holiday may still be asked, if that is what the caller wants."""
    store = holding([single("a", date(2026, 1, 5), ONE_DAY), single("b", at("2026-01-05T09:00"))])
    assert busy(store, [view()], LOW, HIGH) == [Interval(LOW, HIGH)]
    assert busy(store, [view()], LOW, HIGH, all_day=False) == [between("09:00", "10:00")]


def test_answers_are_told_in_a_zone() -> None:
    """The instants are the same, and so are the window's fractions of a second."""
    window = LOW.replace(microsecond=5), HIGH
    store = holding([single("a", at("2026-01-05T09:00"))])
    for ask in (busy, free):
        told = ask(store, [view()], *window, zone="Asia/Kolkata")
        assert told == ask(store, [view()], *window)
        assert {str(bound.tzinfo) for one in told for bound in (one.start, one.end)} == {
            "Asia/Kolkata"
        }


class Unreadable(Plain):
    """Reads no record."""

    def event(self, record: EventRecord) -> Held:
        """Refuse."""
        raise DecodeError("expected an event, found something else")


@pytest.mark.parametrize("options", [{"tentative": False}, {"unanswered": False}])
def test_a_record_that_cannot_be_read_counts_by_its_times(options: dict[str, Any]) -> None:
    """It stops no answer: what its owner replied is unknown, and when it takes place is not."""
    store = holding([single("a", at("2026-01-05T09:00"))])
    odd = CalendarView(view().key, Unreadable())
    assert busy(store, [odd], LOW, HIGH, **options) == [between("09:00", "10:00")]
