"""The row of a calendar, and the right to change it."""

from __future__ import annotations

import json
from operator import attrgetter
from typing import Any

from attrs import fields_dict

from kloudsync.errors import LeaseLost
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import CalendarState, Checkpoint, Cursor, Lease
from kloudsync.stores.sql.session import Row, Session, Soon
from kloudsync.stores.sql.shelf import UNKNOWN, Shelf

# Whether anything pends or is set aside costs one look here, and spares most transactions two more.
_FIND = """
SELECT calendar, passes, held, first_ref, position,
    EXISTS (SELECT 1 FROM pending p WHERE p.calendar = c.calendar),
    EXISTS (SELECT 1 FROM quarantine q WHERE q.calendar = c.calendar),
    cursor_token, cursor_fingerprint, doubted_at, checkpoint, zone, synced_at, identity
FROM calendar c WHERE provider = ? AND account = ? AND name = ? AND query = ?
"""
_MEMBERS = tuple(fields_dict(Checkpoint))
_members_of = attrgetter(*_MEMBERS)

_CREATE = """
INSERT INTO calendar (provider, account, name, query) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
# Nobody overtakes until this transaction ends.
_ADMIT = "SELECT 1 FROM lease WHERE name = ? AND fence = ? AND owner IS NOT NULL "


def find(session: Session, key: CalendarKey) -> Shelf:
    """Return a calendar's row, or `UNKNOWN`."""
    known = session.known.shelf(key)
    if known is None:
        row = session.one(_FIND, *named(key))
        known = UNKNOWN if row is None else _shelf(row)
        session.known.keep(key, known)
    return known


def claim(session: Session, key: CalendarKey, lease: Lease | None = None) -> Shelf:
    """Return a calendar's row, which is created if it is not there.

    Raises:
        LeaseLost: A lease is given, and allows no writes.
    """
    shelf = find(session, key) if lease is None else admitted(session, lease, key)
    if shelf is UNKNOWN:
        session.do(_CREATE, *named(key))
        session.known.forget()
        shelf = find(session, key)
    return shelf


def admit(session: Session, lease: Lease) -> None:
    """Let only the holder of a lease write, until the transaction ends.

    Raises:
        LeaseLost: The lease was given back, or somebody took it over.
    """
    if not session.known.admits(lease):
        _expect_held(session, lease, _asked(session, lease))


def admitted(session: Session, lease: Lease, key: CalendarKey) -> Shelf:
    """Return a calendar's row, or `UNKNOWN`, to the holder of a lease; see `admit`.

    Raises:
        LeaseLost: The lease was given back, or somebody took it over.
    """
    if session.known.admits(lease):
        return find(session, key)
    asked = _asked(session, lease)
    if not session.is_alone:
        session.known.forget()
    shelf = find(session, key)
    _expect_held(session, lease, asked)
    return shelf


def _asked(session: Session, lease: Lease) -> Soon:
    return session.soon(_ADMIT + session.locking, lease.name, lease.fence)


def _expect_held(session: Session, lease: Lease, asked: Soon) -> None:
    if not asked.rows():
        raise LeaseLost(
            f"the lease on {lease.name} with fence {lease.fence} was given back or taken over "
            "by another worker; nothing was written"
        )
    session.known.admit(lease.name, lease.fence)


def _shelf(row: Row) -> Shelf:
    number, passes, held, first_ref, position, pends, sets_aside = row[:7]
    token, fingerprint, doubted_at, checkpoint, zone, synced_at, identity = row[7:]
    return Shelf(
        number=number,
        held=held,
        first_ref=first_ref,
        position=position,
        pends=bool(pends),
        sets_aside=bool(sets_aside),
        marks=checkpoint is not None,
        state=CalendarState(
            passes=passes,
            cursor=None
            if token is None
            else Cursor(token=token, fingerprint=fingerprint, doubted_at=doubted_at),
            checkpoint=unpacked(checkpoint),
            zone=zone,
            synced_at=synced_at,
            identity=identity,
        ),
    )


def unpacked(text: str | None) -> Checkpoint | None:
    """Return a checkpoint from text; members that another version wrote are left aside."""
    if text is None:
        return None
    members: dict[str, Any] = json.loads(text)
    return Checkpoint(**{name: value for name, value in members.items() if name in _MEMBERS})


def packed(checkpoint: Checkpoint | None) -> str | None:
    """Return a checkpoint as text."""
    if checkpoint is None:
        return None
    return json.dumps(dict(zip(_MEMBERS, _members_of(checkpoint), strict=True)))


def named(key: CalendarKey) -> tuple[str, str, str, str]:
    """Return what a calendar's row is found by."""
    return key.provider, key.account, key.calendar, key.query
