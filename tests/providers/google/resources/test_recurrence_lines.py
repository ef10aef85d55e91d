from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kloudsync.errors import RecurrenceError
from kloudsync.providers.google.resources.recurrence_lines import check_recurrence
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.times import EventDateTime

TIMED = EventDateTime(date_time=datetime(2026, 1, 5, 9, tzinfo=UTC), time_zone="Europe/Paris")
ALL_DAY = EventDateTime(date=date(2026, 1, 5))


def check(line: str, start: EventDateTime = TIMED) -> None:
    """Judge one line of an event."""
    check_recurrence(Event(start=start, end=start, recurrence=["RRULE:FREQ=DAILY", line]))


@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU;WKST=SU;COUNT=8",
        "RRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20301231T235959Z",
        "RRULE:FREQ=DAILY;UNTIL=20301231",
        "RRULE:FREQ=DAILY;UNTIL=20301231T090000",
        "rrule:freq=daily",
        "EXDATE;TZID=Europe/Paris:20260106T090000,20260107T090000",
        "EXDATE;VALUE=DATE:20260106",
        "RDATE:20260106T090000Z",
        "EXRULE:FREQ=WEEKLY",
    ],
)
@pytest.mark.parametrize("start", [TIMED, ALL_DAY], ids=["timed", "all-day"])
def test_lines_that_the_service_takes_are_sent(line: str, start: EventDateTime) -> None:
    """Dates of another kind than the series' too: the service has a reading for them."""
    check(line, start)


def test_a_patch_may_carry_lines_alone() -> None:
    """Without a start the lines are judged by themselves."""
    check_recurrence(Event(recurrence=["RRULE:FREQ=DAILY;UNTIL=20301231"]))


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("hello", 5),
        ("", 0),
        ("RRULE:", 6),
        ("FREQ=DAILY", 0),
        ("RRULE:FREQ=FOO", 11),
        ("RRULE:FREQ=DAILY;COUNT=0", 23),
        ("RRULE:FREQ=DAILY;COUNT=1;COUNT=2", 25),
        ("RRULE:FREQ=DAILY;COUNT=1;UNTIL=20301231", 0),
        ("RRULE:FREQ=DAILY;INTERVAL=0", 26),
        ("RRULE:FREQ=DAILY;BYDAY=XX", 23),
        ("RRULE:FREQ=DAILY;X-FOO=1", 17),
        ("RRULE:FREQ=DAILY;BYMONTH=", 25),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=32", 30),
        ("EXDATE:20260230", 7),
        ("EXDATE;TZID=Nowhere/City:20260106T090000", 7),
        ("EXDATE:", 0),
    ],
)
def test_garbage_is_refused_with_its_column(line: str, column: int) -> None:
    """The service says no more than that a rule is invalid; this says where."""
    with pytest.raises(RecurrenceError) as caught:
        check(line)
    assert caught.value.column == column
    assert repr(line) in str(caught.value)


def test_a_negative_count_is_refused() -> None:
    """What is repaired where it is received is not sent."""
    with pytest.raises(RecurrenceError, match="COUNT=-1"):
        check("RRULE:FREQ=DAILY;COUNT=-1")
