"""Zones by the names that calendars send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.recurrence import Recurrence, resolve_zone, zones
from kloudsync.recurrence.zones import stated_offset


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("EUROPE/PARIS", "Europe/Paris"),
        ('"America/New_York"', "America/New_York"),
        ("Romance Standard Time", "Europe/Paris"),
        ("pacific standard time", "America/Los_Angeles"),
        ("Central Standard Time (Mexico)", "America/Mexico_City"),
        ("/example.com/20260101_1/Europe/Berlin", "Europe/Berlin"),
        ("/example.com/America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
    ],
)
def test_names_of_zones_are_resolved(name: str, zone: str) -> None:
    """IANA names in any case, Windows names and vendors' prefixes lead to the zone."""
    assert resolve_zone(name) == ZoneInfo(zone)


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("GMT-07:00", -420),
        ("UTC+2", 120),
        ("utc+05:45", 345),
        ("UTC-15:59", -959),
        ("+0530", 330),
        ("-03:00", -180),
        ("(UTC-02:00) Coordinated Universal Time-02", -120),
        ("(GMT-03.30)", -210),
        ("Z", 0),
        ("(UTC) Coordinated Universal Time", 0),
        ("tzone://Microsoft/Utc", 0),
    ],
)
def test_offsets_are_zones_too(name: str, minutes: int) -> None:
    """An offset, where there is nothing but an offset, is a zone without changes."""
    zone = resolve_zone(name)
    assert zone is not None
    assert zone.utcoffset(datetime(2026, 7, 1)) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Mars/Olympus",
        "Customized Time Zone",
        "UTC+05:60",
        "UTC+16:00",
        "GMT+99",
        "../etc/passwd",
        "America",
        "x" * 999,
        "\0",
        "localtime",
        "posixrules",
        "(UTC+01:00) Nowhere, Elsewhere",
        "(UTC+01:00) Berlin, Tokyo",
        "(UTC+99:00) Berlin",
        "GMT -0500 (Standard) / GMT -0400 (Daylight)",
        "Daylight Time",
    ],
)
def test_unknown_names_are_nobodys(name: str) -> None:
    """A name that means nothing gives None, whatever characters it has."""
    assert resolve_zone(name) is None


@pytest.mark.parametrize(
    ("name", "hours"),
    [("(UTC+01:00) Nowhere", 1), ("(GMT-05:00) Springfield Office", -5), ("UTC+2", 2)],
)
def test_the_offset_of_an_unknown_place_may_be_asked_for(name: str, hours: int) -> None:
    """It is a guess, which whoever takes it has to say."""
    assert stated_offset(name) == timezone(timedelta(hours=hours))


@pytest.mark.parametrize("name", ["Nowhere", "Berlin", "", "(Berlin) +01:00x", "x" * 999])
def test_no_offset_is_stated_where_none_stands(name: str) -> None:
    """A place alone has no offset."""
    assert stated_offset(name) is None


def test_a_start_without_offset_takes_that_of_an_unknown_place() -> None:
    """The zone is told as unknown all the same."""
    rule = Recurrence.parse([], datetime(2026, 1, 5, 9), zone="(UTC+01:00) Nowhere")
    assert (rule.start, rule.zone_known) == (
        datetime(2026, 1, 5, 9, tzinfo=timezone(timedelta(hours=1))),
        False,
    )


def test_dates_in_an_unknown_place_take_its_offset() -> None:
    """Of EXDATE and RDATE with such a TZID the offset is all that is known, and is told so."""
    rule = Recurrence.parse(
        ["RRULE:FREQ=DAILY;COUNT=3", 'EXDATE;TZID="(UTC+01:00) Nowhere; Else":20260106T090000'],
        datetime(2026, 1, 5, 8, tzinfo=UTC),
    )
    assert [start.day for start in rule] == [5, 7]
    assert [repair.action for repair in rule.repairs] == ["took its offset: nobody knows this one"]


def test_a_name_without_end_is_refused_and_not_kept() -> None:
    """What strangers send takes no memory for as long as the process lives."""
    before = zones._resolved.cache_info().currsize
    assert resolve_zone("x" * 100_000) is None
    assert zones._resolved.cache_info().currsize == before


@given(
    name=st.text(max_size=300) | st.from_regex(r"[(\[]?(UTC|GMT)?[+-]?[0-9:. ]{0,9}[)\]]? ?.{0,40}")
)
def test_whatever_stands_for_a_zone_is_a_zone_or_nothing(name: str) -> None:
    """No name of strangers is an error; what is found has an offset of less than a day."""
    for zone in (resolve_zone(name), stated_offset(name)):
        offset = datetime(2026, 1, 5, tzinfo=zone).utcoffset() or timedelta()
        assert abs(offset) < timedelta(days=1)
    assert isinstance(zones.iana_name(name), str)
