"""One calendar as the store in memory keeps it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from kloudsync.model.record import EventRecord
from kloudsync.model.staging import StagedPass
from kloudsync.model.state import CalendarState, Quarantined, SeriesLink


@frozen(kw_only=True)
class Shelf:
    """One calendar; a write makes another one of it.

    Attributes:
        state: How far it has come.
        visible: What readers see, by id.
        links: Links between series by the earlier one's id.
        quarantine: What could not be understood, by slot.
        under_way: What the pass under way has staged.
        pending: Since when deletions are pending that nobody said, by id.
        refused: The ids of those that somebody refused.
        position: That of its last entry in the feed.
    """

    state: CalendarState = field(factory=CalendarState)
    visible: Mapping[str, EventRecord] = field(factory=dict[str, EventRecord])
    links: Mapping[str, SeriesLink] = field(factory=dict[str, SeriesLink])
    quarantine: Mapping[str, Quarantined] = field(factory=dict[str, Quarantined])
    under_way: StagedPass = field(factory=StagedPass)
    pending: Mapping[str, float] = field(factory=dict[str, float])
    refused: frozenset[str] = frozenset()
    position: int = 0

    @property
    def unsaid(self) -> list[str]:
        """The deletions that are pending, but for what the pass under way met."""
        return self.under_way.unsaid(self.visible, self.pending.keys())

    @property
    def kept(self) -> list[str]:
        """The deletions that were refused, but for what the pass under way met."""
        return self.under_way.unsaid(self.visible, self.refused)

    def settled_quarantine(self) -> dict[str, Quarantined]:
        """Return it without what the pass understood after all, with what it could not understand."""
        now = self.under_way
        checkpoint = self.state.checkpoint
        full = checkpoint is not None and checkpoint.full
        understood = now.staged.keys() | now.seen
        old = dict[str, Quarantined]() if full else self.quarantine
        kept = {name: one for name, one in old.items() if one.id not in understood}
        new = {name: one for name, one in now.quarantine.items() if one.id not in now.staged}
        return kept | new
