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
class MeetingSetting(JSONObject):
    """A user's meeting settings. What booking pages look like is in `extra`.

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
    """

    primary_calendar_connection_failed: Maybe[bool] = UNSET
    primary_calendar_id: Maybe[str | None] = UNSET
    primary_calendar_name: Maybe[str | None] = UNSET
    time_zone: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class MeetingSettingsPage(Listing):
    """A page of meeting settings."""

    data: Sequence[MeetingSetting]

    @property
    def items(self) -> Sequence[MeetingSetting]:
        """The settings."""
        return self.data
