"""One calendar as the store in memory keeps it."""

from __future__ import annotations

from attrs import define, evolve, field

from kloudsync.model.record import EventRecord
from kloudsync.model.staging import StagedPass
from kloudsync.model.state import CalendarState, Checkpoint, Quarantined, SeriesLink


@define
class Shelf:
    """One calendar.

    Attributes:
        state: How far it has come.
        visible: What readers see, by id.
        links: Links between series by the earlier one's id.
        quarantine: What could not be understood, by slot.
        under_way: What the pass under way has staged.
    """

    state: CalendarState = field(factory=CalendarState)
    visible: dict[str, EventRecord] = field(factory=dict[str, EventRecord])
    links: dict[str, SeriesLink] = field(factory=dict[str, SeriesLink])
    quarantine: dict[str, Quarantined] = field(factory=dict[str, Quarantined])
    under_way: StagedPass = field(factory=StagedPass)

    def begin(self, checkpoint: Checkpoint | None) -> None:
        """Forget the pass under way."""
        self.under_way = StagedPass()
        self.state = evolve(self.state, checkpoint=checkpoint)

    def settle_quarantine(self) -> None:
        """Drop what the pass understood after all, and keep what it could not understand."""
        now = self.under_way
        checkpoint = self.state.checkpoint
        full = checkpoint is not None and checkpoint.full
        understood = now.staged.keys() | now.seen
        old = {} if full else self.quarantine
        kept = {name: one for name, one in old.items() if one.id not in understood}
        new = {name: one for name, one in now.quarantine.items() if one.id not in now.staged}
        self.quarantine = kept | new
