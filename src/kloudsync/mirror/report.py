"""What a push or a reconciliation did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from kloudsync.model.occurrence import Unexpanded
from kloudsync.model.told import Told
from kloudsync.model.writes import Action, Outcome, Write

_WORDS: Final = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.CANCEL: "cancelled",
}


@frozen(kw_only=True)
class PushReport(Told):
    """One push, explained.

    Attributes:
        created: Records that are new at the sink.
        updated: Records with new contents.
        cancelled: Records whose occurrence is gone.
        unchanged: Records that needed no write.
        unexpanded: Series that are not mirrored, since nobody can tell when they take place;
            what the sink shows of them stays as it is.
        refused: Writes that the sink did not take, or may not have taken, with its reason; tried
            again by the next push.
        planned: The writes of a dry run, which sent none.
        unknown: Records at the sink that the ledger did not know; reconciliation only.
        missing: Records that the sink had lost; reconciliation only.
        abandoned: Records that mirrors wrote whose calendars are no longer held, such as those of
            an account that was renamed or forgotten. They stay until a reconciliation cancels
            them.
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
    abandoned: int = 0

    def __str__(self) -> str:
        """Say in a line what was written, or would be, and what was not."""
        if self.planned:
            planned = Counter(write.action for write in self.planned)
            return f"planned: {', '.join(self._told(planned))}"
        done = {
            Action.CREATE: self.created,
            Action.UPDATE: self.updated,
            Action.CANCEL: self.cancelled,
        }
        return ", ".join(self._told(done))

    def _told(self, done: Mapping[Action, int]) -> list[str]:
        told = [f"{done.get(action, 0)} {word}" for action, word in _WORDS.items()]
        for count, what in (
            (len(self.refused), "refused"),
            (len(self.unexpanded), "left out"),
            (self.missing, "missing"),
            (self.unknown, "unknown"),
            (self.abandoned, "abandoned"),
        ):
            told += [f"{count} {what}"] if count else []
        return told

    @property
    def reasons(self) -> Mapping[str, int]:
        """Why writes were refused, and how many for each reason, the most frequent first."""
        counted = Counter(one.error for one in self.refused if one.error is not None)
        return dict(counted.most_common())

    @property
    def written(self) -> int:
        """How many records the sink took."""
        return self.created + self.updated + self.cancelled
