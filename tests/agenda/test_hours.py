from datetime import time
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.agenda.rows import at

from kloudsync.agenda import WORKWEEK, Participant, WorkingHours
from kloudsync.agenda.openings import openings
from kloudsync.errors import UsageError

PARIS = "Europe/Paris"


def opened(hours: WorkingHours, low: str, high: str) -> list[tuple[str, str]]:
    """Return the working hours between two wall times, as the clock of their zone shows them."""
    span = (int(at(low, hours.zone).timestamp()), int(at(high, hours.zone).timestamp()))
    found = openings([[hours]], span)
    return [(shown(hours, start), shown(hours, end)) for start, end in found]


def shown(hours: WorkingHours, second: int) -> str:
    """Return the weekday and the time of an instant."""
    moment = at("1970-01-01T00:00").fromtimestamp(second, at("2026-01-01T00:00", hours.zone).tzinfo)
    return f"{moment:%a %H:%M}"


def test_working_hours_leave_out_nights_and_weekends() -> None:
    """From Friday to Monday there are two days of work."""
    hours = WorkingHours(zone=PARIS)
    assert hours.weekdays == WORKWEEK
    assert opened(hours, "2026-01-09T00:00", "2026-01-13T00:00") == [
        ("Fri 09:00", "Fri 17:00"),
        ("Mon 09:00", "Mon 17:00"),
    ]


def test_working_hours_are_those_that_touch_the_span() -> None:
    """They are not cut to it; before nine and from five on there are none."""
    hours = WorkingHours(zone=PARIS)
    assert opened(hours, "2026-01-09T10:00", "2026-01-09T11:00") == [("Fri 09:00", "Fri 17:00")]
    assert opened(hours, "2026-01-09T17:00", "2026-01-12T09:00") == []


def test_night_shifts_end_on_the_next_day() -> None:
    """The shift that began before the span counts too."""
    hours = WorkingHours(zone=PARIS, opens=time(22), closes=time(6), weekdays=[4])
    assert opened(hours, "2026-01-10T00:00", "2026-01-17T00:00") == [
        ("Fri 22:00", "Sat 06:00"),
        ("Fri 22:00", "Sat 06:00"),
    ]


def test_a_break_divides_a_day() -> None:
    """Lunch, and two pauses of a night shift, one on each side of midnight."""
    day = WorkingHours(zone=PARIS, breaks=[(time(12), time(13, 30))])
    assert opened(day, "2026-01-09T00:00", "2026-01-10T00:00") == [
        ("Fri 09:00", "Fri 12:00"),
        ("Fri 13:30", "Fri 17:00"),
    ]
    pauses = [(time(23, 30), time(0, 30)), (time(3), time(4))]
    night = WorkingHours(zone=PARIS, opens=time(22), closes=time(6), weekdays=[4], breaks=pauses)
    assert opened(night, "2026-01-09T20:00", "2026-01-11T00:00") == [
        ("Fri 22:00", "Fri 23:30"),
        ("Sat 00:30", "Sat 03:00"),
        ("Sat 04:00", "Sat 06:00"),
    ]


def test_a_break_may_lie_at_either_end() -> None:
    """What is left is what counts, and nothing may be left."""
    hours = WorkingHours(zone=PARIS, breaks=[(time(9), time(10)), (time(16), time(17))])
    assert opened(hours, "2026-01-09T00:00", "2026-01-10T00:00") == [("Fri 10:00", "Fri 16:00")]
    shut = WorkingHours(zone=PARIS, breaks=[(time(9), time(17))])
    assert opened(shut, "2026-01-09T00:00", "2026-02-10T00:00") == []


@pytest.mark.parametrize(
    "breaks",
    [
        [(time(8), time(10))],
        [(time(16), time(18))],
        [(time(13), time(12))],
        [(time(12), time(12))],
        [(time(14), time(15)), (time(12), time(13))],
        [(time(12), time(14)), (time(13), time(15))],
    ],
)
def test_breaks_that_cannot_be_kept_are_refused(breaks: list[tuple[time, time]]) -> None:
    """Outside of the hours, without length, out of order, or into each other."""
    with pytest.raises(UsageError, match="expected breaks"):
        WorkingHours(zone=PARIS, breaks=breaks)


