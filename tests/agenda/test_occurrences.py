from datetime import date, datetime, timedelta

import pytest
from tests.agenda.rows import HOUR, ONE_DAY, at, cancelled, moved, series, single
from tests.agenda.shelf import hold, holding, view

from kloudsync.agenda import Unexpanded, occurrences, refuse
from kloudsync.errors import RecurrenceError, UnboundedRecurrence, UsageError
from kloudsync.model.record import EventRecord
from kloudsync.model.times import Time
from kloudsync.stores import MemoryStore

PARIS = "Europe/Paris"


def starts(
    records: list[EventRecord], low: datetime, high: datetime, zone: str = "UTC"
) -> list[Time]:
    """Return when what shows begins."""
    return [one.start for one in occurrences(holding(records, zone=zone), [view()], low, high)]


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        ("2026-01-05T08:00", "2026-01-05T09:00", False),
        ("2026-01-05T08:00", "2026-01-05T09:00:01", True),
        ("2026-01-05T09:59:59", "2026-01-05T11:00", True),
        ("2026-01-05T10:00", "2026-01-05T11:00", False),
        ("2026-01-05T09:20", "2026-01-05T09:30", True),
    ],
)
@pytest.mark.parametrize("rules", [(), ("RRULE:FREQ=DAILY;COUNT=1",)])
def test_an_event_shows_if_it_ends_after_the_start_and_begins_before_the_end(
    low: str, high: str, shown: bool, rules: tuple[str, ...]
) -> None:
    """Google's window rule holds to the second, for single events and series alike."""
    one = (
        series("a", at("2026-01-05T09:00"), *rules)
        if rules
        else single("a", at("2026-01-05T09:00"))
    )
    assert bool(starts([one], at(low), at(high))) is shown


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        ("2026-01-05T09:00", "2026-01-05T10:00", True),
        ("2026-01-05T08:00", "2026-01-05T09:00", False),
        ("2026-01-05T09:00:01", "2026-01-05T10:00", False),
    ],
)
@pytest.mark.parametrize("rules", [(), ("RRULE:FREQ=DAILY;COUNT=1",)])
def test_an_event_without_length_shows_if_it_begins_inside(
    low: str, high: str, shown: bool, rules: tuple[str, ...]
) -> None:
    """Such an event counts at the window's start and not at its end."""
    one = single("a", at("2026-01-05T09:00"), timedelta(0))
    if rules:
        one = series("a", at("2026-01-05T09:00"), *rules, length=timedelta(0))
    assert bool(starts([one], at(low), at(high))) is shown


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (datetime(2026, 1, 1), at("2026-01-02T00:00")),
        (at("2026-01-01T00:00"), datetime(2026, 1, 2)),
        (at("2026-01-02T00:00"), at("2026-01-01T00:00")),
        (at("2026-01-02T00:00"), at("2026-01-02T00:00")),
    ],
)
def test_a_window_needs_zones_and_an_end_after_its_start(low: datetime, high: datetime) -> None:
    """What cannot be a window is refused before the store is asked."""
    with pytest.raises(UsageError):
        occurrences(MemoryStore(), [view()], low, high)


def test_occurrences_come_in_order_of_start() -> None:
    """Whole days come first of what begins together, then the lower id, in all calendars."""
    store = MemoryStore()
    noon, midnight = at("2026-01-05T12:00"), at("2026-01-05T00:00")
    first, second = view("first"), view("second")
    hold(store, [single("b", midnight), single("z", date(2026, 1, 5), ONE_DAY)], key=first.key)
    hold(
        store,
        [single("c", noon), single("a", midnight), single("x", date(2026, 1, 5), ONE_DAY)],
        key=second.key,
    )
    found = occurrences(store, [first, second], midnight, midnight + ONE_DAY)
    assert [one.id for one in found] == ["x", "z", "a", "b", "c"]
    assert [one.calendar for one in found] == [
        second.key,
        first.key,
        second.key,
        first.key,
        second.key,
    ]


