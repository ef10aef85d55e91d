"""Names for runs in leases."""

from __future__ import annotations

import os
from collections.abc import Callable


def owner_name(entropy: Callable[[int], bytes]) -> str:
    """Return a name for a run in leases: another for every run of every process and machine.

    Two runs of one object, in two threads, tasks or forked processes, have to exclude each
    other like any two workers; so they must not share a name.

    Args:
        entropy: Returns so many bytes that nobody can guess.
    """
    return f"{os.getpid()}-{entropy(16).hex()}"
