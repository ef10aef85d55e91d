"""Calendars, and the groups that they are shown in."""

from __future__ import annotations

from typing import Final

from kloudsync.errors import UsageError
from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.microsoft.paths import ME, PRIMARY, calendar_path, mailbox_path
from kloudsync.providers.microsoft.resources.request import call, expect_top, order
from kloudsync.providers.microsoft.wire.calendar import (
    Calendar,
    CalendarGroup,
    CalendarGroupsPage,
    CalendarPermissionsPage,
    CalendarsPage,
)
from kloudsync.providers.microsoft.wire.codec import codec


class Calendars(Resource[C_co]):
    """Calendars of a mailbox; shared ones are among them."""

    @endpoint
    @staticmethod
    def list(
        *, group_id: str | None = None, mailbox: str = ME, top: int | None = None
    ) -> Operation[CalendarsPage]:
        """List a mailbox's calendars.

        Args:
            group_id: Only those of a group; all where None.
            mailbox: Whose they are: `me`, or a user's id or principal name.
            top: How many on a page; 10 where None.
        """
        group = () if group_id is None else ("calendarGroups", group_id)
        location = mailbox_path(mailbox, *group, "calendars")
        return call("calendars.list", "GET", location, CalendarsPage, {"$top": expect_top(top)})

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all calendars that `list` would list."""

    @endpoint
    @staticmethod
    def get(calendar_id: str = PRIMARY, *, mailbox: str = ME) -> Operation[Calendar]:
        """Read a calendar; `primary` is the mailbox's default one."""
        return call("calendars.get", "GET", calendar_path(mailbox, calendar_id), Calendar)

    @endpoint
    @staticmethod
    def insert(
        calendar: Calendar | Body, *, group_id: str | None = None, mailbox: str = ME
    ) -> Operation[Calendar]:
        """Create a calendar. Not repeated by itself.

        Args:
            calendar: Its properties; `name` is required, and has to be new.
            group_id: The group to put it in; the default one where None.
            mailbox: Whose it will be.
        """
        calendar = as_body(codec, Calendar, calendar)
        if not calendar.name:
            raise UsageError("a new calendar needs a name")
        group = () if group_id is None else ("calendarGroups", group_id)
        location = mailbox_path(mailbox, *group, "calendars")
        return call("calendars.insert", "POST", location, Calendar, body=calendar)

    @endpoint
    @staticmethod
    def patch(
        calendar_id: str, calendar: Calendar | Body, *, mailbox: str = ME
    ) -> Operation[Calendar]:
        """Change what is set in `calendar`: its name, its colour, or whether it is the default."""
        calendar = as_body(codec, Calendar, calendar)
        location = calendar_path(mailbox, calendar_id)
        return call("calendars.patch", "PATCH", location, Calendar, body=calendar)

    @endpoint
    @staticmethod
    def delete(calendar_id: str, *, mailbox: str = ME) -> Operation[None]:
        """Delete a calendar with all its events; a default one cannot be deleted."""
        return order("calendars.delete", "DELETE", calendar_path(mailbox, calendar_id))

    @endpoint
    @staticmethod
    def permissions(
        calendar_id: str = PRIMARY, *, mailbox: str = ME
    ) -> Operation[CalendarPermissionsPage]:
        """List who may do what with a calendar."""
        location = calendar_path(mailbox, calendar_id, "calendarPermissions")
        return call("calendars.permissions", "GET", location, CalendarPermissionsPage)


class CalendarGroups(Resource[C_co]):
    """Groups of calendars, as Outlook shows them."""

    @endpoint
    @staticmethod
    def list(*, mailbox: str = ME, top: int | None = None) -> Operation[CalendarGroupsPage]:
        """List a mailbox's groups of calendars.

        Args:
            mailbox: Whose they are: `me`, or a user's id or principal name.
            top: How many on a page; 10 where None.
        """
        location = mailbox_path(mailbox, "calendarGroups")
        parameters = {"$top": expect_top(top)}
        return call("calendarGroups.list", "GET", location, CalendarGroupsPage, parameters)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all groups that `list` would list."""

    @endpoint
    @staticmethod
    def get(group_id: str, *, mailbox: str = ME) -> Operation[CalendarGroup]:
        """Read a group."""
        location = mailbox_path(mailbox, "calendarGroups", group_id)
        return call("calendarGroups.get", "GET", location, CalendarGroup)

    @endpoint
    @staticmethod
    def insert(group: CalendarGroup | Body, *, mailbox: str = ME) -> Operation[CalendarGroup]:
        """Create a group; `name` is required. Not repeated by itself."""
        group = as_body(codec, CalendarGroup, group)
        if not group.name:
            raise UsageError("a new group of calendars needs a name")
        location = mailbox_path(mailbox, "calendarGroups")
        return call("calendarGroups.insert", "POST", location, CalendarGroup, body=group)

    @endpoint
    @staticmethod
    def patch(
        group_id: str, group: CalendarGroup | Body, *, mailbox: str = ME
    ) -> Operation[CalendarGroup]:
        """Change what is set in `group`."""
        group = as_body(codec, CalendarGroup, group)
        location = mailbox_path(mailbox, "calendarGroups", group_id)
        return call("calendarGroups.patch", "PATCH", location, CalendarGroup, body=group)

    @endpoint
    @staticmethod
    def delete(group_id: str, *, mailbox: str = ME) -> Operation[None]:
        """Delete a group; it has to be empty."""
        location = mailbox_path(mailbox, "calendarGroups", group_id)
        return order("calendarGroups.delete", "DELETE", location)
