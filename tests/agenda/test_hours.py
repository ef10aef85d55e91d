from datetime import time
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.agenda.rows import at

from kloudsync.agenda import WORKWEEK, WorkingHours
from kloudsync.errors import UsageError

PARIS = "Europe/Paris"


def opened(hours: WorkingHours, low: str, high: str) -> list[tuple[str, str]]:
    """Return the working hours between two wall times, as the clock of their zone shows them."""
    span = (int(at(low, hours.zone).timestamp()), int(at(high, hours.zone).timestamp()))
    return [(shown(hours, start), shown(hours, end)) for start, end in hours.within(span)]


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


def test_working_hours_are_cut_to_the_span() -> None:
    """Who asks from ten to eleven gets one hour."""
    hours = WorkingHours(zone=PARIS)
    assert opened(hours, "2026-01-09T10:00", "2026-01-09T11:00") == [("Fri 10:00", "Fri 11:00")]
    assert opened(hours, "2026-01-09T17:00", "2026-01-12T09:00") == []


def test_night_shifts_end_on_the_next_day() -> None:
    """The shift that began before the span counts too."""
    hours = WorkingHours(zone=PARIS, opens=time(22), closes=time(6), weekdays=[4])
    assert opened(hours, "2026-01-10T00:00", "2026-01-17T00:00") == [
        ("Sat 00:00", "Sat 06:00"),
        ("Fri 22:00", "Sat 00:00"),
    ]


def test_hours_around_the_clock_are_one_span() -> None:
    """Days that touch are not told apart."""
    hours = WorkingHours(zone=PARIS, opens=time(0), closes=time(0), weekdays=range(7))
    assert opened(hours, "2026-01-09T10:00", "2026-01-20T11:00") == [("Fri 10:00", "Tue 11:00")]


def test_hours_follow_the_wall_clock_across_transitions() -> None:
    """Nine o'clock is an hour earlier in UTC once summer begins."""
    hours = WorkingHours(zone=PARIS)
    low, high = (int(at(f"2026-03-{day}T00:00").timestamp()) for day in (27, 31))
    assert [start - low for start, _ in hours.within((low, high))] == [
        8 * 3600,
        3 * 86_400 + 7 * 3600,
    ]


def test_hours_are_found_lazily() -> None:
    """A span of ages costs nothing until it is walked."""
    hours = WorkingHours(zone=PARIS)
    assert len(list(islice(hours.within((0, 2**36)), 3))) == 3


@pytest.mark.parametrize(
    ("zone", "weekdays"),
    [("Mars/Olympus", [0]), (ZoneInfo(PARIS), [0]), (PARIS, [7]), (PARIS, [])],
)
def test_hours_nobody_can_keep_are_refused(zone: Any, weekdays: list[int]) -> None:
    """Unknown zones, zones that are not named and weekdays are the caller's mistake."""
    with pytest.raises(UsageError):
        WorkingHours(zone=zone, weekdays=weekdays)
