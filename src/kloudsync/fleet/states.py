"""How a calendar of a fleet stands: what an operator lists, and a program acts on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from attrs import evolve, field, frozen

from kloudsync.model.channel import Topic
from kloudsync.model.due import Due
from kloudsync.model.told import Told
from kloudsync.runtime.due import DueStore

_CHUNK = 500


class State(StrEnum):
    """How a calendar, or another topic of a fleet, stands."""

    NEW = "new"
    """Enrolled, and never worked at."""
    HEALTHY = "healthy"
    """In step as of its last look."""
    DELAYED = "delayed"
    """Due for longer than the policy allows, and nobody came to it yet."""
    HELD = "held"
    """In step but for deletions that somebody has to confirm or refuse."""
    NEEDS_CONSENT = "needs consent"
    """The account's owner has to allow access again; nothing else helps."""
    UNWATCHABLE = "unwatchable"
    """In step, though by polling: the service has no channels for it."""
    FAILING = "failing"
    """Its last look failed, and it rests."""
    PAUSED = "paused"
    """The program asked for it to be left alone."""
    RETIRED = "retired"
    """Not followed any more; its copy stays until it is forgotten."""


RESTING = frozenset({State.PAUSED, State.RETIRED})
"""States that only the program ends: whatever announces a change, nothing is done."""


@frozen(kw_only=True)
class Note:
    """What a fleet writes beside a topic's row; stores keep it as a text that they do not read.

    Attributes:
        state: How the topic stands.
        since: Since when, in seconds since 1970.
        reason: Why, in words for an operator, without contents or addresses; empty if it is clear.
        calm: How many looks in a row have found nothing changed.
        watched: Whether a channel announced its changes when it was last worked at.
        passes: How many passes of the calendar had been committed when it was last worked off.
        urgent: Whether what an account's list shows goes ahead of others, until it was read.
    """

    state: State = State.NEW
    since: float = 0.0
    reason: str = ""
    calm: int = 0
    watched: bool = False
    passes: int = 0
    urgent: bool = False

    @classmethod
    def read(cls, text: str | None) -> Note:
        """Read a note; one of another version, or none, says that the topic is new."""
        try:
            told: Any = json.loads(text or "{}")
            return cls(
                state=State(told.get("state", State.NEW)),
                since=float(told.get("since", 0.0)),
                reason=str(told.get("reason", "")),
                calm=int(told.get("calm", 0)),
                watched=bool(told.get("watched", False)),
                passes=int(told.get("passes", 0)),
                urgent=bool(told.get("urgent", False)),
            )
        except (ValueError, TypeError, AttributeError):
            return cls()

    def write(self) -> str:
        """Return the note as text."""
        told: dict[str, Any] = {"state": self.state.value, "since": round(self.since, 3)}
        told |= {"reason": self.reason} if self.reason else {}
        told |= {"calm": self.calm} if self.calm else {}
        told |= {"watched": True} if self.watched else {}
        told |= {"passes": self.passes} if self.passes else {}
        told |= {"urgent": True} if self.urgent else {}
        return json.dumps(told, ensure_ascii=False)

    def turned(self, state: State, now: float, reason: str = "") -> Note:
        """Return the note in a state, which is as old as it was where it is the same."""
        since = self.since if state is self.state else now
        return evolve(self, state=state, since=since, reason=reason)


@frozen(kw_only=True)
class Status(Told):
    """How one topic of a fleet stands.

    Attributes:
        topic: What is followed.
        state: How it stands.
        since: Since when, in seconds since 1970.
        reason: Why, in words; empty where it is clear.
        next_try: When it is worked at next, in seconds since 1970; None where it waits for a
            notification or for the program.
        lane: Where it queues.
        attempts: How often in a row it was begun and not finished.
        owner: Who works at it now, or None.
    """

    topic: Topic
    state: State
    since: float
    reason: str = ""
    next_try: float | None = None
    lane: int = 0
    attempts: int = 0
    owner: str | None = field(default=None)


def status_of(row: Due, *, delayed: float, now: float) -> Status:
    """Tell from its row how a topic stands.

    Args:
        row: What the store has.
        delayed: Seconds after which what is due is delayed.
        now: Seconds since 1970.
    """
    note = Note.read(row.note)
    late = row.owner is None and row.since + delayed < now
    state, since, reason = note.state, note.since, note.reason
    if late and state not in RESTING:
        state, since, reason = State.DELAYED, row.since, "due, and nobody came to it yet"
    return Status(
        topic=row.topic,
        state=state,
        since=since,
        reason=reason,
        next_try=None if row.at == float("inf") else row.at,
        lane=row.lane,
        attempts=row.attempts,
        owner=row.owner,
    )


def rows_of(store: DueStore) -> Iterator[Due]:
    """Yield the rows of all accounts, in a stable order, a chunk of them at a time."""
    after: Topic | None = None
    while rows := store.due_of_all(after=after, limit=_CHUNK):
        yield from rows
        after = rows[-1].topic
