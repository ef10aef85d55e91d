"""Meeting settings: which calendar a user has connected, and how meetings are booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.salesloft.wire.page import Listing
from kloudsync.providers.salesloft.wire.reference import Reference
from kloudsync.providers.salesloft.wire.scalars import Identifier, Moment

EXTERNAL = "external"
"""The kind of calendar that is kept in step by this API."""


@frozen(kw_only=True, repr=False)
class MeetingURL(JSONObject):
    """The address of a booking page.

    Attributes:
        url: The address.
        created_at: When it was created.
        updated_at: When it last changed.
    """

    url: Maybe[str | None] = UNSET
    created_at: Maybe[Moment | None] = UNSET
    updated_at: Maybe[Moment | None] = UNSET


@frozen(kw_only=True, repr=False)
class MeetingSetting(JSONObject):
    """A user's meeting settings.

    Attributes:
        id: The number of the settings; not the user's.
        user: The user; the id is a guid.
        user_details: The user's name and address, where they are told.
        user_slug: The user's part of the booking page's address.
        email_address: The address of the calendar's owner.
        calendar_type: The kind of calendar: `external` for those of this API.
        primary_calendar_id: The calendar that meetings go to.
        primary_calendar_name: What it is called.
        primary_calendar_connection_failed: Whether the user is told that the connection is lost.
        enable_calendar_sync: Whether the calendar is synced.
        time_zone: The user's zone.
        default_meeting_length: Minutes; as text or number.
        buffer_time_duration: Minutes; as text or number.
        times_available: Working hours by weekday, as received: the spelling of days and the
            form of times vary.
        title: What meetings that are booked are called.
        description: What they say.
        location: Where they take place.
        schedule_buffer_enabled: Whether time is left between meetings.
        schedule_delay: How soon a meeting may be booked; as text or number.
        availability_limit_enabled: Whether bookings reach only so far ahead.
        availability_limit: How far; as text or number.
        allow_booking_on_behalf: Whether others may book for the user.
        allow_booking_overtime: Whether meetings may be booked outside working hours.
        allow_event_overlap: Whether meetings may overlap.
        share_event_detail: Whether others see what meetings are about.
        enable_dynamic_location: Whether each meeting gets a place of its own.
        reschedule_meetings_enabled: Whether guests may move meetings.
        active_meeting_url: The address of the booking page.
        created_at: When they were created.
        updated_at: When they last changed.
    """

    id: int
    user: Maybe[Reference | None] = UNSET
    user_details: Maybe[Mapping[str, Any] | None] = UNSET
    user_slug: Maybe[str | None] = UNSET
    email_address: Maybe[str | None] = UNSET
    calendar_type: Maybe[str | None] = UNSET
    primary_calendar_id: Maybe[str | None] = UNSET
    primary_calendar_name: Maybe[str | None] = UNSET
    primary_calendar_connection_failed: Maybe[bool | None] = UNSET
    enable_calendar_sync: Maybe[bool | None] = UNSET
    time_zone: Maybe[str | None] = UNSET
    default_meeting_length: Maybe[Identifier | None] = UNSET
    buffer_time_duration: Maybe[Identifier | None] = UNSET
    times_available: Maybe[Mapping[str, Any] | None] = UNSET
    title: Maybe[str | None] = UNSET
    description: Maybe[str | None] = UNSET
    location: Maybe[str | None] = UNSET
    schedule_buffer_enabled: Maybe[bool | None] = UNSET
    schedule_delay: Maybe[Identifier | None] = UNSET
    availability_limit_enabled: Maybe[bool | None] = UNSET
    availability_limit: Maybe[Identifier | None] = UNSET
    allow_booking_on_behalf: Maybe[bool | None] = UNSET
    allow_booking_overtime: Maybe[bool | None] = UNSET
    allow_event_overlap: Maybe[bool | None] = UNSET
    share_event_detail: Maybe[bool | None] = UNSET
    enable_dynamic_location: Maybe[bool | None] = UNSET
    reschedule_meetings_enabled: Maybe[bool | None] = UNSET
    active_meeting_url: Maybe[MeetingURL | None] = UNSET
    created_at: Maybe[Moment | None] = UNSET
    updated_at: Maybe[Moment | None] = UNSET

    @property
    def is_external(self) -> bool:
        """Whether the user has chosen the external calendar: sync while it is true."""
        return self.calendar_type == EXTERNAL


@frozen(kw_only=True, repr=False)
class MeetingSettingChange(JSONObject):
    """What to change of a user's meeting settings; other members go into `extra`.

    Attributes:
        primary_calendar_connection_failed: True shows the user that the connection is lost.
        primary_calendar_id: The calendar that meetings go to.
        primary_calendar_name: What it is called.
        time_zone: The user's zone.
        calendar_type: The kind of calendar.
        enable_calendar_sync: Whether the calendar is synced.
        default_meeting_length: Minutes.
        buffer_time_duration: Minutes.
        times_available: Working hours by weekday, in the form in which they are read.
        title: What meetings that are booked are called.
        description: What they say.
        location: Where they take place.
        schedule_buffer_enabled: Whether time is left between meetings.
        schedule_delay: How soon a meeting may be booked.
        availability_limit_enabled: Whether bookings reach only so far ahead.
        availability_limit: How far.
        allow_booking_on_behalf: Whether others may book for the user.
        allow_booking_overtime: Whether meetings may be booked outside working hours.
        allow_event_overlap: Whether meetings may overlap.
        share_event_detail: Whether others see what meetings are about.
        enable_dynamic_location: Whether each meeting gets a place of its own.
        reschedule_meetings_enabled: Whether guests may move meetings.
    """

    primary_calendar_connection_failed: Maybe[bool] = UNSET
    primary_calendar_id: Maybe[str | None] = UNSET
    primary_calendar_name: Maybe[str | None] = UNSET
    time_zone: Maybe[str | None] = UNSET
    calendar_type: Maybe[str | None] = UNSET
    enable_calendar_sync: Maybe[bool | None] = UNSET
    default_meeting_length: Maybe[int | None] = UNSET
    buffer_time_duration: Maybe[int | None] = UNSET
    times_available: Maybe[Mapping[str, Any] | None] = UNSET
    title: Maybe[str | None] = UNSET
    description: Maybe[str | None] = UNSET
    location: Maybe[str | None] = UNSET
    schedule_buffer_enabled: Maybe[bool | None] = UNSET
    schedule_delay: Maybe[int | None] = UNSET
    availability_limit_enabled: Maybe[bool | None] = UNSET
    availability_limit: Maybe[int | None] = UNSET
    allow_booking_on_behalf: Maybe[bool | None] = UNSET
    allow_booking_overtime: Maybe[bool | None] = UNSET
    allow_event_overlap: Maybe[bool | None] = UNSET
    share_event_detail: Maybe[bool | None] = UNSET
    enable_dynamic_location: Maybe[bool | None] = UNSET
    reschedule_meetings_enabled: Maybe[bool | None] = UNSET


@frozen(kw_only=True, repr=False)
class MeetingSettingsPage(Listing):
    """A page of meeting settings."""

    data: Sequence[MeetingSetting]

    @property
    def items(self) -> Sequence[MeetingSetting]:
        """The settings."""
        return self.data
