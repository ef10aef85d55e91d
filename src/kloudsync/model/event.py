"""Events in one vocabulary for all providers: frozen values that share no provider's types.

An `Event` is a `SingleEvent`, a `Series` (the master of a recurring event) or a
`SeriesException` (one occurrence with fields of its own). What is gone is told
by types of its own: a `CancelledOccurrence` of a living series, and a
`Tombstone` for everything else, so that no reader meets an event without times.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from attrs import field, frozen

from kloudsync.model.attendee import Attendee, Person
from kloudsync.model.times import Time, is_all_day
from kloudsync.model.told import Told


class Status(StrEnum):
    """How certain it is that an event takes place (RFC 5545, section 3.8.1.11)."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class Visibility(StrEnum):
    """Who may see an event's details (RFC 5545, section 3.8.1.3: CLASS)."""

    DEFAULT = "default"
    PUBLIC = "public"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


@frozen(kw_only=True)
class Event(Told):
    """What single events, series and exceptions have in common.

    Attributes:
        id: The provider's id, unique within the calendar.
        start: When it begins; for a series, when its first occurrence does. A date if all-day.
        end: When it ends, exclusive. A date if all-day.
        zone: The IANA (or other) name of the zone of `start`, in which a series recurs.
        end_zone: The zone of `end` where the provider tells it apart, or None.
        title: What it is called, or None.
        description: Free text, possibly HTML, or None.
        location: Where it takes place, or None.
        status: Whether it is certain; unknown values stay as the provider's text.
        visibility: Who may see it; unknown values stay as the provider's text.
        busy: Whether it blocks time (RFC 5545, section 3.8.2.7: TRANSP); None where unknown.
        organizer: Who organises it, or None.
        creator: Who created it, or None.
        attendees: Who is invited; None where the provider left the list out.
        ical_uid: Links copies of one meeting across calendars; never a key.
        kind: The provider's word for special events, such as `focusTime`, or None.
        created: When it was created, or None.
        updated: When it last changed, or None.
        url: A page that shows it, or None.
        conference_url: Where to join it online, or None.
        raw: The event as received.
    """

    id: str
    start: Time
    end: Time
    zone: str | None = None
    end_zone: str | None = None
    title: str | None = None
    description: str | None = None
    location: str | None = None
    status: Status | str | None = None
    visibility: Visibility | str | None = None
    busy: bool | None = None
    organizer: Person | None = None
    creator: Person | None = None
    attendees: tuple[Attendee, ...] | None = None
    ical_uid: str | None = None
    kind: str | None = None
    created: datetime | None = None
    updated: datetime | None = None
    url: str | None = None
    conference_url: str | None = None
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)

    @property
    def all_day(self) -> bool:
        """Whether it spans whole days, in whatever zone its reader lives."""
        return is_all_day(self.start)

    @property
    def reply(self) -> Any:
        """The calendar owner's own reply, or None where not invited."""
        mine = (attendee.reply for attendee in self.attendees or () if attendee.is_self)
        return next(mine, None)


@frozen(kw_only=True)
class SingleEvent(Event):
    """An event that takes place once."""


@frozen(kw_only=True)
class Series(Event):
    """A recurring event: its first occurrence, and the rules for all others.

    Attributes:
        recurrence: RRULE, RDATE, EXDATE and EXRULE lines as received (RFC 5545, section 3.8.5).
    """

    recurrence: tuple[str, ...] = ()


@frozen(kw_only=True)
class SeriesException(Event):
    """An occurrence with fields of its own.

    Attributes:
        series: The id of its series; the series itself may be out of sight.
        original_start: Where the rule put it (RFC 5545, section 3.8.4.4: RECURRENCE-ID).
    """

    series: str
    original_start: Time


@frozen(kw_only=True)
class CancelledOccurrence(Told):
    """An occurrence of a living series that does not take place.

    Attributes:
        id: The provider's id.
        series: The id of its series.
        original_start: Where the rule put it.
        raw: As received.
    """

    id: str
    series: str
    original_start: Time
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


@frozen(kw_only=True)
class Tombstone(Told):
    """An event that is gone; nothing but its id is certain.

    Attributes:
        id: The provider's id.
        raw: As received.
    """

    id: str
    raw: Mapping[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


Held: TypeAlias = SingleEvent | Series | SeriesException | CancelledOccurrence
"""What a store holds of a calendar."""

Received: TypeAlias = Held | Tombstone
"""What a provider may send of a calendar."""
