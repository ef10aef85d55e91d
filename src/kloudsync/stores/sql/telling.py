"""What a pass tells the feed: with its commit, or ahead of it where others would wait for the commit.

Of a pass over a calendar that holds nothing, entries may be written ahead, so many at a time. They are
above the calendar's last position until the commit raises it, and nobody is shown those.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from kloudsync.model.record import Verdict
from kloudsync.stores.sql.session import Session, Soon
from kloudsync.stores.sql.shelf import Shelf
from kloudsync.stores.sql.staged import LAST, STAGED, staged_in

_COME = """
INSERT INTO feed (calendar, position, kind, recorded_at, after_ref)
SELECT n.calendar, ? + row_number() OVER (ORDER BY n.ref), n.verdict, ?, n.ref
FROM """
_ADDED = f"event n NOT INDEXED WHERE {STAGED} AND n.verdict IN (1, 2)"
_TELL_ALL = f"{_COME}{_ADDED}"
_TELL_SOME = f"{_COME}(SELECT n.calendar, n.ref, n.verdict FROM {_ADDED} ORDER BY n.ref LIMIT ?) n"
_TELL = f"""
INSERT INTO feed (calendar, position, kind, recorded_at, before_ref, after_ref)
SELECT n.calendar, ? + row_number() OVER (ORDER BY n.ref), n.verdict, ?,
    CASE WHEN n.verdict = 1 THEN NULL ELSE e.ref END,
    CASE WHEN n.verdict = 3 THEN NULL ELSE n.ref END
FROM event n NOT INDEXED LEFT JOIN event e INDEXED BY event_id ON {LAST}
WHERE {STAGED} AND n.verdict <> 0 AND (n.verdict <> 3 OR e.ref IS NOT NULL)
"""
_AHEAD = "SELECT position, recorded_at, after_ref FROM feed WHERE calendar = ? AND position > ?"
_FIRST = f"{_AHEAD} ORDER BY position LIMIT 1"
_LAST = f"{_AHEAD} ORDER BY position DESC LIMIT 1"
_TAKE_BACK = "DELETE FROM feed WHERE calendar = ? AND position > ?"
_DROP_TOMBSTONES = """
DELETE FROM event NOT INDEXED WHERE calendar = ? AND born = ? AND ref >= ? AND verdict = 3
"""
_VERSIONS = "SELECT count(*) FROM event INDEXED BY event_id WHERE calendar = ? AND born = ?"
# Above all positions of calendars that are forgotten, one of which this may have been.
_FLOOR = "SELECT position FROM head"


@frozen
class Told:
    """How far the feed has been told what a pass staged.

    Attributes:
        before: The calendar's last position before the pass.
        last: The position of the last entry that is written; the same where none is.
        rest: The calendar as if nothing were staged but what is not told yet.
    """

    before: int
    last: int
    rest: Shelf

    @property
    def entries(self) -> int:
        """How many entries are written."""
        return self.last - self.before


def told(session: Session, shelf: Shelf, now: float) -> Told:
    """Return how far the feed has been told ahead of the commit.

    Args:
        session: The open transaction.
        shelf: The calendar.
        now: Seconds since 1970. What another run told at another time is taken back: entries say
            when they were committed.
    """
    so_far = _ahead(session, shelf, now) if _may_be_told(shelf) else None
    if so_far is not None:
        return so_far
    before = shelf.position if shelf.passes else _floor(session)
    return Told(before=before, last=before, rest=shelf)


def tell_some(session: Session, shelf: Shelf, now: float, limit: int) -> bool:
    """Tell the feed of some more ahead of the commit; tell whether anything may be left.

    Args:
        session: The open transaction.
        shelf: The calendar.
        now: As for `told`.
        limit: How many entries are written at most.
    """
    # Where commits of others wait for none, it would help nobody.
    if not (session.is_alone and _may_be_told(shelf)):
        return False
    so_far = told(session, shelf, now)
    staged = staged_in(so_far.rest)
    return session.run(_TELL_SOME, so_far.last, now, *staged, limit) == limit


def tell_rest(session: Session, so_far: Told, now: float) -> Soon:
    """Tell the feed of whatever it was not told yet."""
    rest = so_far.rest
    return session.soon(_TELL if rest.held else _TELL_ALL, so_far.last, now, *staged_in(rest))


def come(session: Session, shelf: Shelf, so_far: Told, tally: Mapping[int, int]) -> int:
    """Remove what stands for a deletion, and return how many versions of the pass are left.

    Args:
        session: The open transaction.
        shelf: The calendar.
        so_far: What was told ahead.
        tally: How many versions of each verdict were not.
    """
    staged, buried = sum(tally.values()), tally.get(Verdict.DELETED, 0)
    if not so_far.entries:
        if buried:
            session.do(_DROP_TOMBSTONES, *staged_in(shelf))
        return staged - buried
    # The index tells how many there are, so that nobody goes through all of them for nothing.
    (versions,) = session.all(_VERSIONS, shelf.number, shelf.under_way)[0]
    if buried or versions > so_far.entries + staged:
        return int(versions) - session.run(_DROP_TOMBSTONES, *staged_in(shelf))
    return int(versions)


def take_back(session: Session, shelf: Shelf) -> None:
    """Remove what the feed was told ahead, since something else is staged from now on."""
    if _may_be_told(shelf):
        session.do(_TAKE_BACK, shelf.number, shelf.position)


def _ahead(session: Session, shelf: Shelf, now: float) -> Told | None:
    first = session.one(_FIRST, shelf.number, shelf.position)
    last = session.one(_LAST, shelf.number, shelf.position)
    if first is None or last is None:
        return None
    if first[1] != now:
        take_back(session, shelf)
        return None
    session.known.recount(shelf.number)
    return Told(before=first[0] - 1, last=last[0], rest=shelf._replace(first_ref=last[2] + 1))


def _may_be_told(shelf: Shelf) -> bool:
    """Tell whether the pass under way may be told ahead: one of several pages, all of which is new."""
    checkpoint = shelf.state.checkpoint
    if checkpoint is None or shelf.held:
        return False
    return checkpoint.complete and checkpoint.pages > 1


def _floor(session: Session) -> int:
    row = session.one(_FLOOR)
    return row[0] if row else 0
