"""Zones by the names that calendars send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.recurrence import Recurrence, resolve_zone, zones
from kloudsync.recurrence.display_names import DISPLAY_NAMES, OTHER_NAMES, PLACES
from kloudsync.recurrence.windows_zones import WINDOWS_ZONES
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
    ("name", "zone"),
    [
        ("(GMT) Greenwich Mean Time: Dublin, Edinburgh, Lisbon, London", "Europe/London"),
        ("(GMT+01.00) Paris/Madrid/Brussels/Copenhagen", "Europe/Paris"),
        ("(GMT+02.00) Athens / Istanbul / Minsk", "Europe/Bucharest"),
        ("[GMT+01:00] Oslo", "Europe/Oslo"),
        ("GMT+01:00 Berlin", "Europe/Berlin"),
        ("Berlin (GMT+1)", "Europe/Berlin"),
        ("Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"),
        (r"(UTC+01:00) Amsterdam\, Berlin\, Bern\, Rome\, Stockholm\, Vienna", "Europe/Berlin"),
        ("(UTC-08:00) Pacific Time (US &amp; Canada)", "America/Los_Angeles"),
        ("Pacific Time (US and Canada)", "America/Los_Angeles"),
        ("Pacific Time (Canada)", "America/Vancouver"),
        ("(GMT-05:00) Eastern Time - New York", "America/New_York"),
        ("(UTC+03:00) Moscow, St. Petersburg, Volgograd (RTZ 2)", "Europe/Moscow"),
        ("(GMT-06:00) Guadalajara, Mexico City, Monterrey - Old", "America/Mexico_City"),
        ("(UTC-11:00) Midway Island, Samoa", "Pacific/Pago_Pago"),
        ("(UTC+13:00) Samoa", "Pacific/Apia"),
        ("Europe/Berlin 1", "Europe/Berlin"),
        ("W. Europe Summer Time", "Europe/Berlin"),
        ("Mexico Standard Time 2", "America/Mazatlan"),
        ("Mitteleuropäische Zeit", "Europe/Berlin"),
        ("/example.org/20260101/Egypt", "Egypt"),
        ("right/Europe/Berlin", "Europe/Berlin"),
    ],
)
def test_names_that_programs_show_are_resolved(name: str, zone: str) -> None:
    """Offsets, editions, seasons, numbers and spellings around the name of a place are taken off."""
    assert resolve_zone(name) == ZoneInfo(zone)


@pytest.mark.parametrize(
    "places",
    [
        "Brüssel, Kopenhagen, Madrid, Paris",
        "Bruxelles, Copenhague, Madrid, Paris",
        "Bruselas, Copenhague, Madrid, París",
        "Belgrad, Bratislava (Pressburg), Budapest, Ljubljana, Prag",
        "Amsterdam, Berlino, Berna, Roma, Stoccolma, Vienna",
        "Paris, Lutetia, Madrid",
    ],
)
def test_lists_of_places_in_other_languages_mean_the_zone_of_all(places: str) -> None:
    """Most of the places have to be known, and all of those to have the same clock."""
    zone = resolve_zone(f"(UTC+01:00) {places}")
    assert isinstance(zone, ZoneInfo)
    offsets = [datetime(2026, month, 5, tzinfo=zone).utcoffset() for month in (1, 7)]
    assert offsets == [timedelta(hours=1), timedelta(hours=2)]


@pytest.mark.parametrize("prefix", ["", "(UTC+05:00) ", "(GMT-03.30) ", "(UTC) ", "[GMT+1] "])
def test_what_windows_shows_means_the_same_behind_any_offset(prefix: str) -> None:
    """The place counts: Windows changes offsets when governments do, programs keep the old text."""
    for name, meant in DISPLAY_NAMES:
        zone = resolve_zone(prefix + name)
        assert isinstance(zone, ZoneInfo), name
        assert zone.key == WINDOWS_ZONES.get(meant.lower(), meant), name


@given(name=st.sampled_from([*PLACES, *OTHER_NAMES, *DISPLAY_NAMES]), hours=st.integers(-12, 14))
def test_a_name_that_names_a_place_never_gives_a_fixed_offset(
    name: tuple[str, str], hours: int
) -> None:
    """Whatever stands before it, the zone is one of the database."""
    assert isinstance(resolve_zone(f"(UTC{hours:+03}:00) {name[0]}"), ZoneInfo)


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


def test_every_windows_name_leads_somewhere() -> None:
    """Each Windows name of the table stands for a zone of the database."""
    assert len(WINDOWS_ZONES) > 140
    for name in WINDOWS_ZONES:
        assert resolve_zone(name) is not None
    assert resolve_zone("UTC") in (UTC, ZoneInfo("UTC"))


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
