"""A calendar's local copy, read: events, lineage, occurrences, changes. Free of any network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import ClassVar, Unpack

from kloudsync import objects
from kloudsync.model.record import EventRecord
from kloudsync.model.skipping import MOST_OCCURRENCES, Skipped, leave_out
from kloudsync.model.state import FeedRecord
from kloudsync.objects.fitting import EVENTS, Shape
from kloudsync.objects.held_copy import HeldCopy
from kloudsync.runtime.colour import Awaits, Blocks, C_co
from kloudsync.runtime.twin import twin, twin_iterator


class HeldCalendar(HeldCopy[C_co, "objects.Held", "objects.Change"]):
    """What a store holds of one calendar, in typed events, in either colour."""

    _shape: ClassVar[Shape] = EVENTS

    @property
    def view(self) -> objects.CalendarView:
        """The calendar as the agenda's functions over several calendars want it."""
        from kloudsync.model.view import CalendarView  # noqa: PLC0415 - the same

        return CalendarView(self.key, self._source)

    @property
    def copy(self) -> CalendarCopy:
        """The same copy with blocking methods, for worker threads."""
        return CalendarCopy(self._source, self._store)

    @twin_iterator
    async def events(self) -> AsyncIterator[objects.Held]:
        """Yield everything held now, by id.

        Single events, series, exceptions and cancelled occurrences; of one committed pass. What
        cannot be read is left out; `unreadable` names it.
        """
        for event in await self.colour.each(self._members):
            yield event

    @twin
    async def event(self, event_id: str) -> objects.Held | None:
        """Return what is held under an id, or None.

        Raises:
            DecodeError: It is held and cannot be read.
        """
        return await self.colour.run(self._find, event_id)

    @twin
    async def lineage(self, series_id: str) -> list[str]:
        """Return the ids of all segments of a split series, oldest first.

        A series that was never split is its own only segment. Segments that are no
        longer in the calendar stay part of the lineage.
        """
        from kloudsync.sync.lineage import chain  # noqa: PLC0415 - who only syncs does not pay

        return chain(series_id, await self.colour.run(self._store.links, self.key))

    @twin
    async def occurrences(
        self,
        start: datetime,
        end: datetime,
        *,
        skipped: Skipped = leave_out,
        limit: int = MOST_OCCURRENCES,
    ) -> objects.Agenda:
        """Return everything that takes place within a window, in order of start.

        An occurrence belongs to the window if it ends after the window's start and starts
        before its end. Times and typed events are built when they are asked for.

        Args:
            start: Where the window begins, aware.
            end: Where it ends, aware, exclusive.
            skipped: Hears of each series that cannot be expanded. It is left out, and named in
                the answer's `unexpanded`; `kloudsync.agenda.refuse` raises instead.
            limit: How many occurrences of series the answer may hold; a series that has more
                than are left cannot be expanded.

        Raises:
            UsageError: A bound is naive, the window is empty, or the calendar was never synced.
            RecurrenceError: A series cannot be expanded, and `skipped` is `refuse`; an
                `UnboundedRecurrence` if it takes place more often than any calendar shows.
            StoreBusy: Syncs commit faster than the store can be read.
        """
        from kloudsync.agenda import occurrences  # noqa: PLC0415 - who only syncs does not pay

        return await self.colour.run(
            occurrences, self._store, [self.view], start, end, skipped=skipped, limit=limit
        )

    @twin
    async def busy(
        self, start: datetime, end: datetime, **options: Unpack[objects.BusyOptions]
    ) -> objects.Intervals:
        """Return the stretches of a window that are taken, merged.

        Args:
            start: Where the window begins, aware.
            end: Where it ends, aware, exclusive.
            **options: Which events count, and in which zone the answers are told; as for
                `kloudsync.agenda.busy`.

        Raises:
            UsageError: A bound is naive, the window is empty, or the calendar was never synced.
            RecurrenceError: As for `occurrences`.
            StoreBusy: Syncs commit faster than the store can be read.
        """
        from kloudsync.agenda import busy  # noqa: PLC0415 - the same

        return await self.colour.run(lambda: busy(self._store, [self.view], start, end, **options))

    @twin
    async def free(
        self, start: datetime, end: datetime, **options: Unpack[objects.BusyOptions]
    ) -> objects.Intervals:
        """Return the stretches of a window that are not taken; see `busy`."""
        from kloudsync.agenda import free  # noqa: PLC0415 - the same

        return await self.colour.run(lambda: free(self._store, [self.view], start, end, **options))

    def _member(self, record: EventRecord) -> objects.Held:
        return self._source.event(record)

    def _told(self, entries: list[FeedRecord]) -> list[objects.Change]:
        from kloudsync.objects.change_reading import change_of  # noqa: PLC0415 - who only syncs does not pay

        zone = self._store.state(self.key).zone
        return [change_of(entry, zone, self._read) for entry in entries]


class CalendarCopy(HeldCalendar[Blocks]):
    """What a store holds of one calendar, in typed events. Blocking, and free of any network."""


class AsyncCalendarCopy(HeldCalendar[Awaits]):
    """What a store holds of one calendar, in typed events, from within an event loop."""
