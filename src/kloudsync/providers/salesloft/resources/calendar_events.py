"""Events of calendars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import json_request
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.salesloft.resources.request import Direction, listing
from kloudsync.providers.salesloft.wire.codec import codec, whole
from kloudsync.providers.salesloft.wire.event import (
    CalendarEventsPage,
    EventStatus,
    EventUpsert,
    Upserted,
    UpsertKey,
)

LIST = "calendar/events"


class CalendarEvents(Resource[C_co]):
    """Events that Salesloft knows; there is no way to read a single one, or to delete one."""

    @endpoint
    @staticmethod
    def list(
        *,
        calendar_id: str | None = None,
        user_guid: str | None = None,
        start_time: datetime | None = None,
        end_time: datetime | None = None,
        sort_by: Literal["start_time"] | None = None,
        sort_direction: Direction | None = None,
        per_page: int | None = None,
        page: int | None = None,
        include_paging_counts: bool | None = None,
    ) -> Operation[CalendarEventsPage]:
        """List one page of events.

        An event shows if it ends at or after `start_time` and begins before `end_time`.
        There is no cursor: changes are found by comparing windows.

        Args:
            calendar_id: Events whose creator or guest this calendar is.
            user_guid: The same, by user.
            start_time: The window's start, aware; all from the beginning where None.
            end_time: The window's end, aware, exclusive; all to the end where None.
            sort_by: What to sort by; there is only `start_time`.
            sort_direction: By start; descending where None. Ascending is steadier while
                events are added.
            per_page: The size of a page: 1 to 100, 25 where None.
            page: The page's number, from 1. Pages beyond 100 cost several points.
            include_paging_counts: Whether to count pages and events, which costs time.

        Raises:
            UsageError: A bound is naive, or a number out of range.
        """
        parameters = {
            "calendar_id": calendar_id,
            "user_guid": user_guid,
            "start_time": start_time,
            "end_time": end_time,
            "sort_by": sort_by,
            "sort_direction": sort_direction,
            "per_page": per_page,
            "page": page,
            "include_paging_counts": include_paging_counts,
        }
        return listing("calendar_events.list", LIST, CalendarEventsPage, parameters)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all events that `list` would list."""

    @endpoint
    @staticmethod
    def upsert(event: EventUpsert | Body) -> Operation[Upserted]:
        """Write one event: create it, or change what is set in `event`.

        May be sent twice: the key finds what the first try wrote. For hundreds of events,
        use bulk jobs.

        Args:
            event: The event. Each occurrence of a series is an event of its own.

        Raises:
            InvalidFields: The service refuses a field.
            UsageError: A time is naive.
        """
        event = as_body(codec, EventUpsert, event)
        request = json_request("POST", f"{LIST}/upsert", content=codec.dump(event))
        return Operation(name="calendar_events.upsert", request=request, decode=whole(Upserted))

    @endpoint
    @staticmethod
    def cancel(
        *,
        calendar_id: str,
        id: str,  # noqa: A002 - the vendor's name
        i_cal_uid: str,
        start_time: datetime,
        end_time: datetime,
        canceled_at: datetime,
        updated_at: Maybe[datetime] = UNSET,
        upsert_key: Maybe[Sequence[UpsertKey | str]] = UNSET,
    ) -> Operation[Upserted]:
        """Cancel an event. Which of status and time counts is not documented; both are sent.

        Args:
            calendar_id: The calendar.
            id: The event's id, as it was written.
            i_cal_uid: Its UID, as it was written.
            start_time: When it would have begun, which the service requires again.
            end_time: When it would have ended.
            canceled_at: When it was cancelled.
            updated_at: The same for the guard against stale writes; not sent where UNSET.
            upsert_key: The fields that it was written with as key.

        Raises:
            UsageError: A time is naive.
        """
        cancelled = EventUpsert(
            calendar_id=calendar_id,
            id=id,
            i_cal_uid=i_cal_uid,
            start_time=start_time,
            end_time=end_time,
            status=EventStatus.CANCELLED,
            canceled_at=canceled_at,
            updated_at=updated_at,
            upsert_key=upsert_key,
        )
        return CalendarEvents.upsert(cancelled)
