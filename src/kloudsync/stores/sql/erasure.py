"""What stores hold of a calendar and of an account, and how all of it goes."""

from __future__ import annotations

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.writes import tells_of
from kloudsync.stores.sql.calendars import named
from kloudsync.stores.sql.feed import LOCK_HEAD
from kloudsync.stores.sql.session import Session
from kloudsync.stores.sql.shelf import Shelf

# Neither positions nor fences are used again, should the calendar come back.
_RAISE_POSITION = "UPDATE head SET position = ? WHERE position < ?"
_RAISE_FENCE = "UPDATE head SET fence = ? WHERE fence < ?"
_BY_NUMBER = (
    *(
        f"DELETE FROM {table} WHERE calendar = ?"
        for table in (
            *("event", "seen", "quarantine", "link", "feed", "batch"),
            "pending",
        )
    ),
    # A row for all calendars has the number 0, which no calendar has.
    "DELETE FROM consumer WHERE calendar = ? AND calendar <> 0",
    "DELETE FROM calendar WHERE calendar = ?",
)
_BY_NAME = tuple(
    f"DELETE FROM {table} WHERE provider = ? AND account = ? AND name = ?"
    for table in ("channel", "standing")
)
_BY_KEY = tuple(
    f"DELETE FROM {table} WHERE provider = ? AND account = ? AND name = ? AND query = ?"
    for table in ("due", "request_count")
)
_BY_ACCOUNT = tuple(
    f"DELETE FROM {table} WHERE provider = ? AND account = ?"
    for table in ("channel", "standing", "due", "request_count", "token")
)
_FENCE = "SELECT fence FROM lease WHERE name = ?"
# Commits lock their lease before anything else. Where there is none, nobody is to take one meanwhile.
_LOCK_LEASE = """
INSERT INTO lease (name, owner, fence, expires_at) VALUES (?, NULL, (SELECT fence FROM head), 0)
ON CONFLICT (name) DO UPDATE SET fence = lease.fence
"""
_FORGET_LEASE = "DELETE FROM lease WHERE name = ?"
_MIRRORS = "SELECT DISTINCT mirror FROM ledger"
_FORGET_LEDGER = "DELETE FROM ledger WHERE mirror = ?"
_OF_ACCOUNT = "SELECT name, query FROM calendar WHERE provider = ? AND account = ?"


def calendars_of(session: Session, provider: str, account: str) -> list[CalendarKey]:
    """Return every calendar of an account that has a row, even if it was never committed."""
    rows = session.all(_OF_ACCOUNT, provider, account)
    return [CalendarKey(provider, account, name, query) for name, query in rows]


def erase(session: Session, key: CalendarKey, shelf: Shelf) -> None:
    """Remove a calendar, its leases and channels, and what mirrors noted of it."""
    session.do(LOCK_HEAD)
    session.do(_RAISE_POSITION, shelf.position, shelf.position)
    for statement in _BY_NUMBER:
        session.do(statement, shelf.number)
    # The part of a calendar has no channel of its own.
    for statement in () if key.query else _BY_NAME:
        session.do(statement, key.provider, key.account, key.calendar)
    for statement in _BY_KEY:
        session.do(statement, *named(key))
    for (mirror,) in session.all(_MIRRORS):
        if tells_of(mirror, key):
            session.do(_FORGET_LEDGER, mirror)
    forget_lease(session, str(key))
    session.known.forget()


def lock_leases(session: Session, provider: str, account: str, keys: list[CalendarKey]) -> None:
    """Wait until nobody writes under a lease of an account, and let nobody begin to."""
    for name in sorted({*map(str, keys), _channels_of(provider, account)}):
        session.do(_LOCK_LEASE, name)
    session.known.forget()


def erase_account(session: Session, provider: str, account: str) -> None:
    """Remove what an account has besides calendars."""
    for statement in _BY_ACCOUNT:
        session.do(statement, provider, account)
    forget_lease(session, _channels_of(provider, account))


def forget_lease(session: Session, name: str) -> None:
    """Remove a lease: its holder writes nothing more, and later holders have higher fences."""
    row = session.one(_FENCE, name)
    if row is not None:
        session.do(_RAISE_FENCE, row[0], row[0])
        session.do(_FORGET_LEASE, name)
        session.known.expel(name)


def _channels_of(provider: str, account: str) -> str:
    return f"channels:{provider}:{account}"