@pytest.mark.parametrize(
    ("zone", "low", "high"),
    [
        (PARIS, "2026-03-23T00:00", "2026-04-06T00:00"),
        (PARIS, "2026-10-19T00:00", "2026-11-02T00:00"),
        ("America/New_York", "2026-03-02T00:00", "2026-03-16T00:00"),
        ("Australia/Lord_Howe", "2026-03-30T00:00", "2026-04-13T00:00"),
        ("Africa/Casablanca", "2026-02-09T00:00", "2026-03-30T00:00"),
    ],
)
def test_a_series_keeps_its_wall_time_across_transitions(zone: str, low: str, high: str) -> None:
    """A daily meeting at nine is at nine on both sides of a change of the clock."""
    one = series("a", at("2020-01-01T09:00", zone), "RRULE:FREQ=DAILY")
    window = at(low, zone), at(high, zone)
    found = occurrences(holding([one]), [view()], *window)
    shown = [item.start for item in found if isinstance(item.start, datetime)]
    clocks = [(start.replace(tzinfo=None), str(start.tzinfo)) for start in shown]
    count = (window[1].date() - window[0].date()).days
    first = window[0].replace(tzinfo=None, hour=9)
    assert clocks == [(first + timedelta(days=n), zone) for n in range(count)]


def test_occurrences_take_the_same_exact_time_across_transitions() -> None:
    """A night shift of eight hours ends an hour later by the clock when spring takes one away."""
    one = series("a", at("2026-03-20T23:00", PARIS), "RRULE:FREQ=DAILY", length=8 * HOUR)
    window = at("2026-03-28T12:00", PARIS), at("2026-03-29T12:00", PARIS)
    (night,) = occurrences(holding([one]), [view()], *window)
    assert night.end == at("2026-03-29T08:00", PARIS)
    assert night.ends - night.begins == 8 * 3600


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("UTC", []),
        ("America/Los_Angeles", [date(2026, 1, 5)]),
        ("Pacific/Kiritimati", []),
        (None, []),
    ],
)
@pytest.mark.parametrize("rules", [(), ("RRULE:FREQ=DAILY;COUNT=1",)])
def test_days_begin_at_midnight_of_the_calendar(
    zone: str | None, shown: list[date], rules: tuple[str, ...]
) -> None:
    """At two in the morning of the 6th in UTC it is still the 5th in Los Angeles alone."""
    day = date(2026, 1, 5)
    one = series("a", day, *rules, length=ONE_DAY) if rules else single("a", day, ONE_DAY)
    store = MemoryStore()
    hold(store, [one], zone=zone)
    found = occurrences(store, [view()], at("2026-01-06T02:00"), at("2026-01-06T03:00"))
    assert [item.start for item in found] == shown


def test_the_view_may_say_where_days_begin() -> None:
    """A zone that the caller gives goes before the one that the store knows."""
    store = holding([single("a", date(2026, 1, 5), ONE_DAY)], zone="America/Los_Angeles")
    window = at("2026-01-04T11:00"), at("2026-01-04T12:00")
    assert not occurrences(store, [view()], *window)
    (one,) = occurrences(store, [view(zone="Pacific/Auckland")], *window)
    assert one.start == date(2026, 1, 5)


def test_whole_days_are_as_long_as_their_calendar_makes_them() -> None:
    """A day that loses an hour in spring begins and ends at midnight all the same."""
    one = series("a", date(2026, 3, 1), "RRULE:FREQ=DAILY", length=2 * ONE_DAY)
    window = at("2026-03-29T12:00", PARIS), at("2026-03-29T13:00", PARIS)
    early, late = occurrences(holding([one], zone=PARIS), [view()], *window)
    assert (early.start, early.end) == (date(2026, 3, 28), date(2026, 3, 30))
    assert (late.start, late.end) == (date(2026, 3, 29), date(2026, 3, 31))
    assert early.ends - early.begins == 47 * 3600


def test_a_day_that_the_zone_skipped_does_not_disturb_others() -> None:
    """Samoa had no 30 December 2011; a daily series goes on around it."""
    one = series("a", date(2011, 12, 1), "RRULE:FREQ=DAILY", length=ONE_DAY)
    apia = "Pacific/Apia"
    window = at("2011-12-28T12:00", apia), at("2012-01-01T12:00", apia)
    found = starts([one], *window, zone=apia)
    assert date(2011, 12, 29) in found
    assert date(2011, 12, 31) in found
    assert found == sorted(set(found))


