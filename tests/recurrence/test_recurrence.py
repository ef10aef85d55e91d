"""The recurrence set of an event, as its users see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kloudsync.errors import RecurrenceError, UnboundedRecurrence, UsageError
from kloudsync.recurrence import WINDOW_LIMIT, Recurrence

PARIS = ZoneInfo("Europe/Paris")
OF_DATES = "the series is all-day: expected a date"
FLOATING = "the series has no zone: expected a naive datetime"
ZONED = "the series has a zone: expected an aware datetime"
FRUITLESS = "^the exceptions leave out every occurrence for too long a time$"
MONDAYS = Recurrence.parse(
    ["RRULE:FREQ=WEEKLY;BYDAY=MO"], start=datetime(2026, 1, 5, 9, tzinfo=PARIS)
)


def epoch(year: int, month: int, day: int, hour: int = 0) -> int:
    """Return a UTC time as seconds since 1970."""
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp())


def test_a_rule_is_iterated_without_end() -> None:
    """Starts come in order, lazily, in the zone of the start."""
    assert [str(moment) for moment in islice(MONDAYS, 3)] == [
        "2026-01-05 09:00:00+01:00",
        "2026-01-12 09:00:00+01:00",
        "2026-01-19 09:00:00+01:00",
    ]
    assert iter(MONDAYS) is not iter(MONDAYS)


def test_a_window_includes_its_begin_but_not_its_end() -> None:
    """`between` gives starts from `after` on and before `before`, with bounds in any zone."""
    after = datetime(2076, 7, 6, 7, tzinfo=UTC)
    assert MONDAYS.between(after, after + timedelta(days=7)) == [after]
    assert MONDAYS.between(after, after) == []
    assert MONDAYS.between(after + timedelta(microseconds=1), after + timedelta(days=7)) == []
    late = after + timedelta(days=7, microseconds=1)
    assert MONDAYS.between(after, late) == [after, after + timedelta(days=7)]


def test_values_are_of_the_kind_of_the_start() -> None:
    """Dates come as dates, naive times as naive times, zones as they were given."""
    assert next(iter(Recurrence.parse(["RRULE:FREQ=DAILY"], date(2026, 1, 5)))) == date(2026, 1, 5)
    naive = datetime(2026, 1, 5, 9, 30, 15, 999)
    assert next(iter(Recurrence.parse(["RRULE:FREQ=DAILY"], naive))) == naive.replace(microsecond=0)
    for zone in (UTC, PARIS, timezone(timedelta(hours=-7))):
        start = datetime(2026, 1, 5, 9, tzinfo=zone)
        (first,) = islice(Recurrence.parse(["RRULE:FREQ=DAILY"], start), 1)
        assert isinstance(first, datetime)
        assert (first, first.tzinfo) == (start, zone)


@pytest.mark.parametrize(
    ("start", "bound", "message"),
    [
        (date(2026, 1, 5), datetime(2026, 1, 5), OF_DATES),
        (date(2026, 1, 5), datetime(2026, 1, 5, tzinfo=UTC), OF_DATES),
        (datetime(2026, 1, 5), date(2026, 1, 5), FLOATING),
        (datetime(2026, 1, 5), datetime(2026, 1, 5, tzinfo=UTC), FLOATING),
        (datetime(2026, 1, 5, tzinfo=PARIS), datetime(2026, 1, 5), ZONED),
        (datetime(2026, 1, 5, tzinfo=PARIS), date(2026, 1, 5), ZONED),
    ],
)
def test_kinds_do_not_mix(start: date | datetime, bound: date | datetime, message: str) -> None:
    """A bound of another kind than the start is a clear error, wherever it is given."""
    series = Recurrence.parse(["RRULE:FREQ=DAILY"], start)
    questions: list[Callable[[], object]] = [
        lambda: series.between(bound, bound),
        lambda: series.next_after(bound),
        lambda: series.previous_before(bound),
        lambda: series.truncate(before=bound),
        lambda: series.split_at(bound),
        lambda: series.end_of(bound),
        lambda: Recurrence.parse([], start, end=bound),
    ]
    for ask in questions:
        with pytest.raises(UsageError) as caught:
            ask()
        assert str(caught.value) == f"{message}, found {bound!r}"


def test_neighbours_of_a_moment_exclude_it() -> None:
    """`next_after` and `previous_before` step to the next start, also from one."""
    start = datetime(2026, 1, 5, 9, tzinfo=PARIS)
    week = timedelta(days=7)
    assert MONDAYS.next_after(start) == start + week
    assert MONDAYS.next_after(start - timedelta(microseconds=1)) == start
    assert MONDAYS.previous_before(start + week) == start
    assert MONDAYS.previous_before(start + timedelta(microseconds=1)) == start
    assert MONDAYS.previous_before(start) is None


@pytest.mark.parametrize("month", [1, 3])
def test_a_moment_at_which_until_ends_a_series_is_still_a_moment(month: int) -> None:
    """What ends before the last start leaves it out, whether the clock changes nearby or not."""
    last = datetime(2026, month, 29, 9, tzinfo=PARIS)
    until = f"{last.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    series = Recurrence.parse([f"RRULE:FREQ=DAILY;UNTIL={until}"], last - timedelta(days=3))
    assert series.last() == last
    assert series.previous_before(last) == last - timedelta(days=1)
    assert series.between(series.start, last) == list(series)[:-1]
    assert series.next_after(last) is None


def test_ends_and_numbers_of_series() -> None:
    """The last start and the count are known where there is an end, with exceptions."""
    lines = ["RRULE:FREQ=DAILY;COUNT=5", "EXDATE;VALUE=DATE:20260109,20260107"]
    series = Recurrence.parse(lines, date(2026, 1, 5))
    assert (series.is_endless, series.last(), series.count()) == (False, date(2026, 1, 8), 3)
    assert MONDAYS.is_endless
    assert MONDAYS.last() is None
    with pytest.raises(UnboundedRecurrence, match=r"^a series without end cannot be counted$"):
        MONDAYS.count()
    timed = Recurrence.parse(lines, datetime(2026, 1, 5, 9, tzinfo=PARIS))
    assert timed.count() == 3
    both = Recurrence.parse([*lines, "RRULE:FREQ=WEEKLY;COUNT=2"], date(2026, 1, 5))
    assert both.count() == len(list(both)) == 4


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=YEARLY", "FREQ=WEEKLY"]
)
def test_a_large_count_ends_with_the_calendar_or_before(rule: str) -> None:
    """COUNT is resolved whatever its size, up to the year 9999."""
    start = date(2026, 1, 13)
    whole = Recurrence.parse([f"RRULE:{rule};COUNT=1900"], start)
    assert whole.count() == 1900
    assert whole.last() == list(whole)[-1]
    endless = Recurrence.parse([f"RRULE:{rule};COUNT={10**15}"], start)
    last = endless.last()
    assert last is not None
    assert last.year == 9999


def test_the_start_counts_only_where_the_rule_selects_it() -> None:
    """A Tuesday is no occurrence of a rule for Mondays, but it is one without any rule."""
    tuesday = date(2026, 1, 6)
    assert next(iter(Recurrence.parse(["RRULE:FREQ=WEEKLY;BYDAY=MO"], tuesday))) == date(
        2026, 1, 12
    )
    assert list(Recurrence.parse([], tuesday)) == [tuesday]
    assert list(Recurrence.parse(["EXDATE:20260106"], tuesday)) == []


def test_dates_before_the_start_count() -> None:
    """An RDATE before DTSTART is an occurrence."""
    series = Recurrence.parse(["RRULE:FREQ=DAILY;COUNT=1", "RDATE:20260101"], date(2026, 1, 5))
    assert list(series) == [date(2026, 1, 1), date(2026, 1, 5)]


def test_instants_serve_queries_over_many_series() -> None:
    """`starts_between_utc` and `spans_between_utc` answer in seconds since 1970."""
    start = datetime(2026, 1, 5, 22, tzinfo=PARIS)
    nights = Recurrence.parse(["RRULE:FREQ=DAILY"], start, end=start + timedelta(hours=8))
    after, before = epoch(2026, 7, 2), epoch(2026, 7, 3)
    assert nights.starts_between_utc(after, before) == [epoch(2026, 7, 2, 20)]
    assert nights.spans_between_utc(after, before) == [
        (epoch(2026, 7, 1, 20), epoch(2026, 7, 2, 4)),
        (epoch(2026, 7, 2, 20), epoch(2026, 7, 3, 4)),
    ]
    assert nights.spans_between_utc(epoch(2026, 7, 2, 4), epoch(2026, 7, 2, 20)) == []
    days = Recurrence.parse(["RRULE:FREQ=WEEKLY"], date(2026, 1, 5))
    midnight = epoch(2026, 1, 12)
    assert days.spans_between_utc(midnight, midnight + 1) == [(midnight, midnight + 86_400)]


def test_the_extent_is_what_a_range_index_needs() -> None:
    """First start and last end bound all occurrences; an endless series has no end."""
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    lines = ["RRULE:FREQ=DAILY;COUNT=3", "RDATE;VALUE=PERIOD:20260106T120000Z/P9D"]
    series = Recurrence.parse(lines, start, duration="PT1H")
    assert series.extent_utc() == (epoch(2026, 1, 5, 9), epoch(2026, 1, 15, 12))
    assert Recurrence.parse(["RRULE:FREQ=DAILY"], start).extent_utc() == (
        epoch(2026, 1, 5, 9),
        None,
    )
    never = Recurrence.parse(["RRULE:FREQ=DAILY;UNTIL=20260101"], start)
    assert never.extent_utc() is None


def test_equal_instants_in_different_zones_are_different_series() -> None:
    """What is kept for one zone never answers for another, nor a date for a time."""
    paris = datetime(2026, 1, 5, 9, tzinfo=PARIS)
    rule = ["RRULE:FREQ=MONTHLY"]
    assert Recurrence.parse(rule, paris) is Recurrence.parse(rule, paris)
    in_utc = Recurrence.parse(rule, paris.astimezone(UTC))
    assert isinstance(in_utc.start, datetime)
    assert in_utc.start.tzinfo is UTC
    assert list(islice(in_utc, 7))[-1] != list(islice(Recurrence.parse(rule, paris), 7))[-1]


def test_dense_rules_have_a_bounded_window_but_iterate() -> None:
    """More than WINDOW_LIMIT starts of a rule below daily are an error, not a long wait."""
    start = datetime(2026, 1, 5, 9, tzinfo=PARIS)
    seconds = Recurrence.parse(["RRULE:FREQ=SECONDLY"], start)
    limit = timedelta(seconds=WINDOW_LIMIT)
    assert len(seconds.between(start, start + limit)) == WINDOW_LIMIT
    with pytest.raises(
        UnboundedRecurrence,
        match=f"^the window holds more than {WINDOW_LIMIT} occurrences; ask for a shorter one$",
    ):
        seconds.between(start, start + limit + timedelta(seconds=1))
    assert list(islice(seconds, 1000))[-1] == start + timedelta(seconds=999)
    far = datetime(2096, 1, 5, 9, tzinfo=PARIS)
    assert seconds.next_after(far) == far + timedelta(seconds=1)
    assert seconds.previous_before(far) == far - timedelta(seconds=1)


def test_daily_series_have_no_limit() -> None:
    """A window of a century of days is answered whole."""
    days = Recurrence.parse(["RRULE:FREQ=DAILY"], date(2000, 1, 1))
    assert len(days.between(date(2000, 1, 1), date(2100, 1, 1))) == 36_525


def test_exceptions_that_leave_out_everything_end_in_an_error() -> None:
    """A rule that takes away all that another one gives is told, not searched for ever."""
    series = Recurrence.parse(["RRULE:FREQ=WEEKLY", "EXRULE:FREQ=DAILY"], date(2026, 1, 5))
    assert series.between(date(2030, 1, 1), date(2031, 1, 1)) == []
    with pytest.raises(UnboundedRecurrence, match=FRUITLESS):
        next(iter(series))
    with pytest.raises(UnboundedRecurrence, match=FRUITLESS):
        series.previous_before(date(9999, 1, 1))


@pytest.mark.parametrize(
    "start",
    [date(9999, 12, 31), datetime(9999, 12, 31, 23, 59, 59), date(1, 1, 1), datetime(1, 1, 1)],
)
@pytest.mark.parametrize("frequency", ["YEARLY", "MONTHLY", "WEEKLY", "DAILY"])
def test_the_calendar_has_two_ends(start: date | datetime, frequency: str) -> None:
    """Series end with the year 9999, and begin with the year 1, without an error."""
    series = Recurrence.parse([f"RRULE:FREQ={frequency}"], start)
    assert next(iter(series)) == start
    if start.year == 9999:
        assert list(series) == [start]
    assert series.previous_before(start) is None


def test_lines_are_text() -> None:
    """Anything but text is a clear error, and one line may come without a list."""
    lines: list[Any] = [b"RRULE:FREQ=DAILY"]
    with pytest.raises(RecurrenceError, match=r"^recurrence lines are text, found bytes$"):
        Recurrence.parse(lines, date(2026, 1, 5))
    assert Recurrence.parse("RRULE:FREQ=DAILY", date(2026, 1, 5)).is_endless


def test_a_day_of_a_duration_follows_the_wall_clock_and_hours_do_not() -> None:
    """Over a spring change P1D ends at the same time of day, and PT24H an hour later."""
    start = datetime(2026, 3, 28, 9, tzinfo=PARIS)
    nominal = Recurrence.parse(["RRULE:FREQ=DAILY"], start, duration="P1D")
    exact = Recurrence.parse(["RRULE:FREQ=DAILY"], start, duration="PT24H")
    assert nominal.end_of(start) == datetime(2026, 3, 29, 9, tzinfo=PARIS)
    assert exact.end_of(start) == datetime(2026, 3, 29, 10, tzinfo=PARIS)


def test_an_exception_a_second_off_leaves_out_nothing() -> None:
    """An EXRULE takes away the instants that it names, and none beside them."""
    for second in (14, 16):
        lines = ["RRULE:FREQ=DAILY;COUNT=3", f"EXRULE:FREQ=DAILY;BYSECOND={second}"]
        series = Recurrence.parse(lines, datetime(2026, 1, 5, 9, 30, 15))
        assert len(list(series)) == series.count() == 3
        assert series.last() == datetime(2026, 1, 7, 9, 30, 15)
