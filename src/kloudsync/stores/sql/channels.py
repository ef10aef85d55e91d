"""Channels and due topics as rows."""

from __future__ import annotations

import json
from collections.abc import Iterable

from attrs import evolve

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Channel, Grant, Standing, Topic
from kloudsync.model.notification import Notification
from kloudsync.stores.sql.columns import places
from kloudsync.stores.sql.session import Role, Row, Session

CHANNEL_TABLES = (
    """
    CREATE TABLE channel (
        id TEXT PRIMARY KEY,
        provider TEXT NOT NULL,
        account TEXT NOT NULL,
        name TEXT NOT NULL,
        collection TEXT NOT NULL,
        address TEXT NOT NULL,
        token_hash TEXT NOT NULL,
        opened_at DOUBLE PRECISION NOT NULL,
        expires_at DOUBLE PRECISION NOT NULL,
        spread DOUBLE PRECISION NOT NULL,
        resource TEXT,
        numbers TEXT NOT NULL
    )
    """,
    "CREATE INDEX channel_account ON channel (provider, account)",
    """
    CREATE TABLE standing (
        provider TEXT NOT NULL,
        account TEXT NOT NULL,
        name TEXT NOT NULL,
        collection TEXT NOT NULL,
        marks BIGINT NOT NULL DEFAULT 0,
        first_mark DOUBLE PRECISION,
        last_mark DOUBLE PRECISION,
        checked_at DOUBLE PRECISION,
        rest_until DOUBLE PRECISION,
        barred_until DOUBLE PRECISION,
        barred_reason TEXT,
        PRIMARY KEY (provider, account, name, collection)
    )
    """,
)
"""The tables of this role, in words that SQLite and PostgreSQL share."""

_TOPIC = ("provider", "account", "name", "collection")
_CHANNEL = (
    *("id", *_TOPIC, "address", "token_hash", "opened_at", "expires_at", "spread"),
    *("resource", "numbers"),
)
_MARKS = ("marks", "first_mark", "last_mark", "checked_at")
_STANDING = (*_TOPIC, *_MARKS, "rest_until", "barred_until", "barred_reason")
_OF_TOPIC = "provider = ? AND account = ? AND name = ? AND collection = ?"

_OPEN = f"""
INSERT INTO channel ({", ".join(_CHANNEL)}) VALUES ({places(_CHANNEL)})
ON CONFLICT (id) DO UPDATE SET
{", ".join(f"{column} = excluded.{column}" for column in _CHANNEL[1:])}
"""
_CLOSE = "DELETE FROM channel WHERE id = ?"
_ONE = f"SELECT {', '.join(_CHANNEL)} FROM channel WHERE id = ?"
_ALL = f"""
SELECT {", ".join(_CHANNEL)} FROM channel WHERE provider = ? AND account = ? ORDER BY opened_at, id
"""
_OF_ONE = f"SELECT {', '.join(_CHANNEL)} FROM channel WHERE {_OF_TOPIC}"
# An update that changes nothing locks the row: two receivers of one message take turns.
_LOCK = "UPDATE channel SET id = id WHERE id = ?"
_MENTION = (
    f"INSERT INTO standing ({', '.join(_TOPIC)}) VALUES ({places(_TOPIC)}) ON CONFLICT DO NOTHING"
)
_MARK = f"""
UPDATE standing SET marks = marks + 1, first_mark = coalesce(first_mark, ?), last_mark = ?
WHERE {_OF_TOPIC}
"""
_SETTLE = f"""
UPDATE standing SET checked_at = ?, rest_until = NULL,
first_mark = CASE WHEN marks > ? THEN last_mark END,
last_mark = CASE WHEN marks > ? THEN last_mark END
WHERE {_OF_TOPIC}
"""
_POSTPONE = f"UPDATE standing SET rest_until = ? WHERE {_OF_TOPIC}"
_BAR = f"UPDATE standing SET barred_until = ?, barred_reason = ? WHERE {_OF_TOPIC}"
_STOOD = f"SELECT {', '.join(_STANDING)} FROM standing WHERE {_OF_TOPIC}"
_STANDINGS = f"SELECT {', '.join(_STANDING)} FROM standing WHERE provider = ? AND account = ?"


