"""Rules become patterns of Graph that mean the same, or are refused."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from tests.providers.microsoft.patterns import NO_END, PATTERNS, STARTS, Item, dates

from kloudsync.errors import RecurrenceError
from kloudsync.providers.microsoft.recurrence_reading import read_rule
from kloudsync.providers.microsoft.recurrence_writing import write_recurrence
from kloudsync.providers.microsoft.wire.codec import codec
from kloudsync.recurrence import Recurrence

BERLIN = ZoneInfo("Europe/Berlin")
NINE = time(9, 30)


def written(*lines: str, start: datetime | date) -> Item:
    """Return the pattern of some lines as it is sent."""
    return codec.dump(write_recurrence(Recurrence.parse(lines, start)))


@given(pattern=PATTERNS, start=STARTS, end=st.sampled_from(["noEnd", "endDate", "numbered"]))
def test_a_pattern_read_is_written_as_the_same_pattern(
    pattern: Item, start: date, end: str
) -> None:
    """There and back, what a kind uses stays, but for days that a month never has."""
    first = next(dates(pattern, start))
    bounds = NO_END | {"type": end, "endDate": f"{first.year + 3}-05-06", "numberOfOccurrences": 7}
    opening = datetime.combine(first, NINE, BERLIN)
    line = read_rule({"pattern": pattern, "range": bounds}, BERLIN, all_day=False)
    back = written(line, start=opening)
    again = read_rule(back, BERLIN, all_day=False)
    assert again == line
    held = {name: value for name, value in back["pattern"].items() if name != "daysOfWeek"}
    if "daysOfWeek" in back["pattern"]:
        assert set(back["pattern"]["daysOfWeek"]) == set(pattern["daysOfWeek"])
    clamped = pattern["dayOfMonth"] > 28 and pattern["type"] == "absoluteYearly"
    alike = {name for name in held if not (name == "dayOfMonth" and clamped)}
    if pattern["type"] == "weekly" and pattern["interval"] == 1:
        alike.discard("firstDayOfWeek")
    assert {name: pattern[name] for name in alike} == {name: held[name] for name in alike}
    assert back["range"]["startDate"] == first.isoformat()
    assert back["range"]["recurrenceTimeZone"] == "Europe/Berlin"


def parts(rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield the parts of a random rule, of which Graph can say about one in three."""
    days = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    frequency = rng.choice(("DAILY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY", "YEARLY"))
    yield "FREQ", frequency
    yield "INTERVAL", rng.choice(("1", "1", "2", "3", "12"))
    if rng.random() < 0.3:
        yield "WKST", rng.choice(days)
    if rng.random() < (0.6 if frequency == "YEARLY" else 0.1):
        yield "BYMONTH", rng.choice(("1", "2", "4", "2,8"))
    if frequency in {"MONTHLY", "YEARLY"} and rng.random() < 0.5:
        shapes = ("5", "28", "29", "30", "31", "-1", "-2", "28,29", "28,29,30", "29,30")
        yield "BYMONTHDAY", rng.choice((*shapes, "28,29,30,31"))
    elif rng.random() < 0.6:
        numbered = frequency in {"MONTHLY", "YEARLY"} and rng.random() < 0.5
        chosen = rng.sample(days, rng.choice((1, 1, 2, 5)))
        number = rng.choice((1, 2, 4, 5, -1, -2)) if numbered else ""
        yield "BYDAY", ",".join(f"{number}{day}" for day in chosen)
    if frequency in {"MONTHLY", "YEARLY"} and rng.random() < 0.4:
        yield "BYSETPOS", str(rng.choice((1, 2, 4, 5, -1, -1, -1, -2)))
    # A bound on a clock of its own would cut elsewhere for dateutil, which compares wall times.
    yield rng.choice((("COUNT", "5"), ("UNTIL", "20300101T233000Z"), ("UNTIL", "20291231T000000")))


def is_said(seed: int) -> bool:
    """Compare what dateutil makes of a random rule and of its pattern; tell whether it has one."""
    rng = random.Random(seed)
    text = ";".join(f"{name}={value}" for name, value in dict(parts(rng)).items())
    opening = datetime(2000, 1, 1, rng.randrange(24), 30) + timedelta(days=rng.randrange(9000))
    begun = Recurrence.parse([f"RRULE:{text}"], opening.replace(tzinfo=BERLIN))
    # dateutil walks to the year 9999 to find that a rule never takes place.
    first = next(iter(begun), None)
    if first is None:
        return False
    series = Recurrence.parse([f"RRULE:{text}"], first)
    try:
        pattern = codec.dump(write_recurrence(series))
    except RecurrenceError:
        return False
    back = read_rule(pattern, BERLIN, all_day=False)
    again = list(islice(Recurrence.parse([back], first), 20))
    assert again == list(islice(series, 20)), (text, back)
    wall = datetime.combine(first, first.time() if isinstance(first, datetime) else time())
    walls = islice(rrulestr(text.replace("Z", ""), dtstart=wall), len(again))
    assert [moment.replace(tzinfo=None) for moment in moments(again)] == list(walls), (text, back)
    return True


def moments(starts: list[date]) -> list[datetime]:
    """Return starts as the datetimes that they are."""
    return [start for start in starts if isinstance(start, datetime)]


