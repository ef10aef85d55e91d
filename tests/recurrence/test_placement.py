"""Where the first occurrence stands, and how long all of them take."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from kloudsync.errors import RecurrenceError, UsageError
from kloudsync.recurrence import Length, Recurrence

PARIS = ZoneInfo("Europe/Paris")


def test_exact_and_nominal_durations_differ_across_a_change_of_offset() -> None:
    """3.8.5.3: an end gives each occurrence the same exact time, DURATION the same nominal one."""
    start = datetime(2026, 3, 28, 12, tzinfo=PARIS)
    end = start + timedelta(days=1)
    rule = ["RRULE:FREQ=DAILY"]
    assert str(Recurrence.parse(rule, start, end=end).end_of(start)) == "2026-03-29 12:00:00+02:00"
    exact = Recurrence.parse(rule, start, duration="PT24H")
    assert str(exact.end_of(start)) == "2026-03-29 13:00:00+02:00"
    assert exact == Recurrence.parse(rule, start, duration=timedelta(days=1))
    nominal = Recurrence.parse(rule, start, duration="P1D")
    assert str(nominal.end_of(start)) == "2026-03-29 12:00:00+02:00"
    assert nominal.length == Length(1, 0)
    days = Recurrence.parse(rule, date(2026, 3, 28), end=date(2026, 3, 30))
    assert days.length == Length(2, 0)


def test_an_event_cannot_end_before_it_starts() -> None:
    """Negative durations, and an end beside a duration, are refused."""
    start = datetime(2026, 1, 5, 9)
    with pytest.raises(RecurrenceError, match=r"^an event cannot end before it starts$") as caught:
        Recurrence.parse([], start, end=start - timedelta(seconds=1))
    assert caught.value.property_name == "DTEND"
    with pytest.raises(RecurrenceError, match=r"^a duration cannot be negative here: '-PT1H'$"):
        Recurrence.parse([], start, duration="-PT1H")
    with pytest.raises(UsageError, match=r"^an event has an end or a duration, not both$"):
        Recurrence.parse([], start, end=start, duration="PT1H")


def test_a_named_zone_decides_on_which_clock_a_series_steps() -> None:
    """The zone's name overrides the offset of the start; an unknown one leaves the offset."""
    start = datetime(2026, 1, 5, 8, tzinfo=UTC)
    known = Recurrence.parse(["RRULE:FREQ=MONTHLY"], start, zone="Romance Standard Time")
    assert known.zone_known
    assert [str(moment)[11:] for moment in islice(known, 3, 5)] == ["09:00:00+02:00"] * 2
    unknown = Recurrence.parse(["RRULE:FREQ=MONTHLY"], start, zone="Nowhere/Known")
    assert (unknown.zone, unknown.zone_known) == ("Nowhere/Known", False)
    assert [str(moment)[11:] for moment in islice(unknown, 3, 5)] == ["08:00:00+00:00"] * 2
    naive = Recurrence.parse([], datetime(2026, 1, 5, 9), zone="Europe/Paris")
    assert naive.start == datetime(2026, 1, 5, 9, tzinfo=PARIS)
    assert not Recurrence.parse([], date(2026, 1, 5), zone="Nowhere").zone_known
    assert Recurrence.parse([], date(2026, 1, 5), zone="Europe/Paris").zone_known


def test_a_start_that_its_zone_cannot_show_is_refused() -> None:
    """The first moment of year 1 in UTC lies in no year of New York."""
    with pytest.raises(
        RecurrenceError, match=r"^the start lies beyond the years 1 to 9999 in America/New_York$"
    ):
        Recurrence.parse([], datetime.min.replace(tzinfo=UTC), zone="America/New_York")
