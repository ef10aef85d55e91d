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
    """

    kept: frozenset[str] = frozenset()
    stamps: Mapping[str, float] = field(factory=dict[str, float])

    @classmethod
    def of(cls, entries: Iterable[LedgerEntry]) -> Self:
        """Read it from the entries of all other mirrors."""
        kept: set[str] = set()
        stamps: dict[str, float] = {}
        for entry in entries:
            stamps[entry.key] = max(entry.stamp, stamps.get(entry.key, entry.stamp))
            if not entry.cancelled:
                kept.add(entry.key)
        return cls(kept=frozenset(kept), stamps=stamps)


NOWHERE: Final = Elsewhere()
"""There is no other mirror."""
