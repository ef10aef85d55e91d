"""Values and instants of all-day, floating and zoned series."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kloudsync.recurrence.gregorian import DAY
from kloudsync.recurrence.kinds import ALL_DAY, FLOATING, kind_in, kind_of, wall_of
from kloudsync.recurrence.stamps import Stamp

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


def test_the_kind_follows_from_the_start() -> None:
    """Dates, naive and aware datetimes have kinds of their own; a zone has one only."""
    assert kind_of(date(2026, 1, 5)) is ALL_DAY
    assert kind_of(datetime(2026, 1, 5)) is FLOATING
    zoned = kind_of(datetime(2026, 1, 5, tzinfo=LORD_HOWE))
    assert zoned is kind_in(LORD_HOWE)
    assert zoned is not kind_in(UTC)
    assert [kind.is_date for kind in (ALL_DAY, FLOATING, zoned)] == [True, False, False]


@given(st.dates())
def test_dates_are_midnights(day: date) -> None:
    """A date and its instant stand for each other."""
    assert ALL_DAY.values([ALL_DAY.instant(day)]) == [day]
    assert ALL_DAY.value(wall_of(day)) == day


@given(st.datetimes())
def test_floating_times_are_their_own_clock(moment: datetime) -> None:
    """A naive datetime and its instant stand for each other, but for fractions."""
    whole = moment.replace(microsecond=0)
    assert FLOATING.values([FLOATING.instant(whole)]) == [whole]
    assert FLOATING.instant(moment) - FLOATING.instant(whole) == (moment != whole)
    assert FLOATING.value(wall_of(moment)) == whole


@given(
    st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2100, 1, 1)),
    st.sampled_from((LORD_HOWE, UTC, timezone(timedelta(hours=-7)), ZoneInfo("Europe/Dublin"))),
)
def test_aware_times_are_instants(moment: datetime, zone: ZoneInfo | timezone) -> None:
    """An aware datetime in any zone comes back in the series' zone."""
    kind = kind_in(zone)
    at = moment.replace(microsecond=0, tzinfo=UTC)
    assert kind.values([kind.instant(at)]) == [at.astimezone(zone)]
    assert kind.instant(at) == int(at.timestamp())


@given(
    st.datetimes(min_value=datetime(2025, 1, 2), max_value=datetime(2027, 1, 1)),
    st.sampled_from((LORD_HOWE, UTC, timezone(timedelta(hours=-7)), ZoneInfo("Europe/Dublin"))),
    st.sampled_from((0, 1)),
    st.integers(0, 40),
)
def test_aware_times_of_the_series_own_zone_are_instants(
    moment: datetime, zone: ZoneInfo | timezone, fold: int, days: int
) -> None:
    """The shortcut that the wall clock allows says what Python's zones say, near changes, too."""
    kind = kind_in(zone)
    here = moment.replace(tzinfo=zone, fold=fold)
    exact = -int((EPOCH - here).total_seconds() // 1)
    assert kind.instant(here) == exact
    kind.clock.offsets(exact - days * DAY, exact + days * DAY)
    assert kind.instant(here) == exact


def test_stamps_are_written_in_the_form_of_their_kind() -> None:
    """DATE where all-day, local DATE-TIME without zone, UTC with one."""
    assert ALL_DAY.stamp(90_000) == Stamp(86_400, utc=False, is_date=True)
    assert FLOATING.stamp(90_000) == Stamp(90_000, utc=False, is_date=False)
    assert kind_in(LORD_HOWE).stamp(90_000) == Stamp(90_000, utc=True, is_date=False)
    assert kind_in(LORD_HOWE).value(0) == datetime(1970, 1, 1, tzinfo=LORD_HOWE)
