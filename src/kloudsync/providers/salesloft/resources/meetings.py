"""Meetings that are booked in Salesloft and wait for a place in the user's calendar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import path
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.salesloft.resources.request import (
    Direction,
    Parameter,
    Range,
    call,
    listing,
    ranged,
)
from kloudsync.providers.salesloft.wire.codec import codec
from kloudsync.providers.salesloft.wire.meeting import (
    Meeting,
    MeetingChange,
    MeetingsPage,
    MeetingStatus,
)

LIST = "meetings"


class Meetings(Resource[C_co]):
    """Meetings.

    Poll those that are `pending`, create them in the user's calendar, then report `booked`
    with the ids under which their events will be upserted.
    """

    @endpoint
    @staticmethod
    def list(
        *,
        ids: Sequence[int] | None = None,
        status: MeetingStatus | str | None = None,
        person_id: int | None = None,
        person_ids: Sequence[int] | None = None,
        account_id: int | str | None = None,
        task_ids: Sequence[int] | None = None,
        event_ids: Sequence[str] | None = None,
        i_cal_uids: Sequence[str] | None = None,
        user_guids: Sequence[str] | None = None,
        include_meetings_settings: bool | None = None,
        show_deleted: bool | None = None,
        start_time: Range | None = None,
        created_at: Range | None = None,
        updated_at: Range | None = None,
        sort_by: Literal["start_time", "created_at", "updated_at"] | None = None,
        sort_direction: Direction | None = None,
        per_page: int | None = None,
        page: int | None = None,
        include_paging_counts: bool | None = None,
        limit_paging_counts: bool | None = None,
    ) -> Operation[MeetingsPage]:
        """List one page of meetings.

        Args:
            ids: Only meetings with these ids.
            status: Only meetings in this state; `pending` ones wait for the calendar.
            person_id: Only meetings with this person.
            person_ids: Only meetings with one of these people.
            account_id: Only meetings of this account.
            task_ids: Only meetings of these tasks.
            event_ids: Only meetings of these events, or with one of `i_cal_uids`.
            i_cal_uids: Only meetings with these UIDs, or of one of `event_ids`.
            user_guids: Only meetings of these users.
            include_meetings_settings: Whether to tell owner and booker.
            show_deleted: Whether to list deleted ones.
            start_time: Bounds of the start, such as `{"gte": moment}`.
            created_at: Bounds of the creation.
            updated_at: Bounds of the last change, which polls go by. No page lists it, though both
                public connectors send it: compare what comes back where it matters.
            sort_by: What to sort by; `start_time` where None.
            sort_direction: Descending where None.
            per_page: The size of a page: 1 to 100, 25 where None.
            page: The page's number, from 1.
            include_paging_counts: Whether to count pages and meetings.
            limit_paging_counts: Whether to count no further than 10,000.
        """
        parameters: dict[str, Parameter] = {
            "ids": ids,
            "status": status,
            "person_id": person_id,
            "person_ids": person_ids,
            "account_id": account_id,
            "task_ids": task_ids,
            "event_ids": event_ids,
            "i_cal_uids": i_cal_uids,
            "user_guids": user_guids,
            "include_meetings_settings": include_meetings_settings,
            "show_deleted": show_deleted,
            **ranged("start_time", start_time),
            **ranged("created_at", created_at),
            **ranged("updated_at", updated_at),
            "sort_by": sort_by,
            "sort_direction": sort_direction,
            "per_page": per_page,
            "page": page,
            "include_paging_counts": include_paging_counts,
            "limit_paging_counts": limit_paging_counts,
        }
        return listing("meetings.list", LIST, MeetingsPage, parameters)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all meetings that `list` would list."""

    @endpoint
    @staticmethod
    def update(meeting: int, change: MeetingChange | Body) -> Operation[Meeting]:
        """Report what became of a meeting in the user's calendar."""
        change = as_body(codec, MeetingChange, change)
        location = f"{LIST}/{path(str(meeting))}"
        return call("meetings.update", "PUT", location, Meeting, body=change)
