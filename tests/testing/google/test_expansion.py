from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from kloudsync.testing.google.expansion import (
    STEPS,
    has_slot,
    ruled_before,
    slots,
    slots_until,
    split_dates,
)
from kloudsync.testing.google.times import Moment

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 3, 27, 9, tzinfo=PARIS)


def first(start: Moment, *lines: str, count: int = 4) -> list[str]:
    """List the first starts of a series."""
    return [slot.isoformat() for slot in islice(slots(start, lines), count)]


def test_series_keep_their_wall_time_across_transitions() -> None:
    """Nine in the morning stays nine in the morning."""
    assert first(START, "RRULE:FREQ=DAILY")[1:3] == [
        "2026-03-28T09:00:00+01:00",
        "2026-03-29T09:00:00+02:00",
    ]


def test_until_is_inclusive_in_utc() -> None:
    """An occurrence that starts at UNTIL belongs to the series."""
    assert len(first(START, "RRULE:FREQ=DAILY;UNTIL=20260329T070000Z")) == 3
    assert len(first(START, "RRULE:FREQ=DAILY;UNTIL=20260329T065959Z")) == 2


def test_until_as_a_date_includes_its_day() -> None:
    """A timed series may end with a date."""
    assert len(first(START, "RRULE:FREQ=DAILY;UNTIL=20260329")) == 3


def test_all_day_series_are_dates() -> None:
    """The occurrences of an all-day series are dates; UNTIL may be a date-time."""
    start = date(2026, 3, 27)
    assert first(start, "RRULE:FREQ=DAILY;UNTIL=20260328") == ["2026-03-27", "2026-03-28"]
    assert first(start, "RRULE:FREQ=DAILY;UNTIL=20260328T000000Z") == ["2026-03-27", "2026-03-28"]


def test_dates_come_in_every_spelling() -> None:
    """RDATE and EXDATE may be in UTC, in another zone, without one, or dates: midnights in UTC."""
    assert first(
        START,
        "EXDATE;TZID=America/New_York:20260328T040000",
        "RRULE:FREQ=DAILY;COUNT=4",
        "EXDATE:20260329T070000Z",
        "RDATE:20260401T150000",
        "RDATE;VALUE=DATE:20260402",
    ) == [
        "2026-03-27T09:00:00+01:00",
        "2026-03-30T09:00:00+02:00",
        "2026-04-01T15:00:00+02:00",
        "2026-04-02T02:00:00+02:00",
    ]


def test_an_exclusion_by_date_leaves_a_timed_occurrence() -> None:
    """As midnight in UTC it names no occurrence of the morning."""
    lines = ["RRULE:FREQ=DAILY;COUNT=2", "EXDATE;VALUE=DATE:20260328"]
    assert len(first(START, *lines)) == 2


def test_a_start_that_no_rule_selects_takes_place_beside_count() -> None:
    """The start of a series is its first occurrence, whatever the rule says."""
    assert first(START, "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2") == [
        "2026-03-27T09:00:00+01:00",
        "2026-03-30T09:00:00+02:00",
        "2026-04-06T09:00:00+02:00",
    ]


def test_a_rule_that_is_over_before_its_start_leaves_the_start() -> None:
    """A series whose UNTIL has passed shows once."""
    assert first(START, "RRULE:FREQ=DAILY;UNTIL=20260301T000000Z") == [START.isoformat()]


def test_an_excluded_start_does_not_take_place() -> None:
    """EXDATE removes a start that no rule selects, too."""
    lines = ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=1", "EXDATE;TZID=Europe/Paris:20260327T090000"]
    assert first(START, *lines) == ["2026-03-30T09:00:00+02:00"]


def test_a_start_in_the_second_of_two_equal_hours_stays_there() -> None:
    """The offset of the start says which of two equal times it means."""
    start = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1)
    assert first(start, "RRULE:FREQ=DAILY;COUNT=2") == [
        "2026-10-25T02:30:00+01:00",
        "2026-10-26T02:30:00+01:00",
    ]


def test_a_series_of_dates_begins_with_its_start() -> None:
    """Without a rule the start is the first occurrence."""
    assert first(START, "RDATE:20260401T150000,20260403T150000")[0] == START.isoformat()


def test_lines_that_are_no_rules_are_skipped() -> None:
    """A line left by a bad import yields nothing."""
    assert first(START, "RRULE:DATE;TZID=Europe/Paris", "RRULE:FREQ=DAILY;COUNT=1") == [
        START.isoformat()
    ]


def test_no_slot_comes_twice() -> None:
    """A date that the rule yields too is one occurrence."""
    assert len(first(START, "RRULE:FREQ=DAILY;COUNT=2", "RDATE:20260328T090000")) == 2


def test_slots_are_found_by_instant() -> None:
    """A slot is the same in whatever zone it is written, and a date is no time."""
    lines = ["RRULE:FREQ=DAILY"]
    assert has_slot(START, lines, datetime(2026, 3, 29, 7, tzinfo=ZoneInfo("UTC")))
    assert not has_slot(START, lines, datetime(2026, 3, 29, 8, tzinfo=ZoneInfo("UTC")))
    assert not has_slot(START, lines, date(2026, 3, 29))


def test_the_last_slot_is_included() -> None:
    """Listing up to a slot includes it."""
    last = datetime(2026, 3, 29, 9, tzinfo=PARIS)
    assert slots_until(START, ["RRULE:FREQ=DAILY"], last)[-1] == last


def test_counts_count_excluded_occurrences() -> None:
    """What EXDATE removes has used up its part of COUNT."""
    lines = ["RRULE:FREQ=DAILY;COUNT=9", "EXDATE:20260328T090000"]
    assert ruled_before(START, lines, datetime(2026, 3, 30, 9, tzinfo=PARIS)) == 3


def test_a_start_that_no_rule_selects_uses_up_no_count() -> None:
    """COUNT counts what the rule selects."""
    lines = ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=9"]
    assert ruled_before(START, lines, datetime(2026, 4, 6, 9, tzinfo=PARIS)) == 1


def test_dates_of_a_split_series_go_to_their_halves() -> None:
    """Rules go to both halves, each date to the one that it lies in."""
    lines = ["RRULE:FREQ=DAILY", "EXDATE;TZID=Europe/Paris:20260328T090000,20260401T090000"]
    assert split_dates(START, lines, datetime(2026, 3, 30, 9, tzinfo=PARIS)) == (
        ["RRULE:FREQ=DAILY", "EXDATE;TZID=Europe/Paris:20260328T090000"],
        ["RRULE:FREQ=DAILY", "EXDATE;TZID=Europe/Paris:20260401T090000"],
    )


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=HOURLY;INTERVAL=999999999",
        "FREQ=MINUTELY;INTERVAL=1440;BYHOUR=3",
        "FREQ=FOO",
        "FREQ=DAILY;BYDAY=XX",
    ],
)
def test_no_rule_is_walked_for_ever(rule: str) -> None:
    """What never ends, never comes or makes no sense ends the walk all the same."""
    assert sum(1 for _ in slots(START, [f"RRULE:{rule}"])) <= STEPS + 1
