"""Free time in calendars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe


@frozen(kw_only=True, repr=False)
class TimeWindow(JSONObject):
    """A span of time.

    Attributes:
        start: Where it begins.
        end: Where it ends.
    """

    start: datetime
    end: datetime


@frozen(kw_only=True, repr=False)
class Availability(JSONObject):
    """When a meeting would fit.

    Attributes:
        api: Always `calendar`.
        type: Always `availability`.
        time_windows: The longest spans that are free, each at least as long as the meeting;
            not slots of its length. Empty where it fits nowhere.
    """

    api: Maybe[str | None] = UNSET
    type: Maybe[str | None] = UNSET
    time_windows: Maybe[Sequence[TimeWindow]] = UNSET


@frozen(kw_only=True, repr=False)
class Constraints(JSONObject):
    """The older place of the windows to look at.

    Attributes:
        time_windows: The windows.
    """

    time_windows: Maybe[Sequence[TimeWindow]] = UNSET


@frozen(kw_only=True, repr=False)
class AvailabilityRequest(JSONObject):
    """What to look for.

    Attributes:
        meeting_duration: How long, as an ISO 8601 duration such as `PT30M`.
        calendars: The calendars to look at; each account's primary one where absent.
        time_windows: The windows to look at.
        constraints: The windows to look at, in the older form.
    """

    meeting_duration: str
    calendars: Maybe[Sequence[str]] = UNSET
    time_windows: Maybe[Sequence[TimeWindow]] = UNSET
    constraints: Maybe[Constraints] = UNSET
