"""The tables of a SQLite store, and how an older file becomes a current one."""

from __future__ import annotations

import sqlite3

from kloudsync.errors import StoreCorrupt
from kloudsync.stores.bounds import REACHES
from kloudsync.stores.sql.budgets import BUDGET_TABLES
from kloudsync.stores.sql.channels import CHANNEL_TABLES
from kloudsync.stores.sql.ledger import LEDGER_TABLES
from kloudsync.stores.sql.versions import SECOND, WINDOWS, too_new

APPLICATION_ID = 0x6B6C6473
"""Stands in the file's header and tells our files from other programs'."""

_FIRST = (
    """
    CREATE TABLE calendar (
        calendar INTEGER PRIMARY KEY,
        provider TEXT NOT NULL,
        account TEXT NOT NULL,
        name TEXT NOT NULL,
        passes INTEGER NOT NULL DEFAULT 0,
        held INTEGER NOT NULL DEFAULT 0,
        first_ref INTEGER NOT NULL DEFAULT 1,
        cursor_token TEXT,
        cursor_fingerprint TEXT,
        checkpoint TEXT,
        zone TEXT,
        synced_at REAL,
        UNIQUE (provider, account, name)
    )
    """,
    # Text as received comes last: whoever needs only columns need not read past them.
    """
    CREATE TABLE event (
        ref INTEGER PRIMARY KEY,
        calendar INTEGER NOT NULL,
        born INTEGER NOT NULL,
        died INTEGER,
        verdict INTEGER NOT NULL,
        bucket INTEGER,
        until INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        start INTEGER,
        finish INTEGER,
        last_end INTEGER,
        all_day INTEGER NOT NULL,
        busy INTEGER NOT NULL,
        declined INTEGER NOT NULL,
        original INTEGER,
        original_all_day INTEGER NOT NULL,
        id TEXT NOT NULL,
        series TEXT,
        zone TEXT,
        uid TEXT,
        lineage TEXT,
        created TEXT,
        recurrence TEXT,
        raw TEXT NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX event_id ON event (calendar, id, born)",
    """
    CREATE INDEX event_placed ON event (calendar, bucket, start)
    WHERE bucket IS NOT NULL AND died IS NULL
    """,
    "CREATE INDEX event_recurring ON event (calendar, until) WHERE kind = 2 AND died IS NULL",
    """
    CREATE INDEX event_moved ON event (calendar, original)
    WHERE original IS NOT NULL AND died IS NULL
    """,
    "CREATE INDEX event_series ON event (calendar, series) WHERE series IS NOT NULL AND died IS NULL",
    "CREATE INDEX event_lineage ON event (calendar, lineage) WHERE kind = 2 AND died IS NULL",
    "CREATE INDEX event_created ON event (calendar, created) WHERE kind = 2 AND died IS NULL",
    "CREATE INDEX event_dead ON event (died) WHERE died IS NOT NULL",
    "CREATE TABLE span (bucket INTEGER PRIMARY KEY, reach INTEGER NOT NULL)",
    *(f"INSERT INTO span VALUES ({bucket:d}, {reach:d})" for bucket, reach in REACHES),
    """
    CREATE TABLE seen (
        calendar INTEGER NOT NULL,
        id TEXT NOT NULL,
        PRIMARY KEY (calendar, id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE quarantine (
        calendar INTEGER NOT NULL,
        staged INTEGER NOT NULL,
        slot TEXT NOT NULL,
        id TEXT,
        reason TEXT NOT NULL,
        raw TEXT NOT NULL,
        version TEXT NOT NULL,
        PRIMARY KEY (calendar, staged, slot)
    )
    """,
    """
    CREATE TABLE link (
        calendar INTEGER NOT NULL,
        old TEXT NOT NULL,
        at INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (calendar, old)
    ) WITHOUT ROWID
    """,
    # Positions are never used twice, or a consumer would miss what takes the place of a pruned entry.
    """
    CREATE TABLE feed (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        calendar INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        recorded_at REAL NOT NULL,
        before_ref INTEGER,
        after_ref INTEGER,
        link TEXT
    )
    """,
    "CREATE INDEX feed_calendar ON feed (calendar, position)",
    "CREATE TABLE head (position INTEGER NOT NULL)",
    "INSERT INTO head VALUES (0)",
    """
    CREATE TABLE consumer (
        calendar INTEGER NOT NULL,
        name TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (calendar, name)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE lease (
        name TEXT PRIMARY KEY,
        owner TEXT,
        fence INTEGER NOT NULL,
        expires_at REAL NOT NULL
    ) WITHOUT ROWID
    """,
)

_SECOND = (
    *SECOND,
    # Positions are a calendar's own.
    "DROP INDEX feed_calendar",
    "ALTER TABLE feed RENAME TO former_feed",
    """
    CREATE TABLE feed (
        calendar INTEGER NOT NULL,
        position INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        recorded_at REAL NOT NULL,
        before_ref INTEGER,
        after_ref INTEGER,
        link TEXT,
        PRIMARY KEY (calendar, position)
    ) WITHOUT ROWID
    """,
    """
    INSERT INTO feed (calendar, position, kind, recorded_at, before_ref, after_ref, link)
    SELECT calendar, position, kind, recorded_at, before_ref, after_ref, link
    FROM former_feed ORDER BY calendar, position
    """,
    "DROP TABLE former_feed",
    # Part of the copy's name, which SQLite cannot lengthen where it stands.
    """
    CREATE TABLE renamed (
        calendar INTEGER PRIMARY KEY,
        provider TEXT NOT NULL,
        account TEXT NOT NULL,
        name TEXT NOT NULL,
        query TEXT NOT NULL DEFAULT '',
        passes INTEGER NOT NULL DEFAULT 0,
        held INTEGER NOT NULL DEFAULT 0,
        first_ref INTEGER NOT NULL DEFAULT 1,
        cursor_token TEXT,
        cursor_fingerprint TEXT,
        checkpoint TEXT,
        zone TEXT,
        synced_at REAL,
        identity TEXT,
        position BIGINT NOT NULL DEFAULT 0,
        doubted_at DOUBLE PRECISION,
        UNIQUE (provider, account, name, query)
    )
    """,
    """
    INSERT INTO renamed (calendar, provider, account, name, passes, held, first_ref, zone, synced_at, position)
    SELECT calendar, provider, account, name, passes, held, first_ref, zone, synced_at, position FROM calendar
    """,
    "DROP TABLE calendar",
    "ALTER TABLE renamed RENAME TO calendar",
    *WINDOWS,
    # Deletions that nobody said: seen by readers until somebody settles them.
    """
    CREATE TABLE pending (
        calendar INTEGER NOT NULL,
        id TEXT NOT NULL,
        since REAL NOT NULL,
        refused INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (calendar, id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE token (
        provider TEXT NOT NULL,
        account TEXT NOT NULL,
        body BLOB NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (provider, account)
    ) WITHOUT ROWID
    """,
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (*_FIRST, *CHANNEL_TABLES, *LEDGER_TABLES, *BUDGET_TABLES),
    _SECOND,
)
"""What makes version n + 1 of version n; version 0 is an empty file."""

_INVALIDATE = (
    "UPDATE calendar SET cursor_token = NULL, cursor_fingerprint = NULL, checkpoint = NULL"
)


def version_of(connection: sqlite3.Connection, place: str) -> int:
    """Return the schema version of a file, 0 for an empty one.

    Raises:
        StoreCorrupt: The file belongs to another program.
        StoreTooNew: A newer kloudsync wrote the file.
    """
    # One snapshot: another process may be creating the store right now.
    connection.execute("BEGIN")
    try:
        return _version_of(connection, place)
    finally:
        connection.execute("ROLLBACK")


def migrate(connection: sqlite3.Connection, place: str) -> None:
    """Bring a file to the current schema, in one transaction; several programs may try at once.

    A cursor from an older schema is forgotten: the next sync reads everything again,
    so that what newer columns hold is right.
    """
    if version_of(connection, place) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    version = _version_of(connection, place)
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    if 0 < version < len(MIGRATIONS):
        connection.execute(_INVALIDATE)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS):d}")
    connection.execute("COMMIT")


def expect_version(connection: sqlite3.Connection, place: str) -> None:
    """See that nobody migrated the file since it was opened; to be asked in each transaction that writes.

    Raises:
        StoreTooNew: A newer kloudsync did.
    """
    version = _number(connection, "PRAGMA user_version")
    if version != len(MIGRATIONS):
        raise too_new(version, len(MIGRATIONS), place)


def _version_of(connection: sqlite3.Connection, place: str) -> int:
    application = _number(connection, "PRAGMA application_id")
    version = _number(connection, "PRAGMA user_version")
    if application != APPLICATION_ID:
        if application or version or _number(connection, "SELECT count(*) FROM sqlite_master"):
            raise StoreCorrupt(
                f"{place} is a database of another program; give the path of a kloudsync store"
            )
        return 0
    if version > len(MIGRATIONS):
        raise too_new(version, len(MIGRATIONS), place)
    return version


def _number(connection: sqlite3.Connection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0])
