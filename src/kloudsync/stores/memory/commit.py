"""The commit: what makes a pass visible and tells the feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, Verdict
from kloudsync.model.staging import StagedPass
from kloudsync.model.state import CalendarState, Cursor, FeedKind, FeedRecord, Lease, SeriesLink
from kloudsync.stores.memory.feed import Feed
from kloudsync.stores.memory.leases import Leases
from kloudsync.stores.memory.shelf import Shelf
from kloudsync.stores.moving import expect_unmoved

_FEED_KINDS = {
    Verdict.ADDED: FeedKind.ADDED,
    Verdict.UPDATED: FeedKind.UPDATED,
    Verdict.DELETED: FeedKind.DELETED,
}


class Commits(Leases, Feed):
    """The part of the store that commits passes."""

    def tell_ahead(self, key: CalendarKey, lease: Lease, *, now: float, limit: int) -> bool:  # noqa: ARG002 - the port's shape
        """Do nothing: no commit takes long."""
        with self._turn():
            self._admit(lease)
        return False

    def commit(
        self,
        key: CalendarKey,
        lease: Lease,
        *,
        cursor: Cursor | None,
        zone: str | None,
        identity: str | None = None,
        links: Sequence[SeriesLink] = (),
        announce: Sequence[SeriesLink] = (),
        now: float,
        since: CalendarState,
    ) -> None:
        """Make the staged pass visible and write the feed, all or nothing."""
        with self._turn():
            self._admit(lease)
            shelf = self._shelf(key)
            expect_unmoved(key, shelf.state, since)
            position = shelf.position if shelf.state.passes else self._content.floor
            told = [*_told(key, shelf, position, now)]
            told += _announced(key, announce, position + len(told), now)
            head = self._content.head
            self._put(
                shelves=self._shelve(
                    key,
                    state=CalendarState(
                        passes=shelf.state.passes + 1,
                        cursor=cursor,
                        zone=zone or shelf.state.zone,
                        identity=identity or shelf.state.identity,
                        synced_at=now,
                    ),
                    visible=_visible(shelf),
                    links={**shelf.links, **{link.old: link for link in links}},
                    quarantine=shelf.settled_quarantine(),
                    pending={one: shelf.pending[one] for one in shelf.unsaid},
                    refused=frozenset(shelf.kept),
                    under_way=StagedPass(),
                    position=position + len(told),
                ),
                feed=(*self._content.feed, *enumerate(told, head + 1))
                if told
                else self._content.feed,
                head=head + len(told),
            )


def _visible(shelf: Shelf) -> Mapping[str, EventRecord]:
    """Return what readers see once the pass is committed."""
    if not shelf.under_way.staged:
        return shelf.visible
    after = dict(shelf.visible)
    for record, verdict in shelf.under_way.staged.values():
        after.pop(record.id, None)
        if verdict != Verdict.DELETED:
            after[record.id] = record
    return after


def _told(key: CalendarKey, shelf: Shelf, last: int, now: float) -> Iterator[FeedRecord]:
    """Yield the entries of the records of a pass."""
    meaningful = shelf.under_way.meaningful(shelf.visible)
    told = (one for one in meaningful if one.verdict != Verdict.SILENT)
    for position, (record, verdict) in enumerate(told, last + 1):
        yield FeedRecord(
            position=position,
            key=key,
            kind=_FEED_KINDS[Verdict(verdict)],
            recorded_at=now,
            before=None if verdict == Verdict.ADDED else shelf.visible.get(record.id),
            after=None if verdict == Verdict.DELETED else record,
        )


def _announced(
    key: CalendarKey, links: Iterable[SeriesLink], last: int, now: float
) -> Iterator[FeedRecord]:
    """Yield the entries of splits and truncations."""
    for position, link in enumerate(links, last + 1):
        kind = FeedKind.TRUNCATED if link.new is None else FeedKind.SPLIT
        yield FeedRecord(position=position, key=key, kind=kind, recorded_at=now, link=link)
