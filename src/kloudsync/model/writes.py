"""What is written to a sink, and what the ledger remembers of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, Self

from attrs import field, frozen

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.told import Told, told

_FULL: Final = "full "


@frozen(kw_only=True)
class Disclosure(Told):
    """How much of an occurrence a sink is told, and why: for whoever looks at a dry run.

    Attributes:
        level: How much, in the sink's own word, such as `full`.
        reason: Why, in a few words; empty where whoever decided does not say.
        title: What its owner calls it, whether that is told or not; no `repr` shows it.
    """

    level: str
    reason: str = ""
    title: str | None = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the value as what JSON can hold, with its `type`."""
        return {**told(self), "title": self.title}


@frozen(kw_only=True)
class Item(Told):
    """One occurrence as a sink wants it.

    Attributes:
        key: Identifies the record at the sink; stable over edits of the occurrence.
        uid: The iCalendar UID that it is written with.
        start: When it begins, in seconds since 1970.
        end: When it ends, in seconds since 1970, exclusive.
        digest: A digest of everything in the payload but its stamp; equal digests need no write.
        full: Whether it tells more than the sink tells of every occurrence, so that a write which
            tells less has to clear what this one filled in.
        updated: When its event last changed, in seconds since 1970; None where unknown.
        payload: What is sent, in the sink's own fields.
        disclosure: How much that is, and why; None where the sink does not say.
    """

    key: str
    uid: str
    start: int
    end: int
    digest: str
    full: bool = False
    updated: float | None = None
    payload: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)
    disclosure: Disclosure | None = None


@frozen(kw_only=True)
class LedgerEntry:
    """What is known to have been, or may have been, written under a key.

    Attributes:
        key: Identifies the record at the sink.
        uid: The iCalendar UID that it was written with.
        start: When it begins, in seconds since 1970; a cancellation has to repeat it.
        end: When it ends, in seconds since 1970.
        digest: The digest last written; None while the fate of a write is unknown. Both as `Mark`
            writes them, which keeps what the record may be filled in with.
        stamp: The modification time last sent, in seconds since 1970. Rises with every write.
        cancelled: Whether the record was last written as cancelled. The entry stays until it
            falls out of the window, so that a restored occurrence gets a later stamp.
    """

    key: str
    uid: str
    start: int
    end: int
    digest: str | None
    stamp: float
    cancelled: bool = False


@frozen
class Mark:
    """What the digest of an entry says: what the record holds, and whether that is more than times.

    Attributes:
        digest: A digest of what was written; None while the fate of a write is unknown.
        full: Whether the record may hold what only fuller writes tell.
    """

    digest: str | None
    full: bool = False

    def text(self) -> str | None:
        """Write it as ledgers keep it."""
        if not self.full:
            return self.digest
        return f"{_FULL}{self.digest or ''}"

    @classmethod
    def of(cls, entry: LedgerEntry) -> Self:
        """Read it from an entry."""
        text = entry.digest
        if text is None or not text.startswith(_FULL):
            return cls(text)
        return cls(text.removeprefix(_FULL) or None, full=True)


class Action(StrEnum):
    """What a write does to the record at the sink."""

    CREATE = "create"
    UPDATE = "update"
    CANCEL = "cancel"


@frozen(kw_only=True)
class Write(Told):
    """One record to be written.

    Attributes:
        action: What it does.
        entry: The ledger's entry once it has succeeded.
        payload: What is sent, without stamp; empty for a cancellation: the entry has all it needs.
        clears: Whether the record may hold more than this write tells, from earlier ones.
        disclosure: How much is told, and why; None of a cancellation.
    """

    action: Action
    entry: LedgerEntry
    clears: bool = False
    payload: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)
    disclosure: Disclosure | None = None


@frozen(kw_only=True)
class Outcome(Told):
    """What became of a write.

    Attributes:
        write: The write.
        error: Why the sink did not take it, or None if it took it.
        doubtful: Whether it is unknown what the sink holds now. The ledger keeps that the fate of
            the write is unknown, where it has what was there before for other refusals.
    """

    write: Write
    error: str | None = None
    doubtful: bool = False


def tells_of(mirror: str, key: CalendarKey) -> bool:
    """Tell whether a mirror, by its name, is that of a calendar, whatever it is mirrored to."""
    return mirror.endswith(f":{key}")
