"""Staging: what a pass writes before anybody sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import StagedRecord
from kloudsync.model.state import CalendarState, Checkpoint, Lease, Quarantined
from kloudsync.stores.moving import expect_unmoved
from kloudsync.stores.sql.calendars import admitted, claim, find, packed
from kloudsync.stores.sql.erasure import (
    calendars_of,
    erase,
    erase_account,
    forget_lease,
    lock_leases,
)
from kloudsync.stores.sql.session import Role, Row, Session
from kloudsync.stores.sql.shelf import Shelf
from kloudsync.stores.sql.staged import staged_in
from kloudsync.stores.sql.telling import take_back
from kloudsync.stores.sql.unmet import (
    BEYOND,
    PENDING,
    holding_in,
    lacking_in,
    orphans_in,
    unmet,
)

_BEGIN = "UPDATE calendar SET checkpoint = ?, first_ref = ? WHERE calendar = ?"
_MOVE_ON = "UPDATE calendar SET checkpoint = ? WHERE calendar = ?"
# By the calendar, whose rows are as many as they are; by number, those of all others come along.
_UNSTAGE = "DELETE FROM event INDEXED BY event_id WHERE calendar = ? AND born = ?"
_UNSTAGE_ONE = "DELETE FROM event INDEXED BY event_id WHERE calendar = ? AND born = ? AND id = ?"
_ANY_STAGED = "SELECT 1 FROM event NOT INDEXED WHERE calendar = ? AND born = ? AND ref >= ? LIMIT 1"
_SEE = "INSERT INTO seen (calendar, id) VALUES (?, ?) ON CONFLICT DO NOTHING"
_REFUSE = "UPDATE pending SET refused = 1 WHERE calendar = ? AND refused = 0"
_SETTLE = """
DELETE FROM pending WHERE calendar = ? AND (
    EXISTS (SELECT 1 FROM event n INDEXED BY event_id
        WHERE n.calendar = pending.calendar AND n.id = pending.id AND n.born = ?)
    OR EXISTS (SELECT 1 FROM seen s WHERE s.calendar = pending.calendar AND s.id = pending.id)
    OR EXISTS (SELECT 1 FROM quarantine q
        WHERE q.calendar = pending.calendar AND q.staged = 1 AND q.id = pending.id))
