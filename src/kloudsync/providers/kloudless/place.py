"""Where a pass stands: everything that the next request needs, as one opaque text.

A pass has phases, and the engine only carries positions from page to page; so the
phase, the subscription and the cursors are written into the position itself.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from attrs import evolve, field, frozen

from kloudsync.model.place_text import place_text, read_place


class Phase(StrEnum):
    """What a request of a pass is for.

    A full pass goes through all of them in order, but for ACCOUNT where the caller says whose
    reading counts, and through LIST and READ again where the listing may have shifted; a delta
    through WATCH and READ, and now and then CALENDAR first.
    """

    ACCOUNT = "account"
    """Read the account: which service holds its calendars."""
    CALENDAR = "calendar"
    """Read the calendar: its zone, and the id that an alias stands for."""
    WATCH = "watch"
    """Find the subscription, and see that it records."""
    SUBSCRIBE = "subscribe"
    """Create a subscription where there is none."""
    SEEK = "seek"
    """Find the newest cursor, before anything is listed."""
    LIST = "list"
    """List the calendar's events."""
    READ = "read"
    """Read the activity since the cursor."""


_NAMES: Final = {
    "phase": "p",
    "issued": "t",
    "subscription": "s",
    "cursor": "c",
    "calendar": "k",
    "page": "g",
    "records": "n",
    "waiting": "w",
    "begun": "b",
    "zone": "z",
    "zoned": "y",
    "pages": "m",
    "total": "v",
    "shifted": "h",
    "listings": "l",
    "service": "u",
}


@frozen(kw_only=True)
class Place:
    """A place in a pass, or the place where a later one begins.

    Attributes:
        phase: What the next request is for.
        issued: Seconds since 1970 when the cursor was known to be the newest, or taken.
        begun: Seconds since 1970 when the full pass began; 0 in a delta.
        subscription: The subscription's id, once it is found.
        cursor: Where activity is read on; None for its beginning.
        calendar: The calendar's own id, where an alias stands for it.
        page: The page of events to list next.
        records: How much activity was read in this pass since the cursor.
        waiting: How many exceptions wait for their series.
        zone: The calendar's zone, once it is known.
        zoned: Seconds since 1970 when the calendar itself was read; 0 if it never was.
        pages: How many pages the present listing had so far.
        total: How many events it holds, where its first page said so.
        shifted: Whether its pages may have shifted while it was read.
        listings: How many listings this pass has finished.
        service: The service that holds the account's calendars, where the account said so.
    """

    phase: Phase = field(converter=Phase)
    issued: float = field(default=0.0, converter=float)
    begun: float = 0.0
    subscription: str | None = None
    cursor: str | None = None
    calendar: str | None = None
    page: str | None = None
    records: int = 0
    waiting: int = 0
    zone: str | None = None
    zoned: float = 0.0
    pages: int = 0
    total: int | None = None
    shifted: bool = False
    listings: int = 0
    service: str | None = None

    def to(self, phase: Phase, **changes: Any) -> Place:
        """Return the place of another phase, or further on in this one."""
        return evolve(self, phase=phase, **changes)

    def counted(self, total: int | None) -> Place:
        """Count a page of the listing, and see whether the listing is still as long as it was.

        Args:
            total: How many events the page says that there are, or None.
        """
        before = total if self.total is None else self.total
        shifted = self.shifted or total not in (None, before)
        return evolve(self, pages=self.pages + 1, total=before, shifted=shifted)

    def drained(self, cursor: str | None, now: float) -> Place:
        """Return the place where all activity was read, before anything more is listed."""
        return evolve(
            self, cursor=cursor, issued=now, records=0, pages=0, total=None, shifted=False
        )

    def finished(self) -> Place:
        """Return the place where a pass ends, and a later one begins."""
        return evolve(self, phase=Phase.READ, begun=0.0, listings=0)

    def encode(self) -> str:
        """Write the place as text."""
        return place_text(self, _NAMES)

    @classmethod
    def decode(cls, text: str) -> Place:
        """Read a place from text.

        Raises:
            UsageError: The text is no place.
        """
        return read_place(text, _NAMES, cls, "a Kloudless calendar")
