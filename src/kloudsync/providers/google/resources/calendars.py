"""Calendars themselves, apart from anybody's list."""

from __future__ import annotations

from kloudsync.errors import UsageError
from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import path
from kloudsync.http.operation import Operation
from kloudsync.providers.google.resources.request import Parameters, call, order
from kloudsync.providers.google.wire.calendar import Calendar
from kloudsync.providers.google.wire.codec import codec


class Calendars(Resource[C_co]):
    """Calendars and their properties."""

    @endpoint
    @staticmethod
    def get(calendar_id: str, *, fields: str | None = None) -> Operation[Calendar]:
        """Read a calendar's properties.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            fields: A mask of the members wanted.
        """
        location = path("calendars", calendar_id)
        return call("calendars.get", "GET", location, Calendar, {"fields": fields})

    @endpoint
    @staticmethod
    def insert(calendar: Calendar | Body, *, fields: str | None = None) -> Operation[Calendar]:
        """Create a secondary calendar, owned by the user. Not repeated by itself.

        A service account that creates one owns it for good: act for a user instead.

        Args:
            calendar: Its properties; `summary` is required.
            fields: A mask of the members wanted in the answer.
        """
        calendar = as_body(codec, Calendar, calendar)
        if not calendar.summary:
            raise UsageError("a new calendar needs a summary, its title")
        return call(
            "calendars.insert", "POST", "calendars", Calendar, {"fields": fields}, body=calendar
        )

    @endpoint
    @staticmethod
    def patch(
        calendar_id: str,
        calendar: Calendar | Body,
        *,
        if_match: str | None = None,
        fields: str | None = None,
    ) -> Operation[Calendar]:
        """Change what is set in `calendar`, and nothing else.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            calendar: The changes.
            if_match: The etag of the version to change; any where None.
            fields: A mask of the members wanted in the answer.

        Raises:
            PreconditionFailed: The calendar has changed since `if_match`.
        """
        calendar = as_body(codec, Calendar, calendar)
        location, mask = path("calendars", calendar_id), {"fields": fields}
        return call(
            "calendars.patch", "PATCH", location, Calendar, mask, body=calendar, if_match=if_match
        )

    @endpoint
    @staticmethod
    def update(
        calendar_id: str,
        calendar: Calendar | Body,
        *,
        if_match: str | None = None,
        fields: str | None = None,
    ) -> Operation[Calendar]:
        """Replace a calendar's properties; most of what is left out is cleared.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            calendar: All properties.
            if_match: The etag of the version to replace; any where None.
            fields: A mask of the members wanted in the answer.

        Raises:
            PreconditionFailed: The calendar has changed since `if_match`.
        """
        calendar = as_body(codec, Calendar, calendar)
        location, mask = path("calendars", calendar_id), {"fields": fields}
        return call(
            "calendars.update", "PUT", location, Calendar, mask, body=calendar, if_match=if_match
        )

    @endpoint
    @staticmethod
    def delete(calendar_id: str, *, if_match: str | None = None) -> Operation[None]:
        """Delete a secondary calendar with all its events; a primary one can only be cleared.

        Args:
            calendar_id: The calendar.
            if_match: The etag of the version to delete; any where None.
        """
        location = path("calendars", calendar_id)
        return order("calendars.delete", "DELETE", location, if_match=if_match)

    @endpoint
    @staticmethod
    def clear(calendar_id: str) -> Operation[None]:
        """Delete all events of the user's primary calendar. Not repeated by itself.

        Args:
            calendar_id: `primary`, or the account's address.
        """
        return order("calendars.clear", "POST", path("calendars", calendar_id, "clear"))

    @endpoint
    @staticmethod
    def transfer_ownership(
        calendar_id: str, new_data_owner: str, *, use_admin_access: bool
    ) -> Operation[None]:
        """Give a secondary calendar to another user of the same Workspace organisation.

        The caller has to be an administrator who may manage calendars, and the calendar
        active. Not repeated by itself.

        Args:
            calendar_id: The calendar.
            new_data_owner: The address of its owner to be.
            use_admin_access: Whether to act as administrator; the service takes only True.
        """
        location = path("calendars", calendar_id, "transferOwnership")
        parameters: Parameters = {
            "newDataOwner": new_data_owner,
            "useAdminAccess": use_admin_access,
        }
        return order("calendars.transferOwnership", "POST", location, parameters)