class Channels(Role):
    """The part of a store that keeps channels and due topics."""

    def open_channel(self, channel: Channel) -> None:
        """Keep a channel that is about to be opened."""
        with self._database.writing() as session:
            _keep(session, channel)

    def confirm_channel(self, channel_id: str, grant: Grant, *, now: float) -> bool:
        """Note that the service opened a channel, and mark its topic; lifts the topic's bar."""
        with self._database.writing() as session:
            channel = _claim(session, channel_id)
            if channel is None:
                return False
            ends = channel.expires_at if grant.expires_at is None else grant.expires_at
            _keep(session, evolve(channel, resource=grant.resource, expires_at=ends))
            _mark(session, channel.topic, now)
            _change(session, channel.topic, _BAR, None, None)
            return True

    def close_channel(self, channel_id: str) -> None:
        """Forget a channel; one that is not known does no harm."""
        with self._database.writing() as session:
            session.do(_CLOSE, channel_id)

    def channel(self, channel_id: str) -> Channel | None:
        """Return a channel, or None."""
        with self._database.reading() as session:
            row = session.one(_ONE, channel_id)
        return None if row is None else _channel(row)

    def channels(self, provider: str, account: str) -> list[Channel]:
        """Return an account's channels, oldest first, then by id."""
        with self._database.reading() as session:
            return _by_age(session.all(_ALL, provider, account))

    def channels_of(self, topic: Topic) -> list[Channel]:
        """Return those that announce one topic."""
        with self._database.reading() as session:
            return _by_age(session.all(_OF_ONE, *_named(topic)))

    def receive(self, notification: Notification, *, now: float) -> bool:
        """Note a verified message and mark its channel's topic, together."""
        with self._database.writing() as session:
            channel = _claim(session, notification.channel)
            after = None if channel is None else channel.received(notification)
            if channel is None or after is None:
                return False
            _keep(session, after)
            _mark(session, channel.topic, now)
            return True

    def mark(self, topic: Topic, *, now: float) -> None:
        """Mark a topic as due."""
        with self._database.writing() as session:
            _mark(session, topic, now)

    def settle(self, topic: Topic, marks: int, *, now: float) -> None:
        """Note that a topic was fetched after `marks` marks; ends its rest."""
        with self._database.writing() as session:
            _change(session, topic, _SETTLE, now, marks, marks)

    def postpone(self, topic: Topic, *, until: float) -> None:
        """Leave a topic alone until an instant; its marks stay."""
        with self._database.writing() as session:
            _change(session, topic, _POSTPONE, until)

    def bar(self, topic: Topic, *, until: float, reason: str) -> None:
        """Note that the service has no channels for a topic."""
        with self._database.writing() as session:
            _change(session, topic, _BAR, until, reason)

    def standings(self, provider: str, account: str) -> list[Standing]:
        """Return the standings of an account's topics that were ever mentioned, in a stable order."""
        with self._database.reading() as session:
            held = [_standing(row) for row in session.all(_STANDINGS, provider, account)]
        return sorted(held, key=lambda one: (one.topic.key.calendar, one.topic.collection))

    def standing(self, topic: Topic) -> Standing:
        """Return how one topic stands; the default if it was never mentioned."""
        with self._database.reading() as session:
            row = session.one(_STOOD, *_named(topic))
        return Standing(topic=topic) if row is None else _standing(row)


def _keep(session: Session, channel: Channel) -> None:
    session.do(
        _OPEN,
        channel.id,
        *_named(channel.topic),
        channel.address,
        channel.token_hash,
        channel.opened_at,
        channel.expires_at,
        channel.spread,
        channel.resource,
        json.dumps(channel.numbers),
    )


def _claim(session: Session, channel_id: str) -> Channel | None:
    """Return a channel that nobody else changes until the transaction ends, or None."""
    session.do(_LOCK, channel_id)
    row = session.one(_ONE, channel_id)
    return None if row is None else _channel(row)


def _mark(session: Session, topic: Topic, now: float) -> None:
    _change(session, topic, _MARK, now, now)


def _change(session: Session, topic: Topic, statement: str, *values: object) -> None:
    session.do(_MENTION, *_named(topic))
    session.do(statement, *values, *_named(topic))


def _named(topic: Topic) -> tuple[str, str, str, str]:
    key = topic.key
    return key.provider, key.account, key.calendar, topic.collection


def _topic(row: Row) -> Topic:
    provider, account, name, collection = row
    return Topic(CalendarKey(provider, account, name), collection)


def _channel(row: Row) -> Channel:
    address, token_hash, opened_at, expires_at, spread, resource, numbers = row[5:]
    return Channel(
        id=row[0],
        topic=_topic(row[1:5]),
        address=address,
        token_hash=token_hash,
        opened_at=opened_at,
        expires_at=expires_at,
        spread=spread,
        resource=resource,
        numbers=tuple(json.loads(numbers)),
    )


def _by_age(rows: Iterable[Row]) -> list[Channel]:
    # Databases differ in how they order text.
    return sorted(map(_channel, rows), key=lambda channel: (channel.opened_at, channel.id))


def _standing(row: Row) -> Standing:
    known = dict(zip(_STANDING[4:], row[4:], strict=True))
    return Standing(topic=_topic(row[:4]), **known)
