"""The tables of a PostgreSQL store, and how an older schema becomes a current one."""

from __future__ import annotations

from kloudsync.errors import StoreCorrupt
from kloudsync.stores.bounds import REACHES
from kloudsync.stores.postgres.session import PostgresSession
from kloudsync.stores.sql.budgets import BUDGET_TABLES
from kloudsync.stores.sql.channels import CHANNEL_TABLES
from kloudsync.stores.sql.ledger import LEDGER_TABLES
from kloudsync.stores.sql.versions import SECOND, WINDOWS, too_new

# Text sorts by code point, as it does in Python, whatever the locale of the database.
_FIRST = (
    """
    CREATE TABLE calendar (
        calendar BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        provider TEXT COLLATE "C" NOT NULL,
        account TEXT COLLATE "C" NOT NULL,
        name TEXT COLLATE "C" NOT NULL,
        passes BIGINT NOT NULL DEFAULT 0,
        held BIGINT NOT NULL DEFAULT 0,
        first_ref BIGINT NOT NULL DEFAULT 1,
        cursor_token TEXT,
        cursor_fingerprint TEXT,
        checkpoint TEXT,
        zone TEXT,
        synced_at DOUBLE PRECISION,
        UNIQUE (provider, account, name)
    )
    """,
    """
    CREATE TABLE event (
        ref BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        calendar BIGINT NOT NULL,
        born BIGINT NOT NULL,
        died BIGINT,
        until BIGINT NOT NULL,
        start BIGINT,
        finish BIGINT,
        last_end BIGINT,
        original BIGINT,
        verdict SMALLINT NOT NULL,
        bucket SMALLINT,
        kind SMALLINT NOT NULL,
        all_day SMALLINT NOT NULL,
        busy SMALLINT NOT NULL,
        declined SMALLINT NOT NULL,
        original_all_day SMALLINT NOT NULL,
        id TEXT COLLATE "C" NOT NULL,
        series TEXT COLLATE "C",
        zone TEXT,
        uid TEXT,
        lineage TEXT COLLATE "C",
        created TEXT COLLATE "C",
        recurrence TEXT,
        raw TEXT NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX event_id ON event (calendar, id, born)",
    "CREATE INDEX event_born ON event (calendar, born, ref)",
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
    "CREATE TABLE span (bucket SMALLINT PRIMARY KEY, reach BIGINT NOT NULL)",
    *(f"INSERT INTO span VALUES ({bucket:d}, {reach:d})" for bucket, reach in REACHES),
    """
    CREATE TABLE seen (
        calendar BIGINT NOT NULL,
        id TEXT COLLATE "C" NOT NULL,
        PRIMARY KEY (calendar, id)
    )
    """,
    """
    CREATE TABLE quarantine (
        calendar BIGINT NOT NULL,
        staged SMALLINT NOT NULL,
        slot TEXT COLLATE "C" NOT NULL,
        id TEXT COLLATE "C",
        reason TEXT NOT NULL,
        raw TEXT NOT NULL,
        version TEXT NOT NULL,
        PRIMARY KEY (calendar, staged, slot)
    )
    """,
    """
    CREATE TABLE link (
        calendar BIGINT NOT NULL,
        old TEXT COLLATE "C" NOT NULL,
        at BIGINT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (calendar, old)
    )
    """,
    """
    CREATE TABLE feed (
        position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        calendar BIGINT NOT NULL,
        kind SMALLINT NOT NULL,
        recorded_at DOUBLE PRECISION NOT NULL,
        before_ref BIGINT,
        after_ref BIGINT,
        link TEXT
    )
    """,
    "CREATE INDEX feed_calendar ON feed (calendar, position)",
    "CREATE TABLE head (position BIGINT NOT NULL)",
    "INSERT INTO head VALUES (0)",
    """
    CREATE TABLE consumer (
        calendar BIGINT NOT NULL,
        name TEXT COLLATE "C" NOT NULL,
        position BIGINT NOT NULL,
        PRIMARY KEY (calendar, name)
    )
    """,
    """
    CREATE TABLE lease (
        name TEXT COLLATE "C" PRIMARY KEY,
        owner TEXT,
        fence BIGINT NOT NULL,
        expires_at DOUBLE PRECISION NOT NULL
    )
    """,
)

_SECOND = (
    *SECOND,
    # Positions are a calendar's own.
    "DROP INDEX feed_calendar",
    "ALTER TABLE feed DROP CONSTRAINT feed_pkey",
    "ALTER TABLE feed ALTER COLUMN position DROP IDENTITY",
    "ALTER TABLE feed ADD PRIMARY KEY (calendar, position)",
    "ALTER TABLE calendar ADD COLUMN query TEXT COLLATE \"C\" NOT NULL DEFAULT ''",
    "ALTER TABLE calendar DROP CONSTRAINT calendar_provider_account_name_key",
    "ALTER TABLE calendar ADD UNIQUE (provider, account, name, query)",
    *WINDOWS,
    # Deletions that nobody said: seen by readers until somebody settles them.
    """
    CREATE TABLE pending (
        calendar BIGINT NOT NULL,
        id TEXT COLLATE "C" NOT NULL,
        since DOUBLE PRECISION NOT NULL,
        refused SMALLINT NOT NULL DEFAULT 0,
        PRIMARY KEY (calendar, id)
    )
    """,
    """
    CREATE TABLE token (
        provider TEXT NOT NULL,
        account TEXT NOT NULL,
        body BYTEA NOT NULL,
        version BIGINT NOT NULL,
        PRIMARY KEY (provider, account)
    )
    """,
    # Every run moves its row: what it leaves behind stands where claims look first.
    """
    ALTER TABLE due SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01,
        autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0)
    """,
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (*_FIRST, *CHANNEL_TABLES, *LEDGER_TABLES, *BUDGET_TABLES),
    _SECOND,
)
"""What makes version n + 1 of version n; version 0 is an empty schema."""

# Any number will do that other programs are unlikely to lock.
_TURN = "SELECT pg_advisory_xact_lock(7812452384021)"
# Every transaction that writes has read this table, and so holds it until it ends.
_ALONE = "LOCK TABLE kloudsync_schema IN ACCESS EXCLUSIVE MODE"
_EXISTS = "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = ?)"
_INHABITED = """
SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ?)
"""
_KNOWN = """
SELECT EXISTS (
    SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ? AND c.relname = 'kloudsync_schema')
