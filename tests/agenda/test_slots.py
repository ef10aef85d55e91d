"""Slots: where they begin, and the laws that each of them keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.agenda.rows import HOUR, ONE_DAY, at, series, single
from tests.agenda.shelf import hold, holding, view

from kloudsync.agenda import Participant, WorkingHours, busy, find_free, refuse
from kloudsync.errors import RecurrenceError, UsageError
from kloudsync.model.occurrence import Interval
from kloudsync.model.view import CalendarView
from kloudsync.stores import MemoryStore

NEW_YORK, PARIS, KOLKATA = "America/New_York", "Europe/Paris", "Asia/Kolkata"
MINUTE = timedelta(minutes=1)
NOON = time(12)


def wall(moment: datetime, zone: str) -> str:
    """Return what a clock shows at an instant."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


def first_of_each_day(found: Sequence[Interval], zone: str) -> list[str]:
    """Return when the first answer of each day begins."""
    days: dict[date, datetime] = {}
    for one in found:
        days.setdefault(one.start.astimezone(ZoneInfo(zone)).date(), one.start)
    return [wall(start, zone) for start in days.values()]


@pytest.mark.parametrize(
    ("minutes", "midnight"), [(25, "09:10"), (50, "09:10"), (35, "09:20"), (100, "10:00")]
)
def test_the_grid_is_the_same_every_day(minutes: int, midnight: str) -> None:
    """Also where the step does not divide the day: it is counted anew from each midnight."""
    window = at("2026-01-05T00:00", NEW_YORK), at("2026-01-08T00:00", NEW_YORK)
    ask: dict[str, Any] = {"hours": WorkingHours(zone=NEW_YORK), "step": minutes * MINUTE}
    found = list(find_free(holding([]), [view()], 20 * MINUTE, *window, **ask))
    assert first_of_each_day(found, NEW_YORK) == [midnight] * 3
    ask["steps_from"] = "opening"
    found = list(find_free(holding([]), [view()], 20 * MINUTE, *window, **ask))
    assert first_of_each_day(found, NEW_YORK) == ["09:00"] * 3


def test_steps_from_the_opening_begin_with_it() -> None:
    """Hours from half past twelve offer half past twelve, and begin anew after the break."""
    hours = WorkingHours(
        zone=PARIS, opens=time(12, 30), closes=time(17, 30), breaks=[(time(14, 45), time(15, 15))]
    )
    window = at("2026-01-05T00:00", PARIS), at("2026-01-06T00:00", PARIS)
    found = find_free(
        holding([]), [view()], HOUR, *window, hours=hours, step=HOUR, steps_from="opening"
    )
    assert [wall(one.start, PARIS) for one in found] == ["12:30", "13:30", "15:15", "16:15"]


def test_a_zone_without_hours_is_the_clock_of_the_grid_and_of_the_answers() -> None:
    """In India a step of an hour gives full hours, told by the clock there."""
    window = at("2026-01-05T00:00"), at("2026-01-06T00:00")
    found = find_free(holding([]), [view()], HOUR, *window, step=HOUR, zone=KOLKATA)
    assert [f"{one.start:%H:%M %z}" for one in islice(found, 2)] == ["06:00 +0530", "07:00 +0530"]


def test_a_zone_beside_hours_tells_the_answers() -> None:
    """Who lives in New York sees the hours of Paris by the own clock."""
    window = at("2026-01-05T00:00"), at("2026-01-06T00:00")
    hours = WorkingHours(zone=PARIS, closes=NOON)
    (gap,) = find_free(holding([]), [view()], HOUR, *window, hours=hours, zone=NEW_YORK)
    assert f"{gap.start:%H:%M %Z} to {gap.end:%H:%M %Z}" == "03:00 EST to 06:00 EST"


