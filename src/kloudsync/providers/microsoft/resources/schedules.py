"""When people are busy, and when they could meet. Work and school accounts only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.providers.microsoft.paths import ME, PRIMARY, calendar_path, mailbox_path
from kloudsync.providers.microsoft.resources.instants import in_utc
from kloudsync.providers.microsoft.resources.request import asked, call
from kloudsync.providers.microsoft.wire.codec import codec
from kloudsync.providers.microsoft.wire.schedule import (
    MeetingTimesRequest,
    MeetingTimeSuggestions,
    ScheduleRequest,
    SchedulesPage,
)

LONGEST_SCHEDULE: Final = timedelta(days=62)
SHORTEST_INTERVAL, LONGEST_INTERVAL = 5, 1440


class Schedules(Resource[C_co]):
    """Availability of people, groups and rooms."""

    @endpoint
    @staticmethod
    def get(
        schedules: Sequence[str],
        *,
        start: datetime,
        end: datetime,
        interval: int | None = None,
        mailbox: str = ME,
    ) -> Operation[SchedulesPage]:
        """Ask when people are busy: the vendor's `getSchedule`.

        Args:
            schedules: Addresses of people, groups and rooms.
            start: From when.
            end: Until when, at most 62 days on.
            interval: Minutes of each digit of `availability_view`: 5 to 1440, 30 where None.
            mailbox: Who asks.

        Raises:
            UsageError: A time is naive, or a limit is passed.
        """
        if isinstance(schedules, str) or not schedules:
            raise UsageError(f"schedules is {schedules!r}; pass a list of addresses")
        if interval is not None and not SHORTEST_INTERVAL <= interval <= LONGEST_INTERVAL:
            bounds = f"{SHORTEST_INTERVAL} to {LONGEST_INTERVAL}"
            raise UsageError(f"interval is {interval!r}; {bounds} minutes are possible")
        question = ScheduleRequest(
            schedules=schedules,
            start_time=in_utc("start", start),
            end_time=in_utc("end", end),
        )
        if not timedelta() < end - start <= LONGEST_SCHEDULE:
            raise UsageError(
                f"the span has to be positive, and {LONGEST_SCHEDULE.days} days at most"
            )
        if interval is not None:
            question = evolve(question, availability_view_interval=interval)
        location = calendar_path(mailbox, PRIMARY, "getSchedule")
        return asked(call("calendar.getSchedule", "POST", location, SchedulesPage, body=question))

    @endpoint
    @staticmethod
    def find_meeting_times(
        question: MeetingTimesRequest | Body, *, mailbox: str = ME
    ) -> Operation[MeetingTimeSuggestions]:
        """Ask when people could meet; what comes are suggestions, for delegated access only.

        Args:
            question: Who, where, when and how long.
            mailbox: Who asks.
        """
        question = as_body(codec, MeetingTimesRequest, question)
        share = question.minimum_attendee_percentage
        if share and not 0 <= share <= 100:
            raise UsageError(f"minimum_attendee_percentage is {share!r}; 0 to 100 are possible")
        location = mailbox_path(mailbox, "findMeetingTimes")
        name = "users.findMeetingTimes"
        return asked(call(name, "POST", location, MeetingTimeSuggestions, body=question))