"""
_UNSEE = "DELETE FROM seen WHERE calendar = ?"
_UNQUARANTINE = "DELETE FROM quarantine WHERE calendar = ? AND staged = 1"
_QUARANTINE = """
INSERT INTO quarantine (calendar, staged, slot, id, reason, raw, version)
VALUES (?, 1, ?, ?, ?, ?, ?)
ON CONFLICT (calendar, staged, slot)
DO UPDATE SET reason = excluded.reason, raw = excluded.raw, version = excluded.version
"""


class Passes(Role):
    """The part of a store that passes are staged in."""

    def state(self, key: CalendarKey) -> CalendarState:
        """Return a calendar's state; the default state for one never seen."""
        with self._database.reading() as session:
            return find(session, key).state

    def begin(
        self, key: CalendarKey, lease: Lease, checkpoint: Checkpoint, *, since: CalendarState
    ) -> None:
        """Throw away whatever is staged and start a pass at a checkpoint."""
        with self._database.writing() as session:
            shelf = claim(session, key, lease)
            expect_unmoved(key, shelf.state, since)
            _unstage(session, shelf)
            session.known.count(shelf.number, {})
            first = session.next_ref()
            session.do(_BEGIN, packed(checkpoint), first, shelf.number)
            session.known.keep(key, shelf.at(checkpoint, first_ref=first, marks=False))

    def discard(self, key: CalendarKey, lease: Lease) -> None:
        """Throw away whatever is staged, checkpoint included."""
        with self._database.writing() as session:
            shelf = admitted(session, lease, key)
            _unstage(session, shelf)
            session.do(_MOVE_ON, None, shelf.number)
            session.known.keep(key, shelf.at(None))

    def forget(self, key: CalendarKey, lease: Lease) -> None:
        """Remove a calendar as if it had never been synced."""
        with self._database.writing(durable=True) as session:
            erase(session, key, admitted(session, lease, key))
            forget_lease(session, lease.name)
        self._database.scrub()

    def forget_account(self, provider: str, account: str) -> int:
        """Remove all calendars of an account, and whatever else is kept of it."""
        with self._database.writing(durable=True) as session:
            known = calendars_of(session, provider, account)
            lock_leases(session, provider, account, known)
            for key in known:
                erase(session, key, find(session, key))
            erase_account(session, provider, account)
        self._database.scrub()
        return len(known)

    def stage(
        self,
        key: CalendarKey,
        lease: Lease,
        staged: Iterable[StagedRecord],
        *,
        seen: Iterable[str] = (),
        quarantined: Iterable[Quarantined] = (),
        checkpoint: Checkpoint,
        since: CalendarState,
    ) -> None:
        """Stage records and move the checkpoint on, together."""
        with self._database.writing() as session:
            shelf = claim(session, key, lease)
            expect_unmoved(key, shelf.state, since)
            met, page = list(seen), list(staged)
            alone = session.known.tally(shelf.number) == {}
            session.known.recount(shelf.number)
            if page or met:
                take_back(session, shelf)
            _see(session, shelf, met, alone=alone)
            session.load(shelf.first_ref, shelf.number, shelf.under_way, page)
            if alone:
                session.known.count(shelf.number, _tallied(page))
            payloads = list(_payloads(shelf, quarantined))
            if payloads:
                session.many(_QUARANTINE, payloads)
            if checkpoint != shelf.state.checkpoint:
                session.do(_MOVE_ON, packed(checkpoint), shelf.number)
            aside = shelf.sets_aside or bool(payloads)
            marks = shelf.marks or bool(met)
            session.known.keep(key, shelf.at(checkpoint, sets_aside=aside, marks=marks))

    def delete_missing(self, key: CalendarKey, lease: Lease) -> None:
        """Stage the deletion of what a full listing lacks."""
        with self._database.writing() as session:
            shelf = admitted(session, lease, key)
            checkpoint = shelf.state.checkpoint
            if checkpoint is not None and checkpoint.full and shelf.held:
                lacking, bound = lacking_in(checkpoint)
                _bury(session, shelf, lacking, *unmet(shelf), *bound)

    def hold_missing(self, key: CalendarKey, lease: Lease, *, now: float) -> None:
        """Note as pending what a full listing lacks."""
        with self._database.writing() as session:
            shelf = admitted(session, lease, key)
            checkpoint = shelf.state.checkpoint
            if checkpoint is not None and checkpoint.full and shelf.held:
                hold, bound = holding_in(checkpoint)
                session.do(hold, now, *unmet(shelf), *bound)
                session.known.keep(key, shelf._replace(pends=True))

    def delete_pending(self, key: CalendarKey, lease: Lease) -> None:
        """Stage the deletion of what is pending."""
        with self._database.writing() as session:
            shelf = admitted(session, lease, key)
            _bury(session, shelf, PENDING, *unmet(shelf))

    def refuse_pending(self, key: CalendarKey, lease: Lease) -> int:
        """Keep what is pending until a pass meets it, and return how much that is."""
        with self._database.writing(durable=True) as session:
            shelf = admitted(session, lease, key)
            return session.run(_REFUSE, shelf.number)

    def delete_orphans(self, key: CalendarKey, lease: Lease) -> None:
        """Stage the deletion of occurrences whose series is none any more."""
        with self._database.writing() as session:
            shelf = admitted(session, lease, key)
            if shelf.held:
                left, bound = orphans_in(shelf.state.checkpoint)
                _bury(session, shelf, left, *staged_in(shelf), *unmet(shelf), *bound)

    def delete_beyond(self, key: CalendarKey, lease: Lease, ends: Mapping[str, int]) -> None:
        """Stage the deletion of occurrences of series, of each from an instant on."""
        with self._database.writing() as session:
            shelf = admitted(session, lease, key)
            for series, original in ends.items():
                _bury(session, shelf, BEYOND, *unmet(shelf), series, original)


def _bury(session: Session, shelf: Shelf, ids: str, *values: Any) -> None:
    session.known.recount(shelf.number)
    session.bury(shelf.first_ref, shelf.number, shelf.under_way, ids, *values)


def forget_pending(session: Session, shelf: Shelf) -> None:
    """Forget pending and refused deletions of whatever a pass met."""
    session.do(_SETTLE, shelf.number, shelf.under_way)


def _unstage(session: Session, shelf: Shelf) -> None:
    """Remove what a pass staged; a calendar without a checkpoint has nothing staged."""
    session.known.recount(shelf.number)
    if shelf.state.checkpoint is not None:
        take_back(session, shelf)
        session.do(_UNSTAGE, shelf.number, shelf.under_way)
        forget_marks(session, shelf)


def forget_marks(session: Session, shelf: Shelf) -> None:
    """Remove what a pass noted besides records: ids seen, and payloads not understood."""
    if shelf.marks:
        session.do(_UNSEE, shelf.number)
    if shelf.sets_aside:
        session.do(_UNQUARANTINE, shelf.number)


def _tallied(page: Sequence[StagedRecord]) -> dict[int, int]:
    """Count a page by its verdicts; of two records with one id, the later one counts."""
    return dict(Counter({one.record.id: one.verdict for one in page}.values()))


def _see(session: Session, shelf: Shelf, ids: list[str], *, alone: bool) -> None:
    if not ids:
        return
    session.many(_SEE, ((shelf.number, id_) for id_ in ids))
    if not alone and session.one(_ANY_STAGED, shelf.number, shelf.under_way, shelf.first_ref):
        session.many(_UNSTAGE_ONE, ((shelf.number, shelf.under_way, id_) for id_ in ids))


def _payloads(shelf: Shelf, quarantined: Iterable[Quarantined]) -> Iterator[Row]:
    for one in quarantined:
        yield (shelf.number, one.slot, one.id, one.reason, one.raw, one.version)
