"""Where a run stands, and what each of its transactions comes to."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import field, frozen

from kloudsync.model.state import (
    CalendarState,
    Checkpoint,
    Cursor,
    Lease,
    Quarantined,
    SeriesLink,
    StagedCounts,
)
from kloudsync.sync.series import Findings


@frozen(kw_only=True)
class Opening:
    """What a run begins with.

    Attributes:
        lease: The right to write.
        state: How far the calendar has come.
        misread: What other versions than this one could not understand.
    """

    lease: Lease
    state: CalendarState
    misread: Sequence[Quarantined] = ()


@frozen(kw_only=True)
class Standing:
    """Where a run stands, which each of its writes names.

    Attributes:
        lease: The right to write.
        state: How far the calendar has come, as this run left it.
    """

    lease: Lease
    state: CalendarState

    @property
    def first(self) -> bool:
        """Whether no pass was ever committed, so that nothing is held."""
        return self.state.passes == 0

    def at(self, checkpoint: Checkpoint | None) -> Standing:
        """Return where the run stands with another checkpoint."""
        return Standing(lease=self.lease, state=self.state.at(checkpoint))


@frozen(kw_only=True)
class Taken:
    """What a page meant.

    Attributes:
        unchanged: How many of its records are held as they are.
        strands: Whether an occurrence may be left without its series by it.
        quarantined: What could not be understood.
    """

    unchanged: int = 0
    strands: bool = True
    quarantined: Sequence[Quarantined] = ()


@frozen(kw_only=True)
class Ending:
    """How a pass is to end.

    Attributes:
        checkpoint: How far it has come.
        now: Seconds since 1970.
        last: Whether the run ends with it, and gives the lease back.
        lacks: Whether it may lack anything that is held, of a full listing.
    """

    checkpoint: Checkpoint
    now: float
    last: bool
    lacks: bool = True

    def after(self, state: CalendarState) -> CalendarState:
        """Return the state that the commit leaves."""
        checkpoint = self.checkpoint
        return CalendarState(
            passes=state.passes + 1,
            cursor=_cursor(checkpoint),
            zone=checkpoint.zone or state.zone,
            identity=checkpoint.identity or state.identity,
            synced_at=self.now,
        )


@frozen(kw_only=True)
class Settled:
    """What a pass comes to, of which everything is staged.

    Attributes:
        counts: What it means.
        found: What it tells of series.
        held: As `Closed` says it.
    """

    counts: StagedCounts
    found: Findings
    held: StagedCounts


@frozen(kw_only=True)
class Closed:
    """How a pass ended.

    Attributes:
        state: How far the calendar has come.
        counts: What the pass meant.
        announced: The splits and truncations that it told.
        held: What deleting would do that nobody said, and that is pending, and how much somebody
            refused.
        taken: What its only page meant; nothing where its pages were staged before.
    """

    state: CalendarState
    counts: StagedCounts = field(default=StagedCounts())
    announced: Sequence[SeriesLink] = ()
    held: StagedCounts = field(default=StagedCounts())
    taken: Taken = Taken()


def _cursor(checkpoint: Checkpoint) -> Cursor | None:
    if checkpoint.cursor is None:
        return None
    return Cursor(
        token=checkpoint.cursor,
        fingerprint=checkpoint.fingerprint,
        doubted_at=checkpoint.doubted_at,
    )
