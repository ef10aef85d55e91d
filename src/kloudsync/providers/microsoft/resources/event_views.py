"""Events within a window: expanded by the service, and what changes of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from kloudsync.errors import UsageError
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.microsoft.paths import ME, PRIMARY, calendar_path, mailbox_path
from kloudsync.providers.microsoft.resources.fields import EventField
from kloudsync.providers.microsoft.resources.instants import instant, window
from kloudsync.providers.microsoft.resources.request import Parameters, call, expect_top, joined
from kloudsync.providers.microsoft.rules import LONGEST_WINDOW
from kloudsync.providers.microsoft.wire.event import EventsPage


class EventViews(Resource[C_co]):
    """Occurrences within a window, and what changes of events from one look to the next."""

    @endpoint
    @staticmethod
    def instances(
        series_id: str,
        calendar_id: str = PRIMARY,
        *,
        start: datetime,
        end: datetime,
        mailbox: str = ME,
        select: Iterable[EventField] | None = None,
        top: int | None = None,
        text: bool = False,
    ) -> Operation[EventsPage]:
        """List occurrences and exceptions of a series within a window.

        Args:
            series_id: The series.
            calendar_id: Its calendar.
            start: Where the window begins.
            end: Where it ends, exclusive.
            mailbox: Whose it is.
            select: Members to answer with; all where None.
            top: How many on a page; 10 where None.
            text: Whether bodies should come as text.

        Raises:
            UsageError: A time is naive, or the window is empty.
        """
        parameters: Parameters = {
            **window(start, end),
            "$select": joined(select),
            "$top": expect_top(top),
        }
        location = calendar_path(mailbox, calendar_id, "events", series_id, "instances")
        return call("events.instances", "GET", location, EventsPage, parameters, text=text)

    iterate_instances: Final = pages(instances.__wrapped__)
    """Walk all occurrences that `instances` would list."""

    @endpoint
    @staticmethod
    def calendar_view(
        calendar_id: str = PRIMARY,
        *,
        start: datetime,
        end: datetime,
        mailbox: str = ME,
        filter: str | None = None,  # noqa: A002 - the vendor's name
        select: Iterable[EventField] | None = None,
        order_by: str | None = None,
        top: int | None = None,
        text: bool = False,
    ) -> Operation[EventsPage]:
        """List single events, occurrences and exceptions within a window; no series.

        Args:
            calendar_id: The calendar.
            start: Where the window begins.
            end: Where it ends, exclusive; at most 1,825 days on.
            mailbox: Whose it is.
            filter: An OData condition.
            select: Members to answer with; all where None.
            order_by: By what to sort.
            top: How many on a page; 10 where None.
            text: Whether bodies should come as text.

        Raises:
            UsageError: A time is naive, or the window is empty or too long.
        """
        parameters: Parameters = {
            **window(start, end, LONGEST_WINDOW),
            "$filter": filter,
            "$select": joined(select),
            "$orderby": order_by,
            "$top": expect_top(top),
        }
        location = calendar_path(mailbox, calendar_id, "calendarView")
        return call("events.calendarView", "GET", location, EventsPage, parameters, text=text)

    iterate_view: Final = pages(calendar_view.__wrapped__)
    """Walk everything that `calendar_view` would list."""

    @endpoint
    @staticmethod
    def view_delta(
        calendar_id: str = PRIMARY,
        *,
        start: datetime,
        end: datetime,
        mailbox: str = ME,
        page_size: int | None = None,
        text: bool = False,
    ) -> Operation[EventsPage]:
        """Begin to follow what changes within a window, which the links keep for good.

        Pages hold single events, exceptions and series in full, occurrences as stubs, and ids of
        what was removed, or changed outside of the window. Follow the links with `follow`.
        Documented for a mailbox's default calendar; works for others.

        Args:
            calendar_id: The calendar.
            start: Where the window begins.
            end: Where it ends, exclusive; at most 1,825 days on.
            mailbox: Whose it is.
            page_size: How many rows on a page, at most.
            text: Whether bodies should come as text.

        Raises:
            UsageError: A time is naive, or the window is empty or too long.
        """
        location = (
            mailbox_path(mailbox, "calendarView", "delta")
            if calendar_id == PRIMARY
            else calendar_path(mailbox, calendar_id, "calendarView", "delta")
        )
        return call(
            "events.viewDelta",
            "GET",
            location,
            EventsPage,
            window(start, end, LONGEST_WINDOW),
            text=text,
            page_size=expect_top(page_size),
        )

    @endpoint
    @staticmethod
    def delta(
        calendar_id: str = PRIMARY,
        *,
        start: datetime | None = None,
        mailbox: str = ME,
        page_size: int | None = None,
        text: bool = False,
    ) -> Operation[EventsPage]:
        """Begin to follow what changes of single events and series, from a start on.

        Documented in beta only, though v1.0 answers; some say that it needs `start` there.

        Args:
            calendar_id: The calendar.
            start: Only what begins at or after this instant.
            mailbox: Whose it is.
            page_size: How many rows on a page, at most.
            text: Whether bodies should come as text.
        """
        parameters: Parameters = {
            "startDateTime": None if start is None else instant("start", start)
        }
        return call(
            "events.delta",
            "GET",
            calendar_path(mailbox, calendar_id, "events", "delta"),
            EventsPage,
            parameters,
            text=text,
            page_size=expect_top(page_size),
        )

    @endpoint
    @staticmethod
    def follow(
        link: str, *, page_size: int | None = None, text: bool = False
    ) -> Operation[EventsPage]:
        """Read the page that a link of a listing or a delta leads to.

        Args:
            link: `next_link` or `delta_link` as it came, or what follows the version in it.
            page_size: How many rows on a page, at most; the link does not know.
            text: Whether bodies should come as text; the link does not know either.

        Raises:
            CursorRefused: The link is too old; begin anew.
        """
        if not link:
            raise UsageError("there is no link to follow; the page was the last one")
        return call(
            "events.follow",
            "GET",
            link,
            EventsPage,
            text=text,
            page_size=expect_top(page_size),
        )
