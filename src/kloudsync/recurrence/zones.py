"""Zones by the names that calendars really send.

Programs put into a TZID what they have: an IANA name, the key of a Windows zone, or what
Windows shows a person, such as `(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna`.
A name that names a place means the clock of that place, whatever offset stands before it:
that one is right for half of the year. An offset counts where nothing but an offset is there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from kloudsync.recurrence.display_names import DISPLAY_NAMES, OTHER_NAMES, PLACES
from kloudsync.recurrence.windows_zones import WINDOWS_ZONES
from kloudsync.zone_data import LONGEST, names_by_lower_case, zone_named

_OFFSET: Final = re.compile(r"(?:UTC|GMT)? ?([+-])([0-9]{1,2})(?:[:.]?([0-9]{2}))?", re.IGNORECASE)
_ZERO: Final = re.compile(r"Z|UTC|GMT|Zulu|tzone://Microsoft/Utc", re.IGNORECASE)
_BEFORE: Final = re.compile(r"[(\[]([^)\]]{1,16})[)\]] ?(.*)")
_BEHIND: Final = re.compile(r"(.+?) ?[(\[]([^)\]]{1,16})[)\]]")
_BARE: Final = re.compile(r"((?:UTC|GMT)[+-][0-9]{1,2}(?:[:.]?[0-9]{2})?) (.+)", re.IGNORECASE)
_UNIVERSAL: Final = "coordinated universal time"
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


def resolve_zone(name: str) -> tzinfo | None:
    """Return the zone of a name, or None where nobody knows it.

    Args:
        name: An IANA name in any case, also behind a vendor's prefix such as
            `/example.com/20260101/Europe/Berlin`; a Windows name, or what Windows and other
            programs show for it, such as `(UTC-08:00) Pacific Time (US & Canada)`,
            `Eastern Daylight Time` or `(GMT+01:00) Paris`; or an offset alone, such as
            `GMT-07:00` or `UTC+2`.

    Raises:
        ZoneDataMissing: This machine has no time zone database.
    """
    # What is longer is no name, and is not to be kept for as long as the process lives.
    return _resolved(name) if len(name) <= LONGEST else None


def stated_offset(name: str) -> tzinfo | None:
    """Return the offset that a name states, or None where it states none.

    Of a name whose place nobody knows it is the best guess; of any other, it is right for
    half of the year.
    """
    if len(name) > LONGEST:
        return None
    text = _tidied(name)
    offset, _ = _taken_apart(text)
    return _offset(offset or text)


def iana_name(name: str) -> str:
    """Return a zone's name as IANA has it, or the name as it is where it means no such zone."""
    known = resolve_zone(name)
    return known.key if isinstance(known, ZoneInfo) else name


def _tidied(name: str) -> str:
    """Return a name without quotes, escapes and doubled spaces."""
    return " ".join(name.replace("\\", "").replace("&amp;", "&").split()).strip('" ')


@lru_cache(2048)
def _resolved(name: str) -> tzinfo | None:
    name = _tidied(name)
    offset, text = _taken_apart(name)
    if not text:
        return _offset(offset)
    return _named(text) or _universal(text) or _offset(name)


def _taken_apart(name: str) -> tuple[str, str]:
    """Return the offset before or behind a name, if there is one, and the rest."""
    if (match := _BEFORE.fullmatch(name) or _BARE.fullmatch(name)) and _offset(match[1]):
        return match[1], match[2]
    if (match := _BEHIND.fullmatch(name)) and _offset(match[2]):
        return match[2], match[1]
    return "", name


def _named(name: str) -> tzinfo | None:
    bare = _NUMBERED.sub("", name)
    return _iana(name) or _iana(bare) or _behind_prefix(name) or _titled(_plain(name))


def _iana(name: str) -> tzinfo | None:
    name = name.replace(" ", "_")
    return zone_named(name) or zone_named(names_by_lower_case().get(name.lower(), ""))


def _behind_prefix(name: str) -> tzinfo | None:
    parts = name.split("/")
    lengths = (3, 2, 1) if name.startswith("/") else (3, 2)
    tails = ("/".join(parts[-length:]) for length in lengths if len(parts) > length)
    return next((zone for zone in map(_iana, tails) if zone), None)


def _titled(name: str) -> tzinfo | None:
    """Return the zone that programs show under a name, or whose places a name lists."""
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


def _universal(text: str) -> tzinfo | None:
    """Return the offset of `Coordinated Universal Time-02` and the like."""
    if not text.lower().startswith(_UNIVERSAL):
        return None
    return _offset(f"UTC{text[len(_UNIVERSAL) :]}")


def _offset(text: str) -> tzinfo | None:
    if _ZERO.fullmatch(text):
        return UTC
    match = _OFFSET.fullmatch(text)
    if match is None or int(match[2]) > 15 or int(match[3] or 0) > 59:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(offset if match[1] == "+" else -offset)


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
