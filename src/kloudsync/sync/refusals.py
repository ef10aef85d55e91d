"""What an error on a page says of the walk that it ends: begun anew, listed in full, or given up."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from kloudsync.errors import (
    APIError,
    ConsentRequired,
    CursorRefused,
    RateLimited,
    ServiceUnavailable,
    Unauthorized,
)
from kloudsync.model.state import Cursor
from kloudsync.sync.source import SourceDescription

DOUBT: Final = 24 * 3600.0
"""Seconds between two full passes for refusals that did not speak of the cursor."""

_NOT_OF_THE_PAGE: Final = (Unauthorized, ConsentRequired, RateLimited, ServiceUnavailable)


@frozen(kw_only=True)
class Refusal:
    """Why a cursor is given up.

    Attributes:
        reason: What the service said, for the report.
        is_doubt: Whether it did not speak of the cursor.
    """

    reason: str
    is_doubt: bool = False


def blames_position(error: APIError) -> bool:
    """Tell whether an error may be the fault of where a pass goes on that was cut off.

    In which words services refuse positions of old is not documented. What speaks of the
    credentials, of the budget or of the service as a whole speaks of no position.
    """
    return not isinstance(error, _NOT_OF_THE_PAGE)


def refusal_of(
    error: APIError,
    source: SourceDescription,
    cursor: Cursor | None,
    position: str | None,
    *,
    now: float,
) -> Refusal | None:
    """Return why an error gives a cursor or page up; None where it means something else.

    The stored fingerprint proves that the same query made the cursor. What the service refuses
    in words that nobody knows is therefore doubted, though not each time: the cursor of the full
    pass that follows may be refused in the same words.
    """
    reason = source.refused(error, cursor, position)
    if reason is not None:
        return Refusal(reason=reason)
    told = f"{error.status} {error.reason or 'without a reason'}"
    if isinstance(error, CursorRefused):
        return Refusal(reason=f"{told}: the cursor was refused")
    if cursor is None or not source.doubts(error):
        return None
    if cursor.doubted_at is not None and now - cursor.doubted_at < DOUBT:
        return None
    return Refusal(reason=f"{told}: the cursor may be meant", is_doubt=True)
