"""When calendars are busy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.google.wire.times import TimePeriod


@frozen(kw_only=True, repr=False)
class FreeBusyRequestItem(JSONObject):
    """What to look into.

    Attributes:
        id: The id of a calendar or of a group.
    """

    id: Maybe[str] = UNSET


@frozen(kw_only=True, repr=False)
class FreeBusyRequest(JSONObject):
    """A question for busy times.

    Attributes:
        time_min: Where the span in question begins, inclusive.
        time_max: Where it ends, exclusive.
        time_zone: The IANA zone of the times in the answer; UTC where absent.
        items: Calendars and groups to look into.
        calendar_expansion_max: The most calendars to answer for; at most 50.
        group_expansion_max: The most members a group may have before it is answered with an
            error; at most 100.
    """

    time_min: Maybe[datetime] = UNSET
    time_max: Maybe[datetime] = UNSET
    time_zone: Maybe[str] = UNSET
    items: Maybe[Sequence[FreeBusyRequestItem]] = UNSET
    calendar_expansion_max: Maybe[int] = UNSET
    group_expansion_max: Maybe[int] = UNSET


@frozen(kw_only=True, repr=False)
class FreeBusyError(JSONObject):
    """Why one calendar or group could not be answered; the vendor's `Error`.

    Attributes:
        domain: The broad category of the error.
        reason: The error, such as `notFound`, `groupTooBig`, `tooManyCalendarsRequested`
            or `internalError`; more may come.
    """

    domain: Maybe[str] = UNSET
    reason: Maybe[str] = UNSET


@frozen(kw_only=True, repr=False)
class FreeBusyCalendar(JSONObject):
    """When one calendar is busy.

    Attributes:
        busy: Spans, merged and without event ids.
        errors: Why there is no answer; an error of one calendar does not fail the call.
    """

    busy: Maybe[Sequence[TimePeriod]] = UNSET
    errors: Maybe[Sequence[FreeBusyError]] = UNSET


@frozen(kw_only=True, repr=False)
class FreeBusyGroup(JSONObject):
    """Who is in a group.

    Attributes:
        calendars: Ids of the members' calendars.
        errors: Why there is no answer.
    """

    calendars: Maybe[Sequence[str]] = UNSET
    errors: Maybe[Sequence[FreeBusyError]] = UNSET


@frozen(kw_only=True, repr=False)
class FreeBusyResponse(JSONObject):
    """The answer to a question for busy times.

    Attributes:
        kind: Always `calendar#freeBusy`.
        time_min: Where the answered span begins.
        time_max: Where it ends.
        calendars: Busy times by calendar id.
        groups: Members by group id.
    """

    kind: Maybe[str] = UNSET
    time_min: Maybe[datetime] = UNSET
    time_max: Maybe[datetime] = UNSET
    calendars: Maybe[Mapping[str, FreeBusyCalendar]] = UNSET
    groups: Maybe[Mapping[str, FreeBusyGroup]] = UNSET
