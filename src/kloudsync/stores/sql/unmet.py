"""What the pass under way has not met: what it would delete, hold back or leave behind."""

from __future__ import annotations

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.staging import EASTERNMOST
from kloudsync.model.state import Checkpoint, StagedCounts
from kloudsync.stores.sql.calendars import find
from kloudsync.stores.sql.session import Role
from kloudsync.stores.sql.shelf import Shelf
from kloudsync.stores.sql.staged import NOT_STAGED, STAGED, VISIBLE, staged_in

_NOT_SEEN = """NOT EXISTS (
    SELECT 1 FROM seen s WHERE s.calendar = e.calendar AND s.id = e.id)
AND NOT EXISTS (
    SELECT 1 FROM quarantine q WHERE q.calendar = e.calendar AND q.staged = 1 AND q.id = e.id)"""
_UNMET = f"{VISIBLE} AND {NOT_STAGED} AND {_NOT_SEEN}"
_LACKING = f"SELECT e.id FROM event e INDEXED BY event_id WHERE {_UNMET}"
_LEFT = f"""
SELECT e.id FROM event n NOT INDEXED CROSS JOIN event e INDEXED BY event_series
WHERE {STAGED} AND (n.verdict = 3 OR n.kind = 1)
AND {_UNMET} AND e.series = n.id AND e.series IS NOT NULL AND e.kind IN (3, 4)"""
_BY_ID = " ORDER BY e.id"
_UP_TO = f"{_BY_ID} LIMIT ?"
# As `has_passed` says it.
_NOT_PASSED = f" AND (e.last_end IS NULL OR e.last_end - {EASTERNMOST:d} * e.all_day > ?)"
HOLD = f"""
INSERT INTO pending (calendar, id, since)
SELECT e.calendar, e.id, CAST(? AS DOUBLE PRECISION) FROM event e INDEXED BY event_id WHERE {_UNMET}"""
"""Notes what a full listing lacks; without its end, like the statements of `lacking_in`."""
_PENDING = f"""
FROM pending p CROSS JOIN event e INDEXED BY event_id
WHERE p.calendar = e.calendar AND p.id = e.id AND {_UNMET}"""
PENDING = f"SELECT e.id {_PENDING} AND p.refused = 0"
"""What is pending, visible, and was not met."""
_REFUSED = f"SELECT e.id {_PENDING} AND p.refused = 1"
_PENDING_COUNTS = f"""
WITH unsaid AS (SELECT e.id, e.kind, e.series, p.refused {_PENDING})
SELECT coalesce(sum(1 - refused), 0), coalesce(sum(CASE
    WHEN refused = 0 AND (kind = 4
        OR kind = 3 AND series IN (SELECT id FROM unsaid WHERE refused = 0))
    THEN 1 ELSE 0 END), 0), coalesce(sum(refused), 0)
FROM unsaid"""
BEYOND = f"""
SELECT e.id FROM event e INDEXED BY event_series
WHERE {_UNMET} AND e.series = ? AND e.series IS NOT NULL AND e.kind IN (3, 4) AND e.original >= ?"""
"""The visible occurrences of a series from an instant on that a pass has not met."""


class Unmet(Role):
    """The part of a store that tells what a pass has not met."""

    def unseen(self, key: CalendarKey, limit: int) -> list[str]:
        """Return up to `limit` ids that are visible but that this pass has not met."""
        with self._database.reading() as session:
            shelf = find(session, key)
            rows = session.all(_LACKING + _UP_TO, *unmet(shelf), limit)
        return [id_ for (id_,) in rows]

    def orphans(self, key: CalendarKey, limit: int) -> list[str]:
        """Return up to `limit` occurrences that a deleted series leaves behind."""
        with self._database.reading() as session:
            shelf = find(session, key)
            if not shelf.held:
                return []
            rows = session.all(_LEFT + _UP_TO, *staged_in(shelf), *unmet(shelf), limit)
        return [id_ for (id_,) in rows]

    def pending(self, key: CalendarKey) -> list[str]:
        """Return the visible ids whose deletion is pending, in order."""
        with self._database.reading() as session:
            rows = session.all(f"{PENDING}{_BY_ID}", *unmet(find(session, key)))
        return [id_ for (id_,) in rows]

    def refused(self, key: CalendarKey) -> list[str]:
        """Return the visible ids whose deletion was refused, in order."""
        with self._database.reading() as session:
            rows = session.all(f"{_REFUSED}{_BY_ID}", *unmet(find(session, key)))
        return [id_ for (id_,) in rows]

    def pending_counts(self, key: CalendarKey) -> StagedCounts:
        """Return what deleting whatever is pending would do, and how much was refused."""
        with self._database.reading() as session:
            shelf = find(session, key)
            found = session.one(_PENDING_COUNTS, *unmet(shelf)) if shelf.pends else None
        deleted, implied, refused = found or (0, 0, 0)
        return StagedCounts(deleted=deleted, implied=implied, held=shelf.held, refused=refused)


def unmet(shelf: Shelf) -> tuple[int, int, int]:
    """Return what is bound where a statement goes through what is visible and not met."""
    return shelf.number, shelf.passes, shelf.under_way


def lacking_in(checkpoint: Checkpoint) -> tuple[str, tuple[int, ...]]:
    """Return the statement that names what a full listing lacks, and what else is bound to it."""
    return _before(_LACKING, checkpoint)


def holding_in(checkpoint: Checkpoint) -> tuple[str, tuple[int, ...]]:
    """Return the statement that notes what a full listing lacks, and what else is bound to it."""
    statement, bound = _before(HOLD, checkpoint)
    return f"{statement} ON CONFLICT DO NOTHING", bound


def orphans_in(checkpoint: Checkpoint | None) -> tuple[str, tuple[int, ...]]:
    """Return the statement that names what series leave behind, and what else is bound to it."""
    return _before(_LEFT, checkpoint)


def _before(statement: str, checkpoint: Checkpoint | None) -> tuple[str, tuple[int, ...]]:
    """Leave out what ended before a listing begins."""
    if checkpoint is None or checkpoint.since is None:
        return statement, ()
    return statement + _NOT_PASSED, (checkpoint.since,)
