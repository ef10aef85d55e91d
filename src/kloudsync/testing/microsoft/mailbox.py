"""Mailboxes: a person's calendars, groups of calendars, settings and categories."""

import threading
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

import attrs

from kloudsync.testing.clock import Stamps
from kloudsync.testing.exchange import Resource
from kloudsync.testing.microsoft.book import Announce, Book
from kloudsync.testing.microsoft.calendar import FakeCalendar
from kloudsync.testing.microsoft.habits import Habit
from kloudsync.testing.microsoft.ids import Ids
from kloudsync.testing.microsoft.refusals import folder_not_found

GROUP_CLASS = "0006f0b7-0000-0000-c000-000000000046"
"""The `classId` of the group that every mailbox has."""


@attrs.define
class Group:
    """A group of calendars.

    Attributes:
        id: Its id.
        name: Its name.
        class_id: What kind of group it is.
        changed: The stamp of its last change.
    """

    id: str
    name: str
    class_id: str
    changed: int


@attrs.frozen
class Shared:
    """A calendar of somebody else, as it stands in a mailbox under an id of its own.

    Attributes:
        id: Its id in this mailbox.
        calendar: The calendar itself.
        mailbox: The mailbox of its owner.
    """

    id: str
    calendar: FakeCalendar
    mailbox: "Mailbox"


class Mailbox:
    """The mailbox of one person.

    Args:
        address: The person's address, also the user principal name.
        name: The person's name.
        zone: The zone of the mailbox, as `mailboxSettings` names it.
        ids: What ids are drawn from.
        stamps: What issues the instants of changes.
        habits: What the service does by habit.
        lock: Guards the service.
        announce: Is told of every change of an event.
        is_personal: Whether it is that of a personal account.

    Attributes:
        id: The person's id in the directory.
        settings: What `mailboxSettings` says.
        categories: The master categories, by id.
        groups: The groups of calendars, by id.
        shared: Calendars of others that were accepted, by their ids here.
        is_in_cloud: Whether the mailbox can be reached; others are on premises.
    """

    def __init__(
        self,
        address: str,
        *,
        name: str,
        zone: str,
        ids: Ids,
        stamps: Stamps,
        habits: AbstractSet[Habit],
        lock: threading.RLock,
        announce: Announce,
        is_personal: bool = False,
    ) -> None:
        self.address = address
        self.name = name
        self.ids = ids
        self.id: str = ids.guid()
        self.is_personal = is_personal
        self.is_in_cloud = True
        self.settings: dict[str, Any] = _settings(zone)
        self.categories: dict[str, Resource] = {}
        self.groups: dict[str, Group] = {}
        self.shared: dict[str, Shared] = {}
        self._stamps = stamps
        self._habits = habits
        self._lock = lock
        self._announce = announce
        self._calendars: dict[str, FakeCalendar] = {}
        self.default_group: Group = self.add_group("My Calendars", GROUP_CLASS)
        self.default: FakeCalendar = self.add_calendar("Calendar")
        self.default.is_default = True

    def __iter__(self) -> Iterator[FakeCalendar]:
        """Yield the mailbox's own calendars, the default one first."""
        return iter(self._calendars.values())

    @property
    def person(self) -> Resource:
        """The person as `organizer` has it."""
        return {"emailAddress": {"name": self.name, "address": self.address}}

    def add_group(self, name: str, class_id: str | None = None) -> Group:
        """Add a group of calendars."""
        with self._lock:
            group = Group(
                self.ids.ordinary(), name, class_id or self.ids.guid(), self._stamps.next()
            )
            self.groups[group.id] = group
            return group

    def add_calendar(self, name: str, *, group: str | None = None) -> FakeCalendar:
        """Add a calendar."""
        with self._lock:
            book = Book(
                calendar=self.ids.ordinary(),
                ids=self.ids,
                stamps=self._stamps,
                habits=self._habits,
                announce=self._announce,
            )
            added = FakeCalendar(
                book,
                self._lock,
                owner=self.person,
                name=name,
                zone=self.settings["timeZone"],
                group=group or self.default_group.id,
            )
            self._calendars[added.id] = added
            return added

    def remove_calendar(self, calendar: str) -> None:
        """Delete a calendar with all that is in it."""
        with self._lock:
            removed = self.calendar(calendar)
            del self._calendars[removed.id]

    def calendar(self, name: str = "") -> FakeCalendar:
        """Find a calendar by its id here, or the default one.

        Raises:
            Refusal: There is none of this id.
        """
        if not name:
            return self.default
        if name in self.shared:
            return self.shared[name].calendar
        try:
            return self._calendars[name]
        except KeyError:
            raise folder_not_found() from None

    def accept_calendar(self, calendar: FakeCalendar, owner: "Mailbox") -> str:
        """Let a calendar of somebody else stand in this mailbox; answers with its id here."""
        with self._lock:
            shared = Shared(self.ids.ordinary(), calendar, owner)
            self.shared[shared.id] = shared
            return shared.id

    def drop_calendar(self, calendar: FakeCalendar) -> None:
        """Take somebody else's calendar out of this mailbox."""
        with self._lock:
            self.shared = {
                name: one for name, one in self.shared.items() if one.calendar is not calendar
            }


def _settings(zone: str) -> Resource:
    reply = {"dateTime": "2026-01-05T09:00:00.0000000", "timeZone": "UTC"}
    return {
        "archiveFolder": None,
        "timeZone": zone,
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": "M/d/yyyy",
        "timeFormat": "h:mm tt",
        "userPurpose": "user",
        "automaticRepliesSetting": {
            "status": "disabled",
            "externalAudience": "all",
            "internalReplyMessage": "",
            "externalReplyMessage": "",
            "scheduledStartDateTime": reply,
            "scheduledEndDateTime": reply,
        },
        "language": {"locale": "en-US", "displayName": "English (United States)"},
        "workingHours": {
            "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "startTime": "08:00:00.0000000",
            "endTime": "17:00:00.0000000",
            "timeZone": {"name": zone},
        },
    }