def test_participants_have_hours_of_their_own() -> None:
    """Paris and New York meet in the two hours that both work; each in their own calendars."""
    store = MemoryStore()
    ada, bo, cy = view("ada"), view("bo"), view("cy")
    hold(store, [single("a", at("2026-01-05T15:00", PARIS))], key=ada.key)
    hold(store, [single("b", at("2026-01-05T09:00", NEW_YORK), HOUR / 2)], key=bo.key)
    hold(store, [], key=cy.key)
    party: list[CalendarView | Participant] = [
        Participant(calendars=[ada, cy], hours=WorkingHours(zone=PARIS)),
        Participant(calendars=[bo], hours=[WorkingHours(zone=NEW_YORK)]),
    ]
    window = at("2026-01-05T00:00"), at("2026-01-07T00:00")
    found = find_free(store, party, HOUR, *window, zone=PARIS)
    assert [(f"{one.start:%a %H:%M}", f"{one.end:%H:%M}") for one in found] == [
        ("Mon 16:00", "17:00"),
        ("Tue 15:00", "17:00"),
    ]


def test_a_participant_may_be_any_hour_and_a_calendar_may_stand_alone() -> None:
    """Hours of the question hold for all, those of a participant beside them."""
    store = holding([])
    early = WorkingHours(zone=PARIS, opens=time(8), closes=time(10))
    party: list[CalendarView | Participant] = [
        view(),
        Participant(calendars=[view()]),
        Participant(calendars=[], hours=early),
    ]
    window = at("2026-01-05T00:00"), at("2026-01-06T00:00")
    (gap,) = find_free(store, party, HOUR, *window, hours=WorkingHours(zone=PARIS), zone=PARIS)
    assert (f"{gap.start:%H:%M}", f"{gap.end:%H:%M}") == ("09:00", "10:00")


def test_buffers_stay_free_on_both_sides() -> None:
    """A quarter before and half an hour behind each answer nobody is taken, hours or not."""
    store = holding([single("a", at("2026-01-05T10:00")), single("b", at("2026-01-05T14:00"))])
    hours = WorkingHours(zone="UTC", opens=time(9), closes=time(15))
    window = at("2026-01-05T00:00"), at("2026-01-06T00:00")
    found = find_free(
        store,
        [view()],
        15 * MINUTE,
        *window,
        hours=hours,
        buffer_before=15 * MINUTE,
        buffer_after=30 * MINUTE,
    )
    assert [(f"{one.start:%H:%M}", f"{one.end:%H:%M}") for one in found] == [
        ("09:00", "09:30"),
        ("11:15", "13:30"),
    ]


def test_a_buffer_reaches_over_the_windows_end() -> None:
    """A meeting that begins with the window's end, or ended with its start, keeps its distance."""
    store = holding([single("a", at("2026-01-05T08:00")), single("b", at("2026-01-05T11:00"))])
    window = at("2026-01-05T09:00"), at("2026-01-05T11:00")
    (gap,) = find_free(
        store, [view()], HOUR / 4, *window, buffer_before=HOUR / 2, buffer_after=HOUR / 3
    )
    assert (f"{gap.start:%H:%M}", f"{gap.end:%H:%M}") == ("09:30", "10:40")


def test_an_answer_is_known_in_time() -> None:
    """With two hours' notice nothing is offered before, to the second."""
    window = at("2026-01-05T09:00"), at("2026-01-05T12:00")
    now = at("2026-01-05T08:30:00.5")
    (gap,) = find_free(holding([]), [view()], HOUR, *window, notice=2 * HOUR, now=now)
    assert gap.start == at("2026-01-05T10:30:01")
    assert list(find_free(holding([]), [view()], HOUR, *window, notice=9 * HOUR, now=now)) == []


def test_what_is_not_counted_is_free() -> None:
    """Invitations without answer and whole days may be left out, as for busy time."""
    store = holding(
        [
            single("a", at("2026-01-05T09:00"), raw="unanswered"),
            single("b", date(2026, 1, 5), ONE_DAY),
        ]
    )
    window = at("2026-01-05T09:00"), at("2026-01-05T10:00")
    assert list(find_free(store, [view()], HOUR, *window, unanswered=False)) == []
    assert list(find_free(store, [view()], HOUR, *window, all_day=False)) == []
    found = list(find_free(store, [view()], HOUR, *window, unanswered=False, all_day=False))
    assert found == [Interval(*window)]


