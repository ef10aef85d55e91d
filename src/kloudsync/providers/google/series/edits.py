"""Edits of a series in the calls that they take, written once for both colours.

A division is made in an order that loses nothing if it is broken off: the later segment
comes first, under an id that a repetition finds again; then its exceptions; and only
when all of them are there does the earlier segment end, and only if nobody has changed
it meanwhile. Where others have changed occurrences, their exceptions are read and handed
over again. Guests are told once, with the later segment; every other write is silent. Where a
series moves as a whole, what is to be handed over is noted on it in the same request.
"""

from __future__ import annotations

from attrs import evolve, frozen

from kloudsync.errors import (
    Conflict,
    Gone,
    KloudsyncError,
    NotFound,
    PreconditionFailed,
    UsageError,
)
from kloudsync.model.series_edit import SeriesEdit
from kloudsync.model.times import Time, epoch
from kloudsync.providers.google.ids import LIVES, reborn, tail_id
from kloudsync.providers.google.resources.event_writes import SendUpdates
from kloudsync.providers.google.resources.events import Events
from kloudsync.providers.google.resources.settling import carries
from kloudsync.providers.google.series.calls import Calls
from kloudsync.providers.google.series.division import (
    changed,
    divide,
    moved_along,
    moved_to,
    timed,
    whole_change,
)
from kloudsync.providers.google.series.exceptions import (
    Passage,
    carry,
    original_start,
    pending,
    stay,
)
from kloudsync.providers.google.series.handover import HandOver, unfinished
from kloudsync.providers.google.series.journal import noted
from kloudsync.providers.google.series.patches import written
from kloudsync.providers.google.series.rhythm import Rhythm
from kloudsync.providers.google.wire.codec import codec
from kloudsync.providers.google.wire.event import Event, EventStatus

_SILENT: SendUpdates = "none"
_ATTEMPTS = 3


