"""DATE, DATE-TIME and DURATION values."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.errors import RecurrenceError
from kloudsync.recurrence.gregorian import END_WALL, FIRST_WALL
from kloudsync.recurrence.stamps import (
    Length,
    Stamp,
    read_length,
    read_stamp,
    write_length,
    write_stamp,
)

NINE = int(datetime(2026, 1, 5, 9, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("20260105T090000Z", Stamp(NINE, utc=True, is_date=False)),
        ("20260105T090000", Stamp(NINE, utc=False, is_date=False)),
        ("20260105", Stamp(NINE - 9 * 3600, utc=False, is_date=True)),
        ("2026-01-05T09:00:00Z", Stamp(NINE, utc=True, is_date=False)),
        ("2026-01-05", Stamp(NINE - 9 * 3600, utc=False, is_date=True)),
        ("20260105T0900", Stamp(NINE, utc=False, is_date=False)),
        ("20260105T110000+0200", Stamp(NINE, utc=True, is_date=False)),
        ("2026-01-05T02:00:00-07:00", Stamp(NINE, utc=True, is_date=False)),
        ("20260105T085960Z", Stamp(NINE - 1, utc=True, is_date=False)),
    ],
)
def test_dates_and_times_are_read(text: str, stamp: Stamp) -> None:
    """Basic and extended forms, offsets and leap seconds are understood."""
    assert read_stamp(text) == stamp


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "20260230",
        "20260105T",
        "20260105T250000",
        "20260105T096000",
        "0000101",
        "٢٠٢٦٠١٠٥",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """Days and times that do not exist, and other text, are errors."""
    with pytest.raises(RecurrenceError):
        read_stamp(text)


@given(st.integers(FIRST_WALL, END_WALL - 1), st.booleans())
def test_every_second_of_the_calendar_is_written_and_read(wall: int, utc: bool) -> None:
    """Writing and reading a stamp gives it back."""
    assert read_stamp(write_stamp(wall, utc=utc)) == Stamp(wall, utc=utc, is_date=False)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P1D", Length(1, 0)),
        ("PT24H", Length(0, 86_400)),
        ("P2W", Length(14, 0)),
        ("+P1DT1H30M15S", Length(1, 5415)),
        ("-PT0S", Length(0, 0)),
    ],
)
def test_durations_keep_days_apart_from_hours(text: str, length: Length) -> None:
    """RFC 5545 3.3.6: a day is nominal, 24 hours are exact."""
    assert read_length(text) == length
    assert read_length(write_length(length)) == length


@pytest.mark.parametrize("text", ["", "P", "PT", "1D", "-P1D", "P1H", "PT1", "P99999999999D"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """Other text, and durations below nothing, are errors."""
    with pytest.raises(RecurrenceError):
        read_length(text)
