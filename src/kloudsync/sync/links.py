"""Which segment of a series goes on with which: as it was known, and as a pass finds it. Pure."""

from __future__ import annotations

from attrs import evolve

from kloudsync.model.state import SeriesLink
from kloudsync.sync.series import Delay, Evidence, Findings, Segment, Trim


class Links:
    """The links between segments, those among them that are news, and what waits for its half.

    Attributes:
        successors: What goes on where a segment ends, by id.
        predecessors: What ended where a segment begins, by id.
        joined: Ids of the later halves that this pass linked, in order.
    """

    def __init__(self, evidence: Evidence) -> None:
        """Begin with the links that are known."""
        self._first = evidence.first
        self._born = {segment.id for segment in evidence.born}
        self._trims = {trim.segment.id: trim for trim in evidence.trims}
        self._known = {link.old: link for link in evidence.known}
        self.successors: dict[str, str] = {
            link.old: link.new for link in evidence.known if link.new
        }
        self.predecessors: dict[str, str] = {new: old for old, new in self.successors.items()}
        self.joined: dict[str, None] = {}
        self._links: dict[str, SeriesLink] = {}
        self._announced: dict[str, SeriesLink] = {}

    def findings(self) -> Findings:
        """Return the links that are new or other than they were, and what is to be told."""
        return Findings(
            links=tuple(self._links.values()), announced=tuple(self._announced.values())
        )

    def divided_now(self, old: Segment, new: Segment) -> bool:
        """Tell whether this pass cut the one series and bore the other."""
        return old.id in self._trims and new.id in self._born

    def is_cut(self, segment: Segment) -> bool:
        """Tell whether this pass cut a series, or an earlier one did without finding the half."""
        known = self._known.get(segment.id)
        return segment.id in self._trims or (known is not None and known.lost_from is not None)

    def cut(self, old: Segment, new: Segment) -> int:
        """Return the slot where `old` was cut: where this or an earlier pass saw it happen."""
        if trim := self._trims.get(old.id):
            return trim.at
        known = self._known.get(old.id)
        waiting = None if known is None else known.lost_from
        return new.begins if waiting is None else waiting

    def first_of(self, segment: str) -> str:
        """Return the first segment of a chain."""
        visited = {segment}
        while (before := self.predecessors.get(segment)) is not None and before not in visited:
            visited.add(before)
            segment = before
        return segment

    def reached(self, old: str, new: str) -> bool:
        """Tell whether known links lead from `old` over other segments to `new`."""
        step = self.successors.get(old)
        visited: set[str] = set()
        while step is not None and step != new and step not in visited:
            visited.add(step)
            step = self.successors.get(step)
        return bool(visited) and step == new

    def propose(
        self, old: Segment, new: Segment, at: int, evidence: str, *, seen: bool = False
    ) -> None:
        """Link two segments, and tell of it if it is news, as what was seen to be cut always is."""
        proposed = self._links.get(old.id)
        if proposed is not None and proposed.new == new.id:
            return  # Two families may hold the same pair, one by stem and one by stamp.
        known = self._known.get(old.id)
        # What is cut and born now is no old story, though ids may come again after an undo.
        old_story = known is not None and known.new == new.id and known.settled
        settled = old_story and not self.divided_now(old, new)
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
        self.successors[old.id] = new.id
        self.predecessors[new.id] = old.id
        if link != known:
            self._links[old.id] = link
        if news:
            self._announced[old.id] = link
        if news or known is None or known.new != new.id:
            self.joined[new.id] = None

    def pass_on(self, new: Segment, later: str | None) -> None:
        """Let the segment that followed the old one follow the new one."""
        if later is not None and later != new.id and new.id not in self.successors:
            self.successors[new.id] = later
            self.predecessors[later] = new.id
            self._links[new.id] = SeriesLink(
                old=new.id, new=later, at=new.ends, all_day=new.all_day, settled=True
            )

    def pass_back(self, new: Segment, before: str | None) -> None:
        """Let the segment that preceded the later one precede the one put before it."""
        known = self._links.get(before or "") or self._known.get(before or "")
        if before is not None and known is not None:
            self.successors[before] = new.id
            self.predecessors[new.id] = before
            self._links[before] = evolve(known, new=new.id)

    def settle_trim(self, trim: Trim) -> None:
        """Tell of a cut behind which nothing goes on, and remember it: its half may still come."""
        old = trim.segment
        if self._first or old.id in self._announced:
            return
        truncation = evolve(_open_end(old, trim.at), cut=trim.at, written=trim.written)
        self._announced[old.id] = truncation
        if old.id in self._links:
            return
        known = self._known.get(old.id)
        if known is None or known.new is None:
            self._links[old.id] = truncation
        else:
            self._links[old.id] = evolve(known, cut=trim.at, written=trim.written, begins=None)

    def settle_delay(self, delay: Delay) -> None:
        """Remember a series whose past may still come; forget that it was awaited once it came."""
        new = delay.segment
        known = self._links.get(new.id) or self._known.get(new.id)
        if known is not None and known.lost_from is not None:
            return
        came = new.id in self.joined
        if not came and not delay.awaits:
            return
        cut, written = (None, None) if came else (new.start, delay.written)
        before = known or _open_end(new, new.start)
        link = evolve(before, cut=cut, written=written, begins=delay.was.start)
        if (known is not None or not came) and link != known:
            self._links[new.id] = link

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


def _open_end(segment: Segment, at: int) -> SeriesLink:
    """Return the link of a segment behind which nothing is known to go on."""
    return SeriesLink(
        old=segment.id,
        new=None,
        at=at,
        all_day=segment.all_day,
        evidence="bound",
        settled=True,
    )


def _is_as_late(old: Segment, new: Segment) -> bool:
    """Tell whether `old` was read as it was when `new` was made, or later.

    If it overlaps `new` then, it was moved; its cut is not still to come.
    """
    return old.updated is not None and new.updated is not None and old.updated >= new.updated
