"""Points and spans of time."""

from __future__ import annotations

import datetime as dt

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.scalars import WallTime
from kloudsync.http.unset import UNSET, Maybe


@frozen(kw_only=True, repr=False)
class EventDateTime(JSONObject):
    """When an event begins or ends: a date or a time, never both.

    Attributes:
        date: The day, of an all-day event. As an end it is exclusive: the day after the last.
        date_time: The time, of any other event. It needs an offset, unless `time_zone` says
            where its wall clock hangs.
        time_zone: An IANA zone such as `Europe/Zurich`; required where an event recurs, since
            its occurrences keep this zone's wall time.
    """

    date: Maybe[dt.date | None] = UNSET
    date_time: Maybe[WallTime | None] = UNSET
    time_zone: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class TimePeriod(JSONObject):
    """A span of time.

    Attributes:
        start: Where it begins, inclusive.
        end: Where it ends, exclusive.
    """

    start: Maybe[dt.datetime] = UNSET
    end: Maybe[dt.datetime] = UNSET
