"""Where the pattern of a series has an occurrence, told by dates and midnights of somewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kloudsync.providers.microsoft.occurrence_slots import SlotFinder, all_day_slot, oid_date
from kloudsync.recurrence import Recurrence

DAY = date(2026, 3, 9)
ZONES = ("Asia/Tokyo", "Europe/Berlin", "UTC", "America/Los_Angeles", "Pacific/Honolulu")


@pytest.mark.parametrize("zone", ZONES)
def test_a_midnight_means_its_own_date_whoever_is_asked(zone: str) -> None:
    """Trouble 10: up to half a day east or west, no zone is needed to see which date was meant."""
    midnight = datetime(2026, 3, 9, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert all_day_slot(midnight, None) == DAY
    assert all_day_slot(midnight, ZoneInfo(zone)) == DAY


def test_a_midnight_of_the_far_east_needs_its_zone() -> None:
    """That of Tonga is that of Samoa a day before: without a zone, the series decides."""
    midnight = datetime(2026, 3, 9, tzinfo=ZoneInfo("Pacific/Tongatapu")).astimezone(UTC)
    assert all_day_slot(midnight, ZoneInfo("Pacific/Tongatapu")) == DAY
    weekly = SlotFinder(Recurrence.parse(["RRULE:FREQ=WEEKLY"], DAY), UTC)
    assert weekly.of(all_day_slot(midnight, None)) == DAY


def test_a_slot_is_that_of_its_date() -> None:
    """Seconds are cut off, clocks change, and the date stays."""
    start = datetime(2026, 3, 23, 9, 0, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    finder = SlotFinder(Recurrence.parse(["RRULE:FREQ=WEEKLY"], start), ZoneInfo("Europe/Berlin"))
    told = datetime(2026, 3, 30, 7, 0, tzinfo=UTC)
    assert finder.of(told) == start + timedelta(days=7)
    assert finder.on(date(2026, 3, 31)) is None
    assert finder.of(datetime(2026, 3, 31, 7, tzinfo=UTC)) == datetime(2026, 3, 31, 7, tzinfo=UTC)
    assert finder.on(date.max) is None


@pytest.mark.parametrize("name", ["AAMk", "OID.", "OID.AAMk.2026-13-01", "OID.AAMk"])
def test_a_name_without_a_date_names_none(name: str) -> None:
    """Ordinary ids are not taken apart."""
    assert oid_date(name) is None
    assert oid_date(f"OID.a.b/c=.{DAY}") == DAY
