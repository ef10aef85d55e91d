"""A calendar at Google as it is edited in words that all providers share."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.http.caller import K_co
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.model.edits import Scope, Seen, Target, Wish
from kloudsync.model.times import Time
from kloudsync.providers.google.event_id import event_id
from kloudsync.providers.google.owner import ask_owner
from kloudsync.providers.google.resources.event_writes import SendUpdates
from kloudsync.providers.google.resources.events import Events
from kloudsync.providers.google.series.calls import Calls
from kloudsync.providers.google.series.division import divide, moved_along, moved_to, whole_change
from kloudsync.providers.google.series.edits import Editing
from kloudsync.providers.google.series.rhythm import Rhythm, moment
from kloudsync.providers.google.wire.event import Event, EventStatus
from kloudsync.providers.google.wire.people import EventAttendee
from kloudsync.providers.google.wire.times import EventDateTime
from kloudsync.runtime.colour import Colour, InColour
from kloudsync.runtime.twin import twin


class GoogleEdits(InColour[K_co]):
    """Edits of one calendar, each bound to what was seen before it.

    Args:
        caller: Performs the calls.
        calendar_id: The calendar; `primary` is the user's own.
    """

    def __init__(self, caller: K_co, calendar_id: str) -> None:
        self.colour: type[Colour] = caller.colour
        self._calls, self._calendar = Calls.by(caller), calendar_id

    @twin
    async def look(self, target: Target, wish: Wish | None = None) -> Seen:
        """Read what an edit is about, and refuse what cannot be.

        Args:
            target: The event, or the occurrence and the scope.
            wish: How it shall be; None where it shall not be.

        Raises:
            UsageError: It is gone, there is no such occurrence, or the wish does not fit the rule.
            NotFound: There is no such event.
        """
        event = await self._calls.send(Events.get(self._calendar, target.event))
        shown = event
        if target.original is not None:
            shown = await self._occurrence(event, target.original)
            if wish is not None:
                _expect_possible(event, target, target.original, _changes(wish))
        if EventStatus.CANCELLED in (event.status, shown.status):
            raise UsageError("it was deleted or cancelled meanwhile, and there is nothing to edit")
        others = [one for one in event.attendees or () if not one.is_self]
        return Seen(
            version=event.etag or "",
            start=moment(shown.start),
            end=moment(shown.end),
            title=shown.summary or None,
            guests=len(others),
        )

    @twin
    async def owner(self) -> str | None:
        """Return by what id everybody else knows the calendar."""
        return await self._calls.send(ask_owner(self._calendar))

    @twin
    async def create(self, wish: Wish, key: bytes) -> str:
        """Create an event once, however often this is repeated with the same key; returns its id.

        Args:
            wish: The event; start and end are required.
            key: 16 bytes or more, unique for all time.

        Raises:
            UsageError: It cannot stand by itself.
        """
        event = _new(wish, event_id(key))
        updates: SendUpdates = "all" if wish.guests else "none"
        made = await self._calls.send(Events.insert(self._calendar, event, send_updates=updates))
        return made.id or ""

    @twin
    async def change(self, target: Target, wish: Wish, seen: Seen, *, notify: bool) -> None:
        """Change what was seen.

        Args:
            target: What was looked at.
            wish: How it shall be.
            seen: What was seen.
            notify: Whether guests are mailed.

        Raises:
            PreconditionFailed: It was changed since.
        """
        editing = self._editing(target.event, seen.version)
        changes, updates, at = _changes(wish), _updates(notify), target.original
        if at is None:
            await self._calls.send(
                Events.patch(
                    self._calendar,
                    target.event,
                    changes,
                    if_match=seen.version or None,
                    send_updates=updates,
                )
            )
        elif target.scope is Scope.THIS:
            await editing.this(at, changes, updates)
        elif target.scope is Scope.FOLLOWING:
            await editing.following(at, changes, updates)
        else:
            await editing.all_like(at, changes, updates)

    @twin
    async def cancel(self, target: Target, seen: Seen, *, notify: bool) -> None:
        """Delete what was seen.

        Args:
            target: What was looked at.
            seen: What was seen.
            notify: Whether guests are mailed.

        Raises:
            PreconditionFailed: It was changed since.
        """
        editing, updates = self._editing(target.event, seen.version), _updates(notify)
        at = target.original
        if at is None or target.scope is Scope.ALL:
            await self._calls.send(
                Events.delete(
                    self._calendar,
                    target.event,
                    if_match=seen.version or None,
                    send_updates=updates,
                )
            )
        elif target.scope is Scope.THIS:
            await editing.cancel_this(at, updates)
        else:
            await editing.delete_following(at, updates)

    def _editing(self, event: str, version: str | None = None) -> Editing:
        return Editing(calls=self._calls, calendar=self._calendar, id=event, version=version)

    async def _occurrence(self, series: Event, at: Time) -> Event:
        """Return an occurrence with its times, which the service may leave to the rule."""
        rhythm = Rhythm.of(series)
        rhythm.expect(at)
        found = await self._editing(series.id or "").occurrence(at)
        if found.start and found.end:
            return found
        placed = moved_to(series, rhythm, at)
        return evolve(found, start=placed.start, end=placed.end)


def _expect_possible(series: Event, target: Target, at: Time, changes: Event) -> None:
    """See that the calls of an edit can be composed."""
    rhythm = Rhythm.of(series)
    if target.scope is Scope.ALL:
        first = rhythm.first() or at
        whole_change(series, first, moved_along(rhythm, at, first, changes))
    elif target.scope is Scope.FOLLOWING and not rhythm.is_first(at):
        divide(series, at, changes)
    elif target.scope is Scope.FOLLOWING:
        whole_change(series, at, changes)


def _changes(wish: Wish) -> Event:
    return Event(
        summary=_text(wish.title),
        location=_text(wish.location),
        description=_text(wish.description),
        start=_time(wish.start),
        end=_time(wish.end),
    )


def _new(wish: Wish, name: str) -> Event:
    """Return a new event, which has its zone with its times: one that recurs keeps it."""
    zone, changes = wish.zone or UNSET, _changes(wish)
    start, end = (
        evolve(time, time_zone=zone) if time and time.date_time else time
        for time in (changes.start, changes.end)
    )
    guests = [EventAttendee(email=one) for one in wish.guests]
    return evolve(
        changes,
        id=name,
        start=start,
        end=end,
        attendees=guests or UNSET,
        recurrence=list(wish.recurrence) or UNSET,
    )


def _text(told: str | None) -> Maybe[str | None]:
    """Return what is sent: nothing where it stays, null where it is cleared."""
    return UNSET if told is None else told or None


def _time(time: Time | None) -> Maybe[EventDateTime | None]:
    if time is None:
        return UNSET
    return EventDateTime(date_time=time) if isinstance(time, datetime) else EventDateTime(date=time)


def _updates(notify: bool) -> SendUpdates:
    return "all" if notify else "none"
