"""Which series are halves of one: "this and following" edits and deletions. Pure.

A "this and following" edit reaches a calendar's readers as two ordinary
objects: the old master, whose rule now ends earlier, and a new master. Neither
says so. What ties them together is, in order of trust:

- `id`: the segments share the stem of their ids;
- `created`: they carry the same creation stamp, and the later one starts about
  where the earlier one ends;
- `trim`: the later one was created while the earlier one was cut, by a client
  that writes both halves itself, and carries the same title and organizer.

A bound alone proves nothing, since masters are sent again after every edit: a
series counts as cut only where its last occurrence came earlier than before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from attrs import frozen

from kloudsync.model.state import SeriesLink

DAY = 86_400
_ENDLESS = 1 << 62
_WRITTEN_TOGETHER = 120.0


@frozen(kw_only=True)
class Segment:
    """A series, reduced to what detection compares; times in seconds since 1970.

    Attributes:
        id: The provider's id.
        start: Where it begins.
        last: Where its last occurrence begins; None if endless.
        next: Where its rule would put another one after that, if it had no end; None if
            endless or unknown.
        period: The length of one period of its rule, such as a week.
        all_day: Whether its times are dates.
        lineage: The stem that segments share in their ids, or None.
        slot: The slot that its own id names as the place of the split, or None.
        stamp: The creation stamp as received, or None.
        created: When it was created, or None.
        updated: When it last changed, or None.
        title: What it is called, or None.
        organizer: The organizer's address, or None.
        sequence: The revision number.
    """

    id: str
    start: int
    last: int | None
    next: int | None = None
    period: int = 7 * DAY
    all_day: bool = False
    lineage: str | None = None
    slot: int | None = None
    stamp: str | None = None
    created: float | None = None
    updated: float | None = None
    title: str | None = None
    organizer: str | None = None
    sequence: int = 0

    @property
    def begins(self) -> int:
        """The slot from which this segment rules."""
        return self.start if self.slot is None else self.slot

    @property
    def ends(self) -> int:
        """The start of the last occurrence, comparable."""
        return _ENDLESS if self.last is None else self.last

    @property
    def resumes(self) -> int:
        """Where its rule would have gone on, comparable."""
        return self.ends + self.period if self.next is None else self.next


@frozen(kw_only=True)
class Trim:
    """A series whose last occurrence came earlier than before.

    Attributes:
        segment: The series as it is now.
        at: The first occurrence that no longer takes place.
    """

    segment: Segment
    at: int


@frozen(kw_only=True)
class End:
    """A series whose times changed, and that is not endless.

    Attributes:
        series: Its id.
        beyond: A second from which on none of its occurrences has its slot.
    """

    series: str
    beyond: int


@frozen(kw_only=True)
class Findings:
    """What a pass tells about series.

    Attributes:
        links: To be kept.
        announced: To be told to readers of the feed: splits, and truncations without `new`.
    """

    links: tuple[SeriesLink, ...] = ()
    announced: tuple[SeriesLink, ...] = ()


@frozen(kw_only=True)
class Evidence:
    """Everything that a pass says of series, and what is known of them.

    Attributes:
        trims: Series that this pass cut.
        born: Series that this pass added.
        ends: Where series end whose times this pass changed, cut or not; no concern of detection.
        families: Series that share a lineage or a creation stamp, as after the pass.
        known: Links kept from earlier passes.
        first: Whether the calendar is seen for the first time, so that nothing is news.
    """

    trims: Sequence[Trim] = ()
    born: Sequence[Segment] = ()
    ends: Sequence[End] = ()
    families: Sequence[Sequence[Segment]] = ()
    known: Sequence[SeriesLink] = ()
    first: bool = False


def find_splits(evidence: Evidence) -> Findings:
    """Link the segments of split series and say which splits and truncations are news."""
    return _Detection(evidence).findings()


class _Detection:
    """One run of the detector: links proposed in order of trust, each series used once a side."""

    def __init__(self, evidence: Evidence) -> None:
        self._first = evidence.first
        self._born = {segment.id: segment for segment in evidence.born}
        self._trims = {trim.segment.id: trim for trim in evidence.trims}
        self._known = {link.old: link for link in evidence.known}
        self._successors = {link.old: link.new for link in evidence.known if link.new}
        self._predecessors = {new: old for old, new in self._successors.items()}
        self._families = evidence.families
        self._links: dict[str, SeriesLink] = {}
        self._announced: list[SeriesLink] = []

    def findings(self) -> Findings:
        for family in self._families:
            self._link_by_id(family)
        for family in self._families:
            self._link_by_creation(family)
        self._link_by_trim()
        for trim in self._trims.values():
            self._settle_trim(trim)
        return Findings(links=tuple(self._links.values()), announced=tuple(self._announced))

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

    def _link_by_trim(self) -> None:
        trimmed = [trim.segment for trim in self._trims.values()]
        for old, new in self._nearest(trimmed, list(self._born.values())):
            fits = self._free(old, new) or self._again(old, new)
            if fits and _written_together(old, new):
                self._propose(old, new, self._cut(old, new), "trim")

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

        A half with an id of its own has a higher sequence than the half that was cut.
        """
        return self._is_cut(old) or old.title == new.title or old.sequence < new.sequence

    def _left_alone(self, old: Segment, new: Segment) -> bool:
        """Tell whether `new` is an older series, last written before the cut of `old`.

        One edit writes both halves, so that the later one is never the older of them.
        """
        if new.id in self._born or not self._is_cut(old):
            return False
        return old.updated is not None and new.updated is not None and new.updated < old.updated

    def _is_cut(self, segment: Segment) -> bool:
        """Tell whether this pass cut a series, or an earlier one did without finding the half."""
        waiting = self._known.get(segment.id)
        return segment.id in self._trims or (waiting is not None and waiting.new is None)

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
        return self._divided_now(old, new) and new.id not in self._predecessors and not explained

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
        waiting = self._known.get(old.id)
        return waiting.at if waiting and waiting.new is None else new.begins

    def _propose(self, old: Segment, new: Segment, at: int, evidence: str) -> None:
        proposed = self._links.get(old.id)
        if proposed is not None and proposed.new == new.id:
            return  # Two families may hold the same pair, one by stem and one by stamp.
        known = self._known.get(old.id)
        # What is cut and born now is no old story, though ids may come again after an undo.
        old_story = known is not None and known.new == new.id and known.settled
        settled = old_story and not self._divided_now(old, new)
        apart = old.ends < at or _is_as_late(old, new)
        news = apart and not settled and self._is_news(old, new, known, evidence)
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
            self._announced.append(link)

    def _is_news(self, old: Segment, new: Segment, known: SeriesLink | None, evidence: str) -> bool:
        if self._first:
            return False
        waiting = known is not None and known.new is None
        if waiting or new.id in self._born:
            return True
        # Segments of one stem were linked when they came. That two are neighbours now, since one
        # between them is gone, is no split.
        linked = known is not None and known.new == new.id
        return old.id in self._trims and (linked or evidence != "id")

    def _settle_trim(self, trim: Trim) -> None:
        old = trim.segment
        link = self._links.get(old.id)
        told = any(one.old == old.id for one in self._announced)
        known = self._known.get(old.id)
        if told or self._first:
            return
        truncation = SeriesLink(
            old=old.id, new=None, at=trim.at, all_day=old.all_day, evidence="bound", settled=True
        )
        self._announced.append(truncation)
        if link is None and (known is None or known.new is None):
            self._links[old.id] = truncation


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


def _written_together(old: Segment, new: Segment) -> bool:
    if old.title != new.title or old.all_day is not new.all_day:
        return False
    if old.updated is None or new.created is None:
        return False
    return abs(new.created - old.updated) <= _WRITTEN_TOGETHER


def chain(series: str, links: Iterable[SeriesLink]) -> list[str]:
    """Return the ids of all segments of a split series, oldest first.

    Args:
        series: The id of any segment.
        links: Every known link of the calendar.
    """
    successors = {link.old: link.new for link in links if link.new is not None}
    predecessors = {new: old for old, new in successors.items()}
    seen = {series}
    ids = [series]
    while (earlier := predecessors.get(ids[0])) is not None and earlier not in seen:
        seen.add(earlier)
        ids.insert(0, earlier)
    while (later := successors.get(ids[-1])) is not None and later not in seen:
        seen.add(later)
        ids.append(later)
    return ids
