"""The events of a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, TypeAlias

from kloudsync.errors import UsageError
from kloudsync.http.endpoint import C_co, endpoint
from kloudsync.http.message import path
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.google.page_sizes import LARGEST_PAGE
from kloudsync.providers.google.resources.checks import (
    expect_aware,
    expect_order,
    expect_pairs,
    expect_syncable,
    expect_within,
    expect_word,
)
from kloudsync.providers.google.resources.event_writes import EventWrites
from kloudsync.providers.google.resources.fields import page_mask
from kloudsync.providers.google.resources.request import Parameters, call, event_path
from kloudsync.providers.google.resources.watching import watching
from kloudsync.providers.google.wire.event import Event, EventsPage, EventType

OrderBy: TypeAlias = Literal["startTime", "updated"]
"""The order of a listing; `startTime` needs `single_events=True`."""


class Events(EventWrites[C_co]):
    """Single events, series and their occurrences."""

    @endpoint
    @staticmethod
    def list(
        calendar_id: str,
        *,
        always_include_email: bool | None = None,
        event_types: Sequence[EventType | str] | None = None,
        ical_uid: str | None = None,
        max_attendees: int | None = None,
        max_results: int | None = None,
        order_by: OrderBy | None = None,
        page_token: str | None = None,
        private_extended_property: Sequence[str] | None = None,
        q: str | None = None,
        shared_extended_property: Sequence[str] | None = None,
        show_deleted: bool | None = None,
        show_hidden_invitations: bool | None = None,
        single_events: bool | None = None,
        sync_token: str | None = None,
        time_max: datetime | None = None,
        time_min: datetime | None = None,
        time_zone: str | None = None,
        updated_min: datetime | None = None,
        fields: str | None = None,
    ) -> Operation[EventsPage]:
        """List one page of a calendar's events.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            always_include_email: Deprecated, and ignored by the service.
            event_types: Kinds of events to list; all where None.
            ical_uid: List only events with this id across calendar systems.
            max_attendees: Above this many attendees, only the user's own entry is given.
            max_results: The size of a page: 1 to 2500, 250 where None. Pages may be shorter.
            order_by: `startTime` or `updated`; a stable order of no meaning where None.
            page_token: The page, as the page before named it.
            private_extended_property: Only events with all of these `name=value`, on this copy.
            q: Words to look for in titles, texts, places and people.
            shared_extended_property: Only events with all of these `name=value`, on all copies.
            show_deleted: Whether to list deleted events, as cancelled. Cancelled occurrences
                are listed in any case unless `single_events`.
            show_hidden_invitations: Whether to list hidden invitations.
            single_events: Whether to list occurrences in place of their series.
            sync_token: List only what has changed since the token was given, deletions
                included. Goes with none of `ical_uid`, `order_by`, `q`, the extended properties,
                the three times, or `show_deleted=False`; all else has to be as it was then.
            time_max: Only events that start before this instant.
            time_min: Only events that end after this instant.
            time_zone: The IANA zone of times in the answer; the calendar's where None.
            updated_min: Only events changed since this instant, deletions included.
            fields: A mask of the members wanted; the tokens are added to it.

        Raises:
            UsageError: A limit is passed, a time is naive, or parameters contradict.
            CursorRefused: The sync token has expired; list everything anew.
        """
        expect_within("max_results", max_results, LARGEST_PAGE)
        expect_within("max_attendees", max_attendees)
        expect_aware(time_min=time_min, time_max=time_max, updated_min=updated_min)
        expect_order(time_min, time_max)
        expect_word("order_by", order_by, OrderBy)
        expect_pairs(
            private_extended_property=private_extended_property,
            shared_extended_property=shared_extended_property,
        )
        if order_by == "startTime" and not single_events:
            raise UsageError(
                "order_by='startTime' needs single_events=True: a series has no one start"
            )
        parameters: Parameters = {
            "alwaysIncludeEmail": always_include_email,
            "eventTypes": event_types,
            "iCalUID": ical_uid,
            "maxAttendees": max_attendees,
            "maxResults": max_results,
            "orderBy": order_by,
            "pageToken": page_token,
            "privateExtendedProperty": private_extended_property,
            "q": q,
            "sharedExtendedProperty": shared_extended_property,
            "showDeleted": show_deleted,
            "showHiddenInvitations": show_hidden_invitations,
            "singleEvents": single_events,
            "syncToken": sync_token,
            "timeMax": time_max,
            "timeMin": time_min,
            "timeZone": time_zone,
            "updatedMin": updated_min,
            "fields": page_mask(fields),
        }
        expect_syncable(parameters)
        location = path("calendars", calendar_id, "events")
        return call("events.list", "GET", location, EventsPage, parameters)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all events that `list` would list, page by page as they are asked for."""

    watch: Final = endpoint(watching(list.__wrapped__))  # noqa: A003 - the same
    """Open a channel that announces changes of what `list` would list."""

    @endpoint
    @staticmethod
    def get(
        calendar_id: str,
        event_id: str,
        *,
        always_include_email: bool | None = None,
        max_attendees: int | None = None,
        time_zone: str | None = None,
        fields: str | None = None,
    ) -> Operation[Event]:
        """Read an event; a deleted one comes as cancelled for a while.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            event_id: The event.
            always_include_email: Deprecated, and ignored by the service.
            max_attendees: Above this many attendees, only the user's own entry is given.
            time_zone: The IANA zone of times in the answer; the calendar's where None.
            fields: A mask of the members wanted.

        Raises:
            NotFound: There is no such event, or no access to the calendar.
        """
        expect_within("max_attendees", max_attendees)
        parameters: Parameters = {
            "alwaysIncludeEmail": always_include_email,
            "maxAttendees": max_attendees,
            "timeZone": time_zone,
            "fields": fields,
        }
        return call("events.get", "GET", event_path(calendar_id, event_id), Event, parameters)

    @endpoint
    @staticmethod
    def instances(
        calendar_id: str,
        event_id: str,
        *,
        always_include_email: bool | None = None,
        max_attendees: int | None = None,
        max_results: int | None = None,
        original_start: str | None = None,
        page_token: str | None = None,
        show_deleted: bool | None = None,
        time_max: datetime | None = None,
        time_min: datetime | None = None,
        time_zone: str | None = None,
        fields: str | None = None,
    ) -> Operation[EventsPage]:
        """List one page of a series' occurrences.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            event_id: The series.
            always_include_email: Deprecated, and ignored by the service.
            max_attendees: Above this many attendees, only the user's own entry is given.
            max_results: The size of a page: 1 to 2500, 250 where None. Pages may be shorter.
            original_start: Only the occurrence that the rule puts here, as the service wrote it.
            page_token: The page, as the page before named it.
            show_deleted: Whether to list cancelled occurrences.
            time_max: Only occurrences that start before this instant.
            time_min: Only occurrences that end at or after this instant.
            time_zone: The IANA zone of times in the answer; the calendar's where None.
            fields: A mask of the members wanted; the tokens are added to it.

        Raises:
            UsageError: A limit is passed, or a time is naive.
        """
        expect_within("max_results", max_results, LARGEST_PAGE)
        expect_within("max_attendees", max_attendees)
        expect_aware(time_min=time_min, time_max=time_max)
        expect_order(time_min, time_max)
        parameters: Parameters = {
            "alwaysIncludeEmail": always_include_email,
            "maxAttendees": max_attendees,
            "maxResults": max_results,
            "originalStart": original_start,
            "pageToken": page_token,
            "showDeleted": show_deleted,
            "timeMax": time_max,
            "timeMin": time_min,
            "timeZone": time_zone,
            "fields": page_mask(fields),
        }
        location = event_path(calendar_id, event_id, "instances")
        return call("events.instances", "GET", location, EventsPage, parameters)

    iterate_instances: Final = pages(instances.__wrapped__)
    """Walk all occurrences that `instances` would list; without `time_max`, as far as it goes."""
