"""What a store knows of a calendar besides its events."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import Final

from attrs import evolve, field, frozen

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.positions import Position
from kloudsync.model.record import LONGEST_KEY, EventRecord
from kloudsync.model.told import Told


@frozen(kw_only=True)
class Cursor:
    """A position in a provider's stream of changes, tied to the query that it came from.

    Attributes:
        token: The provider's token; shown in no log and no repr.
        fingerprint: A digest of account, calendar and parameters. A cursor is never sent
            with a query of another fingerprint.
        doubted_at: Seconds since 1970 when one of its kind was last given up for a refusal that
            did not speak of it, or None.
    """

    token: str = field(repr=False)
    fingerprint: str
    doubted_at: float | None = None


@frozen(kw_only=True)
class Checkpoint:
    """How far an unfinished pass has come.

    Attributes:
        full: Whether the pass lists the whole calendar.
        position: What the source needs to fetch the next page; None before the first.
        fingerprint: As for cursors.
        pages: How many pages are staged.
        reason: Why a full pass was needed, or None.
        complete: Whether the last page is staged, so that nothing but the commit is missing.
            No page is ever read twice: what it held the first time may be gone the second.
        cursor: The new cursor's token, from the last page.
        zone: The calendar's zone where a page told it.
        since: Where the listing begins, in seconds since 1970; None where it has no such bound.
        identity: Whose calendar it is, where the listing told.
        began_at: Seconds since 1970 when the pass began; None where an older version began it.
        doubted_at: What the new cursor will remember of doubts.
        failures: How often the pass failed in a row in one and the same way, of its own accord.
        failure: In which way, or None.
    """

    full: bool
    fingerprint: str
    position: str | None = field(default=None, repr=False)
    pages: int = 0
    reason: str | None = None
    complete: bool = False
    cursor: str | None = field(default=None, repr=False)
    zone: str | None = None
    since: int | None = None
    identity: str | None = None
    began_at: float | None = None
    doubted_at: float | None = None
    failures: int = 0
    failure: str | None = None

    def failed(self, failure: str) -> Checkpoint:
        """Return the pass after it failed once more."""
        failures = self.failures + 1 if failure == self.failure else 1
        return evolve(self, failures=failures, failure=failure)


@frozen(kw_only=True)
class CalendarState(Told):
    """One calendar's place in the store.

    Attributes:
        passes: How many passes were committed; 0 for a calendar never synced.
        cursor: Where the next delta begins, or None where a full pass is due.
        checkpoint: The pass that is under way, or None.
        zone: The calendar's own zone, by name, or None where not yet known.
        synced_at: Seconds since 1970 of the last commit, or None.
        identity: Whose calendar it is, as the service says; None where it does not.
    """

    passes: int = 0
    cursor: Cursor | None = None
    checkpoint: Checkpoint | None = None
    zone: str | None = None
    synced_at: float | None = None
    identity: str | None = None

    def at(self, checkpoint: Checkpoint | None) -> CalendarState:
        """Return the same with another checkpoint."""
        # Each pass makes several of these; `evolve` takes several times as long.
        return CalendarState(
            passes=self.passes,
            cursor=self.cursor,
            checkpoint=checkpoint,
            zone=self.zone,
            synced_at=self.synced_at,
            identity=self.identity,
        )

    def is_where(self, since: CalendarState) -> bool:
        """Tell whether nobody moved the calendar on since a state of it was read."""
        return (self.passes, self.cursor, self.checkpoint) == (
            since.passes,
            since.cursor,
            since.checkpoint,
        )


LEASE_TTL: Final = 240.0
"""Seconds after which a worker that died is replaced, unless a program says otherwise."""


@frozen(kw_only=True)
class Lease:
    """The right to write to one calendar for a while.

    Attributes:
        name: What is leased.
        owner: Who holds it.
        fence: Rises with each new holder; a write with an older value is refused.
        expires_at: Seconds since 1970 when others may take it.
    """

    name: str
    owner: str
    fence: int
    expires_at: float


@frozen(kw_only=True)
class StagedCounts(Told):
    """What committing the staged pass would do.

    Attributes:
        added: Records that are new.
        updated: Records with other contents.
        deleted: Records that go.
        silent: Records replaced without meaning anything to readers.
        held: Records visible now, before the commit.
        implied: Those of `deleted` that nobody deletes by themselves: cancelled occurrences, which
            take no place, and occurrences that go together with their series.
        refused: Records that stay though a full listing lacked them, because somebody refused
            to let them go.
    """

    added: int = 0
    updated: int = 0
    deleted: int = 0
    silent: int = 0
    held: int = 0
    implied: int = 0
    refused: int = 0


@frozen(kw_only=True)
class SeriesLink:
    """Two segments of one series, or a truncated series that waits for its second half.

    Attributes:
        old: The id of the earlier segment.
        new: The id of the later segment; None while the series only looks truncated.
        at: Seconds since 1970 of the slot at which it was split; of midnight UTC if all-day.
        all_day: Whether `at` is a date.
        evidence: What tied the halves together.
        settled: Whether there is nothing more to tell: readers of the feed were told, or the
            halves were already apart when the calendar was first seen.
        cut: Seconds since 1970 of a slot where `old` was cut and nothing is known to go on, also
            where a segment behind it is known; None where nothing is awaited.
        written: Seconds since 1970 when that cut was written, by the service's clock, or None.
        begins: Where `old` began before it was cut at the other end, so that it begins at `cut`
            now; None where it was cut at its end.
    """

    old: str
    new: str | None
    at: int
    all_day: bool = False
    evidence: str = "id"
    settled: bool = False
    cut: int | None = None
    written: float | None = None
    begins: int | None = None

    @property
    def lost_from(self) -> int | None:
        """The slot from which on `old` lost what nothing is known to go on with, or None."""
        if self.begins is not None:
            return None
        return self.at if self.new is None else self.cut


class FeedKind(StrEnum):
    """The kinds of entries in the change feed."""

    ADDED = "added"
    UPDATED = "updated"
    DELETED = "deleted"
    SPLIT = "split"
    TRUNCATED = "truncated"


@frozen(kw_only=True)
class FeedRecord:
    """One entry of the change feed as stores keep it.

    Attributes:
        position: Its place in the feed of its calendar; rises, with gaps.
        key: The calendar that changed.
        kind: What happened.
        recorded_at: Seconds since 1970 of the commit.
        before: The record as it was, for updates and deletions.
        after: The record as it is, for additions and updates.
        link: The segments, for splits and truncations.
        token: Its place in the feed of all calendars, where that was asked for; opaque, and
            sorts as the changes do.
    """

    position: int
    key: CalendarKey
    kind: FeedKind
    recorded_at: float
    before: EventRecord | None = None
    after: EventRecord | None = None
    link: SeriesLink | None = None
    token: str | None = None


@frozen(kw_only=True)
class Consumer(Told):
    """A reader of the change feed, and how far it has come.

    Attributes:
        name: As it calls itself.
        key: The calendar whose changes it reads; None for those of all.
        position: The last entry that it acknowledged: a number, or a token for those of all.
    """

    name: str
    key: CalendarKey | None
    position: Position


@frozen(kw_only=True)
class Quarantined(Told):
    """Something received that could not be understood, kept for a later version to try.

    Attributes:
        id: The provider's id where it could be read, or None.
        reason: What is wrong, and where.
        raw: As received.
        version: The version of kloudsync that could not read it.
    """

    id: str | None
    reason: str
    raw: str = field(repr=False)
    version: str

    @property
    def slot(self) -> str:
        """What a later payload must share to replace this one: its id, or its text without one."""
        if self.id is None:
            return f"raw:{_digest(self.raw)}"
        if len(self.id) > LONGEST_KEY // 4:
            return f"long id:{_digest(self.id)}"
        return f"id:{self.id}"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
