"""Delivering writes to a sink, so that the ledger knows of each before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from attrs import frozen

from kloudsync.mirror.difference import Difference, intent
from kloudsync.mirror.ports import MirrorPorts, MirrorStore, Progress, Sink
from kloudsync.mirror.report import PushReport
from kloudsync.mirror.tenure import Tenure, TenurePorts
from kloudsync.model.writes import Action, LedgerEntry, Outcome


@frozen(kw_only=True)
class Delivery:
    """How one mirror delivers.

    Attributes:
        mirror: What it is called in ledgers.
        sink: Where the writes go.
        store: Where the ledger is.
        ports: The outside world.
        tenure: Under which nobody else delivers.
        progress: Hears how far it is.
    """

    mirror: str
    sink: Sink
    store: MirrorStore
    ports: MirrorPorts
    tenure: Tenure
    progress: Progress

    async def deliver(self, todo: Difference, ledger: Mapping[str, LedgerEntry]) -> PushReport:
        """Send what is to be written, and note in the ledger what becomes of it.

        Args:
            todo: What to write, and what needs no write.
            ledger: The mirror's entries by key, as they were compared.
        """
        writes = todo.writes
        if not writes:
            return PushReport(unchanged=todo.unchanged)
        intents = [intent(write) for write in writes]
        await self.ports.run(self.store.enter, self.mirror, self.tenure.lease, intents)
        outcomes: list[Outcome] = []

        async def note(fates: Sequence[Outcome]) -> None:
            await self.ports.run(self._note, fates, ledger)
            outcomes.extend(fates)
            self.progress(len(outcomes), len(writes))

        await self.sink.deliver(writes, TenurePorts(self.ports, self.tenure), note)
        return _report(outcomes, todo.unchanged)

    def _note(self, fates: Sequence[Outcome], before: Mapping[str, LedgerEntry]) -> None:
        """Note what the sink has now: what was written, or, where it refused, what it had before.

        What is in doubt stays what it is since before the call: an intent.
        """
        refused = [
            fate.write.entry.key for fate in fates if fate.error is not None and not fate.doubtful
        ]
        entries = [fate.write.entry for fate in fates if fate.error is None]
        entries += [before[key] for key in refused if key in before]
        lease = self.tenure.lease
        self.store.enter(self.mirror, lease, entries)
        self.store.strike(self.mirror, lease, [key for key in refused if key not in before])


def _report(outcomes: Sequence[Outcome], unchanged: int) -> PushReport:
    done = Counter(one.write.action for one in outcomes if one.error is None)
    return PushReport(
        created=done[Action.CREATE],
        updated=done[Action.UPDATE],
        cancelled=done[Action.CANCEL],
        unchanged=unchanged,
        refused=tuple(one for one in outcomes if one.error is not None),
    )
