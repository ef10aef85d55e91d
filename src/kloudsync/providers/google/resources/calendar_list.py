"""The calendars in the user's list."""

from __future__ import annotations

from typing import Final

from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import path
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.google.resources.checks import expect_syncable, expect_within
from kloudsync.providers.google.resources.fields import page_mask
from kloudsync.providers.google.resources.request import Method, Parameters, call, order
from kloudsync.providers.google.resources.watching import watching
from kloudsync.providers.google.wire.access import AccessRole
from kloudsync.providers.google.wire.calendar_list import CalendarListEntry, CalendarListPage
from kloudsync.providers.google.wire.codec import codec

LIST = "users/me/calendarList"
LARGEST_PAGE = 250


class CalendarList(Resource[C_co]):
    """The user's list of calendars, with the user's own settings of each."""

    @endpoint
    @staticmethod
    def list(
        *,
        max_results: int | None = None,
        min_access_role: AccessRole | str | None = None,
        page_token: str | None = None,
        show_deleted: bool | None = None,
        show_hidden: bool | None = None,
        show_own_organization_only: bool | None = None,
        sync_token: str | None = None,
        fields: str | None = None,
    ) -> Operation[CalendarListPage]:
        """List one page of the user's calendars.

        Args:
            max_results: The size of a page: 1 to 250, 100 where None. Pages may be shorter.
            min_access_role: Only calendars with which the user may do at least this.
            page_token: The page, as the page before named it.
            show_deleted: Whether to list entries that were removed.
            show_hidden: Whether to list entries that the user hides.
            show_own_organization_only: Whether to list the Workspace organisation's only.
            sync_token: List only what has changed since the token was given, removed and
                hidden entries included. Changes of what the user cannot write do not count.
                Goes with neither `min_access_role` nor `show_own_organization_only`.
            fields: A mask of the members wanted; the tokens are added to it.

        Raises:
            UsageError: A limit is passed, or parameters contradict.
            CursorRefused: The sync token has expired; list everything anew.
        """
        expect_within("max_results", max_results, LARGEST_PAGE)
        parameters: Parameters = {
            "maxResults": max_results,
            "minAccessRole": min_access_role,
            "pageToken": page_token,
            "showDeleted": show_deleted,
            "showHidden": show_hidden,
            "showOwnOrganizationOnly": show_own_organization_only,
            "syncToken": sync_token,
            "fields": page_mask(fields),
        }
        expect_syncable(parameters)
        return call("calendarList.list", "GET", LIST, CalendarListPage, parameters)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all entries that `list` would list, page by page as they are asked for."""

    watch: Final = endpoint(watching(list.__wrapped__))  # noqa: A003 - the same
    """Open a channel that announces changes of what `list` would list."""

    @endpoint
    @staticmethod
    def get(calendar_id: str, *, fields: str | None = None) -> Operation[CalendarListEntry]:
        """Read an entry of the list.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            fields: A mask of the members wanted.

        Raises:
            NotFound: The calendar is not in the list.
        """
        location = f"{LIST}/{path(calendar_id)}"
        return call("calendarList.get", "GET", location, CalendarListEntry, {"fields": fields})

    @endpoint
    @staticmethod
    def insert(
        entry: CalendarListEntry | Body,
        *,
        color_rgb_format: bool | None = None,
        fields: str | None = None,
    ) -> Operation[CalendarListEntry]:
        """Put a calendar that exists into the list. Not repeated by itself.

        Args:
            entry: The calendar's `id`, and the user's own settings of it.
            color_rgb_format: True where `entry` has RGB colours, unless given; without, the
                service takes `color_id` only.
            fields: A mask of the members wanted in the answer.
        """
        return _write("insert", "POST", LIST, entry, color_rgb_format, fields=fields)

    @endpoint
    @staticmethod
    def patch(
        calendar_id: str,
        entry: CalendarListEntry | Body,
        *,
        if_match: str | None = None,
        color_rgb_format: bool | None = None,
        fields: str | None = None,
    ) -> Operation[CalendarListEntry]:
        """Change what is set in `entry`, and nothing else.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            entry: The changes.
            if_match: The etag of the version to change; any where None.
            color_rgb_format: True where `entry` has RGB colours, unless given.
            fields: A mask of the members wanted in the answer.

        Raises:
            PreconditionFailed: The entry has changed since `if_match`.
        """
        location = f"{LIST}/{path(calendar_id)}"
        return _write(
            "patch", "PATCH", location, entry, color_rgb_format, fields=fields, if_match=if_match
        )

    @endpoint
    @staticmethod
    def update(
        calendar_id: str,
        entry: CalendarListEntry | Body,
        *,
        if_match: str | None = None,
        color_rgb_format: bool | None = None,
        fields: str | None = None,
    ) -> Operation[CalendarListEntry]:
        """Replace the user's own settings of a calendar; what is left out is cleared.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            entry: The whole entry.
            if_match: The etag of the version to replace; any where None.
            color_rgb_format: True where `entry` has RGB colours, unless given.
            fields: A mask of the members wanted in the answer.

        Raises:
            PreconditionFailed: The entry has changed since `if_match`.
        """
        location = f"{LIST}/{path(calendar_id)}"
        return _write(
            "update", "PUT", location, entry, color_rgb_format, fields=fields, if_match=if_match
        )

    @endpoint
    @staticmethod
    def delete(calendar_id: str, *, if_match: str | None = None) -> Operation[None]:
        """Take a calendar out of the list; the calendar itself stays.

        Args:
            calendar_id: The calendar.
            if_match: The etag of the version to take out; any where None.

        Raises:
            NotFound: The calendar is not in the list.
        """
        location = f"{LIST}/{path(calendar_id)}"
        return order("calendarList.delete", "DELETE", location, if_match=if_match)


def _write(
    name: str,
    method: Method,
    location: str,
    entry: CalendarListEntry | Body,
    color_rgb_format: bool | None,
    *,
    fields: str | None,
    if_match: str | None = None,
) -> Operation[CalendarListEntry]:
    entry = as_body(codec, CalendarListEntry, entry)
    used = bool(entry.background_color or entry.foreground_color) or None
    return call(
        f"calendarList.{name}",
        method,
        location,
        CalendarListEntry,
        {
            "colorRgbFormat": used if color_rgb_format is None else color_rgb_format,
            "fields": fields,
        },
        body=entry,
        if_match=if_match,
    )
