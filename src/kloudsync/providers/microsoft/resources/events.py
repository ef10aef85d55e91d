"""Events of calendars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final

from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.microsoft.resources.fields import EventField, EventLink
from kloudsync.providers.microsoft.resources.request import (
    ME,
    PRIMARY,
    Parameters,
    calendar_path,
    call,
    expect_top,
    instant,
    joined,
    mailbox_path,
    order,
)
from kloudsync.providers.microsoft.wire.actions import Answer, Comment, Forwarding, Snooze
from kloudsync.providers.microsoft.wire.attachment import AttachmentsPage
from kloudsync.providers.microsoft.wire.calendar import Calendar
from kloudsync.providers.microsoft.wire.codec import codec
from kloudsync.providers.microsoft.wire.event import Event, EventsPage
from kloudsync.providers.microsoft.wire.people import EmailAddress, Recipient
from kloudsync.providers.microsoft.wire.times import DateTimeTimeZone, TimeSlot

LONGEST_WINDOW: Final = timedelta(days=1825)
"""What a view of a calendar may span; more is refused with `ErrorInvalidRequest`."""

MOST_ATTENDEES: Final = 500
LONGEST_TRANSACTION_ID: Final = 128


class Events(Resource[C_co]):
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
        _expect_whole(event)
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
        _expect_span(event)
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
            **_window(start, end, None),
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
            **_window(start, end, LONGEST_WINDOW),
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
            _window(start, end, LONGEST_WINDOW),
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

    @endpoint
    @staticmethod
    def accept(
        event_id: str,
        calendar_id: str = PRIMARY,
        *,
        comment: str | None = None,
        send_response: bool = True,
        mailbox: str = ME,
    ) -> Operation[None]:
        """Say yes to an invitation. Not repeated by itself, since answers are mailed.

        Args:
            event_id: The event, series or occurrence.
            calendar_id: Its calendar.
            comment: What to say with it.
            send_response: Whether the organizer is told.
            mailbox: Whose it is.
        """
        return _answered("accept", mailbox, calendar_id, event_id, _said(comment, send_response))

    @endpoint
    @staticmethod
    def decline(
        event_id: str,
        calendar_id: str = PRIMARY,
        *,
        comment: str | None = None,
        send_response: bool = True,
        propose: tuple[datetime, datetime] | None = None,
        mailbox: str = ME,
    ) -> Operation[None]:
        """Say no to an invitation; the event usually leaves the calendar.

        Args:
            event_id: The event, series or occurrence.
            calendar_id: Its calendar.
            comment: What to say with it.
            send_response: Whether the organizer is told; has to be where another time is proposed.
            propose: A better start and end, both aware.
            mailbox: Whose it is.
        """
        said = _said(comment, send_response, propose)
        return _answered("decline", mailbox, calendar_id, event_id, said)

    @endpoint
    @staticmethod
    def tentatively_accept(
        event_id: str,
        calendar_id: str = PRIMARY,
        *,
        comment: str | None = None,
        send_response: bool = True,
        propose: tuple[datetime, datetime] | None = None,
        mailbox: str = ME,
    ) -> Operation[None]:
        """Say maybe to an invitation.

        Args:
            event_id: The event, series or occurrence.
            calendar_id: Its calendar.
            comment: What to say with it.
            send_response: Whether the organizer is told; has to be where another time is proposed.
            propose: A better start and end, both aware.
            mailbox: Whose it is.
        """
        said = _said(comment, send_response, propose)
        return _answered("tentativelyAccept", mailbox, calendar_id, event_id, said)

    @endpoint
    @staticmethod
    def cancel(
        event_id: str, calendar_id: str = PRIMARY, *, comment: str | None = None, mailbox: str = ME
    ) -> Operation[None]:
        """Cancel a meeting as its organizer, with a word to its attendees.

        Args:
            event_id: The event, series or occurrence.
            calendar_id: Its calendar.
            comment: What to say with it.
            mailbox: Whose it is.
        """
        said = Comment() if comment is None else Comment(comment=comment)
        location = calendar_path(mailbox, calendar_id, "events", event_id, "cancel")
        return order("events.cancel", "POST", location, body=said)

    @endpoint
    @staticmethod
    def forward(
        event_id: str,
        to: Sequence[str],
        calendar_id: str = PRIMARY,
        *,
        comment: str | None = None,
        mailbox: str = ME,
    ) -> Operation[None]:
        """Send an event on to others.

        Args:
            event_id: The event, series or occurrence.
            to: Their addresses; at least one.
            calendar_id: Its calendar.
            comment: What to say with it.
            mailbox: Whose it is.
        """
        if not to or isinstance(to, str):
            raise UsageError(f"to is {to!r}; pass a list of addresses")
        recipients = [Recipient(email_address=EmailAddress(address=one)) for one in to]
        said = Forwarding(to_recipients=recipients)
        if comment is not None:
            said = Forwarding(to_recipients=recipients, comment=comment)
        location = calendar_path(mailbox, calendar_id, "events", event_id, "forward")
        return order("events.forward", "POST", location, body=said)

    @endpoint
    @staticmethod
    def snooze_reminder(
        event_id: str, until: datetime, calendar_id: str = PRIMARY, *, mailbox: str = ME
    ) -> Operation[None]:
        """Let a reminder come again at an instant, which is aware."""
        said = Snooze(new_reminder_time=in_utc("until", until))
        location = calendar_path(mailbox, calendar_id, "events", event_id, "snoozeReminder")
        return order("events.snoozeReminder", "POST", location, body=said)

    @endpoint
    @staticmethod
    def dismiss_reminder(
        event_id: str, calendar_id: str = PRIMARY, *, mailbox: str = ME
    ) -> Operation[None]:
        """Let a reminder come no more."""
        location = calendar_path(mailbox, calendar_id, "events", event_id, "dismissReminder")
        return order("events.dismissReminder", "POST", location)

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


def in_utc(name: str, moment: datetime) -> DateTimeTimeZone:
    """Write an instant as a time in UTC.

    Raises:
        UsageError: It is naive.
    """
    instant(name, moment)
    return DateTimeTimeZone(date_time=moment.astimezone(UTC).replace(tzinfo=None), time_zone="UTC")


def _window(start: datetime, end: datetime, longest: timedelta | None) -> Parameters:
    parameters: Parameters = {
        "startDateTime": instant("start", start),
        "endDateTime": instant("end", end),
    }
    if end <= start:
        raise UsageError(f"the window ends at {end.isoformat()}, not after {start.isoformat()}")
    if longest is not None and end - start > longest:
        raise UsageError(f"the window spans {(end - start).days} days; at most {longest.days} do")
    return parameters


def _said(
    comment: str | None, send_response: bool, propose: tuple[datetime, datetime] | None = None
) -> Answer:
    said = Answer(send_response=send_response)
    if comment is not None:
        said = evolve(said, comment=comment)
    if propose is None:
        return said
    if not send_response:
        raise UsageError("a time is proposed to the organizer; pass send_response=True with it")
    start, end = propose
    slot = TimeSlot(start=in_utc("propose", start), end=in_utc("propose", end))
    if end <= start:
        raise UsageError("the proposed time ends before it starts")
    return evolve(said, proposed_new_time=slot)


def _answered(
    verb: str, mailbox: str, calendar_id: str, event_id: str, said: Answer
) -> Operation[None]:
    location = calendar_path(mailbox, calendar_id, "events", event_id, verb)
    return order(f"events.{verb}", "POST", location, body=said)


def _expect_whole(event: Event) -> None:
    if not event.start or not event.end:
        raise UsageError("a whole event needs start and end")
    if event.transaction_id and len(event.transaction_id) > LONGEST_TRANSACTION_ID:
        raise UsageError(
            f"transaction_id has {len(event.transaction_id)} characters; "
            f"at most {LONGEST_TRANSACTION_ID} fit"
        )
    _expect_span(event)


def _expect_span(event: Event) -> None:
    """Refuse times that no event could have, and more people than one holds."""
    for name, given in (("start", event.start), ("end", event.end)):
        if not given:
            continue
        if not given.date_time or not given.time_zone:
            raise UsageError(f"{name} needs date_time and time_zone")
        if given.date_time.tzinfo is not None:
            raise UsageError(
                f"{name}.date_time has an offset; pass the time on the wall of its zone"
            )
        if event.is_all_day and given.date_time.time() != time():
            raise UsageError(f"{name} of an all-day event has to be midnight")
    if event.attendees and len(event.attendees) > MOST_ATTENDEES:
        raise UsageError(f"{len(event.attendees)} attendees; at most {MOST_ATTENDEES} are possible")
