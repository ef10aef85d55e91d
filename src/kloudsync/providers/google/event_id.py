"""Event ids of the caller's own choice, with which an insert can be repeated."""

from __future__ import annotations

from base64 import b32hexencode

from kloudsync.errors import UsageError

LEAST, MOST = 16, 640


def event_id(key: bytes) -> str:
    """Turn a key into an event id that Google accepts: `a` to `v` and `0` to `9`.

    The same key always gives the same id. Pass `uuid4().bytes` for an event that is new
    for sure, or a digest of your own record's key, so that the record's event can be
    found, and cannot be created twice, even by a program that forgot that it did.

    Args:
        key: 16 to 640 bytes, unique in the calendar for all time: ids of deleted events
            stay taken.

    Raises:
        UsageError: The key is too short to be unique, or too long.
    """
    if not LEAST <= len(key) <= MOST:
        raise UsageError(f"a key of {len(key)} bytes; {LEAST} to {MOST} make an event id")
    return b32hexencode(key).decode().rstrip("=").lower()
