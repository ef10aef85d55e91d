"""The row of a calendar, and the right to change it."""

from __future__ import annotations

import json
from typing import Any

from attrs import asdict, fields_dict, frozen

from kloudsync.errors import LeaseLost
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import CalendarState, Checkpoint, Cursor, Lease
from kloudsync.stores.sql.session import Session

_FIND = """
SELECT calendar, passes, held, first_ref, position,
    cursor_token, cursor_fingerprint, doubted_at, checkpoint, zone, synced_at, identity
FROM calendar WHERE provider = ? AND account = ? AND name = ? AND query = ?
"""
_CREATE = """
INSERT INTO calendar (provider, account, name, query) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
# An update that changes nothing still locks the row: nobody overtakes until this transaction ends.
_ADMIT = "UPDATE lease SET fence = fence WHERE name = ? AND fence = ? AND owner IS NOT NULL"


@frozen(kw_only=True)
class Shelf:
    """A calendar's row.

    Attributes:
        number: What other tables call the calendar.
        held: How many of its records are visible.
        first_ref: No version of the pass under way has a lower number.
        position: That of its last entry in the feed.
        state: What the engine wants to know.
    """

    number: int
    held: int
    first_ref: int
    position: int
    state: CalendarState

    @property
    def passes(self) -> int:
        """Versions born later than this are invisible."""
        return self.state.passes

    @property
    def under_way(self) -> int:
        """The pass in which staged versions are born."""
        return self.state.passes + 1


UNKNOWN = Shelf(number=0, held=0, first_ref=0, position=0, state=CalendarState())
"""Stands for a calendar without a row: nothing refers to it."""


def find(session: Session, key: CalendarKey) -> Shelf:
    """Return a calendar's row, or `UNKNOWN`."""
    row = session.one(_FIND, *named(key))
    if row is None:
        return UNKNOWN
    number, passes, held, first_ref, position = row[:5]
    token, fingerprint, doubted_at, checkpoint, zone, synced_at, identity = row[5:]
    return Shelf(
        number=number,
        held=held,
        first_ref=first_ref,
        position=position,
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


def claim(session: Session, key: CalendarKey) -> Shelf:
    """Return a calendar's row, which is created if it is not there."""
    shelf = find(session, key)
    if shelf is UNKNOWN:
        session.do(_CREATE, *named(key))
        shelf = find(session, key)
    return shelf


def admit(session: Session, lease: Lease) -> None:
    """Let only the holder of a lease write, until the transaction ends.

    Raises:
        LeaseLost: The lease was given back, or somebody took it over.
    """
    if not session.run(_ADMIT, lease.name, lease.fence):
        raise LeaseLost(
            f"the lease on {lease.name} with fence {lease.fence} was given back or taken over "
            "by another worker; nothing was written"
        )


def unpacked(text: str | None) -> Checkpoint | None:
    """Return a checkpoint from text; members that another version wrote are left aside."""
    if text is None:
        return None
    members: dict[str, Any] = json.loads(text)
    known = fields_dict(Checkpoint)
    return Checkpoint(**{name: value for name, value in members.items() if name in known})


def packed(checkpoint: Checkpoint | None) -> str | None:
    """Return a checkpoint as text."""
    return None if checkpoint is None else json.dumps(asdict(checkpoint))


def named(key: CalendarKey) -> tuple[str, str, str, str]:
    """Return what a calendar's row is found by."""
    return key.provider, key.account, key.calendar, key.query
