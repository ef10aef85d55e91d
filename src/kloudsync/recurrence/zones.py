"""Zones by the names that calendars really send."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from kloudsync.recurrence.windows_zones import WINDOWS_ZONES

_OFFSET: Final = re.compile(
    r"\(?(?:UTC|GMT)?([+-])([0-9]{1,2})(?:[:.]?([0-9]{2}))?(?:\).*)?", re.IGNORECASE
)
_ZERO: Final = re.compile(
    r"(?:\((?:UTC|GMT)\).*|Z|UTC|GMT|ZULU|TZONE://MICROSOFT/UTC)", re.IGNORECASE
)
_LONGEST: Final = 255


@lru_cache(2048)
def resolve_zone(name: str) -> tzinfo | None:
    """Return the zone of a name, or None where nobody knows it.

    Args:
        name: An IANA name in any case, also behind a vendor's prefix such as
            `/example.com/20260101/Europe/Berlin`; a Windows name; or an offset such
            as `GMT-07:00`, `UTC+2` or `(UTC+01:00) Somewhere`.
    """
    name = name.strip().strip('"')
    if not name or len(name) > _LONGEST:
        return None
    return (
        _iana(name)
        or _iana(WINDOWS_ZONES.get(name.lower(), ""))
        or _offset(name)
        or _iana(_names().get(name.lower(), ""))
        or _behind_prefix(name)
    )


@lru_cache(2048)
def iana_name(name: str) -> str:
    """Return a zone's name as IANA has it, or the name as it is where it means no such zone."""
    known = resolve_zone(name)
    return known.key if isinstance(known, ZoneInfo) else name


def _iana(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def _offset(name: str) -> tzinfo | None:
    if _ZERO.fullmatch(name):
        return UTC
    match = _OFFSET.fullmatch(name)
    if match is None or int(match[2]) > 15 or int(match[3] or 0) > 59:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(offset if match[1] == "+" else -offset)


def _behind_prefix(name: str) -> tzinfo | None:
    parts = name.split("/")
    tails = ("/".join(parts[-length:]) for length in (3, 2) if len(parts) > length)
    return next((zone for zone in map(_iana, tails) if zone), None)


@cache
def _names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}
