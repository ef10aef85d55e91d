"""Series and their occurrences as they will be once the pass under way is committed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, record_of
from kloudsync.model.staging import LARGEST_IMPORT, by_start, share_lineage
from kloudsync.stores.sql.calendars import find
from kloudsync.stores.sql.session import Role, Session
from kloudsync.stores.sql.shelf import Shelf
from kloudsync.stores.sql.staged import NEW, NOT_STAGED, OLD, STAGED, VISIBLE, among, staged_in
from kloudsync.stores.sql.unmet import unmet

# Members are series as they will be after the commit.
_AFTER = f"""(e.born = ? AND e.verdict <> 3 OR e.born < ? AND {NOT_STAGED})"""

_OCCURRENCES_OF = f"""
SELECT e.id FROM event e INDEXED BY event_series
WHERE e.calendar = ? AND e.died IS NULL AND {_AFTER} AND e.kind IN (3, 4)
AND e.series IS NOT NULL AND e.series IN """

_BARE = f"""
SELECT {NEW} FROM event n NOT INDEXED
WHERE {STAGED} AND n.verdict = 3 AND n.original IS NOT NULL ORDER BY n.id
"""
_SEGMENTS = f"""
SELECT {OLD} FROM event e INDEXED BY event_lineage
WHERE e.calendar = ? AND e.kind = 2 AND e.died IS NULL AND {_AFTER} AND e.lineage IN """
_STRAYS = f"""
SELECT n.id FROM event n NOT INDEXED
WHERE {STAGED} AND n.verdict <> 3 AND n.kind = 4 AND NOT EXISTS (
    SELECT 1 FROM event e INDEXED BY event_id
    WHERE e.calendar = n.calendar AND e.id = n.series AND e.died IS NULL AND e.kind = 2 AND {_AFTER})
UNION
SELECT e.id FROM event n NOT INDEXED CROSS JOIN event e INDEXED BY event_series
WHERE {STAGED} AND (n.verdict = 3 OR n.kind = 1)
AND {VISIBLE} AND {NOT_STAGED} AND e.series = n.id AND e.series IS NOT NULL AND e.kind = 4
"""
# Where nothing is held, indices have little else than what is asked for.
_FIRST_BARE = f"""
SELECT {NEW} FROM event n INDEXED BY event_moved
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
        WHERE {STAGED} AND n.kind = 2 AND n.verdict IN (1, 2) AND n.{trait} IS NOT NULL)
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
    SELECT {OLD} FROM event e INDEXED BY event_{trait}
    WHERE e.calendar = ? AND e.kind = 2 AND e.died IS NULL AND {_AFTER} AND e.{trait} = ?
    ORDER BY coalesce(e.start, 0), e.id
    """


_BY_LINEAGE = _families("lineage"), _first_families("lineage"), _members("lineage")
_BY_CREATED = _families("created"), _first_families("created"), _members("created")


class Families(Role):
    """The part of a store that tells which series belong together, and what is left without one."""

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
            rows = list(among(session, _SEGMENTS, _committed(shelf), lineages))
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
                id_ for (id_,) in among(session, _OCCURRENCES_OF, _committed(shelf), series)
            )

    def staged_families(self, key: CalendarKey) -> Iterator[list[EventRecord]]:
        """Yield series that belong together by `lineage`, then those by `created` alone."""
        return self._database.iterate(lambda session: _related(session, find(session, key)))


def _committed(shelf: Shelf) -> tuple[int, int, int, int]:
    """Return what is bound where a statement sees a calendar as it will be after the commit."""
    return shelf.number, shelf.under_way, shelf.under_way, shelf.under_way


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
