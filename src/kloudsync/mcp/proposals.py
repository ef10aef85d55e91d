"""Changes that were shown and not made yet, each under a token that nobody can guess."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from attrs import field, frozen

from kloudsync.errors import UsageError
from kloudsync.model.edits import Seen, Target, Wish

GOOD_FOR: Final = timedelta(minutes=10)
"""How long what was shown may be confirmed."""

MOST: Final = 20
"""How many proposals are kept; the oldest gives way."""

_TOKEN: Final = 16
"""Bytes of chance in a token."""


@frozen(kw_only=True)
class Proposal:
    """One change, whole: what is performed is what was shown.

    Attributes:
        calendar: The name of the calendar.
        shown: What the person reads of it.
        wish: How the event shall be; None where it is cancelled.
        target: What is edited; None for a new event.
        seen: What was there; None for a new event.
        notify: Whether guests are mailed.
    """

    calendar: str
    shown: str = field(repr=False)
    wish: Wish | None = None
    target: Target | None = None
    seen: Seen | None = None
    notify: bool = False


@frozen
class _Kept:
    proposal: Proposal
    key: bytes = field(repr=False)
    at: datetime


class Proposals:
    """A bounded number of proposals, each good for a while, and for once.

    Args:
        now: Tells the present, aware.
        entropy: Returns so many bytes that nobody can guess.
    """

    def __init__(self, now: Callable[[], datetime], entropy: Callable[[int], bytes]) -> None:
        self._now, self._entropy = now, entropy
        self._kept: dict[str, _Kept] = {}

    def keep(self, proposal: Proposal) -> str:
        """Keep a proposal, and return its token.

        An earlier one about the same event is void from then on.
        """
        for token in [one for one, kept in self._kept.items() if _rivals(kept.proposal, proposal)]:
            del self._kept[token]
        while len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        key = self._entropy(_TOKEN)
        self._kept[key.hex()] = _Kept(proposal, key, self._now())
        return key.hex()

    def look(self, token: str) -> Proposal:
        """Return a proposal that may be confirmed still.

        Raises:
            UsageError: There is none of this token, or it is too old.
        """
        return self._known(token).proposal

    def take(self, token: str) -> tuple[Proposal, bytes]:
        """Return a proposal and its key for good: its token is worth nothing from then on.

        Raises:
            UsageError: There is none of this token, or it is too old.
        """
        kept = self._known(token)
        del self._kept[token]
        return kept.proposal, kept.key

    def drop(self, token: str) -> None:
        """Forget a proposal that was declined."""
        self._kept.pop(token, None)

    def _known(self, token: str) -> _Kept:
        kept = self._kept.get(token)
        if kept is None:
            raise UsageError(
                "there is no such proposal: each is good for one commit, and void once another one "
                "about the same event is made; propose it anew"
            )
        if self._now() - kept.at > GOOD_FOR:
            del self._kept[token]
            raise UsageError(
                f"this was proposed more than {GOOD_FOR // timedelta(minutes=1)} minutes ago; "
                "propose it anew"
            )
        return kept


def _rivals(earlier: Proposal, later: Proposal) -> bool:
    """Tell whether two proposals are about one event."""
    if earlier.target is None or later.target is None:
        return False
    one, other = (found.target.event for found in (earlier, later) if found.target)
    return earlier.calendar == later.calendar and one == other
