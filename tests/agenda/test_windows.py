"""The law of windows: a window shows what a full expansion shows there, and in that order."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.agenda.rows import cancelled, moved, series, single
from tests.agenda.shelf import holding, view

from kloudsync.agenda import busy, free, occurrences
from kloudsync.model.occurrence import Interval
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.times import epoch

ZONES = (
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "America/Los_Angeles",
)
RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU",
    "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
    "FREQ=MONTHLY;BYDAY=2TU,-1FR",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=3,11;BYDAY=1SU",
)
FIRST = datetime(2026, 1, 1)
LAST = datetime(2027, 6, 1)


class Fact(NamedTuple):
    """One occurrence by brute force."""

    begins: int
    ends: int
    row: str


@st.composite
def events(draw: st.DrawFn, name: str) -> tuple[list[EventRecord], list[tuple[EventRecord, int]]]:
    """Draw an event with its exceptions, and every start (as stores count) that it has."""
    all_day = draw(st.booleans())
    zone = draw(st.sampled_from(ZONES))
    day = FIRST + timedelta(days=draw(st.integers(0, 200)))
    wall = day + timedelta(minutes=draw(st.integers(0, 95)) * 15)
    start = day.date() if all_day else wall.replace(tzinfo=ZoneInfo(zone))
    length = (
        timedelta(days=draw(st.integers(1, 4)))
        if all_day
        else timedelta(minutes=draw(st.sampled_from([0, 15, 60, 60 * 9, 60 * 50])))
    )
    if draw(st.integers(0, 3)) == 0:
        one = single(name, start, length)
        return [one], [(one, one.start or 0)]
    rule = draw(st.sampled_from(RULES)) + draw(st.sampled_from(["", ";COUNT=5", ";COUNT=40"]))
    master = series(name, start, f"RRULE:{rule}", length=length)
    walls = expanded(rule, day if all_day else wall)
    slots = [epoch(one.date() if all_day else one.replace(tzinfo=ZoneInfo(zone))) for one in walls]
    rows, shown = [master], dict.fromkeys(dict.fromkeys(slots), master)
    chosen = st.lists(st.sampled_from(sorted(shown) or [0]), max_size=4, unique=True)
    for slot in draw(chosen) if shown else []:
        original = datetime.fromtimestamp(slot, UTC)
        shift = timedelta(hours=24 * draw(st.integers(-40, 40)) + 1)
        if draw(st.booleans()):
            rows.append(cancelled(master, original.date() if all_day else original))
        else:
            to = original + shift
            rows.append(
                moved(
                    master,
                    original.date() if all_day else original,
                    to.date() if all_day else to,
                    length,
                )
            )
        del shown[slot]
    extra = [(row, row.start or 0) for row in rows if row.kind == Kind.EXCEPTION]
    return rows, [(row, slot) for slot, row in shown.items()] + extra


def expanded(rule: str, start: datetime) -> list[datetime]:
    """Return the wall times of a rule with dateutil, up to the end of what is asked for here."""
    return list(rrulestr(f"RRULE:{rule}", dtstart=start).between(start, LAST, inc=True))


def facts(shown: list[tuple[EventRecord, int]], zone: str) -> list[Fact]:
    """Return occurrences as instants, days being those of a zone."""
    found = list[tuple[int, bool, str, Fact]]()
    for row, slot in shown:
        length = (row.end or 0) - (row.start or 0)
        begins, ends = slot, slot + length
        if row.all_day:
            begins, ends = midnight(begins, zone), midnight(ends, zone)
        found.append((begins, not row.all_day, row.id, Fact(begins, ends, row.id)))
    return [fact for *_, fact in sorted(found)]


def midnight(seconds: int, zone: str) -> int:
    """Return the instant at which a date begins in a zone."""
    wall = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=ZoneInfo(zone))
    return int(wall.timestamp())


def touches(fact: Fact, low: int, high: int) -> bool:
    """Tell whether an occurrence shows in a window."""
    return fact.begins < high and (fact.ends > low or low <= fact.begins)


CALENDARS = st.tuples(events("a"), events("b"), events("c"))
WINDOWS = st.tuples(
    st.integers(0, 400 * 96).map(lambda n: FIRST.replace(tzinfo=UTC) + timedelta(minutes=15 * n)),
    st.one_of(st.integers(1, 60 * 24), st.integers(1, 60 * 24 * 60)).map(
        lambda n: timedelta(minutes=n)
    ),
)


def check(
    drawn: tuple[tuple[list[EventRecord], list[tuple[EventRecord, int]]], ...],
    zone: str,
    window: tuple[datetime, timedelta],
) -> None:
    """Compare what the agenda says of a window with what a full expansion says."""
    low, high = window[0], window[0] + window[1]
    a, b = int(low.timestamp()), int(high.timestamp())
    store = holding([row for rows, _ in drawn for row in rows], zone=zone)
    expected = [
        fact
        for fact in facts([one for _, shown in drawn for one in shown], zone)
        if touches(fact, a, b)
    ]
    found = occurrences(store, [view()], low, high)
    assert [Fact(one.begins, one.ends, one.record.id) for one in found] == expected

    taken, left = busy(store, [view()], low, high), free(store, [view()], low, high)
    edges = sorted([*taken, *left])
    assert edges[0].start == low
    assert edges[-1].end == high
    assert all(one.end == two.start for one, two in pairwise(edges))
    for kind in (taken, left):
        assert all(one.start < one.end for one in kind)
        assert all(one.end < two.start for one, two in pairwise(kind))
    minutes = {
        minute
        for fact in expected
        for minute in range(max(fact.begins, a) // 60, min(fact.ends, b) // 60)
    }
    assert {minute for one in taken for minute in inside(one)} == minutes


def inside(one: Interval) -> range:
    """Return the minutes since 1970 of an interval; every bound of these tests is a whole one."""
    return range(int(one.start.timestamp()) // 60, int(one.end.timestamp()) // 60)


@settings(max_examples=150, deadline=None)
@given(drawn=CALENDARS, zone=st.sampled_from(ZONES), window=WINDOWS)
def test_a_window_shows_what_a_full_expansion_shows_there(
    drawn: tuple[tuple[list[EventRecord], list[tuple[EventRecord, int]]], ...],
    zone: str,
    window: tuple[datetime, timedelta],
) -> None:
    """Occurrences agree with dateutil walked to the end; busy and free time share the window out."""
    check(drawn, zone, window)


@pytest.mark.long
@settings(max_examples=5_000, deadline=None)
@given(drawn=CALENDARS, zone=st.sampled_from(ZONES), window=WINDOWS)
def test_many_windows_show_what_a_full_expansion_shows_there(
    drawn: tuple[tuple[list[EventRecord], list[tuple[EventRecord, int]]], ...],
    zone: str,
    window: tuple[datetime, timedelta],
) -> None:
    """The same with many more cases."""
    check(drawn, zone, window)
