"""A calendar at Microsoft as it is edited in words that all providers share.

Graph takes no condition with a write of an event: what was seen is compared with what is there
immediately before, and the mailbox tells guests of each write.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from attrs import evolve

from kloudsync.errors import RecurrenceError, UsageError
from kloudsync.http.caller import K_co
from kloudsync.http.calls import Calls
from kloudsync.http.json_kinds import Item
from kloudsync.model.edits import Scope, Seen, Target, Wish
from kloudsync.model.times import Time, zone_or_none
from kloudsync.providers.microsoft.owner import ask_owner
from kloudsync.providers.microsoft.people import read_attendees, read_person
from kloudsync.providers.microsoft.recurrence_writing import write_recurrence
from kloudsync.providers.microsoft.resources.events import Events
from kloudsync.providers.microsoft.series.division import exceptions_of, moved_along, tail_of
from kloudsync.providers.microsoft.series.edits import Editing
from kloudsync.providers.microsoft.series.rhythm import Rhythm
from kloudsync.providers.microsoft.times import read_span
from kloudsync.providers.microsoft.wire.codec import codec
from kloudsync.providers.microsoft.wire.event import Event
from kloudsync.recurrence import Recurrence
from kloudsync.runtime.colour import Colour, InColour
from kloudsync.runtime.twin import twin

_MAILED: Final = "guests are mailed in any case: Graph has no way to leave that out"


class MicrosoftEdits(InColour[K_co]):
    """Edits of one calendar, each bound to what was seen before it.

    Args:
        caller: Performs the calls.
        calendar_id: The calendar.
        mailbox: Whose it is.
    """

    def __init__(self, caller: K_co, calendar_id: str, mailbox: str) -> None:
        self.colour: type[Colour] = caller.colour
        self._calls, self._calendar, self._mailbox = Calls.by(caller), calendar_id, mailbox

    @twin
    async def look(self, target: Target, wish: Wish | None = None) -> Seen:
        """Read what an edit is about, and refuse what cannot be.

        Args:
            target: The event, or the occurrence and the scope.
            wish: How it shall be; None where it shall not be.

        Raises:
            UsageError: There is no such occurrence, or the wish does not fit the rule.
            NotFound: There is no such event.
        """
        editing = self._editing(target.event)
        event = shown = await editing.begun()
        costs = list[str]()
        if target.original is not None:
            found = await editing.occurrence(event, target.original)
            asked = Events.get(found, self._calendar, mailbox=self._mailbox)
            shown = codec.dump(await self._calls.send(asked))
            if wish is not None:
                costs += _costs(event, target, target.original, _changes(wish))
        organizer = read_person(shown.get("organizer"), is_self=shown.get("isOrganizer") is True)
        guests = [
            one
            for one in read_attendees(shown.get("attendees"), organizer) or ()
            if not one.organizer and not one.is_self
        ]
        start, end = read_span(shown)
        return Seen(
            version=str(event.get("changeKey") or ""),
            start=start,
            end=end,
            title=str(shown.get("subject") or "") or None,
            guests=len(guests),
            costs=(*costs, *([_MAILED] if guests else [])),
        )

    @twin
    async def owner(self) -> str | None:
        """Return by what id the calendar is known whoever asks."""
        return await self._calls.send(ask_owner(self._calendar, self._mailbox))

    @twin
    async def create(self, wish: Wish, key: bytes) -> str:
        """Create an event once, however often this is repeated with the same key; returns its id.

        Args:
            wish: The event; start and end are required.
            key: 16 bytes or more, unique for all time.

        Raises:
            UsageError: It cannot stand by itself, or Graph cannot say its rule.
        """
        event = evolve(_new(wish), transaction_id=f"kloudsync-{key.hex()[:100]}")
        made = await self._calls.send(Events.insert(event, self._calendar, mailbox=self._mailbox))
        return made.id or ""

    @twin
    async def change(
        self,
        target: Target,
        wish: Wish,
        seen: Seen,
        *,
        notify: bool,  # noqa: ARG002 - Graph mails in any case, as `seen` says
    ) -> None:
        """Change what was seen.

        Args:
            target: What was looked at.
            wish: How it shall be.
            seen: What was seen.
            notify: Whether guests are mailed, which Graph does not ask.

        Raises:
            PreconditionFailed: It was changed since.
        """
        editing, changes, at = self._editing(target.event, seen), _changes(wish), target.original
        if at is None:
            await editing.change_whole(changes)
        elif target.scope is Scope.THIS:
            await editing.this(at, changes)
        elif target.scope is Scope.FOLLOWING:
            await editing.following(at, changes)
        else:
            await editing.all_like(at, changes)

    @twin
    async def cancel(
        self,
        target: Target,
        seen: Seen,
        *,
        notify: bool,  # noqa: ARG002 - the same
    ) -> None:
        """Delete what was seen.

        Args:
            target: What was looked at.
            seen: What was seen.
            notify: Whether guests are mailed, which Graph does not ask.

        Raises:
            PreconditionFailed: It was changed since.
        """
        editing, at = self._editing(target.event, seen), target.original
        if at is None or target.scope is Scope.ALL:
            await editing.delete_whole()
        elif target.scope is Scope.THIS:
            await editing.cancel_this(at)
        else:
            await editing.delete_following(at)

    def _editing(self, event: str, seen: Seen | None = None) -> Editing:
        return Editing(
            calls=self._calls,
            calendar=self._calendar,
            mailbox=self._mailbox,
            id=event,
            version=None if seen is None else seen.version,
        )


def _costs(series: Item, target: Target, at: Time, changes: Event) -> list[str]:
    """See that the calls of an edit can be composed, and say what they drop."""
    if target.scope is Scope.THIS:
        return []
    rhythm = Rhythm.of(series)
    first = rhythm.first or at
    whole = target.scope is Scope.ALL or at == first
    change = moved_along(rhythm, at, first, changes) if target.scope is Scope.ALL else changes
    tail_of(series, first if whole else at, change)
    lost = sum(1 for _ in exceptions_of(series)) if whole and changes.start else 0
    if not lost:
        return []
    return [f"what was changed or cancelled of single occurrences is dropped: {lost}"]


def _changes(wish: Wish) -> Event:
    item: Item = {}
    if wish.title is not None:
        item["subject"] = wish.title
    if wish.location is not None:
        item["location"] = {"displayName": wish.location}
    if wish.description is not None:
        item["body"] = {"contentType": "text", "content": wish.description}
    if wish.start is not None and wish.end is not None:
        item["start"] = _wall(wish.start, wish.zone)
        item["end"] = _wall(wish.end, wish.zone)
        item["isAllDay"] = not isinstance(wish.start, datetime)
    return codec.load(Event, item)


def _new(wish: Wish) -> Event:
    item = codec.dump(_changes(wish))
    if wish.guests:
        item["attendees"] = [{"emailAddress": {"address": one}} for one in wish.guests]
    if wish.recurrence and wish.start is not None:
        try:
            rule = Recurrence.parse(wish.recurrence, wish.start, end=wish.end, zone=wish.zone)
            item["recurrence"] = codec.dump(write_recurrence(rule))
        except RecurrenceError as error:
            raise UsageError(f"Microsoft cannot repeat like that: {error}") from error
    return codec.load(Event, item)


def _wall(time: Time, zone: str | None) -> Item:
    """Write a time on the clock of its zone; of whole days, midnight."""
    known = zone_or_none(zone)
    name = zone if known is not None and zone else "UTC"
    if not isinstance(time, datetime):
        return {"dateTime": f"{time.isoformat()}T00:00:00", "timeZone": name}
    return {
        "dateTime": time.astimezone(known or UTC).replace(tzinfo=None).isoformat(),
        "timeZone": name,
    }
