"""Whom a fleet follows: enrolled, asked for, turned aside and taken up again, a transaction each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.fleet import topics
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.states import RESTING, Note, State
from kloudsync.fleet.verdicts import FOREVER
from kloudsync.model.due import Due


class Turn(NamedTuple):
    """Another state, and why."""

    state: State
    reason: str


def named(calendars: Iterable[str] | None) -> tuple[str, ...] | None:
    """Read which calendars are to be followed; None for all of the account's list.

    Raises:
        UsageError: They are a text, or none.
    """
    if calendars is None:
        return None
    if isinstance(calendars, str):
        raise UsageError(f"calendars is the text {calendars!r}; give a list of names")
    names = tuple(calendars)
    if not names:
        raise UsageError("calendars is empty; leave it out to follow all of the account's")
    return names


def enrol(
    unit: Any, account: Account, calendars: tuple[str, ...] | None, lane: Lane, *, now: float
) -> None:
    """Follow an account's calendars; what is followed already stays as it is.

    Args:
        unit: The store, as one transaction sees it.
        account: The account.
        calendars: Their names; None for all of the account's list.
        lane: In which first syncs wait.
        now: Seconds since 1970.
    """
    asked = [topics.calendar(account, one) for one in calendars or ()]
    asked += [] if calendars is not None else [topics.of_account(account, topics.LIST)]
    # Channels once the calendars are known, which is soon.
    waits = dict.fromkeys(asked, 0.0)
    waits[topics.of_account(account, topics.CHANNELS)] = topics.CHANNELS_AFTER
    rows = {row.topic: row for row in unit.due(account.provider, account.name)}
    for topic, wait in waits.items():
        row = rows.get(topic)
        # Whoever tends the channels just now may be about to find that nothing is left.
        tended = topic.collection == topics.CHANNELS
        if row is None or tended or Note.read(row.note).state is State.RETIRED:
            note = Note(since=now, urgent=lane is not Lane.FIRST).write()
            unit.make_due(topic, lane=lane, wait=wait, now=now, note=note)
    if lane is not Lane.FIRST:
        for row in rows.values():
            if row.lane == Lane.FIRST and (calendars is None or row.topic in waits):
                note = evolve(Note.read(row.note), urgent=True).write()
                unit.make_due(row.topic, lane=lane, wait=FOREVER, now=now, note=note)


def ask(unit: Any, account: Account, calendar: str | None, *, now: float) -> None:
    """Let calendars be synced as if a change was announced."""
    for row in _of(unit, account, calendar):
        if row.topic.collection == topics.EVENTS:
            # No first sync is in the way of what was announced.
            new = Note.read(row.note).state is State.NEW
            unit.make_due(row.topic, lane=Lane.POLL if new else Lane.PUSH, now=now)


def turn(unit: Any, account: Account, calendar: str | None, to: Turn, *, now: float) -> None:
    """Let an account, or one of its calendars, be in another state."""
    for row in _of(unit, account, calendar):
        note = Note.read(row.note)
        kept = calendar is None and note.state is State.RETIRED
        # The account's channels are stopped by whoever tends them, which is still to come.
        if row.topic.collection != topics.CHANNELS and not kept:
            turned = note.turned(to.state, now, to.reason).write()
            unit.make_due(row.topic, lane=Lane.POLL, wait=0.0, now=now, note=turned)
    tended = topics.of_account(account, topics.CHANNELS)
    unit.make_due(tended, lane=Lane.POLL, wait=0.0, now=now)


def resume(unit: Any, account: Account, calendar: str | None, *, now: float) -> None:
    """Go on with what was paused or retired, and end all rests of the account."""
    unit.wake(account.provider, account.name, now=now)
    for row in _of(unit, account, calendar):
        stood = Note.read(row.note)
        if calendar is None and _is_out(stood):
            continue
        note = Note(since=now).write() if stood.state in RESTING else None
        unit.make_due(row.topic, lane=Lane.POLL, wait=0.0, now=now, note=note)


def _is_out(note: Note) -> bool:
    """Tell whether a topic was retired by itself, rather than with its account."""
    return note.state is State.RETIRED and note.reason not in {topics.ACCOUNT_RETIRED, topics.GONE}


def _of(unit: Any, account: Account, calendar: str | None) -> list[Due]:
    rows: list[Due] = unit.due(account.provider, account.name)
    return [row for row in rows if calendar is None or row.topic.key.calendar == calendar]
