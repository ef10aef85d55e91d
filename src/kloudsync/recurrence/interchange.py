"""Handing a series to code that works with dateutil."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from dateutil.rrule import rrule, rruleset, weekday

from kloudsync.errors import UsageError
from kloudsync.recurrence.recurrence import Recurrence
from kloudsync.recurrence.rule import Rule, Skip
from kloudsync.recurrence.stamps import Stamp

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall times are naive here by design


def to_rruleset(series: Recurrence) -> rruleset:
    """Return dateutil's rule set of a series, in naive times of the series' own wall clock.

    All-day series give midnights. Where dateutil departs from RFC 5545 its own reading
    holds, and times that a spring gap skips are not moved: for what takes place when, ask
    the series itself.

    Args:
        series: The series; it may be endless.

    Raises:
        UsageError: A rule has a SKIP, which dateutil does not know.
    """
    zone = _zone(series)
    start = _wall_of_start(series)
    made = rruleset(cache=True)
    for rule in series.rules:
        made.rrule(_rrule(rule, start, zone))
    for rule in series.exrules:
        made.exrule(_rrule(rule, start, zone))
    if series.kind.instant(series.start) in series.occurrences.dates:
        made.rdate(start)
    for instant in series.rdates:
        made.rdate(_wall(instant, zone))
    for instant in series.exdates:
        made.exdate(_wall(instant, zone))
    for day in series.exdays:
        made.exdate(_EPOCH + timedelta(days=day) + (start - _midnight(start)))
    return made


def _rrule(rule: Rule, start: datetime, zone: tzinfo | None) -> rrule:
    if rule.skip is not Skip.OMIT:
        raise UsageError("the rule has a SKIP (RFC 7529), which dateutil cannot express")
    days = [
        weekday(day.weekday, day.nth) if day.nth else weekday(day.weekday) for day in rule.by_day
    ]
    return rrule(
        rule.frequency.value,
        dtstart=start,
        interval=rule.interval,
        wkst=rule.week_start,
        count=rule.count,
        until=None if rule.until is None else _until(rule.until, zone),
        bysetpos=rule.by_set_pos or None,
        bymonth=rule.by_month or None,
        bymonthday=rule.by_month_day or None,
        byyearday=rule.by_year_day or None,
        byweekno=rule.by_week_no or None,
        byweekday=days or None,
        byhour=rule.by_hour or None,
        byminute=rule.by_minute or None,
        bysecond=rule.by_second or None,
    )


def _zone(series: Recurrence) -> tzinfo | None:
    return series.start.tzinfo if isinstance(series.start, datetime) else None


def _wall_of_start(series: Recurrence) -> datetime:
    if isinstance(series.start, datetime):
        return series.start.replace(tzinfo=None)
    return datetime(series.start.year, series.start.month, series.start.day)  # noqa: DTZ001 - naive by design


def _until(until: Stamp, zone: tzinfo | None) -> datetime:
    if until.utc:
        return _wall(until.wall, zone)
    wall = _EPOCH + timedelta(seconds=until.wall)
    return wall + timedelta(days=1, seconds=-1) if until.is_date else wall


def _wall(instant: int, zone: tzinfo | None) -> datetime:
    """Return an instant on the series' wall clock; without zone it is on it already."""
    if zone is None:
        return _EPOCH + timedelta(seconds=instant)
    return datetime.fromtimestamp(instant, UTC).astimezone(zone).replace(tzinfo=None)


def _midnight(time: datetime) -> datetime:
    return time.replace(hour=0, minute=0, second=0)
