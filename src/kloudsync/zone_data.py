"""The time zone database of this machine: its zones, and which database it is.

Python brings none. It reads the system's files, and the package `tzdata` for what those
lack. Without either every name would be unknown, and times that repeat would be silently
wrong by hours; that is an error here.
"""

from __future__ import annotations

import re
import zoneinfo
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

from attrs import frozen

from kloudsync.errors import ZoneDataMissing

LONGEST: Final = 255
"""How many characters the name of a zone may have; more is no name, and is not kept."""

_WELL_KNOWN: Final = "Europe/London"
_MACHINE: Final = frozenset({"localtime", "posixrules", "Factory"})
"""Names of the machine's own zone, and of none."""

_VARIANTS: Final = ("posix/", "right/")
"""Folders of the same zones; those of `right` count leap seconds."""

_VERSION: Final = re.compile(r"(?:# version )?([0-9]{4}[a-z]+)")


@frozen(kw_only=True)
class ZoneDatabase:
    """A time zone database.

    Attributes:
        source: Whether the system's files answer, or the package `tzdata`.
        version: Its release, such as `2026a`; None where the system does not say it.
        folder: Where the system has it; None for the package.
    """

    source: Literal["system", "package"]
    version: str | None
    folder: str | None = None


def zone_named(name: str) -> ZoneInfo | None:
    """Return the zone of an IANA name, or None where there is none of that name.

    The names of the machine's own zone mean something else on each machine, and so count
    as unknown.

    Args:
        name: The name, such as `Europe/Paris`.

    Raises:
        ZoneDataMissing: This machine has no time zone database.
    """
    return _zone(name) if 0 < len(name) <= LONGEST else None


def is_present() -> bool:
    """Tell whether there is a database at all: one that holds even a well-known zone."""
    return _loaded(_WELL_KNOWN) is not None


def zone_database() -> ZoneDatabase:
    """Return which time zone database answers on this machine.

    Python prefers the system's, even where the package is newer. `PYTHONTZPATH=` in the
    environment, or `zoneinfo.reset_tzpath(to=())` before the first zone is read, lets the
    package answer.

    Raises:
        ZoneDataMissing: There is none.
    """
    zone_named(_WELL_KNOWN)
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / _WELL_KNOWN).is_file():
            return ZoneDatabase(source="system", version=_release(folder), folder=str(folder))
    return ZoneDatabase(source="package", version=_package_release())


@cache
def names_by_lower_case() -> dict[str, str]:
    """Return the names of all zones that the database lists, each by its lower case."""
    return {name.lower(): name for name in zoneinfo.available_timezones() - _MACHINE}


@lru_cache(2048)
def _zone(name: str) -> ZoneInfo | None:
    if name in _MACHINE or name.startswith(_VARIANTS):
        return None
    zone = _loaded(name)
    if zone is None and not is_present():
        raise ZoneDataMissing(
            "this machine has no time zone database, so that no zone is known; "
            "install the system's (often called tzdata), or: pip install tzdata"
        )
    return zone


def _loaded(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _release(folder: Path) -> str | None:
    """Return the release as distributors write it beside the zones, if they do."""
    for name in ("tzdata.zi", "+VERSION"):
        try:
            with (folder / name).open(encoding="utf-8") as file:
                match = _VERSION.match(file.readline(80))
        except (OSError, UnicodeDecodeError):
            continue
        if match:
            return match[1]
    return None


def _package_release() -> str | None:
    from importlib import metadata  # noqa: PLC0415 - it loads archives and mail, for one line

    try:
        year, _, number = metadata.version("tzdata").partition(".")
        # Version 2026.3 of the package holds release 2026c.
        return f"{year}{chr(ord('a') + int(number.split('.')[0]) - 1)}"
    except (metadata.PackageNotFoundError, ValueError):
        return None
