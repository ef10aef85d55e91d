"""Handing occurrences over: reading what was made of single ones, and making it of others.

Occurrences that were changed, moved or cancelled are exceptions of their series. Where the series
is moved or divided they are written anew, and noted on it while that may break off.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from kloudsync.errors import Gone, SeriesEditUnfinished
from kloudsync.http.operation import Operation
from kloudsync.model.times import epoch
from kloudsync.providers.google.page_sizes import LARGEST_PAGE
from kloudsync.providers.google.resources.event_writes import SendUpdates
from kloudsync.providers.google.resources.events import Events
from kloudsync.providers.google.series.calls import Calls
from kloudsync.providers.google.series.exceptions import Carried, Passage, original_start
from kloudsync.providers.google.series.journal import to_hand_over, unburdened, without_notes
from kloudsync.providers.google.wire.event import Event, EventStatus

_SILENT: SendUpdates = "none"
_NAMES = "items(id,status,recurringEventId,originalStartTime)"


@frozen(kw_only=True)
class HandOver:
    """Hands the exceptions of one series over.

    Attributes:
        calls: Reaches the service.
        calendar: The calendar's id.
        id: The id of the series.
    """

    calls: Calls
    calendar: str
    id: str

    async def completed(self, series: Event) -> Event:
        """Complete what an edit that was broken off has left, and return the series without notes."""
        left = to_hand_over(series)
        if left:
            own = await self.exceptions(series)
            there = {epoch(slot) for one in own if (slot := original_start(one)) is not None}
            await self._write(series, [one for one in left if _is_due(one, there)])
        return await self.forget(series)

    async def forget(self, series: Event) -> Event:
        """Remove the notes of what was to be handed over, and return the series as it is then."""
        clear = without_notes(series)
        if clear is None:
            return series
        patch = Events.patch(self.calendar, self.id, clear, send_updates=_SILENT)
        return await self.calls.send(patch)

    async def exceptions(self, series: Event) -> list[Event]:
        """Read the changed occurrences, and the cancelled ones, which have no UID to go by."""
        listed = Events.list(
            self.calendar, ical_uid=series.ical_uid or None, max_results=LARGEST_PAGE
        )
        instances = Events.instances(
            self.calendar, self.id, show_deleted=True, max_results=LARGEST_PAGE, fields=_NAMES
        )
        found = {one.id: one async for one in self.calls.items(listed) if self._is_own(one)}
        async for one in self.calls.items(instances):
            if one.status == EventStatus.CANCELLED and self._is_own(one):
                found[one.id] = one
        return list(found.values())

    def _is_own(self, event: Event) -> bool:
        return event.recurring_event_id == self.id

    async def to(
        self, tail: Event, passage: Passage, writes: Sequence[Carried]
    ) -> tuple[Event, ...]:
        """Write the exceptions of the later segment; answer with those that it has no place for.

        Args:
            tail: The later segment.
            passage: What shall stand there.
            writes: What has to be written for that.
        """
        if not passage.carried and not writes:
            return ()
        names = await self._write(tail, writes)
        return tuple(one.exception for one in passage.carried if epoch(one.slot) not in names)

    async def _write(self, tail: Event, writes: Sequence[Carried]) -> dict[int, str]:
        """Write exceptions of a segment where it has a place for them; answer with all its places."""
        instances = Events.instances(
            self.calendar, tail.id or "", show_deleted=True, max_results=LARGEST_PAGE, fields=_NAMES
        )
        names = {
            epoch(slot): occurrence.id or ""
            async for occurrence in self.calls.items(instances)
            if (slot := original_start(occurrence)) is not None
        }
        answers = await self.calls.together(
            _operation(self.calendar, names[epoch(one.slot)], unburdened(one, tail))
            for one in writes
            if epoch(one.slot) in names
        )
        for answer in answers:
            # Gone: cancelled by a run before.
            if answer.error is not None and not isinstance(answer.error, Gone):
                raise answer.error
        return names


def unfinished(series: Event, writes: Sequence[Carried]) -> SeriesEditUnfinished:
    """Describe an edit that broke off between moving a series and handing its exceptions over."""
    return SeriesEditUnfinished(
        f"google: {series.id} is changed, but {len(writes)} of its occurrences, which were changed or "
        "cancelled before, may not be handed over yet; repeat the edit to complete it",
        series=series.id or "",
        waiting=tuple(one.exception for one in writes),
    )


def _is_due(left: Carried, there: set[int]) -> bool:
    """Tell whether what was left is not there yet; what somebody made of it since, stays."""
    return left.again or epoch(left.slot) not in there


def _operation(calendar: str, name: str, carried: Carried) -> Operation[object]:
    if carried.changes is None:
        return Events.delete(calendar, name, send_updates=_SILENT)
    return Events.patch(calendar, name, carried.changes, send_updates=_SILENT)
