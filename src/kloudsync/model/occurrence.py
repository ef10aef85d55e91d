"""Occurrences: what a calendar shows, one entry for each time that something takes place."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Series, SeriesException, SingleEvent
from kloudsync.model.times import Time


@frozen(kw_only=True)
class Occurrence:
    """One time that an event takes place.

    Attributes:
        id: The provider's id of the occurrence; computed in the provider's form where the
            occurrence has no row of its own.
        start: When it begins; a date if all-day.
        end: When it ends, exclusive; a date if all-day.
        series: The id of its series, or None for a single event.
        original_start: Where the rule put it; None for a single event.
        event: The single event, series or exception that it shows.
        calendar: The calendar that holds it.
    """

    id: str
    start: Time
    end: Time
    event: SingleEvent | Series | SeriesException
    calendar: CalendarKey
    series: str | None = None
    original_start: Time | None = None


@frozen(order=True)
class Interval:
    """A stretch of time, the end exclusive; both instants aware, in UTC."""

    start: datetime
    end: datetime
