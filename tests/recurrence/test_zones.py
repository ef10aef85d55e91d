"""Zones by the names that calendars send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kloudsync.recurrence import resolve_zone
from kloudsync.recurrence.windows_zones import WINDOWS_ZONES


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
        ("(UTC+01:00) Amsterdam, Berlin", 60),
        ("(GMT-03.30) Newfoundland", -210),
        ("Z", 0),
        ("(UTC) Coordinated Universal Time", 0),
        ("tzone://Microsoft/Utc", 0),
    ],
)
def test_offsets_are_zones_too(name: str, minutes: int) -> None:
    """An offset, alone or before a display name, is a zone without changes."""
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
    ],
)
def test_unknown_names_are_nobodys(name: str) -> None:
    """A name that means nothing gives None, whatever characters it has."""
    assert resolve_zone(name) is None


def test_every_windows_name_leads_somewhere() -> None:
    """Each Windows name of the table stands for a zone of the database."""
    assert len(WINDOWS_ZONES) > 130
    for name in WINDOWS_ZONES:
        assert resolve_zone(name) is not None
    assert resolve_zone("UTC") in (UTC, ZoneInfo("UTC"))
