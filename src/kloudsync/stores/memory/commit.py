"""The commit: what makes a pass visible and tells the feed."""

from __future__ import annotations

from collections.abc import Sequence

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import StagedRecord, Verdict
from kloudsync.model.staging import StagedPass
from kloudsync.model.state import CalendarState, Cursor, FeedKind, FeedRecord, Lease, SeriesLink
from kloudsync.stores.memory.feed import Feed
from kloudsync.stores.memory.leases import Leases
from kloudsync.stores.memory.shelf import Shelf

_FEED_KINDS = {
    Verdict.ADDED: FeedKind.ADDED,
    Verdict.UPDATED: FeedKind.UPDATED,
    Verdict.DELETED: FeedKind.DELETED,
}


class Commits(Leases, Feed):
    """The part of the store that commits passes."""

    def commit(
        self,
        key: CalendarKey,
        lease: Lease,
        *,
        cursor: Cursor | None,
        zone: str | None,
        links: Sequence[SeriesLink] = (),
        announce: Sequence[SeriesLink] = (),
        now: float,
    ) -> None:
        """Make the staged pass visible and write the feed, all or nothing."""
        with self._lock:
            self._admit(lease)
            shelf = self._owned(key)
            for one in list(shelf.under_way.meaningful(shelf.visible)):
                self._publish(key, shelf, one, now)
            for link in announce:
                self._announce(key, link, now)
            shelf.links.update((link.old, link) for link in links)
            shelf.settle_quarantine()
            shelf.under_way = StagedPass()
            shelf.state = CalendarState(
                passes=shelf.state.passes + 1,
                cursor=cursor,
                zone=zone or shelf.state.zone,
                synced_at=now,
            )

    def _publish(self, key: CalendarKey, shelf: Shelf, staged: StagedRecord, now: float) -> None:
        record, verdict = staged
        before = shelf.visible.pop(record.id, None)
        if verdict != Verdict.DELETED:
            shelf.visible[record.id] = record
        if verdict == Verdict.SILENT:
            return
        self._append(
            FeedRecord(
                position=self._head + 1,
                key=key,
                kind=_FEED_KINDS[Verdict(verdict)],
                recorded_at=now,
                before=None if verdict == Verdict.ADDED else before,
                after=None if verdict == Verdict.DELETED else record,
            )
        )

    def _announce(self, key: CalendarKey, link: SeriesLink, now: float) -> None:
        kind = FeedKind.TRUNCATED if link.new is None else FeedKind.SPLIT
        position = self._head + 1
        self._append(FeedRecord(position=position, key=key, kind=kind, recorded_at=now, link=link))
