"""The mirrors to one sink: what each cancels follows from what the ledgers of the others say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from kloudsync.mirror.elsewhere import Elsewhere
from kloudsync.mirror.ports import MirrorStore
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import Lease
from kloudsync.model.writes import LedgerEntry


@frozen(kw_only=True)
class Family:
    """All mirrors to a sink, as one of them sees them.

    Attributes:
        store: Where their ledgers are.
        sink: The name of the sink.
        calendar: Whose mirror looks at the others.
    """

    store: MirrorStore
    sink: str
    calendar: CalendarKey

    @property
    def member(self) -> str:
        """What the calendar's own mirror is called in ledgers and the change feed."""
        return f"{self._prefix}{self.calendar}"

    def elsewhere(self) -> Elsewhere:
        """Return what mirrors of other calendars wrote to the sink."""
        others, dead = self._mirrors(), self._dead()
        living = [name for name in others if name not in dead and name != self.member]
        return Elsewhere.of(self._entries(living), dead=self._entries(dead))

    def bury(self, lease: Lease) -> None:
        """Forget what the mirrors wrote whose calendars nobody holds any more.

        Raises:
            LeaseLost: Another worker took over.
        """
        for name in self._dead():
            self.store.strike(name, lease, list(self.store.ledger(name)))

    @property
    def _prefix(self) -> str:
        return f"mirror:{self.sink}:"

    def _mirrors(self) -> list[str]:
        return [name for name in self.store.mirrors() if name.startswith(self._prefix)]

    def _dead(self) -> list[str]:
        """Return the mirrors whose calendars nobody holds any more.

        Where the store does not hold the own calendar, the copies live elsewhere, and nothing
        follows from the absence of another one.
        """
        held = {str(key) for key in self.store.calendars()}
        if str(self.calendar) not in held:
            return []
        return [name for name in self._mirrors() if name.removeprefix(self._prefix) not in held]

    def _entries(self, mirrors: Iterable[str]) -> Iterator[LedgerEntry]:
        for name in mirrors:
            yield from self.store.ledger(name).values()
