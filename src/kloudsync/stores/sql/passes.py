"""Staging: what a pass writes before anybody sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import StagedRecord
from kloudsync.model.state import CalendarState, Checkpoint, Lease, Quarantined
from kloudsync.stores.sql.calendars import Shelf, admit, claim, find, packed
from kloudsync.stores.sql.session import Role, Row, Session

_BEGIN = "UPDATE calendar SET checkpoint = ?, first_ref = ? WHERE calendar = ?"
_MOVE_ON = "UPDATE calendar SET checkpoint = ? WHERE calendar = ?"
_UNSTAGE = "DELETE FROM event NOT INDEXED WHERE calendar = ? AND born = ? AND ref >= ?"
_UNSTAGE_ONE = "DELETE FROM event INDEXED BY event_id WHERE calendar = ? AND born = ? AND id = ?"
_ANY_STAGED = "SELECT 1 FROM event NOT INDEXED WHERE calendar = ? AND born = ? AND ref >= ? LIMIT 1"
_SEE = "INSERT INTO seen (calendar, id) VALUES (?, ?) ON CONFLICT DO NOTHING"
_UNSEE = "DELETE FROM seen WHERE calendar = ?"
_UNQUARANTINE = "DELETE FROM quarantine WHERE calendar = ? AND staged = 1"
_FORGET = (
    *(
        f"DELETE FROM {table} WHERE calendar = ?"
        for table in ("event", "seen", "quarantine", "link", "feed")
    ),
    # A row for all calendars has the number 0, which no calendar has.
    "DELETE FROM consumer WHERE calendar = ? AND calendar <> 0",
    "DELETE FROM calendar WHERE calendar = ?",
)
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

    def begin(self, key: CalendarKey, lease: Lease, checkpoint: Checkpoint) -> None:
        """Throw away whatever is staged and start a pass at a checkpoint."""
        self._restart(key, lease, checkpoint)

    def discard(self, key: CalendarKey, lease: Lease) -> None:
        """Throw away whatever is staged, checkpoint included."""
        self._restart(key, lease, None)

    def forget(self, key: CalendarKey, lease: Lease) -> None:
        """Remove a calendar as if it had never been synced."""
        with self._database.writing() as session:
            admit(session, lease)
            shelf = find(session, key)
            for forget_part in _FORGET:
                session.run(forget_part, shelf.number)

    def stage(
        self,
        key: CalendarKey,
        lease: Lease,
        staged: Iterable[StagedRecord],
        *,
        seen: Iterable[str] = (),
        quarantined: Iterable[Quarantined] = (),
        checkpoint: Checkpoint,
    ) -> None:
        """Stage records and move the checkpoint on, together."""
        with self._database.writing() as session:
            admit(session, lease)
            shelf = claim(session, key)
            _see(session, shelf, list(seen))
            session.load(shelf.first_ref, shelf.number, shelf.under_way, staged)
            session.many(_QUARANTINE, _payloads(shelf, quarantined))
            session.run(_MOVE_ON, packed(checkpoint), shelf.number)

    def _restart(self, key: CalendarKey, lease: Lease, checkpoint: Checkpoint | None) -> None:
        with self._database.writing() as session:
            admit(session, lease)
            shelf = claim(session, key)
            session.run(_UNSTAGE, shelf.number, shelf.under_way, shelf.first_ref)
            forget_marks(session, shelf)
            session.run(_BEGIN, packed(checkpoint), session.next_ref(), shelf.number)


def forget_marks(session: Session, shelf: Shelf) -> None:
    """Remove what a pass noted besides records: ids seen, and payloads not understood."""
    session.run(_UNSEE, shelf.number)
    session.run(_UNQUARANTINE, shelf.number)


def _see(session: Session, shelf: Shelf, ids: list[str]) -> None:
    session.many(_SEE, ((shelf.number, id_) for id_ in ids))
    if ids and session.one(_ANY_STAGED, shelf.number, shelf.under_way, shelf.first_ref):
        session.many(_UNSTAGE_ONE, ((shelf.number, shelf.under_way, id_) for id_ in ids))


def _payloads(shelf: Shelf, quarantined: Iterable[Quarantined]) -> Iterator[Row]:
    for one in quarantined:
        yield (shelf.number, one.slot, one.id, one.reason, one.raw, one.version)