def test_days_may_differ() -> None:
    """Several hours together say what each day has; those that overlap are one."""
    hours = [
        WorkingHours(zone=PARIS, weekdays=[0, 1, 2, 3]),
        WorkingHours(zone=PARIS, closes=time(13), weekdays=[4]),
        WorkingHours(zone=PARIS, opens=time(11), closes=time(15), weekdays=[4]),
        WorkingHours(zone=PARIS, opens=time(18), closes=time(20), weekdays=[4]),
    ]
    span = int(at("2026-01-08T00:00").timestamp()), int(at("2026-01-12T00:00").timestamp())
    assert [tuple(shown(hours[0], edge) for edge in one) for one in openings([hours], span)] == [
        ("Thu 09:00", "Thu 17:00"),
        ("Fri 09:00", "Fri 15:00"),
        ("Fri 18:00", "Fri 20:00"),
    ]


def test_hours_of_several_people_are_those_in_common() -> None:
    """Paris and New York have the end of one afternoon and the begin of one morning."""
    new_york = WorkingHours(zone="America/New_York")
    span = int(at("2026-01-08T00:00").timestamp()), int(at("2026-01-09T00:00").timestamp())
    both = openings([[WorkingHours(zone=PARIS)], [new_york]], span)
    assert [tuple(shown(new_york, edge) for edge in one) for one in both] == [
        ("Thu 09:00", "Thu 11:00")
    ]


def test_hours_that_never_meet_come_to_an_end() -> None:
    """A span of centuries without an answer is walked once."""
    monday = WorkingHours(zone=PARIS, weekdays=[0])
    tuesday = WorkingHours(zone=PARIS, weekdays=[1])
    assert list(openings([[monday], [tuesday]], (0, 200 * 365 * 86_400))) == []


def test_days_around_the_clock_follow_each_other() -> None:
    """Each begins by itself, where the one before ends."""
    hours = WorkingHours(zone=PARIS, opens=time(), closes=time(), weekdays=range(7))
    assert opened(hours, "2026-03-28T10:00", "2026-03-30T00:00") == [
        ("Sat 00:00", "Sun 00:00"),
        ("Sun 00:00", "Mon 00:00"),
    ]


def test_hours_follow_the_wall_clock_across_transitions() -> None:
    """Nine o'clock is an hour earlier in UTC once summer begins."""
    hours = WorkingHours(zone=PARIS)
    low, high = (int(at(f"2026-03-{day}T00:00").timestamp()) for day in (27, 31))
    assert [start - low for start, _ in openings([[hours]], (low, high))] == [
        8 * 3600,
        3 * 86_400 + 7 * 3600,
    ]


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        (time(1, 30), time(2, 30), [("Sun 01:30", "Sun 03:00")]),
        (time(2, 30), time(4), [("Sun 03:00", "Sun 04:00")]),
        (time(2, 15), time(2, 45), []),
        (time(1), time(3), [("Sun 01:00", "Sun 03:00")]),
    ],
)
def test_hours_over_a_spring_gap_end_by_the_wall_clock(
    opens: time, closes: time, expected: list[tuple[str, str]]
) -> None:
    """At two the clock shows three: half past two is over by then, and begins then."""
    hours = WorkingHours(zone="America/New_York", opens=opens, closes=closes, weekdays=[6])
    assert opened(hours, "2024-03-10T00:00", "2024-03-11T00:00") == expected


def test_a_day_that_a_zone_skipped_has_no_hours() -> None:
    """Samoa went from Thursday to Saturday in December 2011."""
    hours = WorkingHours(zone="Pacific/Apia", weekdays=range(7))
    assert opened(hours, "2011-12-29T00:00", "2012-01-01T00:00") == [
        ("Thu 09:00", "Thu 17:00"),
        ("Sat 09:00", "Sat 17:00"),
    ]


def test_hours_are_found_lazily() -> None:
    """A span of ages costs nothing until it is walked."""
    hours = WorkingHours(zone=PARIS)
    assert len(list(islice(openings([[hours]], (0, 2**36)), 3))) == 3


@pytest.mark.parametrize("hours", [[], ["9-17"], 9, [WorkingHours(zone=PARIS), None]])
def test_what_is_no_hours_is_refused(hours: Any) -> None:
    """Also for a participant, at once."""
    with pytest.raises((UsageError, TypeError)):
        Participant(calendars=[], hours=hours)


@pytest.mark.parametrize(
    ("zone", "weekdays"),
    [("Mars/Olympus", [0]), (ZoneInfo(PARIS), [0]), (PARIS, [7]), (PARIS, [])],
)
def test_hours_nobody_can_keep_are_refused(zone: Any, weekdays: list[int]) -> None:
    """Unknown zones, zones that are not named and weekdays are the caller's mistake."""
    with pytest.raises(UsageError):
        WorkingHours(zone=zone, weekdays=weekdays)
