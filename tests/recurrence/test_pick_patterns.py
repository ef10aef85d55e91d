"""BYSETPOS picks from each week, month and year what counting on a calendar picks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from kloudsync.recurrence.gregorian import DAY
from kloudsync.recurrence.kinds import wall_of
from kloudsync.recurrence.patterns import WHOLE
from kloudsync.recurrence.pick_patterns import PickPattern, picked
from kloudsync.recurrence.plan import plan
from kloudsync.recurrence.rule_text import read_rule

START = datetime(2025, 12, 1)
"""A Monday, with which a week, a month and three hours begin."""

YEARS = 6
DAYS = [date(START.year, 1, 1) + timedelta(days=n) for n in range(366 * (YEARS + 1))]
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def week(day: date) -> int:
    """Number weeks from that of the start."""
    return (day - START.date()).days // 7


def month(day: date) -> int:
    """Number months from that of the start."""
    return (day.year - START.year) * 12 + day.month - START.month


def year(day: date) -> int:
    """Number years from that of the start."""
    return day.year - START.year


PERIODS: list[tuple[str, Callable[[date], int]]] = [
    ("WEEKLY", week),
    ("MONTHLY", month),
    ("YEARLY", year),
]


@pytest.mark.parametrize(("frequency", "period"), PERIODS, ids=[name for name, _ in PERIODS])
@pytest.mark.parametrize("interval", [1, 2, 3])
@pytest.mark.parametrize("positions", [(1,), (-1,), (2,), (-2, 1, 4), (9,)], ids=str)
@pytest.mark.parametrize("hours", [(0,), (7, 19)], ids=str)
def test_positions_count_within_the_period(
    frequency: str,
    period: Callable[[date], int],
    interval: int,
    positions: tuple[int, ...],
    hours: tuple[int, ...],
) -> None:
    """Through turns of years, for one time of day and for two, in every period and in some."""
    weekdays, months = {0, 2, 4}, {12, 1, 2}
    parts = {
        "FREQ": frequency,
        "INTERVAL": interval,
        "BYDAY": ",".join(WEEKDAYS[day] for day in weekdays),
        "BYMONTH": ",".join(map(str, months)),
        "BYHOUR": ",".join(map(str, hours)),
        "BYSETPOS": ",".join(map(str, positions)),
    }
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    pattern = plan(read_rule(text)[0], wall_of(START), is_date=False)
    assert isinstance(pattern, PickPattern)
    sets: defaultdict[int, list[int]] = defaultdict(list)
    for day in DAYS:
        if period(day) % interval == 0 and day.weekday() in weekdays and day.month in months:
            midnight = wall_of(datetime(day.year, day.month, day.day))
            sets[period(day)] += [midnight + hour * 3600 for hour in hours]
    low, high = wall_of(START), wall_of(START) + YEARS * 365 * DAY
    expected = [wall for walls in sets.values() for wall in picked(walls, positions)]
    assert pattern.between(low, high, WHOLE) == [wall for wall in expected if low <= wall < high]
