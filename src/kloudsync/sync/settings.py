"""How the engine behaves."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from kloudsync.http.pages import LONGEST_WALK
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.written_apart import WRITTEN_APART


@frozen(kw_only=True)
class Settings:
    """How the engine behaves.

    Attributes:
        owner: Names a run in leases; each call returns another name.
        version: The version of kloudsync, kept with what it could not understand.
        lease_ttl: Seconds after which a silent worker's lease may be taken over; renewed
            with every page.
        most_resyncs: How often one run falls back to a full pass before it gives up.
        longest_walk: How many pages a pass may have, in all its runs.
        long_pass: A first pass of so many pages is judged, and the feed told of it, before its commit
            begins, so that the commit of a very large calendar keeps nobody else waiting.
        mass_deletion: When a pass that deletes much is held.
        written_apart: So many seconds may lie between the writes of a client that divides a
            series by itself.
        rehearsed: Whether the store only rehearses, so that nothing is ever committed.
    """

    owner: Callable[[], str]
    version: str
    lease_ttl: float = 120.0
    most_resyncs: int = 2
    longest_walk: int = LONGEST_WALK
    long_pass: int = 8
    mass_deletion: MassDeletion = MassDeletion()
    written_apart: float = WRITTEN_APART
    rehearsed: bool = False