def test_nobody_is_free_while_a_series_cannot_be_told() -> None:
    """The others' time is found before it begins; it is named once, though read in parts."""
    store = MemoryStore()
    views = [view("alice"), view("mallory")]
    hold(store, [], key=views[0].key)
    hold(store, [series("m", at("2026-01-05T12:00"), "RRULE:FREQ=SECONDLY")], key=views[1].key)
    window = at("2026-01-05T09:00"), at("2027-01-05T00:00")
    found = find_free(store, views, HOUR, *window)
    assert not found.unexpanded
    assert [(one.start, one.end) for one in found] == [(window[0], at("2026-01-05T12:00"))]
    (lost,) = found.unexpanded
    assert (lost.calendar, lost.series) == (views[1].key, "m")


def test_a_time_that_the_clock_shows_twice_is_offered_once() -> None:
    """And one that it skips is not offered."""
    night = WorkingHours(zone=PARIS, opens=time(1), closes=time(5), weekdays=[6])
    ask: dict[str, Any] = {"hours": night, "step": HOUR / 2, "zone": PARIS}
    for day, expected in {
        "2026-10-25": ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30", "04:00", "04:30"],
        "2026-03-29": ["01:00", "01:30", "03:00", "03:30", "04:00", "04:30"],
    }.items():
        start = at(f"{day}T00:00", PARIS)
        found = find_free(holding([]), [view()], HOUR / 2, start, start + ONE_DAY, **ask)
        assert [f"{one.start:%H:%M}" for one in found] == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"step": timedelta(0)}, "a step of at least a second"),
        ({"step": timedelta(days=2)}, "a step of at most a day"),
        ({"step": HOUR, "steps_from": "noon"}, "'midnight' or from the 'opening'"),
        ({"buffer_before": -HOUR}, "a buffer_before of at least nothing"),
        ({"buffer_after": -HOUR}, "a buffer_after of at least nothing"),
        ({"notice": -HOUR, "now": datetime(2026, 1, 5, tzinfo=UTC)}, "a notice of at least"),
        ({"notice": HOUR}, "a notice counts from now"),
        ({"now": datetime(2026, 1, 5)}, "now is the naive datetime"),
        ({"zone": "Mars"}, "unknown zone 'Mars'"),
        ({"hours": []}, "expected WorkingHours"),
    ],
)
def test_wishes_that_nobody_can_fulfil_are_refused_at_once(
    options: dict[str, Any], message: str
) -> None:
    """Before any answer is taken."""
    window = at("2026-01-05T00:00"), at("2026-01-06T00:00")
    with pytest.raises(UsageError, match=message):
        find_free(MemoryStore(), [view()], HOUR, *window, **options)


ZONES = st.sampled_from([PARIS, NEW_YORK, KOLKATA, "Australia/Lord_Howe", "Pacific/Apia", "UTC"])
TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@st.composite
def hours(draw: st.DrawFn) -> WorkingHours:
    """Return hours of any kind, with a break in half of them."""
    drawn = WorkingHours(
        zone=draw(ZONES),
        opens=draw(TIMES),
        closes=draw(TIMES),
        weekdays=draw(st.sets(st.integers(0, 6), min_size=1)),
    )
    try:
        pause = draw(TIMES), draw(TIMES)
        return WorkingHours(
            zone=drawn.zone,
            opens=drawn.opens,
            closes=drawn.closes,
            weekdays=drawn.weekdays,
            breaks=draw(st.sampled_from([(), (pause,)])),
        )
    except UsageError:
        return drawn


def is_open(ours: WorkingHours, moment: datetime) -> bool:
    """Tell by the wall clock alone whether hours are open at an instant.

    Of an hour that is shown twice it says nothing: hours that began in the first go on.
    """
    shown = moment.astimezone(ZoneInfo(ours.zone))
    if shown.fold:
        return True
    clock, today = shown.time(), shown.weekday() in ours.weekdays
    yesterday = (shown.weekday() - 1) % 7 in ours.weekdays
    if any(_inside(clock, *pause) for pause in ours.breaks):
        return False
    if ours.opens < ours.closes:
        return today and ours.opens <= clock < ours.closes
    return (today and clock >= ours.opens) or (yesterday and clock < ours.closes)


