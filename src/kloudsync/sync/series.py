"""Series as split detection sees them: segments, cuts, and what a pass tells of both. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from attrs import frozen

from kloudsync.model.state import SeriesLink
from kloudsync.sync.written_apart import WRITTEN_APART

DAY = 86_400
_ENDLESS = 1 << 62


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
        length: How long an occurrence is, or None.
        rule: What series of the same rule have in common, whatever their ends; None if unknown.
        all_day: Whether its times are dates.
        lineage: The stem that segments share in their ids, or None.
        slot: The slot that its own id names as the place of the split, or None.
        stamp: The creation stamp as received, or None.
        created: When it was created, or None.
        updated: When it last changed, or None.
        title: What it is called, or None.
        organizer: The organizer's address, or None.
        sequence: The revision number.
        names: Ids under which its own provider's editor would go on with it where it ends.
    """

    id: str
    start: int
    last: int | None
    next: int | None = None
    period: int = 7 * DAY
    length: int | None = None
    rule: Hashable = None
    all_day: bool = False
    lineage: str | None = None
    slot: int | None = None
    stamp: str | None = None
    created: float | None = None
    updated: float | None = None
    title: str | None = None
    organizer: str | None = None
    sequence: int = 0
    names: tuple[str, ...] = ()

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
        written: Seconds since 1970 when it was cut, or None; later writes may hide the moment,
            never bring it forward.
        since: The same of the last write that was no cut yet, or None.
        resumed: Where its rule would have gone on before it was cut; None if it was endless, or if
            nobody knows any more.
        names: Ids under which its own provider's editor would go on with it there.
    """

    segment: Segment
    at: int
    written: float | None = None
    since: float | None = None
    resumed: int | None = None
    names: tuple[str, ...] = ()


@frozen(kw_only=True)
class Delay:
    """A series that begins later than before, as one does whose past became another series.

    Attributes:
        segment: The series as it is now.
        was: The same before.
        awaits: Whether its past may come in a later pass, so that it has to be remembered.
        written: As of `Trim`.
        since: As of `Trim`.
    """

    segment: Segment
    was: Segment
    awaits: bool = False
    written: float | None = None
    since: float | None = None


@frozen(kw_only=True)
class Unread:
    """A series in which something went wrong when it was read for evidence; it has none, then.

    Attributes:
        series: Its id.
        error: What went wrong.
    """

    series: str
    error: Exception


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
        awaited: Series that earlier passes cut, and of which no segment that goes on is known.
        delays: Series that begin later, since this pass or an earlier one.
        born: Series that this pass added.
        standing: Series that stood before this pass near what it cut, written about then.
        ends: Where series end whose times this pass changed, cut or not; no concern of detection.
        families: Series that share a lineage or a creation stamp, as after the pass.
        known: Links kept from earlier passes.
        first: Whether the calendar is seen for the first time, so that nothing is news.
        apart: So many seconds may lie between the writes of a client that wrote both halves.
        unread: Series that could not be read.
    """

    trims: Sequence[Trim] = ()
    awaited: Sequence[Trim] = ()
    delays: Sequence[Delay] = ()
    born: Sequence[Segment] = ()
    standing: Sequence[Segment] = ()
    ends: Sequence[End] = ()
    families: Sequence[Sequence[Segment]] = ()
    known: Sequence[SeriesLink] = ()
    first: bool = False
    apart: float = WRITTEN_APART
    unread: Sequence[Unread] = ()

    @property
    def tells(self) -> bool:
        """Whether anything was cut, or any segments may belong together."""
        return bool(self.trims or self.awaited or self.delays or self.families)
