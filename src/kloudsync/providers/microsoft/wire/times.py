"""Times in the words of Graph."""

from __future__ import annotations

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.scalars import WallTime
from kloudsync.http.unset import UNSET, Maybe


@frozen(kw_only=True, repr=False)
class DateTimeTimeZone(JSONObject):
    """A time on the clock of a zone.

    Attributes:
        date_time: The time on the wall, without offset. Required.
        time_zone: The zone, by a Windows or IANA name. Answers come in UTC unless the client
            asks for another one.
    """

    date_time: Maybe[WallTime] = UNSET
    time_zone: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class TimeSlot(JSONObject):
    """A span of time.

    Attributes:
        start: When it begins. Required.
        end: When it ends, exclusive. Required.
    """

    start: Maybe[DateTimeTimeZone | None] = UNSET
    end: Maybe[DateTimeTimeZone | None] = UNSET


@frozen(kw_only=True, repr=False)
class TimeZoneBase(JSONObject):
    """A zone by its name.

    Attributes:
        name: A Windows or IANA name, or `Customized Time Zone`.
    """

    name: Maybe[str | None] = UNSET
