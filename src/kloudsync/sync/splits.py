"""Which series are halves of one: "this and following" edits and deletions. Pure.

A "this and following" edit reaches a calendar's readers as two ordinary
objects: the old master, whose rule now ends earlier, and a new master. Neither
says so. What ties them together is, in order of trust:

- `id`: the segments share the stem of their ids, or the later one has the id under
  which the provider's own editor goes on with a series that it cuts there;
- `created`: they carry the same creation stamp, and the later one starts about
  where the earlier one ends;
- `trim`: the later one was created while the earlier one was cut, by a client
  that writes both halves itself (see `halves`).

A bound alone proves nothing, since masters are sent again after every edit: a
series counts as cut only where its last occurrence came earlier than before. A
cut of which no segment is known that goes on is remembered, and one that comes
before its cut is found where it stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import pairwise

from kloudsync.sync.halves import BACKWARD, CONTINUED, ONWARD, Hand
from kloudsync.sync.links import Links
from kloudsync.sync.series import DAY, Evidence, Findings, Segment, Trim

_MOST = 16
"""So many halves that look alike are tried where one was divided again at once."""

_EDITED = 1.0
"""A creation stamp has whole seconds, one of a change has parts of them."""


def find_splits(evidence: Evidence) -> Findings:
    """Link the segments of split series and say which splits and truncations are news."""
    return _Detection(evidence).findings()


class _Detection:
    """One run of the detector: links proposed in order of trust, each series used once a side."""

    def __init__(self, evidence: Evidence) -> None:
        self._links = Links(evidence)
        self._first = evidence.first
        self._born = {segment.id: segment for segment in evidence.born}
        self._trims = {trim.segment.id: trim for trim in evidence.trims}
        self._cuts = {trim.segment.id: trim for trim in evidence.awaited} | self._trims
        self._delays = evidence.delays
        self._came = {segment.id: segment for segment in evidence.standing} | self._born
        self._hand = Hand(evidence.apart, self._born.keys())
        self._families = evidence.families

    def findings(self) -> Findings:
        for family in self._families:
            self._link_by_id(family)
        self._link_by_name()
        for family in self._families:
            self._link_by_creation(family)
        self._link_by_trim()
        self._link_by_delay()
        for trim in self._trims.values():
            self._links.settle_trim(trim)
        for delay in self._delays:
            self._links.settle_delay(delay)
        return self._links.findings()

    def _link_by_id(self, family: Iterable[Segment]) -> None:
        stems: dict[str, list[Segment]] = defaultdict(list)
        for segment in family:
            if segment.lineage is not None:
                stems[segment.lineage].append(segment)
        for members in stems.values():
            # The head has no slot in its id; its start may have been moved, its place not.
            members.sort(key=lambda member: (member.slot is not None, member.begins, member.id))
            for old, new in pairwise(members):
                if not self._links.reached(old.id, new.id):
                    later = self._links.successors.get(old.id)
                    self._links.propose(old, new, new.begins, "id")
                    self._links.pass_on(new, later if self._links.divided_now(old, new) else None)

    def _link_by_creation(self, family: Sequence[Segment]) -> None:
        heads = [member for member in family if member.slot is None]
        for old, new in self._nearest(family, heads):
            if old.stamp is None or old.stamp != new.stamp or not self._related(old, new):
                continue
            if self._left_alone(old, new):
                continue
            later = self._links.successors.get(old.id)
            if self._free(old, new) or self._inserted(old, new) or self._again(old, new):
                self._links.propose(old, new, self._links.cut(old, new), "created")
                self._links.pass_on(new, later)

    def _link_by_name(self) -> None:
        for cut in self._cuts.values():
            named = [self._came[name] for name in cut.names if name in self._came]
            self._go_on(cut, named, "id")

    def _link_by_trim(self) -> None:
        for way in ONWARD:
            waiting = [cut for cut in self._cuts.values() if not self._went_on(cut.segment)]
            for cut, tail in way.pairs(waiting, self._unclaimed(), self._hand):
                if not self._stood_behind(cut, tail):
                    self._go_on(cut, [tail], "trim")
        shelves = CONTINUED.shelved(self._unclaimed())
        for name in list(self._links.joined):
            self._follow(self._came.get(name), shelves)

    def _follow(self, half: Segment | None, shelves: dict[Hashable, list[Segment]]) -> None:
        """Go on from a half that came with an end: it may have been divided by now, too."""
        while half is not None and half.id in self._born and half.next is not None:
            cut = Trim(segment=half, at=half.next, written=half.created, names=half.names)
            named = [self._came[name] for name in cut.names if name in self._came]
            same = shelves.get(CONTINUED.of_cut(cut), ())[:_MOST]
            alike = [one for one in same if CONTINUED.fits(cut, one, self._hand)]
            half = self._go_on(cut, named, "id") or self._go_on(cut, alike, "trim")

    def _go_on(self, cut: Trim, tails: Iterable[Segment], evidence: str) -> Segment | None:
        """Link a cut with the first of these series that may go on there, and return it."""
        old = cut.segment
        for tail in tails:
            if self._may_join(old, tail):
                later = self._links.successors.get(old.id)
                self._links.propose(old, tail, cut.at, evidence, seen=True)
                self._links.pass_on(tail, later)
                return tail
        return None

    def _link_by_delay(self) -> None:
        for way in BACKWARD:
            for delay, past in way.pairs(self._delays, self._unclaimed(), self._hand):
                new = delay.segment
                if new.id in self._links.joined or not self._may_precede(past, new):
                    continue
                before = self._links.predecessors.get(new.id)
                self._links.propose(past, new, past.resumes, "trim", seen=True)
                self._links.pass_back(past, before)

    def _unclaimed(self) -> list[Segment]:
        """Return what came and goes on with nothing yet, or with what is cut anew."""
        return [
            one
            for one in self._came.values()
            if self._links.predecessors.get(one.id) is None or self._is_again(one)
        ]

    def _is_again(self, new: Segment) -> bool:
        """Tell whether a known split was undone before, and is made again by this pass."""
        return new.id in self._born and self._links.predecessors.get(new.id) in self._trims

    def _may_join(self, old: Segment, new: Segment) -> bool:
        """Tell whether `new`, which came, may go on where `old` was cut."""
        before = self._links.predecessors.get(new.id)
        if before is not None:
            return before == old.id and new.id not in self._links.joined and self._is_again(new)
        explained = self._went_on(old) or self._links.successors.get(old.id) in self._born
        return not explained and self._links.first_of(old.id) != new.id

    def _stood_behind(self, cut: Trim, tail: Segment) -> bool:
        """Tell whether a series was there when the other one still ended before it, uncut.

        The last of its occurrences may be moved, but hardly to where the next one would be.
        """
        return tail.id not in self._born and cut.resumed is not None and cut.resumed <= tail.start

    def _went_on(self, old: Segment) -> bool:
        """Tell whether what goes on where `old` was cut is found already."""
        return self._links.successors.get(old.id) in self._links.joined

    def _may_precede(self, old: Segment, new: Segment) -> bool:
        """Tell whether `old`, which came, may be the past of `new`."""
        taken = old.id in self._links.successors or old.id in self._links.predecessors
        return not taken and old.id != new.id

    def _nearest(
        self, olds: Iterable[Segment], heads: Sequence[Segment]
    ) -> Iterator[tuple[Segment, Segment]]:
        """Yield plausible halves: those that this pass cut and bore first, then by distance."""
        pairs = [
            (not self._links.divided_now(old, new), abs(new.start - old.resumes), old, new)
            for old in olds
            for new in heads
            if _adjacent(old, new) and self._may_follow(old, new)
        ]
        pairs.sort(key=lambda pair: (*pair[:2], pair[2].id, pair[3].id))
        for *_, old, new in pairs:
            yield old, new

    def _may_follow(self, old: Segment, new: Segment) -> bool:
        """Tell whether `new` is not over before `old` begins, as only an edit of now explains."""
        return new.ends >= old.start or self._links.divided_now(old, new)

    def _related(self, old: Segment, new: Segment) -> bool:
        """Tell whether more than a stamp ties two series: scripts create many in one second.

        A half with an id of its own has a higher sequence than the half that was cut, which was
        edited then: what nobody touched since it was created, nobody has divided. Nor does an
        edit make halves of what was held before, and was cut by nobody.
        """
        if self._links.is_cut(old) or old.sequence < new.sequence:
            return True
        came = self._first or old.id in self._born or new.id in self._born
        return came and old.title == new.title and _was_edited(old)

    def _left_alone(self, old: Segment, new: Segment) -> bool:
        """Tell whether `new` is an older series, last written before the cut of `old`.

        One edit writes both halves, so that the later one is never the older of them.
        """
        if new.id in self._born or not self._links.is_cut(old):
            return False
        return old.updated is not None and new.updated is not None and new.updated < old.updated

    def _free(self, old: Segment, new: Segment) -> bool:
        """Tell whether `new` may follow `old`: neither is taken, nor does `old` follow `new`."""
        if old.id in self._links.successors or new.id in self._links.predecessors:
            return False
        return self._links.first_of(old.id) != new.id

    def _inserted(self, old: Segment, new: Segment) -> bool:
        """Tell whether this pass put `new` between `old` and the segment that followed it."""
        # Where this pass bore the one that follows, the cut is explained.
        explained = self._links.successors.get(old.id) in self._born
        divided = old.id in self._cuts and new.id in self._born
        return divided and new.id not in self._links.predecessors and not explained

    def _again(self, old: Segment, new: Segment) -> bool:
        """Tell whether a known split was undone before, and is made again by this pass."""
        return self._links.divided_now(old, new) and self._links.successors.get(old.id) == new.id


def _adjacent(old: Segment, new: Segment) -> bool:
    """Tell whether `new` starts about where `old` would go on, give or take a period of the rule.

    A moved weekday or time puts the new start before, at or days after the old bound. Either
    half may be all-day and the other not: the edit that divides a series may change that, too.
    """
    if old.id == new.id or old.last is None:
        return False
    if old.organizer != new.organizer or new.sequence < old.sequence:
        return False
    # Moved before a short first half, the later one starts first; its sequence tells.
    if new.start <= old.start and new.sequence == old.sequence:
        return False
    reach = max(old.period, new.period) + DAY
    return abs(new.start - old.resumes) <= reach


def _was_edited(segment: Segment) -> bool:
    """Tell whether a series was written again after the second in which it was created."""
    if segment.created is None or segment.updated is None:
        return segment.sequence > 0
    return segment.updated - segment.created >= _EDITED
