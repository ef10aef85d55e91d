"""What is written to a sink, and what the ledger remembers of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from attrs import field, frozen


@frozen(kw_only=True)
class Item:
    """One occurrence as a sink wants it.

    Attributes:
        key: Identifies the record at the sink; stable over edits of the occurrence.
        uid: The iCalendar UID that it is written with.
        start: When it begins, in seconds since 1970.
        end: When it ends, in seconds since 1970, exclusive.
        digest: A digest of everything in the payload but its stamp; equal digests need no write.
        updated: When its event last changed, in seconds since 1970; None where unknown.
        payload: What is sent, in the sink's own fields.
    """

    key: str
    uid: str
    start: int
    end: int
    digest: str
    updated: float | None = None
    payload: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class LedgerEntry:
    """What is known to have been, or may have been, written under a key.

    Attributes:
        key: Identifies the record at the sink.
        uid: The iCalendar UID that it was written with.
        start: When it begins, in seconds since 1970; a cancellation has to repeat it.
        end: When it ends, in seconds since 1970.
        digest: The digest last written; None while the fate of a write is unknown.
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


class Action(Enum):
    """What a write does to the record at the sink."""

    CREATE = "create"
    UPDATE = "update"
    CANCEL = "cancel"


@frozen(kw_only=True)
class Write:
    """One record to be written.

    Attributes:
        action: What it does.
        entry: The ledger's entry once it has succeeded.
        payload: What is sent, without stamp; empty for a cancellation: the entry has all it needs.
    """

    action: Action
    entry: LedgerEntry
    payload: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class Outcome:
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