@frozen(kw_only=True)
class Editing:
    """The edits of one series.

    Attributes:
        calls: Reaches the service.
        calendar: The calendar's id.
        id: The id of the series, or of the segment of it.
        version: The etag that the series has to have when an edit begins; any where None.
    """

    calls: Calls
    calendar: str
    id: str
    version: str | None = None

    async def this(self, at: Time, changes: Event, send_updates: SendUpdates | None) -> Event:
        """Change one occurrence."""
        series = await self._begun()
        rhythm = Rhythm.of(series)
        rhythm.expect(at)
        occurrence = await self.occurrence(at)
        if occurrence.status == EventStatus.CANCELLED and not changes.status:
            raise UsageError(
                f"the occurrence at {at.isoformat()} is cancelled; "
                "set status='confirmed' to bring it back"
            )
        held = occurrence if occurrence.start else moved_to(series, rhythm, at)
        return await self.calls.send(
            Events.patch(
                self.calendar,
                occurrence.id or "",
                timed(changes, held),
                if_match=occurrence.etag or None,
                send_updates=send_updates,
            )
        )

    async def all(self, changes: Event, send_updates: SendUpdates | None) -> Event:
        """Change the whole series."""
        series = await self._begun()
        first = Rhythm.of(series).first()
        if first is None:
            return await self._change(series, timed(changes, series), send_updates)
        return (await self._from_first(series, first, changes, send_updates)).series

    async def all_like(self, at: Time, changes: Event, send_updates: SendUpdates | None) -> Event:
        """Change the whole series so that one of its occurrences is as asked for."""
        series = await self._begun()
        rhythm = Rhythm.of(series)
        rhythm.expect(at)
        first = rhythm.first() or at
        change = moved_along(rhythm, at, first, changes)
        return (await self._from_first(series, first, change, send_updates)).series

    async def cancel_this(self, at: Time, send_updates: SendUpdates | None) -> None:
        """Delete one occurrence."""
        Rhythm.of(await self._begun()).expect(at)
        occurrence = await self.occurrence(at)
        await self.calls.send(
            Events.delete(
                self.calendar,
                occurrence.id or "",
                if_match=occurrence.etag or None,
                send_updates=send_updates,
            )
        )

    async def following(
        self, at: Time, changes: Event, send_updates: SendUpdates | None
    ) -> SeriesEdit[Event, Event]:
        """Change an occurrence and all that follow."""
        series = await self._begun()
        rhythm = Rhythm.of(series)
        if not rhythm.has(at):
            return await self._divided_before(series, rhythm, at, changes)
        if rhythm.is_first(at):
            return await self._from_first(series, at, changes, send_updates)
        return await self._divided(series, at, changes, send_updates)

    async def delete_following(self, at: Time, send_updates: SendUpdates | None) -> Event | None:
        """Delete an occurrence and all that follow."""
        series = await self._begun()
        rhythm = Rhythm.of(series)
        if not rhythm.goes_on(at):
            return series
        rhythm.expect(at)
        if rhythm.is_first(at):
            await self._delete(series, send_updates)
            return None
        return await self._change(series, Event(recurrence=rhythm.until(at)), send_updates)

    @property
    def _handover(self) -> HandOver:
        return HandOver(calls=self.calls, calendar=self.calendar, id=self.id)

    async def _begun(self) -> Event:
        """Read the series, and complete what an edit of it that was broken off has left."""
        return await self._handover.completed(self._expected(await self._read(self.id)))

    def _expected(self, series: Event) -> Event:
        if self.version is not None and series.etag != self.version:
            raise PreconditionFailed(
                f"google events.patch: {self.id} was changed since it was looked at; read it and "
                "decide anew",
                status=412,
                provider="google",
                operation="events.patch",
                reason="conditionNotMet",
            )
        return series

    async def _read(self, event_id: str) -> Event:
        event = await self.calls.send(Events.get(self.calendar, event_id))
        if event.status == EventStatus.CANCELLED:
            raise UsageError(f"{event_id} was deleted, and there is nothing to edit")
        return event

    async def occurrence(self, at: Time) -> Event:
        """Ask for an occurrence, cancelled or not: the service promises no form of its ids.

        Raises:
            UsageError: The service knows none there.
        """
        first = Events.instances(
            self.calendar, self.id, original_start=at.isoformat(), show_deleted=True
        )
        async for occurrence in self.calls.items(first):
            slot = original_start(occurrence)
            if slot is not None and epoch(slot) == epoch(at):
                return occurrence
        raise UsageError(f"the service knows no occurrence at {at.isoformat()}")

    async def _from_first(
        self, series: Event, at: Time, changes: Event, send_updates: SendUpdates | None
    ) -> SeriesEdit[Event, Event]:
        """Change the whole series, and let its exceptions move along where it moves."""
        change = whole_change(series, at, changes)
        after = changed(series, change)
        if not change.start or not after.recurrence:
            return SeriesEdit(series=await self._change(series, change, send_updates))
        exceptions = await self._handover.exceptions(series)
        passage = carry(series, exceptions, at, after)
        writes = pending(passage, stay(series, exceptions, at, after), after)
        now = await self._change(series, noted(change, series, writes), send_updates)
        try:
            lost = await self._handover.to(now, passage, writes)
            now = await self._handover.forget(now)
        except KloudsyncError as error:
            raise unfinished(now, writes) from error
        return _edit(now, None, passage, lost)

    async def _divided(
        self, series: Event, at: Time, changes: Event, send_updates: SendUpdates | None
    ) -> SeriesEdit[Event, Event]:
        """Divide the series, unless somebody changes it meanwhile."""
        division = divide(series, at, changes)
        passage = carry(series, await self._handover.exceptions(series), at, division.tail)
        tail = await self._insert(division.tail, send_updates)
        lost = await self._handover.to(tail, passage, passage.carried)
        for _ in range(_ATTEMPTS):
            ended = await self._ended(series, division.head)
            if ended is not None:
                return _edit(tail, ended, passage, lost)
            now = await self._living(self.id)
            if now is None or written(now) != written(series):
                break
            # Any change of an occurrence gives the whole series another version, and it may
            # be one of those that are in the later segment by now.
            series, done = now, passage
            passage = carry(series, await self._handover.exceptions(series), at, division.tail)
            lost = await self._handover.to(tail, passage, pending(passage, done, tail))
        await self._delete(tail, _SILENT)
        raise PreconditionFailed(
            f"google events.patch: {self.id} was changed by somebody else while it was being "
            "divided; the later segment was taken back; read the series and decide anew",
            status=412,
            provider="google",
            operation="events.patch",
            reason="conditionNotMet",
        )

    async def _divided_before(
        self, series: Event, rhythm: Rhythm, at: Time, changes: Event
    ) -> SeriesEdit[Event, Event]:
        """Find what a run before made, if it got so far; else there is no such occurrence."""
        wanted = written(changes)
        tail = await self._living(tail_id(series.id or "", epoch(at)))
        if tail is not None and carries(codec.dump(tail), wanted):
            return SeriesEdit(series=tail, ended=series)
        if changes.start and carries(codec.dump(series), wanted):
            # It was the first occurrence, with which the whole series has moved.
            return SeriesEdit(series=series)
        rhythm.expect(at)
        raise UsageError(f"{self.id} was divided at {at.isoformat()}, and changed since")

    async def _living(self, event_id: str) -> Event | None:
        try:
            event = await self.calls.send(Events.get(self.calendar, event_id))
        except (NotFound, Gone):
            return None
        return None if event.status == EventStatus.CANCELLED else event

    async def _insert(self, tail: Event, send_updates: SendUpdates | None) -> Event:
        """Create the later segment, or take over that of a run before."""
        for life in range(LIVES):
            name = reborn(tail.id or "", life)
            named = evolve(tail, id=name)
            try:
                return await self.calls.send(
                    Events.insert(self.calendar, named, send_updates=send_updates)
                )
            except Conflict:
                held = await self._living(name)
            if held is not None:
                # A run that was broken off wanted something else of it.
                return await self.calls.send(
                    Events.update(self.calendar, name, named, send_updates=send_updates)
                )
        raise UsageError(
            f"the series was divided here {LIVES} times, and the later segment deleted each "
            "time; make a new series instead"
        )

    async def _ended(self, series: Event, head: Event) -> Event | None:
        """End the earlier segment; None where somebody has changed or deleted it meanwhile."""
        try:
            return await self._change(series, head, _SILENT)
        except (PreconditionFailed, NotFound, Gone):
            return None

    async def _change(
        self, series: Event, changes: Event, send_updates: SendUpdates | None
    ) -> Event:
        return await self.calls.send(
            Events.patch(
                self.calendar,
                self.id,
                changes,
                if_match=series.etag or None,
                send_updates=send_updates,
            )
        )

    async def _delete(self, series: Event, send_updates: SendUpdates | None) -> None:
        await self.calls.send(
            Events.delete(self.calendar, series.id or "", send_updates=send_updates)
        )


def _edit(
    series: Event, ended: Event | None, passage: Passage, lost: tuple[Event, ...]
) -> SeriesEdit[Event, Event]:
    return SeriesEdit(
        series=series,
        ended=ended,
        carried=len(passage.carried) - len(lost),
        lost=passage.lost + lost,
    )
