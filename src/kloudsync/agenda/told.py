"""Seconds since 1970 as answers tell them, also where datetimes end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from itertools import repeat

from kloudsync.errors import UsageError
from kloudsync.model.times import from_epoch
from kloudsync.recurrence import resolve_zone


def expect_zone(name: str | None) -> tzinfo:
    """Return the zone that answers are told in; UTC where none is named.

    Raises:
        UsageError: Nobody knows the name.
    """
    zone = UTC if name is None else resolve_zone(name)
    if zone is None:
        raise UsageError(f"unknown zone {name!r}; give an IANA name, such as 'Europe/Paris'")
    return zone


def moments(seconds: Iterable[int], zone: tzinfo) -> list[datetime]:
    """Return instants by the clock of a zone.

    Those that no datetime can show there, in the first and the last hours of all, are told in
    UTC, or as the first or last moment there is.
    """
    instants = list(seconds)
    try:
        return list(map(datetime.fromtimestamp, instants, repeat(zone)))
    except (OverflowError, ValueError):
        return [shown(_utc(one), zone) for one in instants]


def shown(moment: datetime, zone: tzinfo) -> datetime:
    """Return a moment by the clock of a zone, or of UTC where that one cannot show it."""
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        return moment.astimezone(UTC)


def _utc(instant: int) -> datetime:
    moment = from_epoch(instant, all_day=False)
    assert isinstance(moment, datetime), "an instant is no date"  # noqa: S101 - for checkers
    return moment
