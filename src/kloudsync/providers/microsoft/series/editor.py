"""The edits of a series, on either colour of client."""

from __future__ import annotations

from kloudsync.http.caller import K_co
from kloudsync.http.calls import Calls
from kloudsync.http.json_kinds import Item
from kloudsync.model.series_edit import SeriesEdit
from kloudsync.model.times import Time
from kloudsync.providers.microsoft.series.edits import Editing
from kloudsync.providers.microsoft.wire.event import Event
from kloudsync.runtime.colour import Colour, InColour
from kloudsync.runtime.twin import twin


class SeriesEditor(InColour[K_co]):
    """Edits one series of a calendar as its user would.

    Changes are events in which only what is to change is set. An occurrence is named by its
    original start: where the pattern puts it, whether or not it was moved. Guests are mailed about
    each write; Graph has no way to leave that out.

    To edit a series as a whole, patch it: `microsoft.events.patch(series, changes)`. Another rule
    or time drops what was changed of single occurrences then, as it does in Outlook.

    Args:
        caller: Performs the calls.
        calendar_id: The calendar.
        mailbox: Whose it is.
        series_id: The series, or the segment of a divided one that holds the occurrence.
    """

    def __init__(self, caller: K_co, calendar_id: str, mailbox: str, series_id: str) -> None:
        self.colour: type[Colour] = caller.colour
        self._editing = Editing(
            calls=Calls.by(caller), calendar=calendar_id, mailbox=mailbox, id=series_id
        )

    @twin
    async def edit_this(self, at: Time, changes: Event) -> Event:
        """Change one occurrence.

        Args:
            at: The original start of the occurrence: a date, or an aware datetime in any zone.
            changes: What is different about it; start and end together.

        Raises:
            UsageError: There is no such occurrence, or it was deleted.
            BadRequest: It would come to or past the day of a neighbour.
        """
        return await self._editing.this(at, changes)

    @twin
    async def edit_this_and_following(self, at: Time, changes: Event) -> SeriesEdit[Event, Item]:
        """Change an occurrence and all that follow, by dividing the series there.

        The later segment is a series of its own, with guests who have not answered it and an
        online meeting of its own. Occurrences that were changed, moved or deleted after the
        division stay so: each belongs to its occurrence by number. A number of occurrences is
        shared out. Repeating a call that was broken off completes it and doubles nothing.

        At the first occurrence the whole series is changed, and nothing is divided; if it moves,
        the service drops what was changed of single occurrences, which the answer lists as lost.

        Args:
            at: The original start of the first occurrence that changes.
            changes: What is different from there on. A new `start` is that of this occurrence, and
                keeps its length unless the end is given too.

        Raises:
            UsageError: There is no such occurrence, the new times do not fit the rule, or the
                service does not say what a series leaves out.
            PreconditionFailed: Somebody changed the series meanwhile; it is as they left it.
        """
        return await self._editing.following(at, changes)

    @twin
    async def delete_this_and_following(self, at: Time) -> Event | None:
        """Delete an occurrence and all that follow.

        Args:
            at: The original start of the first occurrence to delete.

        Returns:
            The series as it is now; None where it was the first occurrence and nothing is left.

        Raises:
            UsageError: There is no such occurrence. Where the series ends before it anyway,
                that is success.
        """
        return await self._editing.delete_following(at)
