"""Zones by what programs show for them to people, and by the places that they list.

The tables are long, and calendars that name zones as IANA does never need them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from kloudsync.recurrence.display_names import DISPLAY_NAMES, OTHER_NAMES, PLACES
from kloudsync.recurrence.windows_zones import WINDOWS_ZONES
from kloudsync.zone_data import names_by_lower_case, zone_named

_NUMBERED: Final = re.compile(r" [0-9]{1,2}$")
_SEASON: Final = re.compile(r" (?:(?:daylight|summer)(?: savings?)? )?time\b")
_SEPARATOR: Final = re.compile(r" ?[,;/:] ?")
_ASIDE: Final = re.compile(r" \([^()]*\)")
_EDITION: Final = re.compile(r" - (?:new|old)$| \(rtz [0-9]{1,2}\)")
_AREAS: Final = frozenset(
    {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
_COMPASS: Final = frozenset({"act", "lhi", "north", "nsw", "south", "west"})
_YEARS: Final = range(2015, 2031)


def titled_zone(name: str) -> tzinfo | None:
    """Return the zone that programs show under a name, or whose places a name lists."""
    name = _plain(name)
    forms = (name, _NUMBERED.sub("", name), _standard(name))
    titles = (zone_named(_titles().get(form, "")) for form in forms)
    return next((zone for zone in titles if zone), None) or _agreed(name)


def _standard(name: str) -> str:
    """Return a name of a season, or of none, as that of standard time."""
    name = _NUMBERED.sub("", name)
    return name if " standard time" in name else _SEASON.sub(" standard time", name, count=1)


def _agreed(name: str) -> tzinfo | None:
    """Return the zone of which all places that a name lists are part.

    Lists in other languages may hold a name that nobody knows; most have to be known.
    """
    places = name.rpartition(" - ")[2].split(", ")
    zones = [zone for zone in map(_place, places) if zone]
    if len(zones) * 2 <= len(places) or len(set(map(_offsets, zones))) > 1:
        return None
    return zones[0]


def _place(place: str) -> ZoneInfo | None:
    names = (place, _ASIDE.sub("", place))
    return next((zone for name in names if (zone := zone_named(_places().get(name, "")))), None)


@lru_cache(512)
def _offsets(zone: ZoneInfo) -> tuple[timedelta | None, ...]:
    """Return what the clock of a zone shows in four seasons of the present years."""
    return tuple(
        datetime(year, month, 15, tzinfo=zone).utcoffset()
        for year in _YEARS
        for month in (1, 4, 7, 10)
    )


def _plain(name: str) -> str:
    """Return a name without what its spellings differ in."""
    letters = unicodedata.normalize("NFKD", name)
    text = "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
    text = _EDITION.sub("", text).replace(" and ", " & ")
    return _SEPARATOR.sub(", ", text)


@cache
def _titles() -> dict[str, str]:
    """Return IANA names by what programs call the zones."""
    return _by_plain_name([*OTHER_NAMES, *DISPLAY_NAMES, *WINDOWS_ZONES.items()])


@cache
def _places() -> dict[str, str]:
    """Return IANA names by places in them; for a city with a zone of its own, that one."""
    return _by_plain_name([*PLACES, *_cities(names_by_lower_case().values())])


def _by_plain_name(meant: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {_plain(name): WINDOWS_ZONES.get(zone.lower(), zone) for name, zone in meant}


def _cities(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in sorted(names):
        area, _, city = name.partition("/")
        if city and "/" not in city and area in _AREAS and city.lower() not in _COMPASS:
            yield city.replace("_", " "), name