def _inside(clock: time, first: time, last: time) -> bool:
    return first <= clock < last if first < last else clock >= first or clock < last


MEETINGS = st.lists(st.tuples(st.integers(0, 14 * 96), st.integers(1, 12)), max_size=20)
# Two weeks over the change of the clock in Europe, in America, and on Lord Howe Island.
STARTS = st.sampled_from(["2026-03-20", "2026-10-20", "2026-03-03", "2026-04-01", "2026-07-01"])


@settings(max_examples=60)
@given(
    ours=st.lists(hours(), min_size=1, max_size=2),
    theirs=st.lists(hours(), min_size=1, max_size=2),
    meetings=MEETINGS,
    first=STARTS,
    step=st.integers(5, 180),
    size=st.integers(5, 120),
    margins=st.tuples(st.integers(0, 60), st.integers(0, 60)),
    origin=st.sampled_from(["midnight", "opening"]),
)
def test_every_slot_keeps_the_laws(
    ours: list[WorkingHours],
    theirs: list[WorkingHours],
    meetings: list[tuple[int, int]],
    first: str,
    step: int,
    size: int,
    margins: tuple[int, int],
    origin: Any,
) -> None:
    """It lies in everybody's hours, keeps its buffers, and begins on the grid of the day."""
    low = at(f"{first}T00:00")
    high = low + timedelta(days=14)
    rows = [
        single(f"m{number}", low + quarter * 15 * MINUTE, length * 15 * MINUTE)
        for number, (quarter, length) in enumerate(meetings)
    ]
    store = holding(rows)
    party: list[CalendarView | Participant] = [view(), Participant(calendars=[], hours=theirs)]
    before, after = (margin * MINUTE for margin in margins)
    found = list(
        find_free(
            store,
            party,
            size * MINUTE,
            low,
            high,
            hours=ours,
            step=step * MINUTE,
            steps_from=origin,
            buffer_before=before,
            buffer_after=after,
        )
    )
    zone = ours[0].zone
    taken = busy(store, [view()], low - ONE_DAY, high + ONE_DAY)
    assert all(one.start < two.start for one, two in pairwise(found))
    for slot in found:
        assert low <= slot.start
        assert slot.end <= high
        assert slot.end - slot.start == size * MINUTE
        assert not any(
            one.start < slot.end + after and one.end > slot.start - before for one in taken
        )
        for minute in range(0, size, 5):
            moment = slot.start + minute * MINUTE
            assert any(is_open(one, moment) for one in ours)
            assert any(is_open(one, moment) for one in theirs)
        if origin == "midnight":
            shown = slot.start.astimezone(ZoneInfo(zone))
            assert (shown.hour * 60 + shown.minute) % step == 0


@settings(max_examples=30)
@given(ours=hours(), step=st.integers(5, 180), first=STARTS)
def test_no_slot_of_the_grid_is_missed(ours: WorkingHours, step: int, first: str) -> None:
    """Every time of the grid at which the hours are open for long enough is an answer."""
    low = at(f"{first}T00:00")
    high = low + timedelta(days=9)
    found = find_free(holding([]), [view()], 5 * MINUTE, low, high, hours=ours, step=step * MINUTE)
    starts = [one.start for one in found]
    zone = ZoneInfo(ours.zone)
    minutes = (low + number * MINUTE for number in range(9 * 1440 - 5))
    expected: list[datetime] = []
    for moment in minutes:
        shown = moment.astimezone(zone)
        on_grid = (shown.hour * 60 + shown.minute) % step == 0 and not shown.fold
        if on_grid and all(is_open(ours, moment + n * MINUTE) for n in range(5)):
            expected.append(moment)
    assert [one for one in expected if one not in starts] == []


def test_an_error_is_for_whoever_asks_for_it() -> None:
    """As for busy time, while answers are taken."""
    store = holding([series("s", at("2026-01-05T00:00"), "RRULE:FREQ=SECONDLY")])
    window = at("2026-01-05T00:00"), at("2026-01-06T00:00")
    found = find_free(store, [view()], HOUR, *window, skipped=refuse)
    with pytest.raises(RecurrenceError, match="series s of example"):
        next(found)
