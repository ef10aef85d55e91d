"""A calendar at Salesloft as the target of a mirror."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final, Generic, Protocol, TypeVar

from attrs import field, frozen
from attrs.validators import ge

from kloudsync.errors import BadRequest, Conflict, InvalidFields, UsageError
from kloudsync.http.message import json_request
from kloudsync.http.operation import Operation
from kloudsync.http.scalars import timestamp
from kloudsync.model.occurrence import Occurrence
from kloudsync.model.writes import Action, Disclosure, Item, LedgerEntry, Outcome, Write
from kloudsync.providers.salesloft.answers import taken
from kloudsync.providers.salesloft.bulk import BulkReport, run_bulk
from kloudsync.providers.salesloft.jobs import Patience, Progress, ignore
from kloudsync.providers.salesloft.payload import Identity, digest, instant, payload, uid_of
from kloudsync.providers.salesloft.policy import (
    Detail,
    Policy,
    detail_of,
    expect_policy,
    private,
    reason_of,
)
from kloudsync.providers.salesloft.ports import WorkPorts, collect
from kloudsync.providers.salesloft.resources.calendar_events import CalendarEvents
from kloudsync.providers.salesloft.resources.request import LARGEST_PAGE
from kloudsync.providers.salesloft.wire.codec import whole
from kloudsync.providers.salesloft.wire.event import CalendarEvent, EventStatus, Upserted

Caller_co = TypeVar("Caller_co", covariant=True)
Delivered = Callable[[Sequence[Outcome]], Awaitable[None]]

ONE_ROW: Final = (BadRequest, Conflict)
"""Refusals that say something of the row, not of the calendar or the connection."""

_CALENDAR: Final = "calendar_id"

_OUTDONE: Final = (
    "Salesloft kept what it had, so that somebody seems to have written it with a later "
    "updated_at; the next push tries again, and reconcile learns which"
)
_NOTED_TOGETHER: Final = 20
_SOON: Final = timedelta(hours=24).total_seconds()
_CLEARED: Final[dict[str, Any]] = {"title": "", "description": "", "location": "", "attendees": []}
_ORGANIZER: Final = "organizer"


class SinkPorts(WorkPorts, Protocol):
    """What delivering needs of the outside world, in either colour."""

    def now(self) -> float:
        """Return seconds since 1970."""
        ...


@frozen(kw_only=True)
class SalesloftCalendar(Generic[Caller_co]):
    """A calendar at Salesloft that takes one record per occurrence.

    Attributes:
        caller: The client that performs what the mirror sends.
        calendar_id: The calendar: `external_` and the user's guid.
        policy: How much of each event is told.
        identity: What tells one event from another.
        guarded: Whether writes say when their event changed, so that Salesloft skips stale
            ones. Which of its own times Salesloft compares with is not documented: switch it
            off if updates do not arrive.
        clears: Whether a write in minimal form empties title, description, location, attendees
            and the organizer's address. None: where this mirror wrote them before, as of a
            meeting that became private. True: always, also what Salesloft itself knows of a
            meeting that was booked there. False: never. Whether an empty organizer is taken is
            not documented; where it is refused, the write is sent without. Cancellations leave
            all as it was.
        bulk_from: From how many writes on they are sent as bulk jobs. What begins within a
            day goes ahead on its own, since the team shares one queue.
        job_size: How many writes a bulk job has. What it did is noted when it is done, and
            between two jobs others get their turn.
        patience: How bulk jobs are waited for.
        progress: Hears how far a bulk job is.
    """

    caller: Caller_co
    calendar_id: str
    policy: Policy = field(default=private, validator=expect_policy)
    identity: Identity = Identity.ID
    guarded: bool = True
    clears: bool | None = None
    bulk_from: int = field(default=100, validator=ge(1))
    job_size: int = field(default=1000, validator=ge(1))
    patience: Patience = Patience()
    progress: Progress = ignore

    @property
    def name(self) -> str:
        """Names the mirror in ledgers and leases."""
        return f"salesloft:{self.calendar_id}"

    def item(self, occurrence: Occurrence, *, apart: bool = False) -> Item | None:
        """Return an occurrence as Salesloft wants it, or None if the policy hides it.

        Args:
            occurrence: What takes place.
            apart: Whether another occurrence goes by the same id, as where two segments of a
                split series overlap; then the series is named, too.
        """
        event = occurrence.event
        detail = detail_of(self.policy, event)
        if detail is Detail.NONE:
            return None
        uid = uid_of(occurrence)
        name = f"{occurrence.slot_id} of {occurrence.series}" if apart else occurrence.slot_id
        told = payload(
            occurrence,
            event,
            detail,
            calendar_id=self.calendar_id,
            name=name,
            identity=self.identity,
        )
        return Item(
            key=self.identity.key(name, uid),
            uid=uid,
            start=occurrence.begins,
            end=occurrence.ends,
            digest=digest(told),
            full=detail is Detail.FULL,
            updated=event.updated.timestamp() if event.updated else None,
            payload=told,
            disclosure=Disclosure(
                level=detail.value, reason=reason_of(self.policy, event), title=event.title
            ),
        )

    def row(self, write: Write) -> dict[str, Any]:
        """Return what is sent for a write, with the stamp that guards it."""
        if write.action is Action.CANCEL:
            row = self._cancellation(write.entry)
        else:
            # Creations, too: a record may be there, cancelled or written by another mirror.
            row = {**self._cleared(write), **write.payload}
        if self.guarded:
            row["updated_at"] = timestamp(instant(write.entry.stamp))
        return row

    async def deliver(
        self, writes: Sequence[Write], ports: SinkPorts, delivered: Delivered
    ) -> None:
        """Send writes: few and urgent ones one by one, the soonest first, many in bulk.

        A row that Salesloft refuses is an outcome with its words, and the others go on. After a
        job of which every row was refused in the same words, no further one is sent.

        Raises:
            APIError: Something concerns all writes, such as a token that is no longer valid, or a
                calendar that is not connected. What was written until then has been told to
                `delivered`.
        """
        singles, bulk = self._divided(writes, ports.now())
        await self._one_by_one(singles, ports, delivered)
        for start in range(0, len(bulk), self.job_size):
            end = start + self.job_size
            common = await self._in_bulk(bulk[start:end], ports, delivered)
            if common is not None and bulk[end:]:
                await delivered([Outcome(write=one, error=common) for one in bulk[end:]])
                break

    async def present(self, start: int, end: int, ports: SinkPorts) -> list[LedgerEntry]:
        """Return what Salesloft shows in a window, in seconds since 1970.

        Cancelled events are marked as such. Events of other origin, such as a native
        calendar's, are left out, as are those without id or times: nothing here could have
        written them.
        """
        wanted = CalendarEvents.list(
            calendar_id=self.calendar_id,
            start_time=instant(start),
            end_time=instant(end),
            sort_direction="ASC",
            per_page=LARGEST_PAGE,
        )
        found = (self._entry(event) for event in await collect(wanted, ports))
        # Pages shift while events are added: the later sight of an event counts.
        return list({entry.key: entry for entry in found if entry is not None}.values())

    def _cleared(self, write: Write) -> dict[str, Any]:
        """Return what empties the fields that earlier writes may have filled."""
        if not (write.clears if self.clears is None else self.clears):
            return {}
        return {**_CLEARED, _ORGANIZER: ""} if write.clears else dict(_CLEARED)

    def _cancellation(self, entry: LedgerEntry) -> dict[str, Any]:
        row: dict[str, Any] = {
            "calendar_id": self.calendar_id,
            "id": self.identity.event_id(entry.key, entry.uid),
            "i_cal_uid": entry.uid,
            "start_time": timestamp(instant(entry.start)),
            "end_time": timestamp(instant(entry.end)),
            "status": EventStatus.CANCELLED.value,
            "canceled_at": timestamp(instant(entry.stamp)),
        }
        if self.identity.upsert_key:
            row["upsert_key"] = list(self.identity.upsert_key)
        return row

    def _divided(
        self, writes: Sequence[Write], now: float
    ) -> tuple[Sequence[Write], Sequence[Write]]:
        if len(writes) < self.bulk_from:
            return writes, ()
        # What became private is in a hurry, too, and its organizer needs an answer.
        emptied = sum(write.clears for write in writes) < self.bulk_from

        def hurries(write: Write) -> bool:
            return write.entry.start < now + _SOON or (write.clears and emptied)

        urgent = [write for write in writes if hurries(write)]
        later = [write for write in writes if not hurries(write)]
        if len(urgent) >= self.bulk_from:
            # What took place already is in no hurry, however much there is of it.
            past = [write for write in urgent if write.entry.end <= now]
            urgent = [write for write in urgent if write.entry.end > now]
            later = past + later
        return urgent, later

    async def _one_by_one(
        self, writes: Sequence[Write], ports: SinkPorts, delivered: Delivered
    ) -> None:
        for start in range(0, len(writes), _NOTED_TOGETHER):
            outcomes: list[Outcome] = []
            try:
                for write in writes[start : start + _NOTED_TOGETHER]:
                    outcomes.append(await self._sent(write, ports))  # noqa: PERF401 - an error leaves what was done
            finally:
                # Also where an error ends the work: what was written was written.
                await delivered(outcomes)

    async def _sent(self, write: Write, ports: SinkPorts) -> Outcome:
        row = self.row(write)
        try:
            answer = await self._upserted(row, ports)
        except ONE_ROW as refusal:
            if concerns_calendar(refusal):
                raise
            return Outcome(write=write, error=str(refusal))
        if not taken(row, answer):
            return Outcome(write=write, error=_OUTDONE, doubtful=True)
        return Outcome(write=write)

    async def _upserted(self, row: dict[str, Any], ports: SinkPorts) -> Upserted:
        """Send a row; without an empty organizer where that is what was refused."""
        try:
            return await ports.send(_upsert(row))
        except InvalidFields as refusal:
            if row.get(_ORGANIZER) != "" or set(refusal.fields) != {_ORGANIZER}:
                raise
        return await ports.send(_upsert(_named_or_left_out(row)))

    async def _in_bulk(
        self, writes: Sequence[Write], ports: SinkPorts, delivered: Delivered
    ) -> str | None:
        """Send a bulk job; return why, if every row was refused for the same reason."""
        # An answer to a job is not quick enough to try a row in two ways.
        rows = [_named_or_left_out(self.row(write)) for write in writes]
        report = await run_bulk(
            rows,
            ports,
            name=self._job_name(rows, ports.now()),
            progress=self.progress,
            patience=self.patience,
        )
        fates = _fates(writes, report)
        await delivered(fates)
        errors = {None if fate.doubtful else fate.error for fate in fates}
        return errors.pop() if len(errors) == 1 else None

    def _job_name(self, rows: Sequence[dict[str, Any]], now: float) -> str:
        moment = instant(now).replace(microsecond=0).isoformat()
        mark = sha256(repr(rows).encode()).hexdigest()[:8]
        return f"kloudsync {self.calendar_id} {moment} {mark}"

    def _entry(self, event: CalendarEvent) -> LedgerEntry | None:
        if not (event.id and event.start_time and event.end_time):
            return None
        foreign = event.calendar_id and event.calendar_id != self.calendar_id
        if foreign or (event.provider and event.provider != "external"):
            return None
        uid = event.i_cal_uid or ""
        changed = event.updated_at or event.created_at
        return LedgerEntry(
            key=self.identity.key(event.id, uid),
            uid=uid,
            start=int(event.start_time.timestamp()),
            end=int(event.end_time.timestamp()),
            digest=None,
            stamp=changed.timestamp() if changed else 0.0,
            cancelled=event.is_cancelled,
        )


def concerns_calendar(refusal: Exception) -> bool:
    """Tell whether a refusal of a row is one of every row: its calendar is at fault."""
    return isinstance(refusal, InvalidFields) and set(refusal.fields) == {_CALENDAR}


def _named_or_left_out(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row without an organizer that is empty."""
    return {name: value for name, value in row.items() if name != _ORGANIZER or value}