def test_an_exception_takes_the_place_of_its_occurrence() -> None:
    """It shows where it was moved to, and not where the rule put it."""
    one = series("a", at("2026-01-05T09:00"), "RRULE:FREQ=DAILY;COUNT=3")
    other = moved(one, at("2026-01-06T09:00"), at("2026-01-06T15:00"), 2 * HOUR)
    found = occurrences(
        holding([one, other]), [view()], at("2026-01-05T00:00"), at("2026-01-09T00:00")
    )
    assert [item.start for item in found] == [
        at("2026-01-05T09:00"),
        at("2026-01-06T15:00"),
        at("2026-01-07T09:00"),
    ]
    assert [item.series for item in found] == ["a", "a", "a"]
    assert [item.original_start for item in found] == [
        at("2026-01-05T09:00"),
        at("2026-01-06T09:00"),
        at("2026-01-07T09:00"),
    ]
    assert found[1].id == other.id
    assert found[1].end == at("2026-01-06T17:00")


def test_exceptions_move_into_and_out_of_windows() -> None:
    """An exception shows in the window that it is in now, however far its original is."""
    one = series("a", at("2026-01-05T09:00"), "RRULE:FREQ=WEEKLY")
    out = moved(one, at("2026-02-02T09:00"), at("2026-06-01T11:00"))
    gone = cancelled(one, at("2026-02-09T09:00"))
    held = [one, out, gone]
    assert starts(held, at("2026-02-01T00:00"), at("2026-02-17T00:00")) == [at("2026-02-16T09:00")]
    assert starts(held, at("2026-06-01T10:00"), at("2026-06-02T00:00")) == [at("2026-06-01T11:00")]


def test_exceptions_are_matched_by_instant_not_by_text() -> None:
    """An original start in another zone replaces the occurrence of the same instant."""
    one = series("a", at("2026-01-05T09:00", PARIS), "RRULE:FREQ=DAILY;COUNT=2")
    gone = cancelled(one, at("2026-01-06T08:00"))
    assert starts([one, gone], at("2026-01-05T00:00"), at("2026-01-09T00:00")) == [
        at("2026-01-05T09:00", PARIS)
    ]


def test_originals_that_are_dates_stand_for_the_day_of_a_timed_series() -> None:
    """A date names the occurrence of that day on the series' own clock."""
    one = series("a", at("2026-01-05T23:30", "America/New_York"), "RRULE:FREQ=DAILY;COUNT=3")
    gone = cancelled(one, date(2026, 1, 6))
    assert starts([one, gone], at("2026-01-05T00:00"), at("2026-01-12T00:00")) == [
        at("2026-01-05T23:30", "America/New_York"),
        at("2026-01-07T23:30", "America/New_York"),
    ]


def test_originals_that_are_instants_stand_for_the_day_of_an_all_day_series() -> None:
    """An instant names the occurrence of its day in the calendar's zone."""
    one = series("a", date(2026, 1, 5), "RRULE:FREQ=DAILY;COUNT=3", length=ONE_DAY)
    gone = cancelled(one, at("2026-01-06T00:00", PARIS))
    assert starts([one, gone], at("2026-01-05T00:00"), at("2026-01-12T00:00"), PARIS) == [
        date(2026, 1, 5),
        date(2026, 1, 7),
    ]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "UTC", "Asia/Tokyo"])
def test_an_original_at_midnight_utc_is_that_date_of_an_all_day_series(zone: str) -> None:
    """What has only times writes a date so; west of Greenwich it is no day too early."""
    one = series("a", date(2026, 1, 5), "RRULE:FREQ=DAILY;COUNT=3", length=ONE_DAY)
    gone = cancelled(one, at("2026-01-06T00:00", "UTC"))
    assert starts([one, gone], at("2026-01-04T00:00"), at("2026-01-12T00:00"), zone) == [
        date(2026, 1, 5),
        date(2026, 1, 7),
    ]


