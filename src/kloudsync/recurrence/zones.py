"""Zones by the names that calendars really send.

Programs put into a TZID what they have: an IANA name, the key of a Windows zone, or what
Windows shows a person, such as `(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna`.
A name that names a place means the clock of that place, whatever offset stands before it:
that one is right for half of the year. An offset counts where nothing but an offset is there.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from kloudsync.zone_data import LONGEST, names_by_lower_case, zone_named

_OFFSET: Final = re.compile(r"(?:UTC|GMT)? ?([+-])([0-9]{1,2})(?:[:.]?([0-9]{2}))?", re.IGNORECASE)
_ZERO: Final = re.compile(r"Z|UTC|GMT|Zulu|tzone://Microsoft/Utc", re.IGNORECASE)
_BEFORE: Final = re.compile(r"[(\[]([^)\]]{1,16})[)\]] ?(.*)")
_BEHIND: Final = re.compile(r"(.+?) ?[(\[]([^)\]]{1,16})[)\]]")
_BARE: Final = re.compile(r"((?:UTC|GMT)[+-][0-9]{1,2}(?:[:.]?[0-9]{2})?) (.+)", re.IGNORECASE)
_UNIVERSAL: Final = "coordinated universal time"
_NUMBERED: Final = re.compile(r" [0-9]{1,2}$")


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
    return _iana(name) or _iana(bare) or _behind_prefix(name) or _titled(name)


def _iana(name: str) -> tzinfo | None:
    name = name.replace(" ", "_")
    return zone_named(name) or zone_named(names_by_lower_case().get(name.lower(), ""))


def _behind_prefix(name: str) -> tzinfo | None:
    parts = name.split("/")
    lengths = (3, 2, 1) if name.startswith("/") else (3, 2)
    tails = ("/".join(parts[-length:]) for length in lengths if len(parts) > length)
    return next((zone for zone in map(_iana, tails) if zone), None)


def _titled(name: str) -> tzinfo | None:
    from kloudsync.recurrence.zone_titles import titled_zone  # noqa: PLC0415 - most names are IANA's

    return titled_zone(name)


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
