"""Zones by what programs show for them, and by the places that they list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.recurrence import resolve_zone
from kloudsync.recurrence.display_names import DISPLAY_NAMES, OTHER_NAMES, PLACES
from kloudsync.recurrence.windows_zones import WINDOWS_ZONES


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


def test_every_windows_name_leads_somewhere() -> None:
    """Each Windows name of the table stands for a zone of the database."""
    assert len(WINDOWS_ZONES) > 140
    for name in WINDOWS_ZONES:
        assert resolve_zone(name) is not None
    assert resolve_zone("UTC") in (UTC, ZoneInfo("UTC"))