def _fates(writes: Sequence[Write], report: BulkReport) -> list[Outcome]:
    """Return what became of the writes of a job: none is taken for written that may not be."""
    errors = {refused.index: refused.error for refused in report.refused}
    doubt = report.doubtful > 0
    unknown = (
        f"bulk job {report.job.id} refused {report.doubtful} rows without saying which in a form "
        "that matches those sent; this may be one of them, and is written again"
    )
    return [
        Outcome(write=write, error=errors[place])
        if place in errors
        else Outcome(write=write, error=unknown if doubt else None, doubtful=doubt)
        for place, write in enumerate(writes)
    ]


def calendar_id_of(user: object) -> str:
    """Return a calendar's id from itself, or from its user's guid.

    Raises:
        UsageError: It is empty, or no text.
    """
    name = user.strip() if isinstance(user, str) else ""
    if not name:
        raise UsageError("no calendar is named; pass the user's guid, or external_ and the guid")
    return f"external_{name}" if _is_guid(name) else name


def _is_guid(name: str) -> bool:
    parts = [len(part) for part in name.split("-") if set(part.lower()) <= set("0123456789abcdef")]
    return parts == [8, 4, 4, 4, 12]


def _upsert(row: dict[str, Any]) -> Operation[Upserted]:
    # The row is the JSON that a bulk job would send, so that both ways write the same.
    request = json_request("POST", "calendar/events/upsert", content=row)
    return Operation(name="calendar_events.upsert", request=request, decode=whole(Upserted))
