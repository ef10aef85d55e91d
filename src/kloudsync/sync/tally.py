"""What a run has counted so far, and the report that comes of it."""

from __future__ import annotations

from datetime import datetime

from attrs import define, field

from kloudsync.http.setting import Attempt
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import Checkpoint, Quarantined
from kloudsync.sync.report import Split, SyncReport, Truncation
from kloudsync.sync.standing import Closed, Taken


@define
class Tally:
    """What one run has counted so far: requests over all its passes, events of the one under way.

    Attributes:
        started_at: When the run began, in UTC.
        requests: How many requests were sent, retries included.
        retries: How many of them were retries.
        waited: Seconds spent waiting between tries.
        events: How many events were received, over all passes.
        unchanged: How many the pass under way met unchanged.
        resumed: Whether the pass under way went on where an earlier run was cut off.
        quarantined: What the pass under way could not understand.
    """

    started_at: datetime
    requests: int = 0
    retries: int = 0
    waited: float = 0.0
    events: int = 0
    unchanged: int = 0
    resumed: bool = False
    quarantined: list[Quarantined] = field(factory=list[Quarantined])

    def begin(self, *, resumed: bool) -> None:
        """Begin a pass: what a pass told that came to nothing is not part of the report."""
        self.resumed = resumed
        self.unchanged = 0
        self.quarantined.clear()

    def count(self, attempt: Attempt) -> None:
        """Count a try."""
        self.requests += 1
        if attempt.wait is not None:
            self.retries += 1
            self.waited += attempt.wait

    def take(self, taken: Taken) -> None:
        """Count what a page meant."""
        self.unchanged += taken.unchanged
        self.quarantined += taken.quarantined

    def report(
        self,
        calendar: CalendarKey,
        checkpoint: Checkpoint,
        closed: Closed,
        *,
        committed: bool,
        finished_at: datetime,
        lag: float | None,
    ) -> SyncReport:
        """Return what a pass did that ends here.

        Args:
            calendar: The calendar.
            checkpoint: The pass.
            closed: How it ended.
            committed: Whether the store has a new state.
            finished_at: The present, in UTC.
            lag: Seconds since the commit before, or None.
        """
        counts, zone = closed.counts, closed.state.zone
        splits = (Split.of(link, zone) for link in closed.announced)
        return SyncReport(
            calendar=calendar,
            committed=committed,
            full=checkpoint.full,
            started_at=self.started_at,
            finished_at=finished_at,
            added=counts.added,
            updated=counts.updated,
            deleted=counts.deleted,
            unchanged=self.unchanged + counts.silent,
            splits=tuple(split for split in splits if split is not None),
            truncations=tuple(
                Truncation.of(link, zone) for link in closed.announced if link.new is None
            ),
            resync_reason=checkpoint.reason,
            quarantined=tuple(self.quarantined),
            held=closed.held if closed.held.deleted else None,
            refused=closed.held.refused,
            pages=checkpoint.pages,
            requests=self.requests,
            retries=self.retries,
            waited=self.waited,
            resumed=self.resumed,
            lag=lag,
            passes=closed.state.passes,
        )
