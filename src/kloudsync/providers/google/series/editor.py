"""The edits of a series, on either colour of client."""

from __future__ import annotations

from kloudsync.http.caller import K_co
from kloudsync.model.series_edit import SeriesEdit
from kloudsync.model.times import Time
from kloudsync.providers.google.resources.event_writes import SendUpdates
from kloudsync.providers.google.series.calls import Calls
from kloudsync.providers.google.series.edits import Editing
from kloudsync.providers.google.wire.event import Event
from kloudsync.runtime.colour import Colour, InColour
from kloudsync.runtime.twin import twin


class SeriesEditor(InColour[K_co]):
    """Edits one series of a calendar as its user would.

    Changes are events in which only what is to change is set; None clears. An occurrence
    is named by its original start: where the rule puts it, whether or not it was moved.

    Args:
        caller: Performs the calls.
        calendar_id: The calendar; `primary` is the user's own.
        series_id: The series, or the segment of a divided one that holds the occurrence.
    """

    def __init__(self, caller: K_co, calendar_id: str, series_id: str) -> None:
        self.colour: type[Colour] = caller.colour
        self._editing = Editing(calls=Calls.by(caller), calendar=calendar_id, id=series_id)

    @twin
    async def edit_this(
        self, at: Time, changes: Event, *, send_updates: SendUpdates | None = None
    ) -> Event:
        """Change one occurrence; a new start keeps its length unless the end is given too.

        Args:
            at: The original start of the occurrence: a date, or an aware datetime in any zone.
            changes: What is different about it.
            send_updates: Which guests are mailed.

        Raises:
            UsageError: There is no such occurrence, or it is cancelled.
            PreconditionFailed: It has changed in the same moment.
        """
        return await self._editing.this(at, changes, send_updates)

    @twin
    async def edit_this_and_following(
        self, at: Time, changes: Event, *, send_updates: SendUpdates | None = None
    ) -> SeriesEdit[Event, Event]:
        """Change an occurrence and all that follow, by dividing the series there.

        Occurrences that were changed, moved or cancelled after the division stay so, also
        where somebody does that at the same time. Each belongs to its occurrence by number:
        where the new `start` is a day or an hour later, so is the one that is cancelled. COUNT
        is shared out between the segments. Repeating a call that was broken off completes it
        and doubles nothing.

        At the first occurrence the whole series is changed, and nothing is divided. What is to
        be handed over then is noted on the series until that is done.

        Args:
            at: The original start of the first occurrence that changes.
            changes: What is different from there on. A new `start` is that of this occurrence;
                days and dates of the rule move along, unless `recurrence` is given.
            send_updates: Which guests are mailed, once, about the later segment.

        Raises:
            UsageError: There is no such occurrence, the guest list is not whole, or the new
                times do not fit the rule.
            PreconditionFailed: Somebody changed the series meanwhile; it is as they left it.
            SeriesEditUnfinished: At the first occurrence, what was changed of single ones is not
                handed over yet; repeat the call.
        """
        return await self._editing.following(at, changes, send_updates)

    @twin
    async def edit_all(self, changes: Event, *, send_updates: SendUpdates | None = None) -> Event:
        """Change the whole series; of a divided one, this segment.

        The service carries new contents over to changed occurrences. With a new `start` the days
        and dates of the rule move along, and changed and cancelled occurrences with theirs; those
        whose place a new rule no longer has are dropped.

        Args:
            changes: What is different. A new `start` is that of the first occurrence.
            send_updates: Which guests are mailed.

        Raises:
            UsageError: The event is no series, the new times do not fit the rule, or more
                occurrences would have to be handed over than the series can note.
            PreconditionFailed: It has changed in the same moment.
            SeriesEditUnfinished: What was changed of single occurrences is not handed over yet;
                repeat the call.
        """
        return await self._editing.all(changes, send_updates)

    @twin
    async def delete_this_and_following(
        self, at: Time, *, send_updates: SendUpdates | None = None
    ) -> Event | None:
        """Delete an occurrence and all that follow.

        Args:
            at: The original start of the first occurrence to delete.
            send_updates: Which guests are mailed.

        Returns:
            The series as it is now; None where it was the first occurrence and nothing is left.

        Raises:
            UsageError: There is no such occurrence. Where the series ends before it anyway,
                that is success.
            PreconditionFailed: The series has changed in the same moment.
        """
        return await self._editing.delete_following(at, send_updates)
