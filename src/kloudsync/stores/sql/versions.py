"""Versions of the schema: what each adds in words that SQLite and PostgreSQL share."""

from __future__ import annotations

from kloudsync.errors import StoreTooNew
from kloudsync.stores.sql.due import DUE_TABLES
from kloudsync.stores.sql.requests import REQUEST_TABLES

SECOND = (
    # Whose calendar a copy is of, and the last position in its feed. How its rules are read stands in
    # the fingerprint of its cursor, which a change of it makes void: kept twice it could differ.
    "ALTER TABLE calendar ADD COLUMN identity TEXT",
    "ALTER TABLE calendar ADD COLUMN position BIGINT NOT NULL DEFAULT 0",
    # When a cursor of this copy was last given up for a refusal that did not speak of it.
    "ALTER TABLE calendar ADD COLUMN doubted_at DOUBLE PRECISION",
    "CREATE INDEX event_started ON event (calendar, start) WHERE kind = 2 AND died IS NULL",
    # Passes that were under way begin anew, as their cursors are forgotten; what they staged would
    # be taken for part of the next one, which has their number.
    """
    DELETE FROM event WHERE born > (
        SELECT passes FROM calendar WHERE calendar.calendar = event.calendar)
    """,
    # The last place in the feed of all calendars. The position here is above those of calendars that
    # are forgotten; those of version 1 were places and positions at once.
    "ALTER TABLE head ADD COLUMN place BIGINT NOT NULL DEFAULT 0",
    "UPDATE head SET place = position",
    # No lease that is forgotten had a higher fence.
    "ALTER TABLE head ADD COLUMN fence BIGINT NOT NULL DEFAULT 0",
    "UPDATE calendar SET position = (SELECT position FROM head)",
    # When the last commit was made that a consumer can have known of when it was last heard of.
    "ALTER TABLE consumer ADD COLUMN heard_at DOUBLE PRECISION NOT NULL DEFAULT 0",
    # What one commit told. The place is that of its last entry among those of all calendars, and
    # missing until somebody reads them.
    """
    CREATE TABLE batch (
        calendar BIGINT NOT NULL,
        first BIGINT NOT NULL,
        last BIGINT NOT NULL,
        recorded_at DOUBLE PRECISION NOT NULL,
        place BIGINT,
        PRIMARY KEY (calendar, first)
    )
    """,
    """
    INSERT INTO batch (calendar, first, last, recorded_at, place)
    SELECT calendar, position, position, recorded_at, position FROM feed
    """,
    "CREATE UNIQUE INDEX batch_place ON batch (place)",
    "CREATE INDEX batch_unplaced ON batch (calendar) WHERE place IS NULL",
    *DUE_TABLES,
    *REQUEST_TABLES,
)
"""Statements that make version 2 of version 1."""

WINDOWS = tuple(
    f"UPDATE calendar SET provider = '{provider}', query = 'window' WHERE provider = '{provider}-window'"
    for provider in ("google", "kloudless")
)
"""Statements that name copies of windows after their calendars."""


def too_new(version: int, known: int, place: str) -> StoreTooNew:
    """Return the error for a schema that this version must not touch.

    Args:
        version: The schema's.
        known: The newest one that is known here.
        place: The store, for messages.
    """
    return StoreTooNew(
        f"{place} has schema {version}, and this kloudsync knows schemas up to {known}; "
        "upgrade kloudsync"
    )