@pytest.mark.parametrize("block", range(6))
def test_random_rules_are_said_exactly_or_not_at_all(block: int) -> None:
    """What a pattern is written for takes place when dateutil has the rule take place."""
    said = sum(is_said(seed) for seed in range(block * 400, block * 400 + 400))
    assert 60 < said < 340


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("FREQ=HOURLY", "FREQ=HOURLY"),
        ("FREQ=DAILY;BYHOUR=9,10", "BYHOUR"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO"),
        ("FREQ=YEARLY;BYYEARDAY=31", "BYYEARDAY"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO,SA", "every so many days"),
        ("FREQ=DAILY;BYMONTH=1", "BYMONTH with FREQ=DAILY"),
        ("FREQ=WEEKLY;BYMONTH=1", "BYMONTH with FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,31", "days of the month"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,-2", "days of the month"),
        ("FREQ=MONTHLY", "day 31 of months that have it"),
        ("FREQ=MONTHLY;BYDAY=5SA", "position 5"),
        ("FREQ=MONTHLY;BYDAY=-1SA,-1SU", "several numbered days"),
        ("FREQ=MONTHLY;BYDAY=SA", "position every"),
        ("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=5", "position 5"),
        ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=31", "BYDAY together with BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTH=1,2;BYMONTHDAY=-1", "several months"),
        ("FREQ=MONTHLY;INTERVAL=5;BYMONTH=1;BYMONTHDAY=-1", "every 5 months"),
        ("FREQ=YEARLY;BYMONTHDAY=31", "of a whole year"),
        ("FREQ=YEARLY;BYDAY=5SA", "of a whole year"),
    ],
)
def test_what_no_pattern_says_is_refused_by_name(rule: str, what: str) -> None:
    """The error tells which part it is; nothing is approximated."""
    start = datetime(2026, 1, 31, 9, tzinfo=BERLIN)
    with pytest.raises(RecurrenceError, match="cannot say") as refusal:
        written(f"RRULE:{rule}", start=start)
    assert what in str(refusal.value)


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (["RRULE:FREQ=DAILY", "RDATE:20260305T090000Z"], "RDATE"),
        (["RRULE:FREQ=DAILY", "EXDATE:20260305T080000Z"], "delete those occurrences afterwards"),
        (["RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20260305"], "EXDATE"),
        (["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"], "EXRULE"),
        (["RRULE:FREQ=DAILY", "RRULE:FREQ=MONTHLY"], "2 rules"),
        (["RRULE:FREQ=WEEKLY;BYDAY=TU"], "that the rule does not hit"),
    ],
)
def test_what_stands_beside_a_rule_is_refused(lines: list[str], what: str) -> None:
    """A pattern has no dates of its own, and begins where it hits."""
    with pytest.raises(RecurrenceError) as refusal:
        written(*lines, start=datetime(2026, 3, 2, 9, tzinfo=BERLIN))
    assert what in str(refusal.value)


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=2))])
def test_a_series_needs_a_zone_with_a_name(zone: timezone | None) -> None:
    """Neither a floating series nor one by offset can be said; UTC can."""
    with pytest.raises(RecurrenceError, match="no named zone"):
        written("RRULE:FREQ=DAILY", start=datetime(2026, 3, 2, 9, tzinfo=zone))
    utc = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert written("RRULE:FREQ=DAILY", start=utc)["range"]["recurrenceTimeZone"] == "UTC"


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20260310T083000Z", "2026-03-10"),
        ("20260310T082959Z", "2026-03-09"),
        ("20260310T230000Z", "2026-03-11"),
        ("20260310", "2026-03-10"),
        ("20260310T235959", "2026-03-10"),
    ],
)
def test_the_end_of_a_rule_is_a_whole_date_that_cuts_alike(until: str, last: str) -> None:
    """An UNTIL within a day leaves that day's occurrence in or out, and so does its date."""
    if until == "20260310T230000Z":
        start = datetime(2026, 3, 2, 0, 0, tzinfo=BERLIN)
    else:
        start = datetime(2026, 3, 2, 9, 30, tzinfo=BERLIN)
    pattern = written(f"RRULE:FREQ=DAILY;UNTIL={until}", start=start)
    assert pattern["range"] == {
        "type": "endDate",
        "startDate": "2026-03-02",
        "endDate": last,
        "recurrenceTimeZone": "Europe/Berlin",
    }


def test_whole_days_recur_in_utc() -> None:
    """An all-day series has dates, and its range a zone all the same."""
    pattern = written("RRULE:FREQ=YEARLY;UNTIL=20300302", start=date(2026, 3, 2))
    assert pattern["pattern"] == {
        "type": "absoluteYearly",
        "interval": 1,
        "dayOfMonth": 2,
        "month": 3,
    }
    assert pattern["range"]["endDate"] == "2030-03-02"
    assert pattern["range"]["recurrenceTimeZone"] == "UTC"


def test_a_skip_backward_is_what_graph_does_anyway() -> None:
    """RFC 7529 has a word for it: the day before where a month is too short."""
    start = datetime(2026, 1, 30, 9, tzinfo=BERLIN)
    rule = "RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY=30"
    pattern = written(rule, start=start)
    assert pattern["pattern"]["dayOfMonth"] == 30
    back = Recurrence.parse([read_rule(pattern, BERLIN, all_day=False)], start)
    series = Recurrence.parse([rule], start)
    assert list(islice(back, 30)) == list(islice(series, 30))
    assert all(one < other for one, other in pairwise(islice(back, 30)))
