"""Questions about a pass under way: what it holds, and what it would leave behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, Verdict, record_of
from kloudsync.model.staging import EASTERNMOST, LARGEST_IMPORT, by_start, share_lineage
from kloudsync.model.state import Checkpoint, Quarantined, StagedCounts
from kloudsync.stores.sql.calendars import find
from kloudsync.stores.sql.columns import RECORD, listed, places
from kloudsync.stores.sql.session import Role, Row, Session
from kloudsync.stores.sql.shelf import Shelf

CHUNK = 500

_E = listed(RECORD, "e")
_N = listed(RECORD, "n")

_VISIBLE = "e.calendar = ? AND e.born <= ? AND e.died IS NULL"
_STAGED = "n.calendar = ? AND n.born = ? AND n.ref >= ?"
_NOT_STAGED = """NOT EXISTS (
    SELECT 1 FROM event s INDEXED BY event_id WHERE s.calendar = e.calendar AND s.id = e.id AND s.born = ?)"""
_NOT_SEEN = """NOT EXISTS (
    SELECT 1 FROM seen s WHERE s.calendar = e.calendar AND s.id = e.id)
AND NOT EXISTS (
    SELECT 1 FROM quarantine q WHERE q.calendar = e.calendar AND q.staged = 1 AND q.id = e.id)"""

_RECORDS = f"SELECT {_E} FROM event e INDEXED BY event_id WHERE {_VISIBLE} AND e.id IN "
_STAGED_RECORDS = (
    f"SELECT {_E} FROM event e INDEXED BY event_id WHERE e.calendar = ? AND e.born = ? AND e.id IN "
)
_MISREAD = """
SELECT q.id, q.reason, q.raw, q.version FROM quarantine q
WHERE q.staged = 0 AND q.version <> ? AND q.calendar = ? ORDER BY q.slot
"""
_MET = (
    "SELECT id FROM event INDEXED BY event_id WHERE calendar = ? AND born = ? AND id IN ",
    "SELECT id FROM seen WHERE calendar = ? AND id IN ",
    "SELECT id FROM quarantine WHERE calendar = ? AND staged = 1 AND id IN ",
)
_UNMET = f"{_VISIBLE} AND {_NOT_STAGED} AND {_NOT_SEEN}"
_LACKING = f"SELECT e.id FROM event e INDEXED BY event_id WHERE {_UNMET}"
_LEFT = f"""
SELECT e.id FROM event n NOT INDEXED CROSS JOIN event e INDEXED BY event_series
WHERE {_STAGED} AND (n.verdict = 3 OR n.kind = 1)
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
_SERIES = f"""
SELECT {_N}, {_E} FROM event n NOT INDEXED
LEFT JOIN event e INDEXED BY event_id ON e.calendar = n.calendar AND e.id = n.id AND e.born < n.born AND e.died IS NULL
WHERE {_STAGED} AND n.kind = 2 AND n.verdict IN (1, 2)
ORDER BY n.ref
"""
_TALLY = f"""
SELECT n.verdict, count(*) FROM event n NOT INDEXED WHERE {_STAGED} GROUP BY n.verdict
"""
_GOING = f"""
SELECT count(*), coalesce(sum(CASE WHEN e.kind = 4 OR e.kind = 3 AND EXISTS (
    SELECT 1 FROM event s INDEXED BY event_id
    WHERE s.calendar = e.calendar AND s.id = e.series AND s.born = n.born AND s.verdict = 3
) THEN 1 ELSE 0 END), 0)
FROM event n NOT INDEXED CROSS JOIN event e INDEXED BY event_id
WHERE e.calendar = n.calendar AND e.id = n.id AND e.born < n.born AND e.died IS NULL
AND {_STAGED} AND n.verdict = 3
"""

# Members are series as they will be after the commit.
_AFTER = f"""(e.born = ? AND e.verdict <> 3 OR e.born < ? AND {_NOT_STAGED})"""

_OCCURRENCES_OF = f"""
SELECT e.id FROM event e INDEXED BY event_series
WHERE e.calendar = ? AND e.died IS NULL AND {_AFTER} AND e.kind IN (3, 4)
AND e.series IS NOT NULL AND e.series IN """

