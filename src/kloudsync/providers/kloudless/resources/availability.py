"""Free time across calendars and accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from kloudsync.errors import UsageError
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.http.unset import UNSET
from kloudsync.providers.kloudless.paths import ME, AccountRef, account_path
from kloudsync.providers.kloudless.resources.request import call
from kloudsync.providers.kloudless.wire.availability import (
    Availability,
    AvailabilityRequest,
    Constraints,
    TimeWindow,
)


class AvailabilityQueries(Resource[C_co]):
    """Questions for free time."""

    @endpoint
    @staticmethod
    def query(
        windows: Sequence[tuple[datetime, datetime]],
        *,
        duration: timedelta,
        calendars: Sequence[str] | None = None,
        account: AccountRef = ME,
        older_form: bool = False,
    ) -> Operation[Availability]:
        """Ask when a meeting would fit.

        Args:
            windows: Where to look: pairs of aware start and end.
            duration: How long the meeting is; whole seconds.
            calendars: Whose events block time; each account's primary calendar where None.
            account: One account or several.
            older_form: Whether the windows go below `constraints`, as the older documents say;
                clients in use since 2020 send them at top level.

        Raises:
            UsageError: There is no window, or no positive duration.
        """
        if not windows or duration < timedelta(seconds=1):
            raise UsageError("availability needs a window to look at and a duration to fit")
        spans = [TimeWindow(start=start, end=end) for start, end in windows]
        body = AvailabilityRequest(
            meeting_duration=iso_duration(duration),
            calendars=UNSET if calendars is None else calendars,
            time_windows=UNSET if older_form else spans,
            constraints=Constraints(time_windows=spans) if older_form else UNSET,
        )
        location = account_path(account, "cal", "availability")
        # It only reads, so that it may be sent twice.
        return call(
            "availability.query", "POST", location, Availability, body=body, repeatable=True
        )


def iso_duration(duration: timedelta) -> str:
    """Write a duration as ISO 8601 does, such as `PT1H30M`."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "H"), (minutes, "M"), (seconds, "S"))
    return "PT" + "".join(f"{number}{unit}" for number, unit in parts if number)
