"""Calendar events, as they are listed and as they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, cast

from attrs import field, frozen

from kloudsync.http.codec import WIRE_NAME, JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.salesloft.wire.page import Listing
from kloudsync.providers.salesloft.wire.scalars import Moment


class EventStatus(StrEnum):
    """Whether an event takes place."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class AttendeeStatus(StrEnum):
    """What an attendee has answered; Google's words."""

    NEEDS_ACTION = "needsAction"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class Transparency(StrEnum):
    """Whether an event takes up availability."""

    OPAQUE = "opaque"
    TRANSPARENT = "transparent"


class UpsertKey(StrEnum):
    """A field that tells which event is meant."""

    ID = "id"
    I_CAL_UID = "i_cal_uid"


class UpsertType(StrEnum):
    """What an upsert did; more values may exist, such as for a write that was stale."""

    CREATE = "create"
    UPDATE = "update"


@frozen(kw_only=True, repr=False)
class Attendee(JSONObject):
    """Somebody invited.

    Attributes:
        name: The full name.
        email: The address.
        status: The answer.
        organizer: Whether this is the organizer.
        status_changed: Whether the last upsert changed the answer. Read-only.
        deleted_at: When the attendee was left out of a later list. Read-only.
    """

    name: Maybe[str | None] = UNSET
    email: Maybe[str | None] = UNSET
    status: Maybe[AttendeeStatus | str | None] = UNSET
    organizer: Maybe[bool | None] = UNSET
    status_changed: Maybe[bool | None] = UNSET
    deleted_at: Maybe[Moment | None] = UNSET


@frozen(kw_only=True, repr=False)
class CalendarEvent(JSONObject):
    """An event as Salesloft shows it. Times are aware, in UTC.

    Attributes:
        id: The id under which it was written; for a native calendar, its provider's.
        i_cal_uid: The iCalendar UID.
        calendar_id: The calendar: `external_…` with the user's guid for an external one.
        user_guid: The guid of the calendar's owner.
        tenant_id: The team.
        provider: Where it comes from: `external` for what was written by this API.
        title: What it is called.
        description: Free text.
        location: Where it takes place.
        body_html: The body as received, for Microsoft's calendars.
        html_link: A page that shows it, for Google's calendars.
        start_time: When it begins.
        end_time: When it ends, exclusive.
        all_day: Whether it spans whole days.
        busy: Whether it takes up availability.
        recurring: Whether it is one of a series.
        recurrence: How its series recurs, as received.
        recurring_interval: How often, as received.
        last_occurrence_at: When its series ends.
        series_master_event_id: The id of its series.
        status: Whether it takes place.
        canceled_at: When it was cancelled.
        organizer: The organizer's address, where it was written as a field of its own.
        creator: The creator's address.
        attendees: Who is invited, with those who no longer are.
        conference_data: Where to join it online.
        extended_properties: Among others, which attributes the last upsert touched.
        created_at: When it was first written.
        updated_at: When it last changed.
    """

    id: Maybe[str] = UNSET
    i_cal_uid: Maybe[str | None] = UNSET
    calendar_id: Maybe[str | None] = UNSET
    user_guid: Maybe[str | None] = UNSET
    tenant_id: Maybe[int | None] = UNSET
    provider: Maybe[str | None] = UNSET
    title: Maybe[str | None] = UNSET
    description: Maybe[str | None] = UNSET
    location: Maybe[str | None] = UNSET
    body_html: Maybe[str | None] = UNSET
    html_link: Maybe[str | None] = UNSET
    start_time: Maybe[Moment | None] = UNSET
    end_time: Maybe[Moment | None] = UNSET
    all_day: Maybe[bool | None] = UNSET
    busy: Maybe[bool | None] = UNSET
    recurring: Maybe[bool | None] = UNSET
    recurrence: Maybe[Any] = UNSET
    recurring_interval: Maybe[Any] = UNSET
    last_occurrence_at: Maybe[Moment | None] = UNSET
    series_master_event_id: Maybe[str | None] = UNSET
    status: Maybe[EventStatus | str | None] = UNSET
    canceled_at: Maybe[Moment | None] = UNSET
    organizer: Maybe[str | None] = UNSET
    creator: Maybe[str | None] = UNSET
    attendees: Maybe[Sequence[Attendee] | None] = UNSET
    conference_data: Maybe[Mapping[str, Any] | None] = UNSET
    extended_properties: Maybe[Mapping[str, Any] | None] = UNSET
    created_at: Maybe[Moment | None] = UNSET
    updated_at: Maybe[Moment | None] = UNSET

    @property
    def is_cancelled(self) -> bool:
        """Whether it was told to be cancelled.

        Which of `status` and `canceled_at` counts is not documented; the status does here,
        where there is one.
        """
        return self.status == EventStatus.CANCELLED if self.status else bool(self.canceled_at)

    @property
    def changed_attributes(self) -> tuple[str, ...]:
        """The names of the attributes that the last upsert touched; none if it was stale."""
        changed = (self.extended_properties or {}).get("changed_attributes")
        return tuple(map(str, cast("list[object]", changed))) if isinstance(changed, list) else ()


