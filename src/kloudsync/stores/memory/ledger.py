"""The ledgers of the store in memory."""

from __future__ import annotations

from collections.abc import Iterable

from kloudsync.model.state import Lease
from kloudsync.model.writes import LedgerEntry
from kloudsync.stores.memory.leases import Leases


class Ledgers(Leases):
    """The part of the store in memory in which mirrors keep what they wrote."""

    def ledger(self, mirror: str) -> dict[str, LedgerEntry]:
        """Return every entry of a mirror by key; empty for one never used."""
        with self._lock:
            return dict(self._ledgers.get(mirror, {}))

    def mirrors(self) -> list[str]:
        """Return the names of all mirrors that have entries, in order."""
        with self._lock:
            return sorted(name for name, entries in self._ledgers.items() if entries)

    def enter(self, mirror: str, lease: Lease, entries: Iterable[LedgerEntry]) -> None:
        """Put entries in the place of those with the same key."""
        with self._lock:
            self._admit(lease)
            self._ledgers[mirror].update((entry.key, entry) for entry in entries)

    def strike(self, mirror: str, lease: Lease, keys: Iterable[str]) -> None:
        """Remove entries; absent keys do no harm."""
        with self._lock:
            self._admit(lease)
            for key in keys:
                self._ledgers[mirror].pop(key, None)
