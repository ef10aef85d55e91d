"""Times are read as Google writes them, and written so that they are read back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.http.json_kinds import Item
from kloudsync.model.oddity import Oddity, seconds_of
from kloudsync.model.times import Time, epoch
from kloudsync.providers.google.times import (
    in_zone,
    is_same_time,
    read_original,
    read_span,
    read_time,
    write_time,
)

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ({"date": "2026-11-27"}, date(2026, 11, 27)),
        ({"date": "2026-11-27", "dateTime": None}, date(2026, 11, 27)),
        ({"dateTime": "2026-11-27T09:00:00Z"}, datetime(2026, 11, 27, 9, tzinfo=UTC)),
        (
            {"dateTime": "2026-11-27T09:00:00-08:00", "timeZone": "Asia/Kolkata"},
            datetime(2026, 11, 27, 17, tzinfo=UTC),
        ),
        (
            {"dateTime": "2026-11-27T09:00:00", "timeZone": "Europe/Paris"},
            datetime(2026, 11, 27, 8, tzinfo=UTC),
        ),
        (
            {"dateTime": "2026-11-27T09:00:00", "timeZone": "GMT-07:00"},
            datetime(2026, 11, 27, 16, tzinfo=UTC),
        ),
        (
            {"dateTime": "2026-11-27T09:00:00", "timeZone": "Nowhere"},
            datetime(2026, 11, 27, 9, tzinfo=UTC),
        ),
        ({"dateTime": "2026-11-27T09:00:00"}, datetime(2026, 11, 27, 9, tzinfo=UTC)),
        (
            {"dateTime": "2026-03-29T02:30:00", "timeZone": "Europe/Paris"},
            datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        ),
    ],
)
def test_a_time_is_a_date_or_an_instant(value: Item, time: Time) -> None:
    """The offset counts; without one the zone beside it does, and UTC without either."""
    assert is_same_time(read_time(value, "start"), time)


@pytest.mark.parametrize(
    ("item", "span"),
    [
        (
            {"start": {"date": "2026-11-27"}},
            (date(2026, 11, 27), date(2026, 11, 28)),
        ),
        (
            {"end": {"date": "2026-11-28"}},
            (date(2026, 11, 27), date(2026, 11, 28)),
        ),
        (
            {"start": {"dateTime": "2026-11-27T09:00:00Z"}},
            (datetime(2026, 11, 27, 9, tzinfo=UTC), datetime(2026, 11, 27, 9, tzinfo=UTC)),
        ),
        (
            {"end": {"dateTime": "2026-11-27T09:00:00Z"}},
            (datetime(2026, 11, 27, 9, tzinfo=UTC), datetime(2026, 11, 27, 9, tzinfo=UTC)),
        ),
        (
            {"start": {"date": "2026-11-27"}, "end": {"date": "2026-11-27"}},
            (date(2026, 11, 27), date(2026, 11, 28)),
        ),
        (
            {
                "start": {"dateTime": "2026-11-27t09:00:00z"},
                "end": {"dateTime": "2026-11-27T09:00:00z"},
            },
            (datetime(2026, 11, 27, 9, tzinfo=UTC), datetime(2026, 11, 27, 9, tzinfo=UTC)),
        ),
    ],
)
def test_a_bound_that_is_left_out_follows_from_the_other(
    item: Item, span: tuple[Time, Time]
) -> None:
    """An all-day event lasts a day, any other takes no time (RFC 5545, section 3.6.1)."""
    assert read_span(item) == span


def test_the_original_start_is_none_where_nothing_tells_it() -> None:
    """Neither the member nor the id does."""
    assert read_original({"originalStartTime": {"date": "soon"}}, "abc") is None


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_times_that_some_zone_could_not_show_are_refused(day: date) -> None:
    """A day from either end of time, a datetime elsewhere on earth would overflow."""
    with pytest.raises(Oddity, match="out of range @ start"):
        seconds_of(day, "start")


def test_a_wall_time_that_no_instant_stands_for_is_refused() -> None:
    """The first hours of the year 1 further east are no instants that Python knows."""
    with pytest.raises(Oddity, match="out of range @ start"):
        read_time({"dateTime": "0001-01-01T00:00:00", "timeZone": "Asia/Tokyo"}, "start")


@pytest.mark.parametrize("name", [None, "", "Nowhere/At all"])
def test_without_a_known_zone_a_time_stays_as_it_is(name: str | None) -> None:
    """The offset that was received is all there is to show."""
    time = datetime(2026, 11, 27, 9, tzinfo=timezone(timedelta(hours=3)))

    assert in_zone(time, name).isoformat() == time.isoformat()


def test_a_time_that_its_zone_cannot_show_stays_as_it_is() -> None:
    """The first hours of the year 1 are still in the year 0 further west."""
    time = datetime(1, 1, 1, tzinfo=UTC)

    assert in_zone(time, "America/New_York") is time


def test_both_passes_of_a_doubled_hour_are_told_apart() -> None:
    """Python compares such datetimes of one zone by their wall time alone."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS)

    assert not is_same_time(first, first.replace(fold=1))
    assert is_same_time(first, first.astimezone(UTC))
    assert not is_same_time(first, date(2026, 10, 25))


INSTANTS = st.datetimes(datetime(1800, 1, 1), datetime(2500, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"])


@given(time=st.dates() | INSTANTS, zone=st.none() | ZONES, extra=st.booleans())
def test_a_time_is_read_back_as_it_was_written(time: Time, zone: str | None, extra: bool) -> None:
    """Whatever the zone and its offset then; members that nobody knows stay."""
    time = in_zone(time, zone)
    received = {"x": 1, "date": "?", "dateTime": "?"} if extra else None

    written = write_time(time, zone, received)

    assert is_same_time(read_time(written, "start"), time)
    assert written.get("timeZone") == zone
    assert ("x" in written) is extra


@given(time=INSTANTS, zone=ZONES)
def test_seconds_are_those_of_the_model(time: datetime, zone: str) -> None:
    """Records and typed events agree on every instant."""
    assert seconds_of(in_zone(time, zone), "start") == epoch(time)
