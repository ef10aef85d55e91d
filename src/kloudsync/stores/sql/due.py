"""What is due, as rows that one index finds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain

from attrs import evolve

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.model.due import Asking, Claim, Due
from kloudsync.stores.sql.calendars import named
from kloudsync.stores.sql.columns import listed, places
from kloudsync.stores.sql.session import Role, Row

DUE_TABLES = (
    # One row per topic, and none for later: `at` moves, and a claim moves it, too.
    """
    CREATE TABLE due (
        provider TEXT NOT NULL,
        account TEXT NOT NULL,
        name TEXT NOT NULL,
        query TEXT NOT NULL,
        collection TEXT NOT NULL,
        lane INTEGER NOT NULL,
        due_at DOUBLE PRECISION NOT NULL,
        since DOUBLE PRECISION NOT NULL,
        rest_until DOUBLE PRECISION NOT NULL DEFAULT 0,
        owner TEXT,
        fence BIGINT NOT NULL DEFAULT 0,
        attempts BIGINT NOT NULL DEFAULT 0,
        again_lane INTEGER,
        again_at DOUBLE PRECISION,
        note TEXT,
        PRIMARY KEY (provider, account, name, query, collection)
    )
    """,
    "CREATE INDEX due_next ON due (lane, due_at)",
)
"""The table of this role, in words that SQLite and PostgreSQL share."""

_TOPIC = ("provider", "account", "name", "query", "collection")
_ROW = (
    *_TOPIC,
    *("lane", "due_at", "since", "rest_until", "owner", "fence", "attempts"),
    *("again_lane", "again_at", "note"),
)
_CLAIM = ("lane", "fence", "since", "attempts", "note")
_OF_TOPIC = " AND ".join(f"{column} = ?" for column in _TOPIC)
_HELD = f"{_OF_TOPIC} AND fence = ? AND owner IS NOT NULL"


def _least(one: str, other: str) -> str:
    """Return the lower one of two values; the other where there is no one."""
    return f"CASE WHEN {one} <= {other} THEN {one} ELSE {other} END"


def _sooner(unchanged: str) -> str:
    """Return when a topic is due that is asked for; what stays as it is where somebody has it, or it is sooner."""
    return f"""CASE WHEN due.owner IS NOT NULL OR due.due_at <= excluded.due_at THEN {unchanged}
        WHEN due.rest_until > excluded.due_at THEN due.rest_until ELSE excluded.due_at END"""


# Of a burst of askings, the first one alone writes.
_MAKE = f"""
INSERT INTO due ({", ".join(_TOPIC)}, lane, due_at, since, note)
SELECT {places(_TOPIC)}, ?, moment.at, moment.at, ? FROM (SELECT {{now}} + ? AS at) AS moment WHERE true
ON CONFLICT ({", ".join(_TOPIC)}) DO UPDATE SET
    lane = CASE WHEN due.owner IS NULL THEN {_least("due.lane", "excluded.lane")} ELSE due.lane END,
    due_at = {_sooner("due.due_at")},
    since = {_sooner("due.since")},
    again_lane = CASE WHEN due.owner IS NOT NULL THEN {_least("due.again_lane", "excluded.lane")} END,
    again_at = CASE WHEN due.owner IS NOT NULL THEN {_least("due.again_at", "excluded.due_at")} END,
    note = coalesce(excluded.note, due.note)
WHERE due.owner IS NOT NULL OR excluded.note IS NOT NULL OR excluded.due_at < due.due_at OR excluded.lane < due.lane
"""
_WAITING = f"""
WITH waiting AS MATERIALIZED (
    SELECT {", ".join(_TOPIC)}, due_at FROM due INDEXED BY due_next
    WHERE lane = ? AND due_at <= ? {{open_to_all}} ORDER BY due_at LIMIT {{limit:d}} {{skip_locked}}),
ready AS (
    SELECT {", ".join(_TOPIC)},
        row_number() OVER (PARTITION BY provider, account ORDER BY due_at) AS turn FROM waiting)
UPDATE due SET owner = ?, due_at = ?, fence = fence + 1, attempts = attempts + 1,
    again_lane = NULL, again_at = NULL