_BARE = f"""
SELECT {_N} FROM event n NOT INDEXED
WHERE {_STAGED} AND n.verdict = 3 AND n.original IS NOT NULL ORDER BY n.id
"""
_SEGMENTS = f"""
SELECT {_E} FROM event e INDEXED BY event_lineage
WHERE e.calendar = ? AND e.kind = 2 AND e.died IS NULL AND {_AFTER} AND e.lineage IN """
_STRAYS = f"""
SELECT n.id FROM event n NOT INDEXED
WHERE {_STAGED} AND n.verdict <> 3 AND n.kind = 4 AND NOT EXISTS (
    SELECT 1 FROM event e INDEXED BY event_id
    WHERE e.calendar = n.calendar AND e.id = n.series AND e.died IS NULL AND e.kind = 2 AND {_AFTER})
UNION
SELECT e.id FROM event n NOT INDEXED CROSS JOIN event e INDEXED BY event_series
WHERE {_STAGED} AND (n.verdict = 3 OR n.kind = 1)
AND {_VISIBLE} AND {_NOT_STAGED} AND e.series = n.id AND e.series IS NOT NULL AND e.kind = 4
"""
# Where nothing is held, indices have little else than what is asked for.
_FIRST_BARE = f"""
SELECT {_N} FROM event n INDEXED BY event_moved
WHERE n.calendar = ? AND n.original IS NOT NULL AND n.died IS NULL
AND n.born = ? AND n.verdict = 3 ORDER BY n.id
"""
_FIRST_STRAYS = f"""
SELECT n.id FROM event n INDEXED BY event_series
WHERE n.calendar = ? AND n.series IS NOT NULL AND n.died IS NULL AND n.born = ?
AND n.verdict <> 3 AND n.kind = 4 AND NOT EXISTS (
    SELECT 1 FROM event e INDEXED BY event_id
    WHERE e.calendar = n.calendar AND e.id = n.series AND e.died IS NULL AND e.kind = 2 AND {_AFTER})
"""


def _families(trait: str) -> str:
    return f"""
    SELECT e.{trait} FROM event e INDEXED BY event_{trait}
    WHERE e.calendar = ? AND e.kind = 2 AND e.died IS NULL AND {_AFTER} AND e.{trait} IN (
        SELECT n.{trait} FROM event n NOT INDEXED
        WHERE {_STAGED} AND n.kind = 2 AND n.verdict IN (1, 2) AND n.{trait} IS NOT NULL)
    GROUP BY e.{trait} HAVING count(*) BETWEEN 2 AND ?
    ORDER BY e.{trait}
    """


def _first_families(trait: str) -> str:
    """Return the question where nothing is held, which need not look at what is no series.

    Nor at most series: what no other one shares is found in the index alone.
    """
    return f"""
    SELECT e.{trait} FROM event e INDEXED BY event_{trait}
    WHERE e.calendar = ? AND e.kind = 2 AND e.died IS NULL AND e.born = ? AND e.verdict <> 3
    AND e.{trait} IN (
        SELECT s.{trait} FROM event s INDEXED BY event_{trait}
        WHERE s.calendar = ? AND s.kind = 2 AND s.died IS NULL AND s.{trait} IS NOT NULL
        GROUP BY s.{trait} HAVING count(*) > 1)
    GROUP BY e.{trait} HAVING count(*) BETWEEN 2 AND ? AND max(e.verdict) > 0
    ORDER BY e.{trait}
    """


def _members(trait: str) -> str:
    return f"""
    SELECT {_E} FROM event e INDEXED BY event_{trait}
    WHERE e.calendar = ? AND e.kind = 2 AND e.died IS NULL AND {_AFTER} AND e.{trait} = ?
    ORDER BY coalesce(e.start, 0), e.id
    """


_BY_LINEAGE = _families("lineage"), _first_families("lineage"), _members("lineage")
_BY_CREATED = _families("created"), _first_families("created"), _members("created")


