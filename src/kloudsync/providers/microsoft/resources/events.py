"""Events of calendars."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, endpoint
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.microsoft.paths import ME, PRIMARY, calendar_path, mailbox_path
from kloudsync.providers.microsoft.resources.checks import expect_span, expect_whole
from kloudsync.providers.microsoft.resources.event_actions import EventActions
from kloudsync.providers.microsoft.resources.event_views import EventViews
from kloudsync.providers.microsoft.resources.fields import EventField, EventLink
from kloudsync.providers.microsoft.resources.request import (
    Parameters,
    call,
    expect_top,
    joined,
    order,
)
from kloudsync.providers.microsoft.wire.attachment import AttachmentsPage
from kloudsync.providers.microsoft.wire.calendar import Calendar
from kloudsync.providers.microsoft.wire.codec import codec
from kloudsync.providers.microsoft.wire.event import Event, EventsPage


class Events(EventViews[C_co], EventActions[C_co]):
    """Events, their occurrences, and what changes of them.

    Every method takes `mailbox`: `me`, or a user's id or principal name where the program has
    application permissions or the calendar is another user's.
    """

    @endpoint
    @staticmethod
    def list(
        calendar_id: str = PRIMARY,
        *,
        mailbox: str = ME,
        filter: str | None = None,  # noqa: A002 - the vendor's name
        select: Iterable[EventField] | None = None,
        expand: Iterable[EventLink | str] | None = None,
        order_by: str | None = None,
        top: int | None = None,
        skip: int | None = None,
        text: bool = False,
    ) -> Operation[EventsPage]:
        """List a calendar's single events and series; occurrences are not among them.

        Args:
            calendar_id: The calendar.
            mailbox: Whose it is.
            filter: An OData condition. One on `start` leaves out series that began before.
            select: Members to answer with; all where None.
            expand: What to answer with besides.
            order_by: By what to sort, such as `start/dateTime desc`.
            top: How many events on a page; 10 where None.
            skip: How many to leave out at the beginning.
            text: Whether bodies should come as text.
        """
        parameters: Parameters = {
            "$filter": filter,
            "$select": joined(select),
            "$expand": joined(expand),
            "$orderby": order_by,
            "$top": expect_top(top),
            "$skip": skip,
        }
        location = calendar_path(mailbox, calendar_id, "events")
        return call("events.list", "GET", location, EventsPage, parameters, text=text)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all events that `list` would list, page by page as they are asked for."""

    @endpoint
    @staticmethod
    def get(
        event_id: str,
        calendar_id: str = PRIMARY,
        *,
        mailbox: str = ME,
        select: Iterable[EventField] | None = None,
        expand: Iterable[EventLink | str] | None = None,
        text: bool = False,
    ) -> Operation[Event]:
        """Read an event, a series or an occurrence.

        Args:
            event_id: Its id, or `OID.<series>.<date>` of an occurrence.
            calendar_id: Its calendar.
            mailbox: Whose it is.
            select: Members to answer with; all but `cancelledOccurrences` where None.
            expand: What to answer with besides. `exceptionOccurrences` comes this way only.
            text: Whether the body should come as text.
        """
        parameters: Parameters = {"$select": joined(select), "$expand": joined(expand)}
        location = calendar_path(mailbox, calendar_id, "events", event_id)
        return call("events.get", "GET", location, Event, parameters, text=text)

    @endpoint
    @staticmethod
    def calendar_of(event_id: str, *, mailbox: str = ME) -> Operation[Calendar]:
        """Read in which of a mailbox's calendars an event is.

        Args:
            event_id: Its id.
            mailbox: Whose it is.
        """
        location = mailbox_path(mailbox, "events", event_id, "calendar")
        return call("events.calendar", "GET", location, Calendar)

    @endpoint
    @staticmethod
    def insert(
        event: Event | Body, calendar_id: str = PRIMARY, *, mailbox: str = ME
    ) -> Operation[Event]:
        """Create an event; invitations go out to its attendees.

        Repeated by itself only where it carries a `transaction_id`, by which the service knows
        that it has it already.

        Args:
            event: The event; `start` and `end` are required.
            calendar_id: The calendar.
            mailbox: Whose it is.

        Raises:
            UsageError: It cannot stand by itself.
        """
        event = as_body(codec, Event, event)
        expect_whole(event)
        location = calendar_path(mailbox, calendar_id, "events")
        return call(
            "events.insert",
            "POST",
            location,
            Event,
            body=event,
            repeatable=bool(event.transaction_id),
        )

    @endpoint
    @staticmethod
    def patch(
        event_id: str, event: Event | Body, calendar_id: str = PRIMARY, *, mailbox: str = ME
    ) -> Operation[Event]:
        """Change what is set in `event`, and nothing else.

        Of a series, another rule or time drops what was changed of single occurrences; anything
        else keeps it. The rule is written whole. Of a series and an id of an occurrence, that
        occurrence becomes an exception; it cannot be moved to or past the day of a neighbour.

        Args:
            event_id: Its id.
            event: The changes.
            calendar_id: Its calendar.
            mailbox: Whose it is.
        """
        event = as_body(codec, Event, event)
        expect_span(event)
        location = calendar_path(mailbox, calendar_id, "events", event_id)
        return call("events.patch", "PATCH", location, Event, body=event)

    @endpoint
    @staticmethod
    def delete(event_id: str, calendar_id: str = PRIMARY, *, mailbox: str = ME) -> Operation[None]:
        """Delete an event, a series or an occurrence; an organizer's attendees are told.

        Args:
            event_id: Its id.
            calendar_id: Its calendar.
            mailbox: Whose it is.
        """
        location = calendar_path(mailbox, calendar_id, "events", event_id)
        return order("events.delete", "DELETE", location)

    @endpoint
    @staticmethod
    def permanent_delete(
        event_id: str, calendar_id: str = PRIMARY, *, mailbox: str = ME
    ) -> Operation[None]:
        """Delete an event so that it is not in Deleted Items either. Not repeated by itself."""
        location = calendar_path(mailbox, calendar_id, "events", event_id, "permanentDelete")
        return order("events.permanentDelete", "POST", location)

    @endpoint
    @staticmethod
    def attachments(
        event_id: str, calendar_id: str = PRIMARY, *, mailbox: str = ME, top: int | None = None
    ) -> Operation[AttachmentsPage]:
        """List what hangs on an event, without its contents.

        Args:
            event_id: The event.
            calendar_id: Its calendar.
            mailbox: Whose it is.
            top: How many on a page.
        """
        parameters: Parameters = {
            "$select": "id,name,contentType,size,isInline,lastModifiedDateTime",
            "$top": expect_top(top),
        }
        location = calendar_path(mailbox, calendar_id, "events", event_id, "attachments")
        return call("events.attachments", "GET", location, AttachmentsPage, parameters)

    iterate_attachments: Final = pages(attachments.__wrapped__)
    """Walk all attachments of an event."""
