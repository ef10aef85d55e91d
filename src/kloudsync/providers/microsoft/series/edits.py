"""Edits of a series in the calls that they take, written once for both colours.

A division is made in an order that loses nothing if it is broken off: the later segment comes
first, with a key by which the service finds it again; then its exceptions; and only when all of
them are there does the earlier segment end, and only if nobody has changed it meanwhile. Nothing is
noted on the series for that: whoever repeats the call finds the segment by its key.
"""

from __future__ import annotations

from attrs import frozen

from kloudsync.errors import BadRequest, Conflict, NotFound, PreconditionFailed, UsageError
from kloudsync.http.calls import Calls
from kloudsync.http.json_kinds import Item
from kloudsync.model.series_edit import SeriesEdit
from kloudsync.model.times import Time, epoch
from kloudsync.providers.microsoft.contents import item_of
from kloudsync.providers.microsoft.errors import PROVIDER
from kloudsync.providers.microsoft.family import EXPANDED, LEFT_OUT
from kloudsync.providers.microsoft.records import read_slot
from kloudsync.providers.microsoft.resources.events import Events
from kloudsync.providers.microsoft.resources.fields import ALL_FIELDS, EventField
from kloudsync.providers.microsoft.series.division import (
    Carried,
    Passage,
    apart,
    exceptions_of,
    key_of,
    moved_along,
    passage,
    tail_of,
)
from kloudsync.providers.microsoft.series.rhythm import Rhythm
from kloudsync.providers.microsoft.times import read_span
from kloudsync.providers.microsoft.wire.codec import codec
from kloudsync.providers.microsoft.wire.event import Event

_ATTEMPTS = 3
_KEYS: tuple[EventField, ...] = ("id", "transactionId")


