"""Questions about a pass under way: what it staged so far, and what that comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, Verdict, record_of
from kloudsync.model.state import Quarantined, StagedCounts
from kloudsync.stores.sql.calendars import find
from kloudsync.stores.sql.columns import RECORD, listed, places
from kloudsync.stores.sql.session import Role, Row, Session
from kloudsync.stores.sql.shelf import Shelf

CHUNK = 500

OLD = listed(RECORD, "e")
NEW = listed(RECORD, "n")

VISIBLE = "e.calendar = ? AND e.born <= ? AND e.died IS NULL"
STAGED = "n.calendar = ? AND n.born = ? AND n.ref >= ?"
LAST = """e.calendar = n.calendar AND e.id = n.id AND e.died IS NULL AND e.born = (
    SELECT max(v.born) FROM event v INDEXED BY event_id
    WHERE v.calendar = n.calendar AND v.id = n.id AND v.born < n.born)"""
"""What a staged version stands for that is visible: the last one before it, unless that died.

The feed may keep hundreds before that one, which need not be looked at.
"""

NOT_STAGED = """NOT EXISTS (
    SELECT 1 FROM event s INDEXED BY event_id WHERE s.calendar = e.calendar AND s.id = e.id AND s.born = ?)"""

_RECORDS = f"SELECT {OLD} FROM event e INDEXED BY event_id WHERE {VISIBLE} AND e.id IN "
_STAGED_RECORDS = f"SELECT {OLD} FROM event e INDEXED BY event_id WHERE e.calendar = ? AND e.born = ? AND e.id IN "
_MISREAD = """
SELECT q.id, q.reason, q.raw, q.version FROM quarantine q
WHERE q.staged = 0 AND q.version <> ? AND q.calendar = ? ORDER BY q.slot
"""
_MET = (
    "SELECT id FROM event INDEXED BY event_id WHERE calendar = ? AND born = ? AND id IN ",
    "SELECT id FROM seen WHERE calendar = ? AND id IN ",
    "SELECT id FROM quarantine WHERE calendar = ? AND staged = 1 AND id IN ",
)
_SERIES = f"""
SELECT {NEW}, {OLD} FROM event n NOT INDEXED
LEFT JOIN event e INDEXED BY event_id ON {LAST}
WHERE {STAGED} AND n.kind = 2 AND n.verdict IN (1, 2)
ORDER BY n.ref
"""
_TALLY = f"""
SELECT n.verdict, count(*) FROM event n NOT INDEXED WHERE {STAGED} GROUP BY n.verdict
"""
_GOING = f"""
SELECT count(*), coalesce(sum(CASE WHEN e.kind = 4 OR e.kind = 3 AND EXISTS (
    SELECT 1 FROM event s INDEXED BY event_id
    WHERE s.calendar = e.calendar AND s.id = e.series AND s.born = n.born AND s.verdict = 3
) THEN 1 ELSE 0 END), 0)
FROM event n NOT INDEXED CROSS JOIN event e INDEXED BY event_id
WHERE {LAST} AND {STAGED} AND n.verdict = 3
"""


class Staged(Role):
    """The part of a store that tells what the pass under way holds."""

    def misread(self, key: CalendarKey, version: str) -> list[Quarantined]:
        """Return what other versions than this one could not understand."""
        with self._database.reading() as session:
            shelf = find(session, key)
            rows = session.all(_MISREAD, version, shelf.number) if shelf.sets_aside else []
        return [
            Quarantined(id=id_, reason=reason, raw=raw, version=by) for id_, reason, raw, by in rows
        ]

    def records(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return the visible records with these ids; absent ids are left out."""
        with self._database.reading() as session:
            shelf = find(session, key)
            return _by_id(session, _RECORDS, (shelf.number, shelf.passes), ids)

    def staged(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return the records that this pass staged so far for these ids."""
        with self._database.reading() as session:
            shelf = find(session, key)
            return _by_id(session, _STAGED_RECORDS, (shelf.number, shelf.under_way), ids)

    def met(self, key: CalendarKey, ids: Sequence[str]) -> set[str]:
        """Return which of these ids this pass staged, saw unchanged or could not understand."""
        with self._database.reading() as session:
            shelf = find(session, key)
            where = ((shelf.number, shelf.under_way), (shelf.number,), (shelf.number,))
            return {
                row[0]
                for sql, values in zip(_MET, where, strict=True)
                for row in among(session, sql, values, ids)
            }

    def staged_series(self, key: CalendarKey) -> Iterator[tuple[EventRecord | None, EventRecord]]:
        """Yield each series that this pass staged as added or updated: as visible now, and as staged."""
        return self._database.iterate(lambda session: _series(session, find(session, key)))

    def counts(self, key: CalendarKey) -> StagedCounts:
        """Return what committing now would do."""
        with self._database.reading() as session:
            shelf = find(session, key)
            told = asked_tally(session, shelf)
            known = session.known.tally(shelf.number)
            goes = shelf.held and (known is None or Verdict.DELETED in known)
            going = session.one(_GOING, *staged_in(shelf)) if goes else None
            tally = told()
        return StagedCounts(
            added=tally.get(Verdict.ADDED, 0),
            updated=tally.get(Verdict.UPDATED, 0),
            deleted=going[0] if going else 0,
            silent=tally.get(Verdict.SILENT, 0),
            held=shelf.held,
            implied=going[1] if going else 0,
        )


def asked_tally(session: Session, shelf: Shelf) -> Callable[[], dict[int, int]]:
    """Ask how many versions of each verdict are staged, and return how to wait for the answer."""
    known = session.known.tally(shelf.number)
    if known is not None:
        return lambda: known
    asked = session.soon(_TALLY, *staged_in(shelf))

    def answer() -> dict[int, int]:
        tally = dict[int, int](asked.rows())
        session.known.count(shelf.number, tally)
        return tally

    return answer


def staged_in(shelf: Shelf) -> tuple[int, int, int]:
    """Return what is bound where a statement goes through the versions of a pass."""
    return shelf.number, shelf.under_way, shelf.first_ref


def _by_id(
    session: Session, sql: str, values: tuple[int, ...], ids: Sequence[str]
) -> dict[str, EventRecord]:
    return {row[0]: record_of(row) for row in among(session, sql, values, ids)}


def among(session: Session, sql: str, values: tuple[int, ...], ids: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a statement that ends with a list of ids, however many there are."""
    for at in range(0, len(ids), CHUNK):
        chunk = tuple(ids[at : at + CHUNK])
        yield from session.all(f"{sql}({places(chunk)})", *values, *chunk)


def _series(session: Session, shelf: Shelf) -> Iterator[tuple[EventRecord | None, EventRecord]]:
    width = len(RECORD)
    for row in session.stream(_SERIES, *staged_in(shelf)):
        before = None if row[width] is None else record_of(row[width:])
        yield before, record_of(row[:width])