@frozen(kw_only=True, repr=False)
class EventUpsert(JSONObject):
    """An event to be written. What is UNSET stays as it is; None is sent as null.

    What null does is not documented; an empty text clears a text.

    Attributes:
        id: The id; different for each occurrence of a series. Part of the key.
        i_cal_uid: The iCalendar UID. Part of the key by default.
        calendar_id: The calendar: `external_` and the user's guid.
        start_time: When it begins, aware; of an all-day event, a midnight.
        end_time: When it ends, aware, exclusive.
        upsert_key: Which fields tell whether the event is there already; `id` and
            `i_cal_uid` where UNSET. With `id` alone, a new UID changes the event instead of
            making a second one.
        updated_at: When it changed at its source. A write older than what is stored is
            skipped; without, the last write wins.
        title: What it is called.
        description: Free text.
        location: Where it takes place.
        organizer: The organizer's address.
        attendees: Who is invited; whoever is missing in a later list is marked as deleted.
        all_day: Whether it spans whole days.
        status: Whether it takes place, and takes up availability.
        canceled_at: When it was cancelled.
        recurring: Whether it is one of a series.
        recurrence: RRULE lines; not for occurrences.
        transparency: Whether it takes up availability.
    """

    id: str
    i_cal_uid: str
    calendar_id: str
    start_time: Moment
    end_time: Moment
    upsert_key: Maybe[Sequence[UpsertKey | str]] = UNSET
    updated_at: Maybe[Moment | None] = UNSET
    title: Maybe[str | None] = UNSET
    description: Maybe[str | None] = UNSET
    location: Maybe[str | None] = UNSET
    organizer: Maybe[str | None] = UNSET
    attendees: Maybe[Sequence[Attendee] | None] = UNSET
    all_day: Maybe[bool | None] = UNSET
    status: Maybe[EventStatus | str | None] = UNSET
    canceled_at: Maybe[Moment | None] = UNSET
    recurring: Maybe[bool | None] = UNSET
    recurrence: Maybe[Sequence[str] | None] = UNSET
    transparency: Maybe[Transparency | str | None] = UNSET


@frozen(kw_only=True, repr=False)
class Upserted(JSONObject):
    """What became of an upsert.

    Attributes:
        event: The event as it is now.
        upsert_type: Whether it was created or updated; other texts are possible.
    """

    event: CalendarEvent = field(metadata={WIRE_NAME: "data"})
    upsert_type: Maybe[UpsertType | str | None] = UNSET


@frozen(kw_only=True, repr=False)
class CalendarEventsPage(Listing):
    """A page of events."""

    data: Sequence[CalendarEvent]

    @property
    def items(self) -> Sequence[CalendarEvent]:
        """The events."""
        return self.data
