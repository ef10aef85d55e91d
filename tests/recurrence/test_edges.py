"""Recurrences as programs ask for them: neighbours, membership, numbers, texts and foreign zones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.errors import RecurrenceError, UsageError
from kloudsync.recurrence import GOOGLE, ICALENDAR, Length, Reading, Recurrence

PARIS = ZoneInfo("Europe/Paris")
NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 1, 5, 9, tzinfo=PARIS)
WEEK = timedelta(days=7)
WEEKLY = Recurrence.parse(["RRULE:FREQ=WEEKLY;COUNT=4"], MONDAY)


def timed(starts: Iterable[date]) -> list[datetime]:
    """Return starts that are no dates."""
    return [start for start in starts if isinstance(start, datetime)]


def test_neighbours_may_include_the_moment_itself() -> None:
    """Exclusive by default; a fraction of a second lies between two starts."""
    later = MONDAY + WEEK
    assert WEEKLY.next_after(MONDAY) == later
    assert WEEKLY.next_after(MONDAY, inclusive=True) == MONDAY
    assert WEEKLY.previous_before(later) == MONDAY
    assert WEEKLY.previous_before(later, inclusive=True) == later
    moment = MONDAY + timedelta(microseconds=1)
    for inclusive in (False, True):
        assert WEEKLY.next_after(moment, inclusive=inclusive) == later
        assert WEEKLY.previous_before(moment, inclusive=inclusive) == MONDAY
    assert WEEKLY.next_after(MONDAY + 4 * WEEK, inclusive=True) is None
    assert WEEKLY.previous_before(MONDAY - WEEK, inclusive=True) is None


def test_upcoming_starts_are_those_from_a_moment_on() -> None:
    """Lazily, also of a series without end, at any distance."""
    assert list(WEEKLY.upcoming(MONDAY + WEEK)) == [MONDAY + n * WEEK for n in (1, 2, 3)]
    endless = Recurrence.parse(["RRULE:FREQ=DAILY"], MONDAY)
    far = datetime(2826, 1, 1, tzinfo=PARIS)
    assert next(endless.upcoming(far)) == datetime(2826, 1, 1, 9, tzinfo=PARIS)
    with pytest.raises(UsageError):
        WEEKLY.upcoming(datetime(2026, 1, 5))


@pytest.mark.parametrize(
    ("line", "moment", "held"),
    [
        ("RRULE:FREQ=SECONDLY", datetime(2025, 1, 1, tzinfo=PARIS), False),
        ("RRULE:FREQ=SECONDLY", datetime(9026, 1, 1, tzinfo=PARIS), True),
        ("RRULE:FREQ=DAILY", datetime(2026, 1, 6, 8, tzinfo=UTC), True),
        ("RRULE:FREQ=DAILY", datetime(2026, 1, 6, 9, tzinfo=UTC), False),
        ("RRULE:FREQ=DAILY", datetime(2026, 1, 6, 9, 0, 0, 1, tzinfo=PARIS), False),
        ("RRULE:FREQ=DAILY", datetime(2026, 1, 6, 8, 59, 59, 999_999, tzinfo=PARIS), False),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", MONDAY, False),
        ("RDATE:20260106T080000Z", datetime(2026, 1, 6, 9, tzinfo=PARIS), True),
    ],
)
def test_membership_is_one_look(line: str, moment: datetime, held: bool) -> None:
    """No walk through the series, however far the moment and however dense the rule."""
    assert (moment in Recurrence.parse([line], MONDAY)) is held


def test_membership_of_another_kind_is_an_error() -> None:
    """A naive moment or a date cannot be compared with instants; what is no time is no member."""
    for moment in (datetime(2026, 1, 5, 9), date(2026, 1, 5)):
        with pytest.raises(UsageError):
            assert moment in WEEKLY
    assert "2026-01-05" not in WEEKLY
    assert date(2026, 1, 6) in Recurrence.parse(["RRULE:FREQ=DAILY"], date(2026, 1, 5))


@pytest.mark.parametrize("start", ["2026-01-05", 20260105, None])
def test_a_start_is_a_date_or_a_datetime(start: Any) -> None:
    """Anything else is refused at once, with what to pass."""
    with pytest.raises(UsageError, match="start"):
        Recurrence.parse(["RRULE:FREQ=DAILY"], start)


RULES = st.sampled_from(
    [
        "FREQ=HOURLY",
        "FREQ=HOURLY;INTERVAL=5",
        "FREQ=MINUTELY;INTERVAL=45",
        "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,30",
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=SA,SU;BYHOUR=2",
    ]
)
GAPS = st.sampled_from(
    [
        ("Europe/London", datetime(2024, 3, 31, 1, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
        ("Europe/London", datetime(2024, 10, 27, 1, tzinfo=UTC)),
    ]
)


@given(
    RULES,
    GAPS,
    st.integers(-50, 10),
    st.integers(-7200, 4 * 86_400),
    st.lists(st.integers(-5, 5), max_size=3),
    st.sampled_from([GOOGLE, ICALENDAR]),
)
def test_the_number_of_starts_is_how_many_there_are(
    rule: str,
    gap: tuple[str, datetime],
    before: int,
    length: int,
    hours: list[int],
    reading: Reading,
) -> None:
    """Around gaps, where starts coincide, and with exceptions and dates there."""
    zone, change = ZoneInfo(gap[0]), gap[1]
    start = (change + timedelta(hours=before)).astimezone(zone)
    until = change + timedelta(seconds=length)
    lines = [f"RRULE:{rule};UNTIL={until:%Y%m%dT%H%M%SZ}"]
    lines += [f"EXDATE:{change + timedelta(hours=n):%Y%m%dT%H%M%SZ}" for n in hours[:2]]
    lines += [f"RDATE:{change + timedelta(hours=n):%Y%m%dT%H%M%SZ}" for n in hours[1:]]
    series = Recurrence.parse(lines, start, reading=reading)
    assert series.count() == len(list(series))


def test_a_day_that_a_zone_skips_is_no_start_of_its_own() -> None:
    """In Samoa it coincided with the next one, however long the series goes on."""
    start = datetime(2011, 12, 20, 9, tzinfo=ZoneInfo("Pacific/Apia"))
    series = Recurrence.parse(["RRULE:FREQ=DAILY;UNTIL=20120120T000000Z"], start)
    assert series.count() == len(list(series)) == 31


def test_a_rule_whose_interval_misses_its_days_has_no_end_to_look_for() -> None:
    """From a Monday, every seventh day is no Tuesday."""
    series = Recurrence.parse(["RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=TU"], MONDAY)
    assert not series.is_endless
    assert series.last() is None


def test_numbers_reach_over_centuries_of_gaps() -> None:
    """Each spring an hour is skipped, in which an hourly rule has two starts that are one."""
    start = datetime(2025, 1, 1, tzinfo=PARIS)
    series = Recurrence.parse(["RRULE:FREQ=HOURLY;UNTIL=21241231T225959Z"], start)
    hours = (datetime(2125, 1, 1) - datetime(2025, 1, 1)) // timedelta(hours=1)
    # In autumn the wall clock passes 25 hours in 24 steps.
    assert series.count() == hours - 100


TEXT = """DTSTART;TZID=America/New_York:20260105T090000
DTEND;TZID=America/New_York:20260105T103000
RRULE:FREQ=WEEKLY;COUNT=3
EXDATE;TZID=America/New_York:20260112T090000"""


def test_a_whole_text_is_read() -> None:
    """DTSTART says when it begins and in which zone, DTEND how long it takes."""
    series = Recurrence.parse(TEXT)
    assert list(series) == [datetime(2026, 1, day, 9, tzinfo=NEW_YORK) for day in (5, 19)]
    assert series.length == Length(0, 5400)
    assert series.zone == "America/New_York"
    assert not series.repairs
    assert series == Recurrence.parse(TEXT.split("\n"))


@pytest.mark.parametrize(
    ("lines", "start", "length"),
    [
        (["DTSTART;VALUE=DATE:20260105"], date(2026, 1, 5), Length(1, 0)),
        (["DTSTART:20260105"], date(2026, 1, 5), Length(1, 0)),
        (["DTSTART:20260105", "DTEND:20260108"], date(2026, 1, 5), Length(3, 0)),
        (["DTSTART:20260105T090000"], datetime(2026, 1, 5, 9), Length(0, 0)),
        (["DTSTART:20260105T090000Z"], datetime(2026, 1, 5, 9, tzinfo=UTC), Length(0, 0)),
        (
            ["DURATION:P1DT2H", "DTSTART:20260105T090000Z"],
            datetime(2026, 1, 5, 9, tzinfo=UTC),
            Length(1, 7200),
        ),
        (
            ["dtstart;tzid=W. Europe Standard Time:20260705T090000"],
            datetime(2026, 7, 5, 9, tzinfo=ZoneInfo("Europe/Berlin")),
            Length(0, 0),
        ),
    ],
)
def test_every_form_of_dtstart_is_read(lines: list[str], start: date, length: Length) -> None:
    """Dates, times with, without and in a zone, in any order."""
    series = Recurrence.parse(["RRULE:FREQ=DAILY;COUNT=2", *lines])
    assert (series.start, series.length) == (start, length)
    assert next(iter(series)) == start


def test_a_zone_that_nobody_knows_leaves_a_text_without_one() -> None:
    """There is no offset that could stand in; an argument may name the zone."""
    line = "DTSTART;TZID=Mars/Olympus:20260105T090000"
    series = Recurrence.parse([line])
    assert (series.start, series.zone_known) == (datetime(2026, 1, 5, 9), False)
    assert Recurrence.parse([line], zone="Europe/Paris").start == MONDAY


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (["RRULE:FREQ=DAILY"], UsageError),
        (["DTSTART:tomorrow", "RRULE:FREQ=DAILY"], RecurrenceError),
        (["DTSTART:20260105T090000Z", "DTEND:20260104T090000Z"], RecurrenceError),
        (["DTSTART:20260105T090000Z", "DTEND:20260105"], UsageError),
    ],
)
def test_a_text_without_a_start_is_refused(lines: list[str], error: type[Exception]) -> None:
    """There is nothing to count from; the error says what to pass."""
    with pytest.raises(error):
        Recurrence.parse(lines)


def test_a_dtstart_that_contradicts_the_start_is_told() -> None:
    """The start that is given counts; the same moment, however it is written, is no contradiction."""
    told = "kept the start that was given, which is another one"
    for text, odd in [
        ("DTSTART:20260105T090000Z", True),
        ("DTSTART;VALUE=DATE:20260105", True),
        ("DTSTART:20260105T080000Z", False),
        ("DTSTART:20260105T090000", False),
        ("DTSTART;TZID=Europe/Paris:20260105T090000", False),
    ]:
        series = Recurrence.parse([text, "RRULE:FREQ=DAILY"], MONDAY)
        assert series.start == MONDAY
        assert any(repair.action == told for repair in series.repairs) is odd, text


def test_dates_keep_the_form_in_which_they_were_written() -> None:
    """With TZID they stay at their wall time, whatever becomes of the zone; else they are in UTC."""
    lines = [
        "RRULE:FREQ=DAILY",
        "EXDATE:20260113T080000Z",
        "EXDATE;TZID=Europe/Paris:20260112T090000,20260114T090000",
    ]
    series = Recurrence.parse(lines, MONDAY)
    assert series.lines() == lines
    assert series.truncate(before=MONDAY + WEEK * 2).lines()[1:] == lines[1:]
    head, tail = series.split_at(datetime(2026, 1, 14, tzinfo=PARIS))
    assert head.lines()[1:] == [lines[1], "EXDATE;TZID=Europe/Paris:20260112T090000"]
    assert tail.lines()[1:] == ["EXDATE;TZID=Europe/Paris:20260114T090000"]
    elsewhere = ["RDATE;TZID=America/New_York:20260112T030000"]
    assert Recurrence.parse(elsewhere, MONDAY).lines() == [
        "RDATE;TZID=Europe/Paris:20260112T090000"
    ]
    twice = ["RDATE;TZID=UTC:20261025T013000"]
    assert Recurrence.parse(twice, MONDAY).lines() == ["RDATE:20261025T013000Z"]


@pytest.fixture
def pytz() -> Any:
    """Return pytz, if it is installed."""
    return pytest.importorskip("pytz")


Make = Callable[[Any, datetime], datetime]
LOCALIZED: Make = lambda zone, wall: zone.localize(wall)  # noqa: E731 - a table of two ways
RAW: Make = lambda zone, wall: wall.replace(tzinfo=zone)  # noqa: E731


@pytest.mark.parametrize("made", [LOCALIZED, RAW], ids=["localized", "raw"])
@pytest.mark.parametrize(
    ("name", "wall"),
    [
        ("Europe/Paris", datetime(2026, 3, 27, 9)),
        ("US/Eastern", datetime(2024, 11, 1)),
        ("Asia/Kolkata", datetime(2026, 7, 1, 9, 30)),
        ("America/Sao_Paulo", datetime(2018, 11, 2, 8)),
        ("UTC", datetime(2026, 7, 1, 9)),
    ],
)
def test_zones_of_pytz_are_the_zones_that_they_name(
    pytz: Any, made: Make, name: str, wall: datetime
) -> None:
    """As a start and as bounds, though each of their tzinfos is bound to one offset."""
    zone, known = pytz.timezone(name), ZoneInfo(name)
    start = wall.replace(tzinfo=known)
    theirs = Recurrence.parse(["RRULE:FREQ=DAILY"], made(zone, wall))
    ours = Recurrence.parse(["RRULE:FREQ=DAILY"], start)
    both = [timed(islice(series, 40)) for series in (theirs, ours)]
    assert both[0] == both[1]
    assert [one.utcoffset() for one in both[0]] == [one.utcoffset() for one in both[1]]
    low, high = (made(zone, wall + timedelta(days=days)) for days in (3, 9))
    assert theirs.between(low, high) == list(islice(ours, 3, 9))
    assert ours.next_after(low) == start + timedelta(days=4)
    assert low in ours
    assert theirs.zone_known


def test_a_second_time_of_pytz_is_the_second_one(pytz: Any) -> None:
    """`is_dst` said which; the instant is kept."""
    zone = pytz.timezone("Europe/Paris")
    start = zone.localize(datetime(2026, 10, 25, 2, 30), is_dst=False)
    (first,) = timed(islice(Recurrence.parse(["RRULE:FREQ=DAILY"], start), 1))
    assert (first.utcoffset(), first.fold) == (timedelta(hours=1), 1)


def test_a_fixed_offset_of_pytz_stays_one(pytz: Any) -> None:
    """It names no zone."""
    start = datetime(2026, 3, 27, 9, tzinfo=pytz.FixedOffset(60))
    found = timed(islice(Recurrence.parse(["RRULE:FREQ=DAILY"], start), 4))
    assert {one.utcoffset() for one in found} == {timedelta(hours=1)}


def test_a_named_zone_wins_over_one_of_pytz(pytz: Any) -> None:
    """The instant stays; the series steps in the zone that is named."""
    start = pytz.timezone("US/Eastern").localize(datetime(2026, 1, 5, 3))
    assert Recurrence.parse([], start, zone="Europe/Paris").start == MONDAY


class Odd(tzinfo):
    """A tzinfo that localizes but names no zone."""

    def utcoffset(self, moment: datetime | None, /) -> timedelta:
        """Return an hour."""
        return timedelta(hours=1)

    def dst(self, moment: datetime | None, /) -> timedelta:
        """Return nothing."""
        return timedelta()

    def tzname(self, moment: datetime | None, /) -> None:
        """Return no name."""

    def localize(self, moment: datetime) -> datetime:
        """Do as pytz does."""
        return moment.replace(tzinfo=self)


def test_a_zone_without_a_name_stands_for_itself() -> None:
    """There is nothing that could be looked up."""
    start = datetime(2026, 3, 27, 9, tzinfo=Odd())
    assert next(iter(Recurrence.parse(["RRULE:FREQ=DAILY"], start))) == start


def test_a_start_in_the_second_of_two_equal_hours_is_that_one() -> None:
    """For every question; later starts of the rule take the first again, and an EXDATE removes it."""
    second = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=PARIS)
    series = Recurrence.parse(["RRULE:FREQ=YEARLY;COUNT=2"], second)
    first, later = timed(series)
    assert (first, first.fold, first.utcoffset()) == (second, 1, timedelta(hours=1))
    assert later == datetime(2027, 10, 25, 2, 30, tzinfo=PARIS)
    instant = int(second.timestamp())
    assert series.starts_between_utc(instant - 7200, instant + 7200) == [instant]
    assert series.count() == 2
    assert series.extent_utc() == (instant, int(later.timestamp()))
    without = Recurrence.parse(["RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20261025T013000Z"], second)
    assert [str(one) for one in without] == ["2026-10-26 02:30:00+01:00"]
    hourly = Recurrence.parse(["RRULE:FREQ=HOURLY;COUNT=3"], second)
    assert [one.astimezone(UTC).hour for one in timed(hourly)] == [1, 2, 3]
    assert Recurrence.parse(["RRULE:FREQ=YEARLY;COUNT=2"], second.replace(fold=0)) != series
