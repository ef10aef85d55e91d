"""What people do with an event: answer it, cancel it, send it on, be reminded of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.providers.microsoft.paths import ME, PRIMARY, calendar_path
from kloudsync.providers.microsoft.resources.instants import in_utc
from kloudsync.providers.microsoft.resources.request import order
from kloudsync.providers.microsoft.wire.actions import Answer, Comment, Forwarding, Snooze
from kloudsync.providers.microsoft.wire.people import EmailAddress, Recipient
from kloudsync.providers.microsoft.wire.times import TimeSlot


class EventActions(Resource[C_co]):
    """Answers to invitations, and whatever else is done with an event that is there."""

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
