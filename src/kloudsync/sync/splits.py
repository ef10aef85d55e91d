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

from attrs import evolve

from kloudsync.model.state import SeriesLink
from kloudsync.sync.halves import BACKWARD, CONTINUED, ONWARD, Hand
from kloudsync.sync.series import DAY, Delay, Evidence, Findings, Segment, Trim

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
        self._first = evidence.first
        self._born = {segment.id: segment for segment in evidence.born}
        self._trims = {trim.segment.id: trim for trim in evidence.trims}
        self._cuts = {trim.segment.id: trim for trim in evidence.awaited} | self._trims
        self._delays = evidence.delays
        self._came = {segment.id: segment for segment in evidence.standing} | self._born
        self._hand = Hand(evidence.apart, self._born.keys())
        self._known = {link.old: link for link in evidence.known}
        self._successors = {link.old: link.new for link in evidence.known if link.new}
        self._predecessors = {new: old for old, new in self._successors.items()}
        self._families = evidence.families
        self._links: dict[str, SeriesLink] = {}
        self._announced: dict[str, SeriesLink] = {}
        self._joined: dict[str, None] = {}

    def findings(self) -> Findings:
        for family in self._families:
            self._link_by_id(family)
        self._link_by_name()
        for family in self._families:
            self._link_by_creation(family)
        self._link_by_trim()
        self._link_by_delay()
        for trim in self._trims.values():
            self._settle_trim(trim)
        for delay in self._delays:
            self._settle_delay(delay)
        return Findings(
            links=tuple(self._links.values()), announced=tuple(self._announced.values())
        )

    def _link_by_id(self, family: Iterable[Segment]) -> None:
        stems: dict[str, list[Segment]] = defaultdict(list)
        for segment in family:
            if segment.lineage is not None:
                stems[segment.lineage].append(segment)
        for members in stems.values():
            # The head has no slot in its id; its start may have been moved, its place not.
            members.sort(key=lambda member: (member.slot is not None, member.begins, member.id))
            for old, new in pairwise(members):
                if not self._reached(old.id, new.id):
                    later = self._successors.get(old.id)
                    self._propose(old, new, new.begins, "id")
                    self._pass_on(new, later if self._divided_now(old, new) else None)

    def _link_by_creation(self, family: Sequence[Segment]) -> None:
        heads = [member for member in family if member.slot is None]
        for old, new in self._nearest(family, heads):
            if old.stamp is None or old.stamp != new.stamp or not self._related(old, new):
                continue
            if self._left_alone(old, new):
                continue
            later = self._successors.get(old.id)
            if self._free(old, new) or self._inserted(old, new) or self._again(old, new):
                self._propose(old, new, self._cut(old, new), "created")
                self._pass_on(new, later)

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
        for name in list(self._joined):
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
                later = self._successors.get(old.id)
                self._propose(old, tail, cut.at, evidence, seen=True)
                self._pass_on(tail, later)
                return tail
        return None

    def _link_by_delay(self) -> None:
        for way in BACKWARD:
            for delay, past in way.pairs(self._delays, self._unclaimed(), self._hand):
                new = delay.segment
                if new.id in self._joined or not self._may_precede(past, new):
                    continue
                before = self._predecessors.get(new.id)
                self._propose(past, new, past.resumes, "trim", seen=True)
                self._pass_back(past, before)

    def _unclaimed(self) -> list[Segment]:
        """Return what came and goes on with nothing yet, or with what is cut anew."""
        return [
            one
            for one in self._came.values()
            if self._predecessors.get(one.id) is None or self._is_again(one)
        ]

    def _is_again(self, new: Segment) -> bool:
        """Tell whether a known split was undone before, and is made again by this pass."""
        return new.id in self._born and self._predecessors.get(new.id) in self._trims

    def _may_join(self, old: Segment, new: Segment) -> bool:
        """Tell whether `new`, which came, may go on where `old` was cut."""
        before = self._predecessors.get(new.id)
        if before is not None:
            return before == old.id and new.id not in self._joined and self._is_again(new)
        explained = self._went_on(old) or self._successors.get(old.id) in self._born
        return not explained and self._first_of(old.id) != new.id

    def _stood_behind(self, cut: Trim, tail: Segment) -> bool:
        """Tell whether a series was there when the other one still ended before it, uncut.

        The last of its occurrences may be moved, but hardly to where the next one would be.
        """
        return tail.id not in self._born and cut.resumed is not None and cut.resumed <= tail.start

    def _went_on(self, old: Segment) -> bool:
        """Tell whether what goes on where `old` was cut is found already."""
        return self._successors.get(old.id) in self._joined

    def _may_precede(self, old: Segment, new: Segment) -> bool:
        """Tell whether `old`, which came, may be the past of `new`."""
        taken = old.id in self._successors or old.id in self._predecessors
        return not taken and old.id != new.id

    def _nearest(
        self, olds: Iterable[Segment], heads: Sequence[Segment]
    ) -> Iterator[tuple[Segment, Segment]]:
        """Yield plausible halves: those that this pass cut and bore first, then by distance."""
        pairs = [
            (not self._divided_now(old, new), abs(new.start - old.resumes), old, new)
            for old in olds
            for new in heads
            if _adjacent(old, new) and self._may_follow(old, new)
        ]
        pairs.sort(key=lambda pair: (*pair[:2], pair[2].id, pair[3].id))
        for *_, old, new in pairs:
            yield old, new

    def _may_follow(self, old: Segment, new: Segment) -> bool:
        """Tell whether `new` is not over before `old` begins, as only an edit of now explains."""
        return new.ends >= old.start or self._divided_now(old, new)

    def _divided_now(self, old: Segment, new: Segment) -> bool:
        return old.id in self._trims and new.id in self._born

    def _related(self, old: Segment, new: Segment) -> bool:
        """Tell whether more than a stamp ties two series: scripts create many in one second.

        A half with an id of its own has a higher sequence than the half that was cut, which was
        edited then: what nobody touched since it was created, nobody has divided. Nor does an
        edit make halves of what was held before, and was cut by nobody.
        """
        if self._is_cut(old) or old.sequence < new.sequence:
            return True
        came = self._first or old.id in self._born or new.id in self._born
        return came and old.title == new.title and _was_edited(old)

    def _left_alone(self, old: Segment, new: Segment) -> bool:
        """Tell whether `new` is an older series, last written before the cut of `old`.

        One edit writes both halves, so that the later one is never the older of them.
        """
        if new.id in self._born or not self._is_cut(old):
            return False
        return old.updated is not None and new.updated is not None and new.updated < old.updated

    def _is_cut(self, segment: Segment) -> bool:
        """Tell whether this pass cut a series, or an earlier one did without finding the half."""
        known = self._known.get(segment.id)
        return segment.id in self._trims or (known is not None and known.lost_from is not None)

    def _free(self, old: Segment, new: Segment) -> bool:
        """Tell whether `new` may follow `old`: neither is taken, nor does `old` follow `new`."""
        if old.id in self._successors or new.id in self._predecessors:
            return False
        return self._first_of(old.id) != new.id

    def _first_of(self, segment: str) -> str:
        """Return the first segment of a chain."""
        visited = {segment}
        while (before := self._predecessors.get(segment)) is not None and before not in visited:
            visited.add(before)
            segment = before
        return segment

    def _inserted(self, old: Segment, new: Segment) -> bool:
        """Tell whether this pass put `new` between `old` and the segment that followed it."""
        # Where this pass bore the one that follows, the cut is explained.
        explained = self._successors.get(old.id) in self._born
        divided = old.id in self._cuts and new.id in self._born
        return divided and new.id not in self._predecessors and not explained

    def _again(self, old: Segment, new: Segment) -> bool:
        """Tell whether a known split was undone before, and is made again by this pass."""
        return self._divided_now(old, new) and self._successors.get(old.id) == new.id

    def _pass_on(self, new: Segment, later: str | None) -> None:
        """Let the segment that followed the old one follow the new one."""
        if later is not None and later != new.id and new.id not in self._successors:
            self._successors[new.id] = later
            self._predecessors[later] = new.id
            self._links[new.id] = SeriesLink(
                old=new.id, new=later, at=new.ends, all_day=new.all_day, settled=True
            )

    def _reached(self, old: str, new: str) -> bool:
        """Tell whether known links lead from `old` over other segments to `new`."""
        step = self._successors.get(old)
        visited: set[str] = set()
        while step is not None and step != new and step not in visited:
            visited.add(step)
            step = self._successors.get(step)
        return bool(visited) and step == new

    def _cut(self, old: Segment, new: Segment) -> int:
        """The slot where `old` was cut: exactly where this or an earlier pass saw it happen."""
        if trim := self._trims.get(old.id):
            return trim.at
        known = self._known.get(old.id)
        waiting = None if known is None else known.lost_from
        return new.begins if waiting is None else waiting

    def _propose(
        self, old: Segment, new: Segment, at: int, evidence: str, *, seen: bool = False
    ) -> None:
        """Link two segments, and tell of it if it is news, as what was seen to be cut always is."""
        proposed = self._links.get(old.id)
        if proposed is not None and proposed.new == new.id:
            return  # Two families may hold the same pair, one by stem and one by stamp.
        known = self._known.get(old.id)
        # What is cut and born now is no old story, though ids may come again after an undo.
        old_story = known is not None and known.new == new.id and known.settled
        settled = old_story and not self._divided_now(old, new)
        apart = old.ends < at or _is_as_late(old, new)
        news = apart and not settled and (seen or self._is_news(old, new, known, evidence))
        link = SeriesLink(
            old=old.id,
            new=new.id,
            at=at,
            all_day=old.all_day,
            evidence=evidence,
            settled=settled or apart,
        )
        self._successors[old.id] = new.id
        self._predecessors[new.id] = old.id
        if link != known:
            self._links[old.id] = link
        if news:
            self._announced[old.id] = link
        if news or known is None or known.new != new.id:
            self._joined[new.id] = None

    def _is_news(self, old: Segment, new: Segment, known: SeriesLink | None, evidence: str) -> bool:
        if self._first:
            return False
        waiting = known is not None and known.lost_from is not None
        if waiting or new.id in self._born:
            return True
        # Segments of one stem were linked when they came. That two are neighbours now, since one
        # between them is gone, is no split.
        linked = known is not None and known.new == new.id
        return old.id in self._trims and (linked or evidence != "id")

    def _pass_back(self, new: Segment, before: str | None) -> None:
        """Let the segment that preceded the later one precede the one put before it."""
        known = self._links.get(before or "") or self._known.get(before or "")
        if before is not None and known is not None:
            self._successors[before] = new.id
            self._predecessors[new.id] = before
            self._links[before] = evolve(known, new=new.id)

    def _settle_trim(self, trim: Trim) -> None:
        old = trim.segment
        if self._first or old.id in self._announced:
            return
        truncation = SeriesLink(
            old=old.id,
            new=None,
            at=trim.at,
            all_day=old.all_day,
            evidence="bound",
            settled=True,
            cut=trim.at,
            written=trim.written,
        )
        self._announced[old.id] = truncation
        if old.id in self._links:
            return
        known = self._known.get(old.id)
        if known is None or known.new is None:
            self._links[old.id] = truncation
        else:
            self._links[old.id] = evolve(known, cut=trim.at, written=trim.written, begins=None)

    def _settle_delay(self, delay: Delay) -> None:
        """Remember a series whose past may still come; forget that it was awaited once it came."""
        new = delay.segment
        blank = SeriesLink(
            old=new.id,
            new=None,
            at=new.start,
            all_day=new.all_day,
            evidence="bound",
            settled=True,
            begins=delay.was.start,
        )
        known = self._links.get(new.id) or self._known.get(new.id)
        if known is not None and known.lost_from is not None:
            return
        came = new.id in self._joined
        if not came and not delay.awaits:
            return
        cut, written = (None, None) if came else (new.start, delay.written)
        link = evolve(known or blank, cut=cut, written=written, begins=delay.was.start)
        if (known is not None or not came) and link != known:
            self._links[new.id] = link


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


def _is_as_late(old: Segment, new: Segment) -> bool:
    """Tell whether `old` was read as it was when `new` was made, or later.

    If it overlaps `new` then, it was moved; its cut is not still to come.
    """
    return old.updated is not None and new.updated is not None and old.updated >= new.updated


def _was_edited(segment: Segment) -> bool:
    """Tell whether a series was written again after the second in which it was created."""
    if segment.created is None or segment.updated is None:
        return segment.sequence > 0
    return segment.updated - segment.created >= _EDITED
