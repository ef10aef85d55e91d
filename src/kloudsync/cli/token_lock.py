"""One process at a time renews what a token file keeps."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from attrs import frozen

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@frozen
class TokenLock:
    """A lock beside a token file, as renewals take leases; the system frees it if a process dies.

    Attributes:
        path: The token file. The lock is an empty file beside it, which stays.
    """

    path: Path

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> int | None:  # noqa: ARG002 - the shape of a lease
        """Take the lock; None if another process, or another lock of this one, has it."""
        beside = self.path.with_name(f"{self.path.name}.lock")
        handle = os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            return None
        return handle

    def release(self, lease: int) -> None:
        """Give the lock back."""
        os.close(lease)