@frozen(kw_only=True)
class Editing:
    """The edits of one series.

    Attributes:
        calls: Reaches the service.
        calendar: The calendar's id.
        mailbox: Whose it is.
        id: The id of the series, or of the segment of it.
        version: The `changeKey` that the series has to have when an edit begins; any where None.
    """

    calls: Calls
    calendar: str
    mailbox: str
    id: str
    version: str | None = None

    async def this(self, at: Time, changes: Event) -> Event:
        """Change one occurrence."""
        series = await self.begun()
        return await self._patch(await self.occurrence(series, at), changes)

    async def all_like(self, at: Time, changes: Event) -> SeriesEdit[Event, Item]:
        """Change the whole series so that one of its occurrences is as asked for."""
        series = await self.begun()
        rhythm = Rhythm.of(series)
        rhythm.expect(at)
        first = rhythm.first or at
        return await self._from_first(series, first, moved_along(rhythm, at, first, changes))

    async def cancel_this(self, at: Time) -> None:
        """Delete one occurrence."""
        series = await self.begun()
        await self._delete(await self.occurrence(series, at))

    async def change_whole(self, changes: Event) -> None:
        """Change a single event."""
        await self.begun()
        await self._patch(self.id, changes)

    async def delete_whole(self) -> None:
        """Delete a single event, or all of a series."""
        await self.begun()
        await self._delete(self.id)

    async def following(self, at: Time, changes: Event) -> SeriesEdit[Event, Item]:
        """Change an occurrence and all that follow."""
        series = await self.begun()
        rhythm = Rhythm.of(series)
        first = rhythm.first
        if not rhythm.goes_on(at):
            return await self._divided_before(series, rhythm, at)
        rhythm.expect(at)
        _expect_told(series)
        if first is not None and epoch(first) == epoch(at):
            return await self._from_first(series, at, changes)
        return await self._divided(series, at, changes)

    async def delete_following(self, at: Time) -> Event | None:
        """Delete an occurrence and all that follow."""
        series = await self.begun()
        rhythm = Rhythm.of(series)
        if not rhythm.goes_on(at):
            return codec.load(Event, series)
        rhythm.expect(at)
        first = rhythm.first
        if first is not None and epoch(first) == epoch(at):
            await self._delete(self.id)
            return None
        return await self._end(rhythm, at)

    async def begun(self) -> Item:
        """Read the series with all of its own, which has to be as it was looked at.

        Raises:
            PreconditionFailed: Somebody has changed it since.
        """
        series = await self._read()
        if self.version is not None and series.get("changeKey") != self.version:
            raise PreconditionFailed(
                f"{PROVIDER} events.patch: {self.id} was changed since it was looked at; read it "
                "and decide anew",
                status=412,
                provider=PROVIDER,
                operation="events.patch",
                reason="changed",
            )
        return series

    async def occurrence(self, series: Item, at: Time) -> str:
        """Return the id of an occurrence.

        Raises:
            UsageError: There is none, or it was deleted.
        """
        rhythm = Rhythm.of(series)
        rhythm.expect(at)
        _expect_told(series)
        found = await self._occurrence(series, rhythm, at)
        if found is None:
            raise UsageError(f"the occurrence at {at.isoformat()} was deleted")
        return found

    async def _read(self) -> Item:
        """Read the series with all of its own."""
        asked = Events.get(
            self.id,
            self.calendar,
            mailbox=self.mailbox,
            select=ALL_FIELDS,
            expand=[EXPANDED],
        )
        return codec.dump(await self.calls.send(asked))

    async def _from_first(self, series: Item, at: Time, changes: Event) -> SeriesEdit[Event, Item]:
        """Change the whole series. Where it moves, the service drops what single ones had."""
        if not (changes.start or changes.end or changes.recurrence):
            return SeriesEdit(series=await self._patch(self.id, changes))
        whole = tail_of(series, at, changes)
        times = {name: whole[name] for name in ("start", "end", "recurrence")}
        now = await self._patch(self.id, codec.load(Event, codec.dump(changes) | times))
        return SeriesEdit(series=now, lost=tuple(map(item_of, exceptions_of(series))))

    async def _divided(self, series: Item, at: Time, changes: Event) -> SeriesEdit[Event, Item]:
        wanted = tail_of(series, at, changes)
        tail = await self._insert(codec.load(Event, wanted))
        name = tail.id or ""
        for _ in range(_ATTEMPTS):
            over = passage(series, at, wanted)
            lost = await self._carry(name, over)
            now = await self._unless_gone()
            if now is None or apart(now) != apart(series):
                break
            if now.get("changeKey") == series.get("changeKey"):
                ended = await self._end(Rhythm.of(series), at)
                return SeriesEdit(
                    series=tail,
                    ended=ended,
                    carried=len(over.carried) - len(lost),
                    lost=over.lost + lost,
                )
            # Somebody changed an occurrence, which may be one of those that go over.
            series = now
        await self._delete(name)
        raise PreconditionFailed(
            f"{PROVIDER} events.patch: {self.id} was changed by somebody else while it was being "
            "divided; the later segment was taken back; read the series and decide anew",
            status=412,
            provider=PROVIDER,
            operation="events.patch",
            reason="changed",
        )

    async def _divided_before(
        self, series: Item, rhythm: Rhythm, at: Time
    ) -> SeriesEdit[Event, Item]:
        """Find what a run before made, if it got so far; else there is no such occurrence."""
        found = await self._made(key_of(series, at))
        if found is None:
            raise rhythm.lacking(at)
        return SeriesEdit(series=found, ended=codec.load(Event, series))

    async def _insert(self, tail: Event) -> Event:
        """Create the later segment, or find that of a run before."""
        try:
            return await self.calls.send(Events.insert(tail, self.calendar, mailbox=self.mailbox))
        except Conflict:
            found = await self._made(str(tail.transaction_id))
            if found is None:
                raise
            return found

    async def _made(self, key: str) -> Event | None:
        """Find an event by the key that it was created with, which no filter takes."""
        listed = Events.list(self.calendar, mailbox=self.mailbox, select=_KEYS, top=100)
        async for one in self.calls.items(listed):
            if one.transaction_id == key and one.id:
                return await self.calls.send(
                    Events.get(one.id, self.calendar, mailbox=self.mailbox)
                )
        return None

    async def _carry(self, series: str, over: Passage) -> tuple[Item, ...]:
        """Make exceptions of another series' occurrences; answers with those that it refuses."""
        if not over.carried:
            return ()
        asked = Events.get(
            series, self.calendar, mailbox=self.mailbox, select=ALL_FIELDS, expand=[EXPANDED]
        )
        there = codec.dump(await self.calls.send(asked))
        rhythm = Rhythm.of(there)
        refused = list[Item]()
        for one in over.carried:
            try:
                await self._become(there, rhythm, one)
            except BadRequest:
                refused.append(one.exception)
        return tuple(refused)

    async def _become(self, series: Item, rhythm: Rhythm, one: Carried) -> None:
        found = await self._occurrence(series, rhythm, one.slot)
        if found is None:
            return  # A run before has deleted it.
        if one.changes is None:
            await self._delete(found)
        else:
            await self._patch(found, one.changes)

    async def _occurrence(self, series: Item, rhythm: Rhythm, at: Time) -> str | None:
        """Find an occurrence by its slot; None where it was deleted."""
        for one in series.get(EXPANDED) or ():
            slot = read_slot(one)
            if slot is not None and rhythm.date(slot) == rhythm.date(at):
                return str(one["id"])
        start, end = rhythm.day(at)
        listed = Events.instances(
            str(series["id"]), self.calendar, start=start, end=end, mailbox=self.mailbox
        )
        async for one in self.calls.items(listed):
            begins, _ = read_span(codec.dump(one))
            if one.id and epoch(begins) == epoch(at):
                return one.id
        return None

    async def _unless_gone(self) -> Item | None:
        try:
            return await self._read()
        except NotFound:
            return None

    async def _end(self, rhythm: Rhythm, at: Time) -> Event:
        """Let the series end before an occurrence."""
        return await self._patch(self.id, codec.load(Event, {"recurrence": rhythm.until(at)}))

    async def _patch(self, event_id: str, changes: Event) -> Event:
        return await self.calls.send(
            Events.patch(event_id, changes, self.calendar, mailbox=self.mailbox)
        )

    async def _delete(self, event_id: str) -> None:
        await self.calls.send(Events.delete(event_id, self.calendar, mailbox=self.mailbox))


def _expect_told(series: Item) -> None:
    """See that the service says what a series leaves out, since that could not be carried over."""
    if LEFT_OUT not in series:
        raise UsageError(
            "this service does not say which occurrences a series leaves out; edit the series and "
            "its occurrences by `events`"
        )