def test_exceptions_show_without_their_series_and_beyond_its_end() -> None:
    """A row that the provider lists is an event, whatever has become of its series."""
    one = series("a", at("2026-01-05T09:00"), "RRULE:FREQ=DAILY;COUNT=1")
    late = moved(one, at("2026-01-08T09:00"), at("2026-01-08T10:00"))
    lost = moved(
        series("b", at("2026-01-01T09:00")), at("2026-01-06T09:00"), at("2026-01-06T10:00")
    )
    assert starts([one, late, lost], at("2026-01-05T00:00"), at("2026-01-12T00:00")) == [
        at("2026-01-05T09:00"),
        at("2026-01-06T10:00"),
        at("2026-01-08T10:00"),
    ]


def test_long_occurrences_that_began_before_the_window_can_be_replaced_too() -> None:
    """An occurrence of three weeks touches the window from far before, unless it was cancelled."""
    one = series("a", at("2026-01-05T09:00"), "RRULE:FREQ=MONTHLY", length=timedelta(days=21))
    gone = cancelled(one, at("2026-02-05T09:00"))
    window = at("2026-02-24T00:00"), at("2026-02-25T00:00")
    assert starts([one], *window) == [at("2026-02-05T09:00")]
    assert starts([one, gone], *window) == []


def test_rdates_may_take_times_of_their_own() -> None:
    """A PERIOD among the RDATEs lasts as long as it says (RFC 5545, section 3.3.9)."""
    one = series(
        "a",
        at("2026-01-05T09:00"),
        "RDATE;VALUE=PERIOD:20260106T090000Z/PT5H,20260107T090000Z/PT2H",
    )
    window = at("2026-01-06T13:30"), at("2026-01-07T10:30")
    long, short = occurrences(holding([one]), [view()], *window)
    assert (long.start, long.end) == (at("2026-01-06T09:00"), at("2026-01-06T14:00"))
    assert (short.start, short.end) == (at("2026-01-07T09:00"), at("2026-01-07T11:00"))
    gone = cancelled(one, at("2026-01-06T09:00"))
    assert starts([one, gone], *window) == [at("2026-01-07T09:00")]


def test_a_long_period_that_was_cancelled_takes_no_place_days_later() -> None:
    """Cancelled occurrences are looked for as far back as the longest PERIOD reaches."""
    one = series("a", at("2026-01-05T09:00"), "RDATE;VALUE=PERIOD:20260110T080000Z/P9D")
    window = at("2026-01-16T00:00"), at("2026-01-17T00:00")
    assert starts([one], *window) == [at("2026-01-10T08:00")]
    assert starts([one, cancelled(one, at("2026-01-10T08:00"))], *window) == []


def test_a_series_without_a_zone_recurs_in_that_of_its_calendar() -> None:
    """The calendar's wall clock decides where the series names no zone."""
    one = series("a", at("2026-03-20T08:00"), "RRULE:FREQ=DAILY", zone=None)
    window = at("2026-03-28T00:00"), at("2026-03-31T00:00")
    assert starts([one], *window, zone=PARIS) == [
        at("2026-03-28T08:00"),
        at("2026-03-29T07:00"),
        at("2026-03-30T07:00"),
    ]


@pytest.mark.parametrize(
    ("line", "error"),
    [("RRULE:FREQ=SECONDLY", UnboundedRecurrence), ("RRULE:FREQ=FORTNIGHTLY", RecurrenceError)],
)
def test_a_series_that_cannot_be_expanded_is_left_out_and_named(
    line: str, error: type[RecurrenceError]
) -> None:
    """The answer has all the rest; who wants an error gets one that names series and calendar."""
    bad = series("bad", at("2026-01-01T09:00"), line)
    store = holding([bad, single("good", at("2026-01-05T09:00"))])
    window = at("2026-01-01T00:00"), at("2026-02-01T00:00")
    with pytest.raises(error, match="series bad of example:owner:team"):
        occurrences(store, [view()], *window, skipped=refuse)
    heard: list[Unexpanded] = []
    found = occurrences(store, [view()], *window, skipped=heard.append)
    assert [one.id for one in found] == ["good"]
    assert [(one.series, type(one.error)) for one in heard] == [("bad", error)]
    assert found.unexpanded == tuple(heard)
    assert [one.series for one in occurrences(store, [view()], *window).unexpanded] == ["bad"]
