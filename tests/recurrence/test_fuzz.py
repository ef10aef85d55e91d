"""No input hangs, crashes, or raises anything but what the errors module names."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.errors import RecurrenceError, UnboundedRecurrence, UsageError
from kloudsync.recurrence import Recurrence

FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
INTERVALS = ("0", "1", "2", "7", "59", "61", "19159", "86399", "1000000000", "1" + "0" * 17)
COUNTS = ("0", "1", "2", "100", "100000", "1" + "0" * 9, "1" + "0" * 17)
UNTILS = ("20300101", "20300101T000000Z", "99991231T235959Z", "00010101", "20260105T0900", "2026")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
RANGES = {
    "BYMONTH": (1, 12),
    "BYWEEKNO": (-53, 53),
    "BYYEARDAY": (-366, 366),
    "BYMONTHDAY": (-31, 31),
    "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59),
    "BYSECOND": (0, 60),
    "BYSETPOS": (-366, 366),
}
MORE = (
    "EXDATE:20260105T093015",
    "EXDATE;VALUE=DATE:20260105,20260110",
    "RDATE;TZID=Europe/Paris:20260105T093015",
    "RDATE;VALUE=PERIOD:20260105T000000Z/PT1H",
    "EXRULE:FREQ=DAILY",
    "EXRULE:FREQ=MONTHLY",
)
T = TypeVar("T")
NOISE = ("", ";", ",", "=", "-", "\0", "é", "٣", ":", "\n", "\udcff", "9" * 30)
STARTS = (
    date(2026, 1, 31),
    date(9999, 12, 31),
    datetime(2026, 1, 5, 9, 30, 15),
    datetime(1, 1, 1),
    datetime(9999, 12, 31, 23, 59, 59),
    datetime(1996, 1, 1, tzinfo=UTC),
    datetime(2024, 2, 29, 2, 30, tzinfo=ZoneInfo("America/New_York")),
    datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo("Europe/Paris")),
)


def values(rng: random.Random, name: str) -> str:
    """Return a random list of values for a part."""
    if name == "BYDAY":
        ordinals = ("", "", "", "1", "-1", "5", "53")
        return ",".join(rng.choice(ordinals) + day for day in rng.choices(WEEKDAYS, k=3))
    low, high = RANGES[name]
    return ",".join(str(rng.randint(low, high)) for _ in range(rng.choice((1, 1, 2, 3, 60))))


def lines(rng: random.Random) -> list[str]:
    """Return random lines: valid in half of the cases, some of them hostile."""
    parts = [f"FREQ={rng.choice(FREQUENCIES)}"]
    if rng.random() < 0.4:
        parts.append(f"INTERVAL={rng.choice(INTERVALS)}")
    if rng.random() < 0.15:
        parts.append(f"COUNT={rng.choice(COUNTS)}")
    if rng.random() < 0.1:
        parts.append(f"UNTIL={rng.choice(UNTILS)}")
    parts += [f"{name}={values(rng, name)}" for name in (*RANGES, "BYDAY") if rng.random() < 0.2]
    if rng.random() < 0.05:
        parts += ["RSCALE=GREGORIAN", f"SKIP={rng.choice(('OMIT', 'FORWARD', 'BACKWARD'))}"]
    text = f"RRULE:{';'.join(parts)}"
    if rng.random() < 0.15:
        cut = rng.randrange(len(text))
        text = text[:cut] + rng.choice(NOISE) + text[cut + rng.randint(0, 2) :]
    return [text, rng.choice(MORE)] if rng.random() < 0.2 else [text]


def like(start: date | datetime, moment: datetime) -> date | datetime:
    """Return a moment as a value of the same kind as a start."""
    return moment.replace(tzinfo=start.tzinfo) if isinstance(start, datetime) else moment.date()


def answer(question: Callable[[], T]) -> T | None:
    """Return an answer, or None where it would be too long."""
    with suppress(UnboundedRecurrence):
        return question()
    return None


def probe(texts: list[str], start: date | datetime) -> None:
    """Ask everything that can be asked, and compare the answers with each other."""
    try:
        series = Recurrence.parse(texts, start)
    except RecurrenceError:
        return
    after = like(start, datetime(2030, 3, 1))
    window = answer(lambda: series.between(after, after + timedelta(days=31)))
    first = answer(lambda: list(islice(series, 20)))
    following = answer(lambda: series.next_after(after))
    later = [moment for moment in window or [] if moment > after]
    assert not later or following in (later[0], None)
    previous = answer(lambda: series.previous_before(after))
    assert previous is None or previous < after
    answer(series.extent_utc)
    answer(series.count)
    with suppress(UsageError):
        series.split_at(after)
    again = Recurrence.parse(series.lines(), start)
    if first is not None:
        assert first == sorted(set(first)) == answer(lambda: list(islice(again, 20)))


@pytest.mark.parametrize("block", range(8))
def test_mutated_rules_are_answered_or_refused(block: int) -> None:
    """Valid, broken and hostile rules give consistent answers or the library's own errors."""
    for seed in range(block * 50, block * 50 + 50):
        rng = random.Random(seed)
        probe(lines(rng), rng.choice(STARTS))


@pytest.mark.long
@pytest.mark.parametrize("block", range(8, 100))
def test_many_mutated_rules_are_answered_or_refused(block: int) -> None:
    """Valid, broken and hostile rules give consistent answers or the library's own errors."""
    for seed in range(block * 100, block * 100 + 100):
        rng = random.Random(seed)
        probe(lines(rng), rng.choice(STARTS))


@given(
    st.lists(st.text(max_size=60), max_size=3),
    st.sampled_from(
        ("", "RRULE:", "RDATE:", "EXDATE;TZID=", "RRULE:FREQ=DAILY;", "RDATE:20260105/")
    ),
    st.sampled_from(STARTS),
)
def test_random_text_is_answered_or_refused(
    texts: list[str], prefix: str, start: date | datetime
) -> None:
    """Text of any characters is read or refused, alone or after the begin of a line."""
    probe([prefix + text for text in texts], start)


@given(st.binary(max_size=200), st.sampled_from(STARTS))
def test_random_bytes_are_answered_or_refused(data: bytes, start: date | datetime) -> None:
    """Bytes that were decoded somehow are read or refused."""
    probe([data.decode("latin-1")], start)
    probe([f"RRULE:{data.decode('utf-8', 'surrogateescape')}"], start)


@given(st.text(max_size=40), st.text(max_size=40))
def test_random_names_and_durations_are_answered_or_refused(zone: str, duration: str) -> None:
    """Any zone name has an answer; a duration is read or refused."""
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert Recurrence.parse(["RRULE:FREQ=DAILY"], start, zone=zone).is_endless
    with suppress(RecurrenceError):
        Recurrence.parse(["RRULE:FREQ=DAILY"], start, duration=duration)
