"""The rules mean what dateutil says they mean, wherever dateutil follows RFC 5545."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice, takewhile

import pytest
from dateutil.rrule import rrulestr

from kloudsync.recurrence import Recurrence

FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST = 150


def numbers(rng: random.Random, low: int, high: int, most: int, *, signed: bool = False) -> str:
    """Return a list of some numbers of a range, as text."""
    chosen = {rng.randint(low, high) for _ in range(rng.randint(1, most))}
    return ",".join(str(-n if signed and n and rng.random() < 0.4 else n) for n in sorted(chosen))


def weekdays(rng: random.Random, frequency: str) -> str:
    """Return plain or numbered weekdays; dateutil cannot mix them."""
    days = rng.sample(WEEKDAYS, rng.choice((1, 1, 2, 3, 5)))
    if frequency not in {"YEARLY", "MONTHLY"} or rng.random() < 0.5:
        return ",".join(days)
    return ",".join(f"{rng.choice((1, 2, 3, 4, 5, -1, -2, -5))}{day}" for day in days)


def parts(rng: random.Random, frequency: str) -> Iterator[str]:
    """Yield the parts of a random rule that dateutil and RFC 5545 understand alike."""
    yield f"FREQ={frequency}"
    if rng.random() < 0.5:
        yield f"INTERVAL={rng.choice((2, 3, 4, 5, 7, 13, 24, 60, 100))}"
    if rng.random() < 0.3:
        yield f"WKST={rng.choice(WEEKDAYS)}"
    yield from day_parts(rng, frequency)
    for name, highest, likely in (("HOUR", 23, 0.15), ("MINUTE", 59, 0.12), ("SECOND", 59, 0.08)):
        if rng.random() < likely:
            yield f"BY{name}={numbers(rng, 0, highest, 3)}"
    # In the first week dateutil counts positions from the start, not from the week's begin.
    if frequency != "WEEKLY" and rng.random() < 0.2:
        yield f"BYSETPOS={numbers(rng, 1, 4, 2, signed=True)}"
    if rng.random() < 0.3:
        yield f"COUNT={rng.choice((1, 2, 5, 17, 60))}"


def day_parts(rng: random.Random, frequency: str) -> Iterator[str]:
    """Yield parts that select days."""
    # Without BYDAY dateutil takes the whole of BYWEEKNO; a year's last weeks it gets wrong.
    week_no = frequency == "YEARLY" and rng.random() < 0.15
    if rng.random() < 0.25:
        yield f"BYMONTH={numbers(rng, 1, 12, 3)}"
    if rng.random() < 0.25:
        yield f"BYMONTHDAY={numbers(rng, 1, 31, 4, signed=True)}"
    if frequency != "WEEKLY" and rng.random() < 0.1:
        yield f"BYYEARDAY={numbers(rng, 1, 366, 8, signed=True)}"
    if week_no:
        yield f"BYWEEKNO={numbers(rng, 2, 50, 5)}"
    if week_no or rng.random() < 0.4:
        yield f"BYDAY={weekdays(rng, frequency)}"


def case(seed: int) -> tuple[str, datetime]:
    """Return a random rule and start."""
    rng = random.Random(seed)
    start = datetime(2000, 1, 1) + timedelta(seconds=rng.randrange(40 * 366 * 86_400))
    frequency = rng.choices(FREQUENCIES, (3, 4, 3, 4, 2, 1, 1))[0]
    return ";".join(parts(rng, frequency)), start


def horizon(text: str) -> timedelta:
    """Return how far dateutil can walk for a rule in bearable time."""
    if "SECONDLY" in text:
        return timedelta(hours=2)
    return timedelta(days=2 if "MINUTELY" in text else 100 if "HOURLY" in text else 2500)


def check(seed: int) -> bool:
    """Compare one random rule; return whether it has occurrences near its start."""
    text, start = case(seed)
    end = start + horizon(text)
    rule = Recurrence.parse([f"RRULE:{text}"], start)
    ours = list(islice(takewhile(lambda moment: moment < end, rule), MOST))
    if not ours and not text.startswith("FREQ=YEARLY"):
        # dateutil walks to the year 9999, for seconds or hours, to find that there is nothing.
        return False
    try:
        expected = list(islice(rrulestr(text, dtstart=start), len(ours) or 1))
    except ValueError:
        return not ours
    if ours or (expected and expected[0] < end):
        assert ours == expected, text
    check_windows(rule, ours, random.Random(seed))
    return bool(ours)


def check_windows(rule: Recurrence, whole: list[date | datetime], rng: random.Random) -> None:
    """Compare windows and steps with the whole expansion."""
    if len(whole) < 2:
        return
    low, high = sorted(rng.sample(range(len(whole)), 2))
    assert rule.between(whole[low], whole[high]) == whole[low:high]
    assert rule.next_after(whole[low]) == whole[low + 1]
    assert rule.previous_before(whole[high]) == whole[high - 1]


@pytest.mark.parametrize("block", range(10))
def test_random_rules_expand_as_dateutil_expands_them(block: int) -> None:
    """A random rule gives dateutil's starts, whole and in windows."""
    assert sum(check(seed) for seed in range(block * 120, block * 120 + 120)) > 60


@pytest.mark.long
@pytest.mark.parametrize("block", range(10, 60))
def test_many_random_rules_expand_as_dateutil_expands_them(block: int) -> None:
    """A random rule gives dateutil's starts, whole and in windows."""
    assert sum(check(seed) for seed in range(block * 500, block * 500 + 500)) > 250
