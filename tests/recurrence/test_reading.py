"""Rules as their owner reads them: what differs between iCalendar data and Google."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from dateutil.rrule import rruleset
from hypothesis import assume, given
from hypothesis import strategies as st

from kloudsync.errors import UsageError
from kloudsync.recurrence import GOOGLE, ICALENDAR, Reading, Recurrence, to_rruleset
from kloudsync.recurrence.kinds import kind_in
from kloudsync.recurrence.rule_text import read_rule
from kloudsync.recurrence.windows import Window

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 1, 5, 9, tzinfo=PARIS)


def series(*lines: str, start: date = MONDAY, reading: Reading = GOOGLE) -> Recurrence:
    """Read a series as Google does."""
    return Recurrence.parse(lines, start, reading=reading)


def shown(one: Recurrence) -> list[str]:
    """Return the starts as text, to the minute."""
    return [str(start)[:16] for start in one]


TUESDAYS = "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2"


def test_a_start_that_no_rule_selects_takes_place_at_google_alone() -> None:
    """It is an occurrence in addition to COUNT; iCalendar data has none there."""
    ruled = ["2026-01-06 09:00", "2026-01-13 09:00"]
    assert shown(series(TUESDAYS)) == ["2026-01-05 09:00", *ruled]
    assert shown(series(TUESDAYS, reading=ICALENDAR)) == ruled
    assert shown(series(TUESDAYS, start=MONDAY.date())) == [
        "2026-01-05",
        "2026-01-06",
        "2026-01-13",
    ]


def test_a_start_that_a_rule_selects_is_shown_once() -> None:
    """Google's reading adds nothing to it."""
    assert series("RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3").count() == 3
    assert series("RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3", "RRULE:FREQ=DAILY;COUNT=1").count() == 4


@pytest.mark.parametrize(
    "lines",
    [
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",),
        ("RRULE:FREQ=WEEKLY;UNTIL=20251231T235959Z",),
        ("RRULE:FREQ=MONTHLY;BYDAY=2TU;BYSETPOS=2",),
    ],
)
def test_a_rule_that_selects_nothing_leaves_the_start_alone(lines: tuple[str, ...]) -> None:
    """Every question to the series knows that one occurrence."""
    one = series(*lines)
    assert list(one) == [MONDAY]
    assert one.last() == MONDAY
    assert one.extent_utc() == (int(MONDAY.timestamp()), int(MONDAY.timestamp()))
    assert not list(series(*lines, reading=ICALENDAR))


def test_every_question_knows_the_start() -> None:
    """Windows, neighbours, extent, number and dateutil's set agree with the iteration."""
    one = series(TUESDAYS)
    hour = timedelta(hours=1)
    assert one.between(MONDAY, MONDAY + hour) == [MONDAY]
    assert one.next_after(MONDAY - hour) == MONDAY
    assert one.previous_before(MONDAY + hour) == MONDAY
    assert one.extent_utc() == (int(MONDAY.timestamp()), int(one.last().timestamp()))  # type: ignore[union-attr]
    assert one.count() == 3
    made: rruleset = to_rruleset(one)
    assert list(made) == [start.replace(tzinfo=None) for start in one]  # type: ignore[call-arg]


def test_an_exclusion_removes_the_start() -> None:
    """EXDATE and EXRULE leave out a start that no rule selects, too."""
    assert shown(series(TUESDAYS, "EXDATE:20260105T080000Z"))[0] == "2026-01-06 09:00"
    assert shown(series(TUESDAYS, "EXRULE:FREQ=DAILY;COUNT=1"))[0] == "2026-01-06 09:00"


def test_a_truncated_series_keeps_its_start_only_where_it_lies_before() -> None:
    """No UNTIL of a rule takes the start away, so that it is left out by itself."""
    one = series(TUESDAYS)
    assert shown(one.truncate(before=MONDAY + timedelta(days=3))) == [
        "2026-01-05 09:00",
        "2026-01-06 09:00",
    ]
    assert shown(one.truncate(before=MONDAY + timedelta(hours=1))) == ["2026-01-05 09:00"]
    assert not list(one.truncate(before=MONDAY))
    assert not list(series("RRULE:FREQ=WEEKLY").truncate(before=MONDAY))


@pytest.mark.parametrize("days", range(-1, 12))
def test_both_halves_of_a_divided_series_have_all_its_starts(days: int) -> None:
    """COUNT is shared out between the rule's own starts; that of the series is in one half."""
    one = series(TUESDAYS, "RDATE:20260107T080000Z,20260112T080000Z")
    at = MONDAY + timedelta(days=days)
    if not one.between(at, at + timedelta(days=99)):
        with pytest.raises(UsageError):
            one.split_at(at)
        return
    head, tail = one.split_at(at)
    again = [Recurrence.parse(half.lines(), half.start, reading=GOOGLE) for half in (head, tail)]
    assert [*again[0], *again[1]] == list(one)
    assert all(start < at for start in again[0])


