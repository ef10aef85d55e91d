"""When people are busy, and when they could meet."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from attrs import field, frozen

from kloudsync.http.codec import WIRE_NAME, JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.microsoft.wire.event import FreeBusyStatus
from kloudsync.providers.microsoft.wire.location import Location
from kloudsync.providers.microsoft.wire.mailbox import WorkingHours
from kloudsync.providers.microsoft.wire.page import CollectionPage
from kloudsync.providers.microsoft.wire.people import AttendeeBase
from kloudsync.providers.microsoft.wire.times import DateTimeTimeZone, TimeSlot


class ActivityDomain(StrEnum):
    """What time is looked for."""

    UNKNOWN = "unknown"
    WORK = "work"
    """Within working hours."""
    PERSONAL = "personal"
    """Within working hours, and on Saturday and Sunday."""
    UNRESTRICTED = "unrestricted"


@frozen(kw_only=True, repr=False)
class ScheduleRequest(JSONObject):
    """The question when people are busy.

    Attributes:
        schedules: Addresses of people, groups and rooms. Required.
        start_time: From when. Required.
        end_time: Until when; at most 62 days on. Required.
        availability_view_interval: Minutes of each digit of the view: 5 to 1440; 30 where absent.
    """

    schedules: Maybe[Sequence[str]] = UNSET
    start_time: Maybe[DateTimeTimeZone] = UNSET
    end_time: Maybe[DateTimeTimeZone] = UNSET
    availability_view_interval: Maybe[int] = UNSET


@frozen(kw_only=True, repr=False)
class FreeBusyError(JSONObject):
    """Why a schedule could not be told.

    Attributes:
        message: What happened.
        response_code: The code, such as `ErrorMailRecipientNotFound`.
    """

    message: Maybe[str | None] = UNSET
    response_code: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class ScheduleItem(JSONObject):
    """An event in a schedule.

    Attributes:
        status: How its time is shown.
        start: When it begins.
        end: When it ends, exclusive.
        is_private: Whether its details are hidden.
        subject: Its title, where it may be seen.
        location: Its place, where it may be seen.
    """

    status: Maybe[FreeBusyStatus | str | None] = UNSET
    start: Maybe[DateTimeTimeZone | None] = UNSET
    end: Maybe[DateTimeTimeZone | None] = UNSET
    is_private: Maybe[bool | None] = UNSET
    subject: Maybe[str | None] = UNSET
    location: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class ScheduleInformation(JSONObject):
    """When somebody is busy.

    Attributes:
        schedule_id: Whose schedule it is: an address.
        availability_view: A digit for each interval: 0 free or working elsewhere, 1 tentative,
            2 busy, 3 out of office, 4 working elsewhere.
        schedule_items: The events.
        working_hours: When they work.
        error: Why nothing is told.
    """

    schedule_id: Maybe[str | None] = UNSET
    availability_view: Maybe[str | None] = UNSET
    schedule_items: Maybe[Sequence[ScheduleItem] | None] = UNSET
    working_hours: Maybe[WorkingHours | None] = UNSET
    error: Maybe[FreeBusyError | None] = UNSET


@frozen(kw_only=True, repr=False)
class SchedulesPage(CollectionPage):
    """Schedules.

    Attributes:
        items: One for each that was asked for.
    """

    items: Sequence[ScheduleInformation] = field(default=(), metadata={WIRE_NAME: "value"})


@frozen(kw_only=True, repr=False)
class TimeConstraint(JSONObject):
    """When a meeting could be.

    Attributes:
        activity_domain: What time is looked for; working hours where absent.
        time_slots: Spans to look in.
    """

    activity_domain: Maybe[ActivityDomain | str | None] = UNSET
    time_slots: Maybe[Sequence[TimeSlot] | None] = UNSET


@frozen(kw_only=True, repr=False)
class LocationConstraintItem(Location):
    """A place where a meeting could be.

    Attributes:
        resolve_availability: Whether the place has to be free.
    """

    resolve_availability: Maybe[bool | None] = UNSET


@frozen(kw_only=True, repr=False)
class LocationConstraint(JSONObject):
    """Where a meeting could be.

    Attributes:
        is_required: Whether it needs one of the places.
        suggest_location: Whether a place should be proposed.
        locations: The places.
    """

    is_required: Maybe[bool | None] = UNSET
    suggest_location: Maybe[bool | None] = UNSET
    locations: Maybe[Sequence[LocationConstraintItem] | None] = UNSET


@frozen(kw_only=True, repr=False)
class MeetingTimesRequest(JSONObject):
    """The question when people could meet.

    Attributes:
        attendees: Who; without any, the organizer's own time is looked at.
        location_constraint: Where.
        time_constraint: When.
        meeting_duration: How long, as an ISO 8601 duration such as `PT1H`; 30 minutes where
            absent.
        max_candidates: How many proposals at most.
        minimum_attendee_percentage: How many of them have to be free, from 0 to 100.
        is_organizer_optional: Whether it can be without the organizer.
        return_suggestion_reasons: Whether reasons are wanted.
    """

    attendees: Maybe[Sequence[AttendeeBase] | None] = UNSET
    location_constraint: Maybe[LocationConstraint | None] = UNSET
    time_constraint: Maybe[TimeConstraint | None] = UNSET
    meeting_duration: Maybe[str | None] = UNSET
    max_candidates: Maybe[int | None] = UNSET
    minimum_attendee_percentage: Maybe[float | None] = UNSET
    is_organizer_optional: Maybe[bool | None] = UNSET
    return_suggestion_reasons: Maybe[bool | None] = UNSET


@frozen(kw_only=True, repr=False)
class AttendeeAvailability(JSONObject):
    """Whether somebody could come.

    Attributes:
        attendee: Who.
        availability: How their time is shown.
    """

    attendee: Maybe[AttendeeBase | None] = UNSET
    availability: Maybe[FreeBusyStatus | str | None] = UNSET


@frozen(kw_only=True, repr=False)
class MeetingTimeSuggestion(JSONObject):
    """A time when people could meet.

    Attributes:
        meeting_time_slot: When.
        attendee_availability: Who could come.
        organizer_availability: Whether the organizer could.
        confidence: How likely it is that all come, from 0 to 100.
        locations: Where.
        order: Its place among the proposals.
        suggestion_reason: Why it is proposed.
    """

    meeting_time_slot: Maybe[TimeSlot | None] = UNSET
    attendee_availability: Maybe[Sequence[AttendeeAvailability] | None] = UNSET
    organizer_availability: Maybe[FreeBusyStatus | str | None] = UNSET
    confidence: Maybe[float | None] = UNSET
    locations: Maybe[Sequence[Location] | None] = UNSET
    order: Maybe[int | None] = UNSET
    suggestion_reason: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class MeetingTimeSuggestions(JSONObject):
    """Times when people could meet.

    Attributes:
        meeting_time_suggestions: The proposals.
        empty_suggestions_reason: Why there are none, such as `attendeesUnavailable`.
    """

    meeting_time_suggestions: Maybe[Sequence[MeetingTimeSuggestion] | None] = UNSET
    empty_suggestions_reason: Maybe[str | None] = UNSET
