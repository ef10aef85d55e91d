"""Meetings that are booked in Salesloft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.salesloft.wire.event import Attendee
from kloudsync.providers.salesloft.wire.page import Listing
from kloudsync.providers.salesloft.wire.reference import Reference
from kloudsync.providers.salesloft.wire.scalars import Identifier, Moment


class MeetingStatus(StrEnum):
    """Whether a meeting has found its way into the user's calendar."""

    PENDING = "pending"
    BOOKED = "booked"
    FAILED = "failed"
    RETRY = "retry"


@frozen(kw_only=True, repr=False)
class Owner(JSONObject):
    """Whose meeting settings apply: an address."""

    email_address: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class Meeting(JSONObject):
    """A meeting.

    Attributes:
        id: Its id.
        title: What it is called.
        description: Free text, possibly HTML.
        location: Where it takes place.
        start_time: When it begins.
        end_time: When it ends, exclusive.
        all_day: Whether it spans whole days.
        calendar_id: The calendar that it belongs to.
        calendar_type: The kind of that calendar: `external` for calendars of this API.
        event_id: The id of its event, once there is one.
        i_cal_uid: The UID of its event, once there is one.
        status: Whether it was put into the calendar.
        reschedule_status: The same for its last move.
        event_source: `internal` if it was made in Salesloft, `external` if it came by a calendar.
        recipient_name: Whom it is with.
        recipient_email: The address of whom it is with.
        guests: Addresses of further guests.
        attendees: Who is invited.
        account_id: The account that it belongs to.
        task_id: The task that it belongs to.
        meeting_type: What kind of meeting it is.
        meeting_type_id: The number of that kind.
        recurring: Whether it is one of a series.
        recurrence: How it recurs, as received.
        notes: Notes, as received.
        crm: What the CRM knows of it, as received.
        reschedule_guid: Names it for whoever moves it.
        strict_attribution: Whether it counts for one cadence alone.
        no_show: Whether nobody came.
        canceled_at: When it was cancelled.
        person: The person that it is with.
        cadence: The cadence that it belongs to.
        step: The step that it belongs to.
        booked_by_user: Who booked it; the id is a guid.
        owned_by_meetings_settings: Its owner; only where settings were asked for.
        booked_by_meetings_settings: Its booker; only where settings were asked for.
        crm_references: What it is tied to in the CRM.
        crm_custom_fields: Fields of the CRM.
        created_at: When it was created.
        updated_at: When it last changed.
    """

    id: int
    title: Maybe[str | None] = UNSET
    description: Maybe[str | None] = UNSET
    location: Maybe[str | None] = UNSET
    start_time: Maybe[Moment | None] = UNSET
    end_time: Maybe[Moment | None] = UNSET
    all_day: Maybe[bool | None] = UNSET
    calendar_id: Maybe[str | None] = UNSET
    calendar_type: Maybe[str | None] = UNSET
    event_id: Maybe[str | None] = UNSET
    i_cal_uid: Maybe[str | None] = UNSET
    status: Maybe[MeetingStatus | str | None] = UNSET
    reschedule_status: Maybe[MeetingStatus | str | None] = UNSET
    event_source: Maybe[str | None] = UNSET
    recipient_name: Maybe[str | None] = UNSET
    recipient_email: Maybe[str | None] = UNSET
    guests: Maybe[Sequence[str] | None] = UNSET
    attendees: Maybe[Sequence[Attendee] | None] = UNSET
    account_id: Maybe[Identifier | None] = UNSET
    task_id: Maybe[Identifier | None] = UNSET
    meeting_type: Maybe[str | None] = UNSET
    meeting_type_id: Maybe[Identifier | None] = UNSET
    recurring: Maybe[bool | None] = UNSET
    recurrence: Maybe[Any] = UNSET
    notes: Maybe[Any] = UNSET
    crm: Maybe[Any] = UNSET
    reschedule_guid: Maybe[str | None] = UNSET
    strict_attribution: Maybe[bool | None] = UNSET
    no_show: Maybe[bool | None] = UNSET
    canceled_at: Maybe[Moment | None] = UNSET
    person: Maybe[Reference | None] = UNSET
    cadence: Maybe[Reference | None] = UNSET
    step: Maybe[Reference | None] = UNSET
    booked_by_user: Maybe[Reference | None] = UNSET
    owned_by_meetings_settings: Maybe[Owner | None] = UNSET
    booked_by_meetings_settings: Maybe[Owner | None] = UNSET
    crm_references: Maybe[Mapping[str, Any] | None] = UNSET
    crm_custom_fields: Maybe[Mapping[str, Any] | None] = UNSET
    created_at: Maybe[Moment | None] = UNSET
    updated_at: Maybe[Moment | None] = UNSET


@frozen(kw_only=True, repr=False)
class MeetingChange(JSONObject):
    """What to report of a meeting.

    Attributes:
        status: Whether it was put into the calendar.
        reschedule_status: The same for its last move.
        event_id: The id of its event, under which the event is upserted later.
        i_cal_uid: The UID of its event.
        no_show: Whether nobody came.
    """

    status: Maybe[MeetingStatus | str | None] = UNSET
    reschedule_status: Maybe[MeetingStatus | str | None] = UNSET
    event_id: Maybe[str | None] = UNSET
    i_cal_uid: Maybe[str | None] = UNSET
    no_show: Maybe[bool | None] = UNSET


@frozen(kw_only=True, repr=False)
class MeetingsPage(Listing):
    """A page of meetings."""

    data: Sequence[Meeting]

    @property
    def items(self) -> Sequence[Meeting]:
        """The meetings."""
        return self.data