class Staged(Role):
    """The part of a store that answers questions about the pass under way."""

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
                for row in _among(session, sql, values, ids)
            }

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

    def bare_cancellations(self, key: CalendarKey) -> list[EventRecord]:
        """Return the tombstones that this pass staged with an `original`, by id."""
        with self._database.reading() as session:
            shelf = find(session, key)
            if shelf.held:
                rows = session.all(_BARE, *staged_in(shelf))
            else:
                rows = session.all(_FIRST_BARE, shelf.number, shelf.under_way)
        return [record_of(row) for row in rows]

    def segments(self, key: CalendarKey, lineages: Sequence[str]) -> list[EventRecord]:
        """Return the series of these lineages as they would be if the pass were committed now."""
        with self._database.reading() as session:
            shelf = find(session, key)
            rows = list(_among(session, _SEGMENTS, _committed(shelf), lineages))
        return sorted(map(record_of, rows), key=by_start)

    def strays(self, key: CalendarKey) -> list[str]:
        """Return the cancelled occurrences that a commit would leave without their series."""
        with self._database.reading() as session:
            shelf = find(session, key)
            if not shelf.held:
                rows = session.all(
                    _FIRST_STRAYS, shelf.number, shelf.under_way, *_committed(shelf)[1:]
                )
                return sorted(id_ for (id_,) in rows)
            told, left = (
                (*staged_in(shelf), *_committed(shelf)[1:]),
                (*staged_in(shelf), *unmet(shelf)),
            )
            return sorted(id_ for (id_,) in session.all(_STRAYS, *told, *left))

    def occurrences_of(self, key: CalendarKey, series: Sequence[str]) -> list[str]:
        """Return the exceptions and cancelled occurrences that these series have so far."""
        with self._database.reading() as session:
            shelf = find(session, key)
            return sorted(
                id_ for (id_,) in _among(session, _OCCURRENCES_OF, _committed(shelf), series)
            )

    def staged_series(self, key: CalendarKey) -> Iterator[tuple[EventRecord | None, EventRecord]]:
        """Yield each series that this pass staged as added or updated: as visible now, and as staged."""
        return self._database.iterate(lambda session: _series(session, find(session, key)))

    def staged_families(self, key: CalendarKey) -> Iterator[list[EventRecord]]:
        """Yield series that belong together by `lineage`, then those by `created` alone."""
        return self._database.iterate(lambda session: _related(session, find(session, key)))

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


def unmet(shelf: Shelf) -> tuple[int, int, int]:
    """Return what is bound where a statement goes through what is visible and not met."""
    return shelf.number, shelf.passes, shelf.under_way


def _committed(shelf: Shelf) -> tuple[int, int, int, int]:
    """Return what is bound where a statement sees a calendar as it will be after the commit."""
    return shelf.number, shelf.under_way, shelf.under_way, shelf.under_way


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


def _by_id(
    session: Session, sql: str, values: tuple[int, ...], ids: Sequence[str]
) -> dict[str, EventRecord]:
    return {row[0]: record_of(row) for row in _among(session, sql, values, ids)}


def _among(
    session: Session, sql: str, values: tuple[int, ...], ids: Sequence[str]
) -> Iterator[Row]:
    """Yield the rows of a statement that ends with a list of ids, however many there are."""
    for at in range(0, len(ids), CHUNK):
        chunk = tuple(ids[at : at + CHUNK])
        yield from session.all(f"{sql}({places(chunk)})", *values, *chunk)


def _series(session: Session, shelf: Shelf) -> Iterator[tuple[EventRecord | None, EventRecord]]:
    width = len(RECORD)
    for row in session.stream(_SERIES, *staged_in(shelf)):
        before = None if row[width] is None else record_of(row[width:])
        yield before, record_of(row[:width])


def _related(session: Session, shelf: Shelf) -> Iterator[list[EventRecord]]:
    yield from _groups(session, shelf, _BY_LINEAGE, 2**31)
    for family in _groups(session, shelf, _BY_CREATED, LARGEST_IMPORT):
        if not share_lineage(family):
            yield family


def _groups(
    session: Session, shelf: Shelf, statements: tuple[str, str, str], most: int
) -> Iterator[list[EventRecord]]:
    groups, first_groups, members = statements
    after = _committed(shelf)
    if shelf.held:
        found = session.all(groups, *after, *staged_in(shelf), most)
    else:
        found = session.all(first_groups, shelf.number, shelf.under_way, shelf.number, most)
    for (trait,) in found:
        yield [record_of(row) for row in session.all(members, *after, trait)]
