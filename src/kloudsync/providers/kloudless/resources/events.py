"""The events of a calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.http.unset import UNSET
from kloudsync.providers.kloudless.paths import ME, AccountRef
from kloudsync.providers.kloudless.resources.calendars import calendar_path
from kloudsync.providers.kloudless.resources.request import Extra, call, order
from kloudsync.providers.kloudless.wire.codec import codec
from kloudsync.providers.kloudless.wire.event import Event, EventsPage


class Events(Resource[C_co]):
    """Single events, series and their occurrences."""

    @endpoint
    @staticmethod
    def list(
        calendar: str = "primary",
        *,
        account: AccountRef = ME,
        start: datetime | None = None,
        end: datetime | None = None,
        instances: str | None = None,
        page: str | None = None,
        page_size: int | None = None,
        extra: Extra | None = None,
    ) -> Operation[EventsPage]:
        """List one page of a calendar's events.

        Whether a range lists occurrences in place of their series, and whether its edges are
        inclusive, is not documented: ask for a day more on either side.

        Args:
            calendar: The calendar; `primary` is the account's main one.
            account: The account.
            start: Only events after this instant.
            end: Only events before this instant.
            instances: List the occurrences of the series with this id instead.
            page: The page, as the page before named it.
            page_size: How many events a page holds.
            extra: Further query parameters.
        """
        if start is not None and end is not None and end <= start:
            raise UsageError(f"the range ends at {end.isoformat()}, not after {start.isoformat()}")
        parameters = {
            "start": start,
            "end": end,
            "instances": instances,
            "page": page,
            "page_size": page_size,
        }
        location = calendar_path(account, calendar, "events")
        return call("events.list", "GET", location, EventsPage, parameters, extra=extra)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all events that `list` would list."""

    @endpoint
    @staticmethod
    def get(event: str, *, calendar: str = "primary", account: AccountRef = ME) -> Operation[Event]:
        """Read an event."""
        return call("events.get", "GET", _event(account, calendar, event), Event)

    @endpoint
    @staticmethod
    def create(
        event: Event | Body, *, calendar: str = "primary", account: AccountRef = ME
    ) -> Operation[Event]:
        """Create an event.

        A start without offset is wall time in `start_time_zone`. A create whose answer was lost
        is not sent again, since the service has no key to tell the two apart.

        Args:
            event: At least `name`, `start` and `end`.
            calendar: The calendar.
            account: The account.

        Raises:
            UsageError: A name or a time is missing.
        """
        event = as_body(codec, Event, event)
        missing = [n for n in ("name", "start", "end") if not getattr(event, n)]
        if missing:
            raise UsageError(f"a new event needs {' and '.join(missing)}")
        location = calendar_path(account, calendar, "events")
        return call("events.create", "POST", location, Event, body=event)

    @endpoint
    @staticmethod
    def update(
        event: str, changes: Event | Body, *, calendar: str = "primary", account: AccountRef = ME
    ) -> Operation[Event]:
        """Change the fields of an event that are set in `changes`.

        Attendees are replaced as a whole (inferred): send everybody, not only whom to add. Patched
        through an attendee's own account, their `status` is their answer to the invitation.
        """
        changes = as_body(codec, Event, changes)
        body = evolve(changes, id=UNSET)
        return call("events.update", "PATCH", _event(account, calendar, event), Event, body=body)

    @endpoint
    @staticmethod
    def delete(
        event: str, *, calendar: str = "primary", account: AccountRef = ME
    ) -> Operation[None]:
        """Delete an event; of a series, all of it; of an occurrence, only that one."""
        return order("events.delete", "DELETE", _event(account, calendar, event))


def _event(account: AccountRef, calendar: str, event: str) -> str:
    return calendar_path(account, calendar, "events", event)