"""
_VERSION = "SELECT version FROM kloudsync_schema"
_INVALIDATE = (
    "UPDATE calendar SET cursor_token = NULL, cursor_fingerprint = NULL, checkpoint = NULL"
)


# Sequences do not travel with the rows of every copy: some replicas and plain copies leave them behind.
# Whoever may not read them may not set them, either.
_SEQUENCES = """
FROM (VALUES ('calendar', 'calendar', (SELECT max(calendar) FROM calendar)),
    ('event', 'ref', (SELECT max(ref) FROM event))) AS highest (of_table, of_column, number),
    LATERAL (SELECT pg_get_serial_sequence(of_table, of_column)::regclass AS sequence) AS of_rows
WHERE CASE WHEN has_sequence_privilege(sequence, 'SELECT') AND has_sequence_privilege(sequence, 'UPDATE')
    THEN number > coalesce(pg_sequence_last_value(sequence), 0) ELSE false END
"""
_BEHIND = f"SELECT 1 {_SEQUENCES}"
_SET_ON = f"SELECT setval(sequence, number) {_SEQUENCES}"


def is_behind(session: PostgresSession) -> bool:
    """Tell whether numbers would be given again that rows have."""
    return session.one(_BEHIND) is not None


def set_on(session: PostgresSession) -> None:
    """Let new rows have numbers above those of all rows."""
    session.all(_SET_ON)


def is_current(session: PostgresSession, schema: str, place: str) -> bool:
    """Tell whether a schema needs no migration; only looks.

    Args:
        session: A transaction that looks for tables in the schema alone.
        schema: The name of the schema.
        place: The same for messages.

    Raises:
        StoreCorrupt: The schema is another program's.
        StoreTooNew: A newer kloudsync made it.
    """
    return _version_of(session, schema, place) == len(MIGRATIONS)


def migrate(session: PostgresSession, schema: str, place: str) -> None:
    """Bring a schema up to date; workers that start together take turns, and writers end first.

    A cursor from an older schema is forgotten: the next sync reads everything again,
    so that what newer columns hold is right.

    Args:
        session: A transaction that looks for tables in the schema alone.
        schema: The name of the schema.
        place: The same for messages.

    Raises:
        StoreCorrupt: The schema is another program's.
        StoreTooNew: A newer kloudsync made it.
    """
    session.one(_TURN)
    version = _version_of(session, schema, place)
    if version:
        session.do(_ALONE)
        version = _version_of(session, schema, place)
    else:
        _found(session, schema)
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            session.do(statement)
    if 0 < version < len(MIGRATIONS):
        session.do(_INVALIDATE)
    session.do("UPDATE kloudsync_schema SET version = ?", len(MIGRATIONS))


def expect_version(version: int, place: str) -> None:
    """See that nobody migrated the schema since it was opened; to be asked in each transaction that writes.

    Raises:
        StoreTooNew: A newer kloudsync did.
    """
    if version != len(MIGRATIONS):
        raise too_new(version, len(MIGRATIONS), place)


def _version_of(session: PostgresSession, schema: str, place: str) -> int:
    if session.one(_KNOWN, schema) == (False,):
        if session.one(_INHABITED, schema) == (True,):
            raise StoreCorrupt(f"{place} has tables of another program; give a schema of its own")
        return 0
    row = session.one(_VERSION)
    version: int = row[0] if row else 0
    if version > len(MIGRATIONS):
        raise too_new(version, len(MIGRATIONS), place)
    return version


def _found(session: PostgresSession, schema: str) -> None:
    """Create what holds the version of an empty schema."""
    if session.one(_EXISTS, schema) == (False,):
        session.create_schema(schema)
    if session.one(_KNOWN, schema) == (False,):
        session.do("CREATE TABLE kloudsync_schema (version INTEGER NOT NULL)")
        session.do("INSERT INTO kloudsync_schema VALUES (0)")
