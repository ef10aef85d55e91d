"""Where a pass stands: everything that the next request needs, as one opaque text."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

from attrs import evolve, field, frozen

from kloudsync.model.place_text import place_text, read_place

_REMEMBERED: Final = 50
"""So many of the series read last are not read again where the same page names them once more."""


class Phase(StrEnum):
    """What a pass is about.

    A full pass goes through all of them in order, and through LIST and READ again where the
    listing may have shifted while it was read; a delta is READ alone. Events that are to be
    asked for come first in any of them.
    """

    CALENDAR = "calendar"
    """Read the calendar, to learn whose it is."""
    ZONE = "zone"
    """Read the mailbox's zone."""
    SEEK = "seek"
    """Walk the feed to its end, before anything is listed, to learn where changes go on."""
    LIST = "list"
    """List the calendar's single events and series."""
    READ = "read"
    """Read what changed."""
    END = "end"
    """Nothing is left but what is to be asked for."""


_NAMES: Final = {
    "phase": "p",
    "link": "l",
    "token": "t",
    "until": "u",
    "full": "f",
    "pages": "n",
    "shifted": "h",
    "listings": "m",
    "doubted": "b",
    "calendar": "k",
    "asking": "a",
    "asked": "d",
    "zone": "z",
    "survey": "v",
}


def _ids(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


@frozen(kw_only=True)
class Place:
    """A place in a pass, or the place where a later one begins.

    Attributes:
        phase: What the pass is about.
        link: The page to read next; None for the first one of a phase.
        token: Where changes go on, once that is known.
        until: Seconds since 1970 when the window ends in which the feed tells changes.
        full: Whether the calendar is listed.
        pages: How many pages the present listing had so far.
        shifted: Whether something changed while it was read.
        listings: How many listings this pass has finished.
        calendar: The calendar's own id, once it is known.
        doubted: Ids that the feed left out, of which to ask where they are.
        asking: Ids of events and series to ask for, in order.
        asked: Ids that were asked for since the feed's last page, so that they need not be again;
            what a later page names may have changed since.
        zone: The mailbox's zone, once it is known.
        survey: How far the occurrences of a series are listed that does not say which it leaves
            out; None where none are.
    """

    phase: Phase = field(converter=Phase)
    link: str | None = None
    token: str | None = None
    until: float = 0.0
    full: bool = False
    pages: int = 0
    shifted: bool = False
    listings: int = 0
    calendar: str | None = None
    doubted: tuple[str, ...] = field(default=(), converter=_ids)
    asking: tuple[str, ...] = field(default=(), converter=_ids)
    asked: tuple[str, ...] = field(default=(), converter=_ids)
    zone: str | None = None
    survey: dict[str, Any] | None = None

    def to(self, phase: Phase, **changes: Any) -> Place:
        """Return the place of another phase, or further on in this one."""
        return evolve(self, phase=phase, **changes)

    @property
    def asks(self) -> bool:
        """Whether single events are to be asked for before anything else."""
        return bool(self.survey or self.doubted or self.asking)

    @property
    def follows(self) -> bool:
        """Whether the next request follows a link of the service's."""
        if self.survey:
            return self.survey.get("link") is not None
        return not self.asks and self.link is not None

    def wanting(self, ids: Iterable[str], doubted: Iterable[str] = ()) -> Place:
        """Return the place with more to ask for, each once.

        Args:
            ids: Events and series that are, unless they were asked for already.
            doubted: Events that may be no more, or not here.
        """
        known, less = {*self.asking, *self.asked}, set(self.doubted)
        more = (one for one in dict.fromkeys(ids) if one not in known)
        gone = (one for one in dict.fromkeys(doubted) if one not in less)
        return evolve(self, asking=(*self.asking, *more), doubted=(*self.doubted, *gone))

    def found(self) -> Place:
        """Return the place after the first of those in doubt was found here."""
        first, *others = self.doubted
        asking = self.asking if first in self.asking else (*self.asking, first)
        return evolve(self, doubted=others, asking=asking)

    def missed(self) -> Place:
        """Return the place after the first of those in doubt was not found here."""
        return evolve(self, doubted=self.doubted[1:])

    def answered(self) -> Place:
        """Return the place after the first of those asked for was answered."""
        first, *others = self.asking
        return evolve(self, asking=others, asked=(*self.asked, first)[-_REMEMBERED:])

    def finished(self) -> Place:
        """Return the place where a later pass begins."""
        return Place(
            phase=Phase.READ,
            link=self.token,
            token=self.token,
            until=self.until,
            calendar=self.calendar,
        )

    def encode(self) -> str:
        """Write the place as text."""
        return place_text(self, _NAMES)

    @classmethod
    def decode(cls, text: str) -> Place:
        """Read a place from text.

        Raises:
            UsageError: The text is no place.
        """
        return read_place(text, _NAMES, cls, "a calendar at Microsoft")
