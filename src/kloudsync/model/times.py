"""Times of events: dates for all-day events, aware datetimes for all others.

No naive datetime survives this border. The zone in which a series recurs is
kept by name beside the instant, since an offset alone does not say what the
wall clock shows next month (RFC 5545, section 3.3.5).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from kloudsync.errors import UsageError
from kloudsync.zone_data import zone_named

Time: TypeAlias = date | datetime
"""A `date` for all-day events, an aware `datetime` for all others."""

DAY = 86_400

_FIRST = int(datetime.min.replace(tzinfo=UTC).timestamp())
_LAST = int(datetime.max.replace(tzinfo=UTC, microsecond=0).timestamp())


def zone_or_none(name: str | None) -> ZoneInfo | None:
    """Return the IANA zone of a name, or None where it is absent or unknown.

    Raises:
        ZoneDataMissing: This machine has no time zone database.
    """
    return zone_named(name) if name else None


def is_all_day(time: Time) -> bool:
    """Tell a date from a datetime, which Python makes a subclass of it."""
    return not isinstance(time, datetime)


def epoch(time: Time) -> int:
    """Return whole seconds since 1970: of the instant, or of the date's midnight in UTC."""
    if isinstance(time, datetime):
        return int(aware(time, "the time").timestamp())
    return (time - date(1970, 1, 1)).days * DAY


def from_epoch(seconds: int, *, all_day: bool, zone: str | None = None) -> Time:
    """Turn seconds since 1970 back into a date, or into a datetime in a named zone or UTC.

    What lies beyond Python's years 1 to 9999, as the end of a rule may by a few hours, is told
    as their first or last moment; what does so in its zone alone, in UTC.
    """
    seconds = min(max(seconds, _FIRST), _LAST)
    if all_day:
        return date(1970, 1, 1) + timedelta(days=seconds // DAY)
    instant = datetime.fromtimestamp(seconds, UTC)
    known = zone_or_none(zone)
    try:
        return instant.astimezone(known) if known else instant
    except OverflowError:
        return instant


def aware(time: datetime, name: str) -> datetime:
    """Return a datetime that carries its offset.

    Raises:
        UsageError: The datetime is naive.
    """
    if time.utcoffset() is None:
        raise UsageError(
            f"{name} is the naive datetime {time.isoformat()}; "
            "give it a zone, such as tzinfo=ZoneInfo('Europe/Paris') or tzinfo=UTC"
        )
    return time


def seconds(time: datetime, name: str) -> float:
    """Return the seconds since 1970 of an aware datetime.

    Args:
        time: The datetime.
        name: What messages call it.

    Raises:
        UsageError: It is naive, or no datetime at all.
    """
    if not isinstance(time, datetime):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"{name} is {time!r}; give an aware datetime, such as datetime.now(UTC)")
    return aware(time, name).timestamp()


def window(start: datetime, end: datetime) -> tuple[int, int]:
    """Return the bounds of a query in seconds since 1970, the end exclusive.

    Raises:
        UsageError: A bound is naive, a date or text, or the end is not after the start.
    """
    bounds: dict[str, object] = {"start": start, "end": end}
    for name, bound in bounds.items():
        if isinstance(bound, date) and not isinstance(bound, datetime):
            raise UsageError(
                f"{name} is the date {bound.isoformat()}; give the moment at which that day begins, "
                "such as datetime(2026, 1, 5, tzinfo=ZoneInfo('Europe/Paris'))"
            )
    low, high = seconds(start, "start"), seconds(end, "end")
    if high <= low:
        raise UsageError(f"the window ends at {end.isoformat()}, not after {start.isoformat()}")
    return int(low), int(-(-high // 1))
