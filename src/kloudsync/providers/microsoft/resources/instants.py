"""Instants and windows as Graph's methods want them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kloudsync.errors import UsageError
from kloudsync.providers.microsoft.resources.request import Parameters
from kloudsync.providers.microsoft.wire.times import DateTimeTimeZone


def instant(name: str, moment: datetime) -> str:
    """Write an instant as Graph's parameters want it: in UTC.

    Raises:
        UsageError: It is naive.
    """
    if moment.utcoffset() is None:
        raise UsageError(f"{name} is {moment!r}; pass an aware datetime")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def in_utc(name: str, moment: datetime) -> DateTimeTimeZone:
    """Write an instant as a time in UTC.

    Raises:
        UsageError: It is naive.
    """
    instant(name, moment)
    return DateTimeTimeZone(date_time=moment.astimezone(UTC).replace(tzinfo=None), time_zone="UTC")


def window(start: datetime, end: datetime, longest: timedelta | None = None) -> Parameters:
    """Write a window as parameters of a query.

    Args:
        start: Where it begins.
        end: Where it ends, exclusive.
        longest: What it may span; any time where None.

    Raises:
        UsageError: A time is naive, or the window is empty or too long.
    """
    parameters: Parameters = {
        "startDateTime": instant("start", start),
        "endDateTime": instant("end", end),
    }
    if end <= start:
        raise UsageError(f"the window ends at {end.isoformat()}, not after {start.isoformat()}")
    if longest is not None and end - start > longest:
        raise UsageError(f"the window spans {(end - start).days} days; at most {longest.days} do")
    return parameters
