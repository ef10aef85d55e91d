"""What a run does next, decided from values alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from attrs import evolve, field, frozen
from attrs.validators import and_, ge, le

from kloudsync.model.page import SourcePage
from kloudsync.model.record import EventRecord, Kind, StagedRecord, Verdict, staged_of
from kloudsync.model.state import CalendarState, Checkpoint, Cursor, StagedCounts
from kloudsync.model.view import read
from kloudsync.sync.refusals import Refusal

READ_AS: Final = 1
"""How events are read; raised with each change of what any provider makes of one and the same text.

The first run afterwards lists in full, and replaces what is held otherwise than it would be read.
"""

_ADDED: Final = int(Verdict.ADDED)
_DELETED: Final = int(Verdict.DELETED)
_TOMBSTONE: Final = int(Kind.TOMBSTONE)

_MARK: Final = "+"

LONGEST_PASS: Final = 24 * 3600.0
"""Seconds after which a pass that was cut off is begun anew."""


@frozen(kw_only=True)
class Pass:
    """A walk over the pages of one listing.

    Attributes:
        checkpoint: Where it begins.
        cursor: Where its delta begins; None for a full pass.
        resumed: Whether its earlier pages are staged already.
    """

    checkpoint: Checkpoint
    cursor: Cursor | None
    resumed: bool = False


def next_pass(
    state: CalendarState, fingerprint: str, refusal: Refusal | None = None, *, now: float
) -> Pass:
    """Decide how the next pass begins.

    A pass under way is gone on with only as long as the service can be thought to remember it.

    Args:
        state: The calendar's place in the store.
        fingerprint: The digest of the query as it is now, `marked` with how answers are read.
        refusal: Why the service refused the cursor just now, or None.
        now: Seconds since 1970.
    """
    unfinished = state.checkpoint
    if refusal is None and unfinished is not None and _lives(unfinished, fingerprint, now):
        cursor = None if unfinished.full else state.cursor
        if unfinished.full or cursor is not None:
            return Pass(checkpoint=unfinished, cursor=cursor, resumed=unfinished.pages > 0)
    reason = refusal.reason if refusal else _reason_for_full_pass(state, fingerprint)
    doubted_at = state.cursor.doubted_at if state.cursor else None
    checkpoint = Checkpoint(
        full=reason is not None,
        fingerprint=fingerprint,
        reason=reason,
        began_at=now,
        doubted_at=now if refusal and refusal.is_doubt else doubted_at,
    )
    return Pass(checkpoint=checkpoint, cursor=None if checkpoint.full else state.cursor)


def moved_on(checkpoint: Checkpoint, page: SourcePage) -> Checkpoint:
    """Return how far a pass has come with a page."""
    # Each pass makes one of these with each page; `evolve` takes several times as long.
    return Checkpoint(
        full=checkpoint.full,
        fingerprint=checkpoint.fingerprint,
        position=page.next,
        pages=checkpoint.pages + 1,
        reason=checkpoint.reason,
        complete=page.next is None,
        cursor=page.cursor,
        zone=page.zone or checkpoint.zone,
        since=page.since,
        identity=checkpoint.identity,
        began_at=checkpoint.began_at,
        doubted_at=checkpoint.doubted_at,
        failures=checkpoint.failures,
        failure=checkpoint.failure,
    )


def looked_on(checkpoint: Checkpoint, page: SourcePage) -> Checkpoint:
    """Return how far a pass has come that is complete but for what changed meanwhile."""
    return evolve(
        checkpoint,
        pages=checkpoint.pages + 1,
        cursor=page.cursor or checkpoint.cursor,
        zone=page.zone or checkpoint.zone,
    )


def _lives(unfinished: Checkpoint, fingerprint: str, now: float) -> bool:
    if unfinished.fingerprint != fingerprint or unfinished.began_at is None:
        return False
    return now - unfinished.began_at < LONGEST_PASS


def _reason_for_full_pass(state: CalendarState, fingerprint: str) -> str | None:
    if state.passes == 0:
        return "first sync"
    if state.cursor is None:
        return "no cursor"
    if state.cursor.fingerprint == fingerprint:
        return None
    if _query_of(state.cursor.fingerprint) == _query_of(fingerprint):
        return "events are read otherwise now"
    return "the query changed"


def marked(query: str) -> str:
    """Return the fingerprint of a query together with how its answers are read."""
    return f"{query}{_MARK}{READ_AS}"


def _query_of(fingerprint: str) -> str:
    return fingerprint.partition(_MARK)[0]


@frozen(kw_only=True)
class Judged:
    """What a page means.

    Attributes:
        staged: Records to stage, in the order received.
        seen: Ids that were met unchanged.
    """

    staged: list[StagedRecord]
    seen: list[str]


def judge(
    records: Iterable[EventRecord],
    held: Mapping[str, EventRecord],
    staged: Mapping[str, EventRecord],
    same: Callable[[EventRecord, EventRecord], bool],
) -> Judged:
    """Compare the records of a page with what is held, and say what each means to readers.

    Args:
        records: The page, in the order received.
        held: The visible records with ids of the page.
        staged: What earlier pages of this pass staged under ids of the page.
        same: Tells whether two records have the same contents.
    """
    if not held:
        return Judged(staged=[staged_of((one, _unheard(one))) for one in records], seen=[])
    judged = Judged(staged=[], seen=[])
    rewritten = set(staged)
    for record in records:
        before = held.get(record.id)
        verdict = _verdict(record, before, same)
        if verdict is None and record.id not in rewritten:
            judged.seen.append(record.id)
            continue
        judged.staged.append(StagedRecord(record, verdict or Verdict.SILENT))
        rewritten.add(record.id)
    return judged


def _unheard(record: EventRecord) -> int:
    """Return what a record means of which nothing is held."""
    return _DELETED if record.kind == _TOMBSTONE else _ADDED


def _verdict(
    record: EventRecord,
    before: EventRecord | None,
    same: Callable[[EventRecord, EventRecord], bool],
) -> Verdict | None:
    """Return what a record means, or None where it is held already, as it is read now."""
    if record.kind == Kind.TOMBSTONE:
        return Verdict.DELETED
    if before is None:
        return Verdict.ADDED
    if before == record:
        return None
    if before.raw == record.raw:
        return Verdict.SILENT
    # What is held may not be readable any more, and nothing is like that.
    alike = read(lambda held: same(held, record), before)
    return Verdict.SILENT if alike is True else Verdict.UPDATED


@frozen(kw_only=True)
class MassDeletion:
    """When deletions that nobody said are held until somebody confirms them.

    A service that suddenly shows an empty calendar is more often broken than right. What a full
    listing merely lacks is held, therefore; what a service says is gone is gone. A series counts
    once, however many of its occurrences go with it.

    Attributes:
        share: Lacking more than this share of the held events is held.
        minimum: Where a listing lacks fewer events than this, nothing is held.
        confirm: Answers in code: is given the counts, by each run for as long as deletions are
            pending, and returns True to let them go. None holds always.
    """

    share: float = field(default=0.5, validator=and_(ge(0.0), le(1.0)))
    minimum: int = field(default=10, validator=ge(0))
    confirm: Callable[[StagedCounts], bool] | None = None

    def holds(self, counts: StagedCounts) -> bool:
        """Tell whether what a full listing lacks is not to be deleted."""
        gone = counts.deleted - counts.implied
        if gone < max(self.minimum, 1) or gone <= self.share * (counts.held - counts.implied):
            return False
        return not self.confirms(counts)

    def keeps(self, pending: StagedCounts, *, listed: bool) -> bool:
        """Tell whether deletions that nobody said stay pending.

        Args:
            pending: What deleting them would do.
            listed: Whether a full listing lacks them now; what an earlier one lacked stays
                pending whatever its number.
        """
        if not pending.deleted:
            return False
        return self.holds(pending) if listed else not self.confirms(pending)

    def confirms(self, counts: StagedCounts) -> bool:
        """Tell whether the caller lets go what is pending."""
        return self.confirm is not None and self.confirm(counts)
