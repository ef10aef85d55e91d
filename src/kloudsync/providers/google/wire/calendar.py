"""A calendar itself, as everybody who sees it does."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.google.wire.conference import ConferenceProperties


class DayOfWeek(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@frozen(kw_only=True, repr=False)
class EventLabel(JSONObject):
    """A label that colours events of a calendar.

    Attributes:
        id: A UUID, unique in the calendar; made by the service where a new label has none.
        name: What it is called. At most 50 characters.
        background_color: Its colour as `#rrggbb`. Required.
    """

    id: Maybe[str | None] = UNSET
    name: Maybe[str | None] = UNSET
    background_color: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class LabelProperties(JSONObject):
    """The labels of a calendar.

    Attributes:
        event_labels: All labels, at most 200; written, they replace those there were.
    """

    event_labels: Maybe[Sequence[EventLabel] | None] = UNSET


@frozen(kw_only=True, repr=False)
class AvailableTime(JSONObject):
    """A span of working hours on one day of the week. All fields are required.

    Attributes:
        day_of_week: The day.
        period_start: Where it begins, in minutes from the start of the day, inclusive.
        period_end: Where it ends, in minutes from the start of the day, exclusive.
    """

    day_of_week: Maybe[DayOfWeek | str] = UNSET
    period_start: Maybe[int] = UNSET
    period_end: Maybe[int] = UNSET


@frozen(kw_only=True, repr=False)
class WorkingHours(JSONObject):
    """A user's working hours; always written whole.

    Attributes:
        available_times: The hours, day by day.
        working_hours_enabled: Whether they apply; needs at least one span.
    """

    available_times: Maybe[Sequence[AvailableTime] | None] = UNSET
    working_hours_enabled: Maybe[bool | None] = UNSET


@frozen(kw_only=True, repr=False)
class Calendar(JSONObject):
    """A calendar.

    Attributes:
        kind: Always `calendar#calendar`.
        etag: The version of the calendar's metadata.
        id: The calendar's id; of a primary calendar, the account's address. Read-only.
        summary: Its title. Required when a calendar is inserted.
        description: What it is for.
        location: Where it is, as free text.
        time_zone: Its IANA zone.
        data_owner: Whose it is, of a secondary calendar. Read-only.
        conference_properties: Which conferences it allows.
        label_properties: Its labels; left alone where absent, else replaced whole.
        working_hours: The user's working hours, of a primary Workspace calendar; left alone
            where absent or null. To end them, write them as not enabled.
        auto_accept_invitations: Whether it says yes by itself, of a resource's calendar.
    """

    kind: Maybe[str] = UNSET
    etag: Maybe[str] = UNSET
    id: Maybe[str] = UNSET
    summary: Maybe[str | None] = UNSET
    description: Maybe[str | None] = UNSET
    location: Maybe[str | None] = UNSET
    time_zone: Maybe[str | None] = UNSET
    data_owner: Maybe[str] = UNSET
    conference_properties: Maybe[ConferenceProperties | None] = UNSET
    label_properties: Maybe[LabelProperties | None] = UNSET
    working_hours: Maybe[WorkingHours | None] = UNSET
    auto_accept_invitations: Maybe[bool | None] = UNSET
