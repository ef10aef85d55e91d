"""What mirrors of other calendars wrote to the same sink. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Self

from attrs import field, frozen

from kloudsync.model.writes import LedgerEntry


@frozen(kw_only=True)
class Elsewhere:
    """What the other mirrors' ledgers say of the records that all of them may write.

    Attributes:
        kept: Keys of records that take place as far as another mirror goes.
        stamps: The latest stamp that any of them sent, by key, that of cancellations included.
        left: Records that nobody keeps any more, by key: their mirrors' calendars are gone.
    """

    kept: frozenset[str] = frozenset()
    left: Mapping[str, LedgerEntry] = field(factory=dict[str, LedgerEntry])
    stamps: Mapping[str, float] = field(factory=dict[str, float])

    @classmethod
    def of(cls, entries: Iterable[LedgerEntry], dead: Iterable[LedgerEntry] = ()) -> Self:
        """Read it from the entries of all other mirrors.

        Args:
            entries: Of mirrors whose calendars are held.
            dead: Of mirrors whose calendars are not: nobody will ever cancel what they wrote.
        """
        living, gone = list(entries), list(dead)
        stamps: dict[str, float] = {}
        for entry in (*living, *gone):
            stamps[entry.key] = max(entry.stamp, stamps.get(entry.key, entry.stamp))
        kept = frozenset(entry.key for entry in living if not entry.cancelled)
        left = {one.key: one for one in gone if not one.cancelled and one.key not in kept}
        return cls(kept=kept, stamps=stamps, left=left)

    def abandoned(self, ledger: Mapping[str, LedgerEntry], since: int) -> int:
        """Count the records that nobody keeps and this mirror does not write either.

        Args:
            ledger: What this mirror wrote, by key.
            since: What ended before took place, in seconds since 1970.
        """
        return sum(one.end > since and one.key not in ledger for one in self.left.values())


NOWHERE: Final = Elsewhere()
"""There is no other mirror."""
