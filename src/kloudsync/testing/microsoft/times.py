"""Graph's `dateTimeTimeZone` objects, the moments that they mean, and the names of zones."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kloudsync.recurrence.windows_zones import WINDOWS_ZONES
from kloudsync.testing.clock import instant
from kloudsync.testing.microsoft.refusals import invalid_property

Moment = date | datetime
"""The start or end of an event: a date for all-day events, else an aware datetime in UTC."""

CUSTOM = "tzone://Microsoft/Custom"
"""The zone of invitations whose sender describes one of his own."""
_UTC_NAMES = frozenset(("utc", "tzone://microsoft/utc", "z"))
_TEXT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?", re.IGNORECASE
)
_YEARS = range(1600, 4501)
"""What a mailbox can hold."""


def zone_named(name: str) -> ZoneInfo | None:
    """Find a zone by its Windows or IANA name; None where nobody knows it."""
    if name.lower() in _UTC_NAMES:
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(WINDOWS_ZONES.get(name.lower(), name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """Read a date-time in a zone; an offset of its own counts more.

    Raises:
        ValueError: It is no date-time.
    """
    match = _TEXT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no date-time")
    day, clock, fraction, offset = match.groups()
    micros = f".{(fraction + '000000')[:6]}" if fraction else ""
    moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}{micros}{(offset or '').upper()}")
    if moment.year not in _YEARS:
        raise ValueError(f"{text!r} is at the end of all times")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def read_field(field: Mapping[str, Any] | None, *, all_day: bool) -> tuple[Moment, str]:
    """Read a `dateTimeTimeZone`; answers with the moment and the zone's name.

    The times of all-day events have to be midnights of their own zone.
    """
    if not field or not field.get("dateTime"):
        raise invalid_property()
    name = str(field.get("timeZone") or "UTC")
    zone = zone_named(name)
    if zone is None:
        raise invalid_property()
    try:
        moment = read_moment(str(field["dateTime"]), zone)
    except (ValueError, OverflowError) as error:
        raise invalid_property() from error
    if not all_day:
        return moment, name
    wall = moment.astimezone(zone)
    if wall.time() != time():
        raise invalid_property()
    return wall.date(), name


def write_field(moment: Moment, zone: ZoneInfo, name: str) -> dict[str, str]:
    """Write a `dateTimeTimeZone` in the zone that was asked for; dates are not converted."""
    if isinstance(moment, datetime):
        wall = moment.astimezone(zone).replace(tzinfo=None)
    else:
        wall = datetime.combine(moment, time())
    return {"dateTime": seven(wall), "timeZone": name}


def seven(wall: datetime) -> str:
    """Write a wall time with the seven digits of a fraction that the service has."""
    return f"{wall.replace(tzinfo=None).isoformat(timespec='microseconds')}0"


def stamped(stamp: int) -> str:
    """Write the instant of a change, as `lastModifiedDateTime` has it."""
    return f"{seven(instant(stamp).astimezone(UTC))}Z"


def instant_of(moment: Moment, zone: ZoneInfo) -> datetime:
    """Place a moment on the line of time; a date begins at midnight in `zone`."""
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), zone).astimezone(UTC)


def wall_date(moment: Moment, zone: ZoneInfo) -> date:
    """Tell on which date a moment lies in a zone."""
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def minus(later: Moment, earlier: Moment) -> timedelta:
    """Measure what lies between two moments of one kind."""
    if isinstance(later, datetime) and isinstance(earlier, datetime):
        return later - earlier
    return wall_date(later, ZoneInfo("UTC")) - wall_date(earlier, ZoneInfo("UTC"))


def is_timed(moment: Moment) -> bool:
    """Tell a datetime from a date."""
    return isinstance(moment, datetime)
