"""What a push or a reconciliation did."""

from __future__ import annotations

from attrs import frozen

from kloudsync.model.occurrence import Unexpanded
from kloudsync.model.writes import Outcome, Write


@frozen(kw_only=True)
class PushReport:
    """One push, explained.

    Attributes:
        created: Records that are new at the sink.
        updated: Records with new contents.
        cancelled: Records whose occurrence is gone.
        unchanged: Records that needed no write.
        unexpanded: Series that are not mirrored, since nobody can tell when they take place;
            whatever the sink showed of them is cancelled.
        refused: Writes that the sink refused, with its reason; tried again by the next push.
        planned: The writes of a dry run, which sent none.
        unknown: Records at the sink that the ledger did not know; reconciliation only.
        missing: Records that the sink had lost; reconciliation only.
    """

    created: int = 0
    updated: int = 0
    cancelled: int = 0
    unchanged: int = 0
    unexpanded: tuple[Unexpanded, ...] = ()
    refused: tuple[Outcome, ...] = ()
    planned: tuple[Write, ...] = ()
    unknown: int = 0
    missing: int = 0

    @property
    def written(self) -> int:
        """How many records the sink took."""
        return self.created + self.updated + self.cancelled