FROM ready WHERE ready.turn <= ? AND {" AND ".join(f"due.{one} = ready.{one}" for one in _TOPIC)}
RETURNING {listed((*_TOPIC, *_CLAIM), "due")}
"""
# Where no row is looked for by the present, the statement asks for it itself.
_MOMENT = "FROM (SELECT {now} + ? AS at) AS moment"
_RENEW = f"UPDATE due SET due_at = moment.at {_MOMENT} WHERE {_HELD} RETURNING due_at"
_FREE = """owner = NULL, again_lane = NULL, again_at = NULL,
    note = CASE WHEN coalesce(note, '') = coalesce(?, '') THEN coalesce(?, note) ELSE note END"""
_WORKED_OFF = f"""
UPDATE due SET lane = {_least("again_lane", "?")}, due_at = {_least("again_at", "moment.at")},
    since = {_least("again_at", "moment.at")}, rest_until = 0, attempts = 0, {_FREE} {_MOMENT}
WHERE {_HELD}
"""
_FAILED = f"""
UPDATE due SET lane = {_least("again_lane", "?")}, due_at = moment.at, since = moment.at,
    rest_until = moment.at, {_FREE} {_MOMENT}
WHERE {_HELD}
"""
# What others have at this moment they give back by themselves.
_PUT_OFF = f"""
UPDATE due SET due_at = CASE WHEN due_at > ? THEN due_at ELSE ? END,
    since = CASE WHEN due_at > ? THEN due_at ELSE ? END, rest_until = ?
WHERE ({", ".join(_TOPIC)}) IN (
    SELECT {", ".join(_TOPIC)} FROM due
    WHERE provider = ? AND account = ? AND owner IS NULL AND rest_until < ? {{skip_locked}})
"""
_WAKE = f"""
UPDATE due SET due_at = {_least("due_at", "?")}, since = {_least("due_at", "?")}, rest_until = 0
WHERE ({", ".join(_TOPIC)}) IN (
    SELECT {", ".join(_TOPIC)} FROM due
    WHERE provider = ? AND account = ? AND owner IS NULL AND rest_until > ? {{skip_locked}})