def test_dates_of_a_timed_series_are_midnights_in_utc_at_google() -> None:
    """They leave out and add what starts then; iCalendar data means the day."""
    lines = ("RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260106", "RDATE;VALUE=DATE:20260108")
    one = series(*lines)
    assert shown(one)[1:] == ["2026-01-06 09:00", "2026-01-07 09:00", "2026-01-08 01:00"]
    assert [repair.action for repair in one.repairs] == [
        "took it as midnight in UTC: the series is timed"
    ] * 2
    assert shown(series(*lines, reading=ICALENDAR))[1:] == ["2026-01-07 09:00", "2026-01-08 09:00"]
    midnight = datetime(2026, 1, 5, tzinfo=UTC)
    assert shown(series(*lines[:2], start=midnight)) == ["2026-01-05 00:00", "2026-01-07 00:00"]


def test_dates_of_an_all_day_series_are_dates_everywhere() -> None:
    """Whose reading counts is no matter where nothing is open."""
    lines = ("RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260106")
    found = {
        tuple(shown(series(*lines, start=date(2026, 1, 5), reading=r))) for r in (GOOGLE, ICALENDAR)
    }
    assert found == {("2026-01-05", "2026-01-07")}


@pytest.mark.parametrize(
    ("zone", "instant", "last"),
    [
        ("Europe/Berlin", "20260106T230000Z", "2026-01-07"),
        ("Europe/Berlin", "20260106T225959Z", "2026-01-06"),
        ("Pacific/Auckland", "20260106T110000Z", "2026-01-07"),
        ("America/New_York", "20260107T045959Z", "2026-01-06"),
        ("America/New_York", "20260107T050000Z", "2026-01-07"),
        ("America/New_York", "20260107T000000Z", "2026-01-07"),
        ("Europe/Berlin", "20260106T230000", "2026-01-06"),
        ("Nowhere/At all", "20260106T230000Z", "2026-01-06"),
        (None, "20260106T230000Z", "2026-01-06"),
    ],
)
def test_an_instant_means_its_date_in_the_zone_of_an_all_day_series(
    zone: str | None, instant: str, last: str
) -> None:
    """Exchange writes local midnights in UTC; a midnight of UTC is a date as many write it."""
    start = date(2026, 1, 5)
    until = Recurrence.parse([f"RRULE:FREQ=DAILY;UNTIL={instant}"], start, zone=zone)
    assert str(until.last()) == last
    dated = Recurrence.parse([f"RDATE:{instant}"], start, zone=zone)
    assert str(dated.last()) == last
    without = Recurrence.parse(["RRULE:FREQ=DAILY;COUNT=9", f"EXDATE:{instant}"], start, zone=zone)
    assert date.fromisoformat(last) not in list(without)
    google = Recurrence.parse(
        [f"RRULE:FREQ=DAILY;UNTIL={instant}"], start, zone=zone, reading=GOOGLE
    )
    assert str(google.last()) == f"{instant[:4]}-{instant[4:6]}-{instant[6:8]}"
    assert until.lines() == [f"RRULE:FREQ=DAILY;UNTIL={last.replace('-', '')}"]


def test_readings_can_be_mixed() -> None:
    """Each difference is a switch of its own."""
    mixed = evolve(GOOGLE, name="ours", dates_are_midnights=False)
    one = series(TUESDAYS, "EXDATE;VALUE=DATE:20260106", reading=mixed)
    assert shown(one) == ["2026-01-05 09:00", "2026-01-13 09:00"]


def test_series_of_other_readings_differ() -> None:
    """The same lines are kept apart."""
    assert series(TUESDAYS) != series(TUESDAYS, reading=ICALENDAR)


FREQUENCIES = st.sampled_from(
    [
        "FREQ=WEEKLY;BYDAY=TU,FR",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=MONTHLY;BYMONTHDAY=15",
        "FREQ=MONTHLY;BYDAY=-1SU",
        "FREQ=YEARLY;BYMONTH=10",
        "FREQ=WEEKLY",
    ]
)
BETWEEN = ";UNTIL=20261025T003000Z"
BOUNDS = st.sampled_from(["", ";COUNT=1", ";COUNT=3", BETWEEN, ";UNTIL=20261024T000000Z"])


@given(
    FREQUENCIES,
    BOUNDS,
    st.integers(-72 * 4, 72 * 4),
    st.integers(-96, 96),
    st.integers(0, 200),
    st.sampled_from([GOOGLE, ICALENDAR]),
)
def test_windows_answer_as_the_series_itself(
    rule: str, bound: str, quarters: int, offset: int, length: int, reading: Reading
) -> None:
    """Around a start that may be the second of two equal hours, however it lies to the window."""
    change = int(datetime(2026, 10, 25, 1, tzinfo=UTC).timestamp())
    # An end between the two hours that look alike, of a start in the second: read in two ways.
    assume(not (bound == BETWEEN and 0 <= quarters < 4))
    begin = change + 900 * quarters
    after = begin + 1800 * offset
    start = datetime.fromtimestamp(begin, PARIS)
    one = Recurrence.parse([f"RRULE:{rule}{bound}"], start, reading=reading)
    expected = one.starts_between_utc(after, after + 1800 * length)
    window = Window(kind_in(PARIS).clock, after, after + 1800 * length, reading=reading)
    assert window.instants(read_rule(rule + bound)[0], begin) == expected
    if bound:
        every = [int(at.timestamp()) for at in one if isinstance(at, datetime)]
        assert expected == [at for at in every if after <= at < after + 1800 * length]
