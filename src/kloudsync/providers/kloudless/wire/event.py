"""Calendar events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.kloudless.wire.listing import ObjectList
from kloudsync.providers.kloudless.wire.people import Attendee, Person
from kloudsync.providers.kloudless.wire.scalars import EventTime, Identifier, Moment


class RecurrenceType(StrEnum):
    """What an event is to a series."""

    SOLO = "solo"
    RECURRING = "recurring"
    """An occurrence of a series."""
    RECURRING_MASTER = "recurring_master"


@frozen(kw_only=True, repr=False)
class RecurrenceLine(JSONObject):
    """One line of a series' recurrence.

    Attributes:
        rrule: A whole iCalendar line with its name, such as `RRULE:FREQ=DAILY`; exclusions
            are lines of their own (`EXDATE…:…`).
    """

    rrule: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class ReminderMail(JSONObject):
    """What a reminder by mail says.

    Attributes:
        summary: Its subject.
        description: Its text.
        to: Whom it is sent to.
    """

    summary: Maybe[str | None] = UNSET
    description: Maybe[str | None] = UNSET
    to: Maybe[Sequence[str] | None] = UNSET


@frozen(kw_only=True, repr=False)
class Reminder(JSONObject):
    """A reminder before an event.

    Attributes:
        minutes: How long before the start.
        method: How; `email` is the one value seen.
        email: The mail, where the method is one.
    """

    minutes: Maybe[int | None] = UNSET
    method: Maybe[str | None] = UNSET
    email: Maybe[ReminderMail | None] = UNSET


@frozen(kw_only=True, repr=False)
class CustomProperty(JSONObject):
    """A property that applications keep with an event; not at iCloud.

    Attributes:
        key: Its name.
        value: Its value.
        private: Whether only this copy of the event has it.
    """

    key: Maybe[str] = UNSET
    value: Maybe[str | None] = UNSET
    private: Maybe[bool | None] = UNSET


@frozen(kw_only=True, repr=False)
class Event(JSONObject):
    """An event: a single one, the master of a series, or an occurrence.

    What the upstream service lacks is null, and ignored where it is sent.

    Attributes:
        api: Always `calendar`.
        type: Always `event`.
        id: Its id; opaque. Occurrences have ids of their own.
        account_id: The account that it belongs to.
        calendar_id: The calendar that it is in; never an alias.
        ical_uid: Links copies of one meeting; missing before 2020.
        recurrence_type: What it is to a series.
        recurring_master_id: The series that an occurrence belongs to; missing before 2020.
        recurrence: The lines of a series.
        original_start: Where the rule put an occurrence.
        original_start_time_zone: The zone of that.
        creator: Who created it.
        organizer: Who organises it.
        owner: The organizer, in payloads of 2017.
        on_organizer_calendar: Whether this copy is the organizer's; missing before 2020.
        attendees: Who is invited. Patched, the list replaces the one there was (inferred).
        created: When it was created.
        modified: When it last changed.
        all_day: Whether it spans whole days.
        start: When it begins. All-day events carry dates or midnights.
        start_time_zone: The IANA zone of the start, in which a series recurs.
        end: When it ends, exclusive.
        end_time_zone: The zone of the end.
        name: What it is called.
        description: Free text.
        location: Where it takes place.
        status: `confirmed` is the one value seen; others are inferred.
        visibility: Who may see it; no value but null was seen.
        attachments: Files; the shape of an element is not documented.
        custom_properties: What applications keep with it.
        use_default_reminder: Whether the calendar's own reminders apply.
        reminders: Its own reminders.
        reminder: Deprecated; null in newer payloads.
        href: Its own address.
        raw_id: The upstream id in version 1, where `raw_data` asks for it.
        raw: The upstream object, where `raw_data` asks for it; `raw.object` can be sent.
    """

    api: Maybe[str | None] = UNSET
    type: Maybe[str | None] = UNSET
    id: Maybe[Identifier] = UNSET
    account_id: Maybe[Identifier | None] = UNSET
    calendar_id: Maybe[Identifier | None] = UNSET
    ical_uid: Maybe[str | None] = UNSET
    recurrence_type: Maybe[RecurrenceType | str | None] = UNSET
    recurring_master_id: Maybe[Identifier | None] = UNSET
    recurrence: Maybe[Sequence[RecurrenceLine] | None] = UNSET
    original_start: Maybe[EventTime | None] = UNSET
    original_start_time_zone: Maybe[str | None] = UNSET
    creator: Maybe[Person | None] = UNSET
    organizer: Maybe[Person | None] = UNSET
    owner: Maybe[Person | None] = UNSET
    on_organizer_calendar: Maybe[bool | None] = UNSET
    attendees: Maybe[Sequence[Attendee] | None] = UNSET
    created: Maybe[Moment | None] = UNSET
    modified: Maybe[Moment | None] = UNSET
    all_day: Maybe[bool | None] = UNSET
    start: Maybe[EventTime | None] = UNSET
    start_time_zone: Maybe[str | None] = UNSET
    end: Maybe[EventTime | None] = UNSET
    end_time_zone: Maybe[str | None] = UNSET
    name: Maybe[str | None] = UNSET
    description: Maybe[str | None] = UNSET
    location: Maybe[str | None] = UNSET
    status: Maybe[str | None] = UNSET
    visibility: Maybe[str | None] = UNSET
    attachments: Maybe[Sequence[Any] | None] = UNSET
    custom_properties: Maybe[Sequence[CustomProperty] | None] = UNSET
    use_default_reminder: Maybe[bool | None] = UNSET
    reminders: Maybe[Sequence[Reminder] | None] = UNSET
    reminder: Maybe[Any] = UNSET
    href: Maybe[str | None] = UNSET
    raw_id: Maybe[Identifier | None] = UNSET
    raw: Maybe[Mapping[str, Any] | None] = UNSET

    @property
    def upstream_id(self) -> str | None:
        """The upstream service's own id, from where either version puts it."""
        held = self.raw_id or (self.raw or {}).get("id")
        return None if held is None else str(held)


@frozen(kw_only=True, repr=False)
class EventsPage(ObjectList):
    """A page of events."""

    objects: Maybe[Sequence[Event]] = UNSET

    @property
    def items(self) -> Sequence[Event]:
        """The events."""
        return self.objects or ()