"""
_FORGET = f"DELETE FROM due WHERE {_OF_TOPIC}"
_ALL = f"SELECT {', '.join(_ROW)} FROM due WHERE provider = ? AND account = ?"
_OF_ONE = f"SELECT {', '.join(_ROW)} FROM due WHERE provider = ? AND account = ? AND name = ? AND query = ?"
_OF_ALL = (
    f"SELECT {', '.join(_ROW)} FROM due {{behind}} ORDER BY {', '.join(_TOPIC)} LIMIT {{limit:d}}"
)
_IS_DUE = "EXISTS (SELECT 1 FROM due WHERE lane = ? AND due_at <= ?)"
_NEXT = "SELECT min(due_at) FROM due WHERE lane = ?"


class DueTopics(Role):
    """The part of a store that knows what is due, and who works at it."""

    def make_due(
        self, topic: Topic, *, lane: int, wait: float = 0.0, now: float, note: str | None = None
    ) -> None:
        """Let a topic be due in `wait` seconds, unless it is sooner; one not known is from now on."""
        with self._database.writing() as session:
            present, at = session.clock(now)
            made = _MAKE.format(now=present)
            session.do(made, *topic.names, lane, note, *at, wait)

    def claim_due(
        self,
        owner: str,
        *,
        lane: int,
        limit: int,
        ttl: float,
        now: float,
        each: int | None = None,
        passing_over: Collection[tuple[str, str]] = (),
    ) -> list[Claim]:
        """Take up to `limit` topics that are due, longest first, in one statement that waits for nobody."""
        with self._database.writing() as session:
            now = session.now(now)
            statement = _WAITING.format(
                limit=limit, skip_locked=session.skip_locked, open_to_all=_but(passing_over)
            )
            accounts = chain.from_iterable(passing_over)
            most = limit if each is None else each
            rows = session.all(statement, lane, now, *accounts, owner, now + ttl, most)
        return sorted(
            (_claim(row, owner, now + ttl) for row in rows), key=lambda claim: claim.order
        )

    def due_lanes(self, lanes: Sequence[int], *, now: float) -> list[int]:
        """Return those of some lanes in which something may be taken, at the cost of one statement."""
        if not lanes:
            return []
        with self._database.reading() as session:
            now = session.now(now)
            asked = chain.from_iterable((lane, now) for lane in lanes)
            row = session.one(f"SELECT {', '.join(_IS_DUE for _ in lanes)}", *asked)
        return [lane for lane, due in zip(lanes, row or (), strict=True) if due]

    def renew_claims(self, claims: Sequence[Claim], *, ttl: float, now: float) -> list[Claim]:
        """Hold claims for longer; those that were overtaken or given back are left out."""
        with self._database.writing() as session:
            present, at = session.clock(now)
            renew = _RENEW.format(now=present)
            asked = [
                (claim, session.soon(renew, *at, ttl, *claim.topic.names, claim.fence))
                for claim in claims
            ]
            return [
                evolve(claim, expires_at=expires_at)
                for claim, held in asked
                for (expires_at,) in held.rows()
            ]

    def give_back(
        self,
        claim: Claim,
        *,
        lane: int,
        wait: float,
        now: float,
        done: bool = True,
        note: str | None = None,
    ) -> bool:
        """Give a topic back, which is due again in `wait` seconds."""
        with self._database.writing() as session:
            present, at = session.clock(now)
            statement = (_WORKED_OFF if done else _FAILED).format(now=present)
            notes, held = (claim.note, note), (*claim.topic.names, claim.fence)
            return session.run(statement, lane, lane, *notes, *at, wait, *held) > 0

    def put_off(self, provider: str, account: str, *, wait: float, now: float) -> None:
        """Let all topics of an account rest, but for those that somebody has."""
        with self._database.writing() as session:
            until = session.now(now) + wait
            statement = _PUT_OFF.format(skip_locked=session.skip_locked)
            session.do(statement, *(until,) * 5, provider, account, until)

    def wake(self, provider: str, account: str, *, now: float) -> None:
        """Lift the rest of all of an account's topics that nobody has."""
        with self._database.writing() as session:
            now = session.now(now)
            statement = _WAKE.format(skip_locked=session.skip_locked)
            session.do(statement, *(now,) * 4, provider, account, now)

    def forget_due(self, topic: Topic) -> None:
        """Forget a topic; whoever has it gives nothing back."""
        with self._database.writing() as session:
            session.do(_FORGET, *topic.names)

    def due(self, provider: str, account: str) -> list[Due]:
        """Return an account's rows, by calendar, query and collection."""
        with self._database.reading() as session:
            rows = [_row(row) for row in session.all(_ALL, provider, account)]
        # Databases differ in how they order text.
        return sorted(rows, key=lambda row: row.topic.names)

    def due_of(self, key: CalendarKey) -> list[Due]:
        """Return the rows of one calendar, by collection."""
        with self._database.reading() as session:
            rows = [_row(row) for row in session.all(_OF_ONE, *named(key))]
        return sorted(rows, key=lambda row: row.topic.names)

    def due_of_all(self, *, after: Topic | None = None, limit: int) -> list[Due]:
        """Return up to `limit` rows of all accounts, those behind a topic's."""
        behind = f"WHERE ({', '.join(_TOPIC)}) > ({places(_TOPIC)})" if after else ""
        statement = _OF_ALL.format(behind=behind, limit=limit)
        with self._database.reading() as session:
            return [_row(row) for row in session.all(statement, *(after.names if after else ()))]

    def next_due(self, lane: int) -> float | None:
        """Return when the next topic of a lane may be taken, or None."""
        with self._database.reading() as session:
            row = session.one(_NEXT, lane)
        return None if row is None else row[0]


def _but(accounts: Collection[tuple[str, str]]) -> str:
    """Return a condition that no row of some accounts meets."""
    pairs = ", ".join("(?, ?)" for _ in accounts)
    return f"AND (provider, account) NOT IN (VALUES {pairs})" if pairs else ""


def _topic(row: Row) -> Topic:
    *key, collection = row
    return Topic(CalendarKey(*key), collection)


def _claim(row: Row, owner: str, expires_at: float) -> Claim:
    known = dict(zip(_CLAIM, row[len(_TOPIC) :], strict=True))
    topic = _topic(row[: len(_TOPIC)])
    return Claim(topic=topic, owner=owner, expires_at=expires_at, **known)


def _row(row: Row) -> Due:
    *known, again_lane, again_at, note = row[len(_TOPIC) :]
    lane, at, since, rest_until, owner, fence, attempts = known
    return Due(
        topic=_topic(row[: len(_TOPIC)]),
        lane=lane,
        at=at,
        since=since,
        rest_until=rest_until,
        owner=owner,
        fence=fence,
        attempts=attempts,
        again=None if again_at is None else Asking(lane=again_lane, at=again_at),
        note=note,
    )
