"""Halves that a client wrote by itself: which series goes on where another one was cut. Pure.

A calendar service has no call for "this and following", so a client ends one series and inserts
another one, in two requests. What ties them, in this order: a half begins at the first slot that
was lost, with the same rule and length, by the same hand and under the same name; then one of that
hand and name that is moved, by no more than a period of the rule; then one that continues exactly,
under another name. Another organizer is another hand, always.

The past may be the new object as well, and the future the one that was there: then a series begins
later, and what begins where it began ends right before.

Cuts and series that came are never tried each with each: they meet by what they have in common,
and of those the nearest are compared.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from typing import Final, Generic, TypeVar

from attrs import frozen

from kloudsync.sync.series import DAY, Delay, Segment, Trim

_NEAR = 8
"""So many on either side of where a cut looks; of more, nobody could say which is whose."""

C = TypeVar("C", Trim, Delay)


@frozen
class Hand:
    """Tells whether one hand wrote a cut and a series that came.

    Attributes:
        apart: The most seconds between the two writes.
        born: Ids of series that came in the pass under way.
    """

    apart: float
    born: Collection[str]

    def wrote(self, cut: Trim | Delay, piece: Segment) -> bool:
        """Tell whether both were written about at the same time.

        Any later write of the cut series hides when it was cut. It was no earlier than the last
        write that was seen before, if what came is as new as the cut.
        """
        earliest = cut.since if piece.id in self.born else cut.written
        return self._wrote(cut, piece, cut.written if earliest is None else earliest)

    def wrote_at_once(self, cut: Trim | Delay, piece: Segment) -> bool:
        """Tell the same, by the last write of the cut alone."""
        return self._wrote(cut, piece, cut.written)

    def _wrote(self, cut: Trim | Delay, piece: Segment, earliest: float | None) -> bool:
        if cut.written is None or earliest is None or piece.created is None:
            return False
        return earliest - self.apart <= piece.created <= cut.written + self.apart


@frozen(kw_only=True)
class Way(Generic[C]):
    """A way in which a cut and a series that came may belong together.

    Attributes:
        of_cut: What the two have in common, told from the cut; None for nothing.
        of_piece: The same, told from the series that came.
        wanted: Where the cut looks, on a scale.
        place: Where the series that came is on it.
        fits: Whether the two are near enough.
    """

    of_cut: Callable[[C], Hashable]
    of_piece: Callable[[Segment], Hashable]
    wanted: Callable[[C], float]
    place: Callable[[Segment], float]
    fits: Callable[[C, Segment, Hand], bool]

    def pairs(
        self, cuts: Iterable[C], pieces: Iterable[Segment], hand: Hand
    ) -> Iterator[tuple[C, Segment]]:
        """Yield what may belong together, nearest first."""
        shelves = self.shelved(pieces)
        asked: defaultdict[Hashable, list[C]] = defaultdict(list)
        for cut in cuts:
            asked[self.of_cut(cut)].append(cut)
        found = [
            pair
            for key, group in asked.items()
            if key is not None and key in shelves
            for pair in self._near(group, shelves[key])
        ]
        found.sort(key=lambda pair: (pair[0], pair[1].segment.id, pair[2].id))
        for _, cut, piece in found:
            if self.fits(cut, piece, hand):
                yield cut, piece

    def shelved(self, pieces: Iterable[Segment]) -> dict[Hashable, list[Segment]]:
        """Put series by what they would have in common with a cut."""
        shelves: defaultdict[Hashable, list[Segment]] = defaultdict(list)
        for piece in pieces:
            shelves[self.of_piece(piece)].append(piece)
        return dict(shelves)

    def _near(self, cuts: list[C], pieces: list[Segment]) -> Iterator[tuple[float, C, Segment]]:
        pieces.sort(key=lambda piece: (self.place(piece), piece.id))
        places = [self.place(piece) for piece in pieces]
        before = Counter[float]()
        for cut in sorted(cuts, key=lambda cut: (self.wanted(cut), cut.segment.id)):
            at = self.wanted(cut)
            # Of cuts at one place, each looks at others first.
            middle = bisect_left(places, at) + before[at]
            before[at] += 1
            for piece in pieces[max(middle - _NEAR, 0) : middle + _NEAR]:
                yield abs(self.place(piece) - at), cut, piece


def _reach(one: Segment, other: Segment) -> int:
    """Return how far a half may be moved: as far as the next occurrence, and a day."""
    return max(one.period, other.period) + DAY


def _written(cut: Trim | Delay) -> float:
    return cut.written or 0.0


def _created(piece: Segment) -> float:
    return piece.created or 0.0


def _place(rule: Hashable, start: int, length: int | None, *, all_day: bool) -> Hashable:
    return None if rule is None else (rule, start, length, all_day)


def _begun(piece: Segment) -> Hashable:
    return _place(piece.rule, piece.start, piece.length, all_day=piece.all_day)


def _lost(cut: Trim) -> Hashable:
    old = cut.segment
    return _place(old.rule, cut.at, old.length, all_day=old.all_day)


def _stood(one: Segment) -> Hashable:
    return one.start, one.length, one.all_day, one.organizer, one.title


def _past(cut: Delay) -> Hashable:
    return _begun(cut.was)


def _with(place: Hashable, *more: Hashable) -> Hashable:
    return None if place is None else (place, *more)


def _is_moved(cut: Trim, piece: Segment, hand: Hand) -> bool:
    near = abs(piece.start - cut.at) <= _reach(cut.segment, piece)
    return near and piece.start > cut.segment.start and hand.wrote(cut, piece)


def _ends_before(cut: Delay, piece: Segment, hand: Hand) -> bool:
    near = abs(cut.segment.start - piece.resumes) <= _reach(cut.segment, piece)
    return near and piece.ends < cut.segment.start and hand.wrote(cut, piece)


def _ends_right_before(cut: Delay, piece: Segment, hand: Hand) -> bool:
    exact = piece.next == cut.segment.start and cut.segment.rule == piece.rule
    return exact and hand.wrote_at_once(cut, piece)


CONTINUED: Final = Way[Trim](
    of_cut=lambda cut: _with(_lost(cut), cut.segment.organizer, cut.segment.title),
    of_piece=lambda piece: _with(_begun(piece), piece.organizer, piece.title),
    wanted=_written,
    place=_created,
    fits=lambda cut, piece, hand: hand.wrote(cut, piece),
)
"""Everything goes on as it was."""

MOVED: Final = Way[Trim](
    of_cut=lambda cut: (cut.segment.all_day, cut.segment.organizer, cut.segment.title),
    of_piece=lambda piece: (piece.all_day, piece.organizer, piece.title),
    wanted=lambda cut: float(cut.at),
    place=lambda piece: float(piece.start),
    fits=_is_moved,
)
"""The name goes on, at another time or by another rule."""

RENAMED: Final = Way[Trim](
    of_cut=lambda cut: _with(_lost(cut), cut.segment.organizer),
    of_piece=lambda piece: _with(_begun(piece), piece.organizer),
    wanted=_written,
    place=_created,
    fits=lambda cut, piece, hand: hand.wrote_at_once(cut, piece),
)
"""All goes on but the name."""

ONWARD: Final = (CONTINUED, MOVED, RENAMED)
"""How the future of a series that was cut is found, in order of trust."""

BACKWARD: Final = (
    Way[Delay](
        of_cut=lambda cut: _with(_past(cut), cut.was.organizer, cut.was.title),
        of_piece=lambda piece: _with(_begun(piece), piece.organizer, piece.title),
        wanted=_written,
        place=_created,
        fits=_ends_before,
    ),
    # What remains may have gone to another day, by another rule; of the rule before nothing is
    # kept from one pass to the next.
    Way[Delay](
        of_cut=lambda cut: _stood(cut.was),
        of_piece=_stood,
        wanted=_written,
        place=_created,
        fits=_ends_before,
    ),
    Way[Delay](
        of_cut=lambda cut: _with(_past(cut), cut.was.organizer),
        of_piece=lambda piece: _with(_begun(piece), piece.organizer),
        wanted=_written,
        place=_created,
        fits=_ends_right_before,
    ),
)
"""How the past of a series that begins later is found, in order of trust."""
