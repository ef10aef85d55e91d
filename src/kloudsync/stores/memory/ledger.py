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
        return dict(self._content.ledgers.get(mirror, {}))

    def mirrors(self) -> list[str]:
        """Return the names of all mirrors that have entries, in order."""
        return sorted(name for name, entries in self._content.ledgers.items() if entries)

    def enter(self, mirror: str, lease: Lease, entries: Iterable[LedgerEntry]) -> None:
        """Put entries in the place of those with the same key."""
        with self._turn():
            self._admit(lease)
            self._write(mirror, self.ledger(mirror) | {entry.key: entry for entry in entries})

    def strike(self, mirror: str, lease: Lease, keys: Iterable[str]) -> None:
        """Remove entries; absent keys do no harm."""
        with self._turn():
            self._admit(lease)
            gone = set(keys)
            held = self.ledger(mirror).items()
            self._write(mirror, {key: entry for key, entry in held if key not in gone})

    def _write(self, mirror: str, entries: dict[str, LedgerEntry]) -> None:
        self._put(ledgers={**self._content.ledgers, mirror: entries})
