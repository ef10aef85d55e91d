"""Google's `EventDateTime` objects and the moments that they mean."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kloudsync.testing.google.refusals import missing_time, missing_zone, refuse_invalid

Moment = date | datetime
"""The start or end of an event: a date for all-day events, else an aware datetime."""

Field = dict[str, Any]


def is_timed(moment: Moment) -> bool:
    """Tell a datetime from a date."""
    return isinstance(moment, datetime)


def parse_zone(name: str) -> ZoneInfo:
    """Find the zone that a request names, or refuse the request."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise refuse_invalid(f"Invalid time zone definition: {name}") from error


def parse_field(field: Mapping[str, Any] | None, zone: ZoneInfo, *, name: str = "start") -> Moment:
    """Read an `EventDateTime`; the result is in the event's own zone.

    Args:
        field: The object with `date`, or with `dateTime` and perhaps `timeZone`.
        zone: The zone of events that name none.
        name: What the refusal calls the field.
    """
    if not field or not (field.get("date") or field.get("dateTime")):
        raise missing_time(name)
    if field.get("date") and field.get("dateTime"):
        raise refuse_invalid(f"Invalid {name} time.")
    try:
        moment = _parse_moment(field, zone, name)
    except (ValueError, OverflowError) as error:
        raise refuse_invalid(f"Invalid {name} time.") from error
    if moment.year not in _YEARS:
        raise refuse_invalid(f"Invalid {name} time.")
    return moment


_YEARS = range(1000, 9000)
"""What can be asked for in every zone, however long it takes."""


def _parse_moment(field: Mapping[str, Any], zone: ZoneInfo, name: str) -> Moment:
    if field.get("date"):
        return date.fromisoformat(field["date"])
    return _parse_timed(field, zone, name)


def _parse_timed(field: Mapping[str, Any], zone: ZoneInfo, name: str) -> datetime:
    moment = datetime.fromisoformat(field["dateTime"])
    own = parse_zone(field["timeZone"]) if field.get("timeZone") else None
    if moment.tzinfo is None and own is None:
        raise missing_zone(name)
    if moment.tzinfo is None:
        return settle(moment.replace(tzinfo=own))
    return moment.astimezone(own or zone)


def render_field(moment: Moment, zone: ZoneInfo) -> Field:
    """Write a moment as an `EventDateTime`, its offset as seen from `zone`."""
    if not isinstance(moment, datetime):
        return {"date": moment.isoformat()}
    return {
        "dateTime": moment.astimezone(zone).isoformat().replace("+00:00", "Z"),
        "timeZone": zone_name(moment.tzinfo, zone),
    }


def zone_name(zone: tzinfo | None, default: ZoneInfo) -> str:
    """Name the zone of an event; fixed offsets other than UTC take the default's name."""
    if isinstance(zone, ZoneInfo):
        return zone.key
    return "UTC" if zone is UTC else default.key


def settle(moment: datetime) -> datetime:
    """Move a wall time that a spring transition skips forward by the gap."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo)


def plus(moment: Moment, span: timedelta) -> Moment:
    """Add an exact span to a moment; dates move by whole days."""
    if isinstance(moment, datetime):
        return (moment.astimezone(UTC) + span).astimezone(moment.tzinfo)
    return moment + span


def minus(later: Moment, earlier: Moment) -> timedelta:
    """Measure the exact span between two moments of one kind."""
    if isinstance(later, datetime) and isinstance(earlier, datetime):
        return later.astimezone(UTC) - earlier.astimezone(UTC)
    if isinstance(later, datetime) or isinstance(earlier, datetime):
        raise refuse_invalid("Invalid start time.")
    return later - earlier


def as_instant(moment: Moment, zone: ZoneInfo) -> datetime:
    """Read a moment as an instant; a date is midnight in `zone`."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return settle(datetime(moment.year, moment.month, moment.day, tzinfo=zone)).astimezone(UTC)


def utc_text(moment: Moment) -> str:
    """Write a moment as ids do: `20250326T123000` in UTC, or `20250326`."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
    return moment.strftime("%Y%m%d")


def until_before(slot: Moment) -> str:
    """Write the UNTIL that ends a series before the day of `slot`.

    For timed series it is local midnight of that day minus one second, in UTC; for all-day
    series the date of the day before.
    """
    if not isinstance(slot, datetime):
        return (slot - timedelta(days=1)).strftime("%Y%m%d")
    midnight = slot.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return (midnight.astimezone(UTC) - timedelta(seconds=1)).strftime("%Y%m%dT%H%M%SZ")
