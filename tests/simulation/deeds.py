"""What the person did to series since the last sync, and what readers have to hear of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from attrs import frozen

from kloudsync.model.change import Change, SeriesSplit, SeriesTruncated
from kloudsync.testing.google import expansion, rules
from kloudsync.testing.google.times import as_instant, parse_field

Truth: TypeAlias = Mapping[str, Mapping[str, Any]]
Told: TypeAlias = tuple[str, str | None]
"""A cut as the feed tells it: the earlier segment, and the later one of a split."""


@frozen
class Deed:
    """One action of the person on one series and its segments.

    Attributes:
        cut: What to tell of it.
        doubtful: Whether what to tell is anybody's guess, such as of another rule.
    """

    cut: Told | None
    doubtful: bool = False


class Deeds:
    """Remembers a calendar's cuts, and holds the feed against them.

    Segments of one series carry the same creation stamp, and every series of this world was
    created at an instant of its own; so the stamp is the family's name. What another client
    inserts is adopted, with the segments that are cut off it later.

    Attributes:
        occurrences: Ids of the occurrences that were changed or cancelled.
        watched: Whether somebody has held the calendar so far, who could be told of a cut.
    """

    def __init__(self) -> None:
        self._family: dict[str, str] = {}
        self._adopted: dict[str, str] = {}
        self._aliases: dict[str, str] = {}
        self._deeds: defaultdict[str, list[Deed]] = defaultdict(list)
        self._truncated: set[str] = set()
        self._heard = 0
        self.occurrences = set[str]()
        self.watched = False

    def adopt(self, new: str, old: str) -> None:
        """Take a series that another client will write for a part of an older one."""
        self._adopted[new] = self._family[old]

    def is_divided(self, series: str) -> bool:
        """Tell whether another client has divided a series before."""
        return self._family[series] in self._adopted.values()

    def is_settled(self, series: str) -> bool:
        """Tell whether everything done to a series has been told, and nothing waits for more.

        A cut that was told without another half may wait for one; which of two cuts of one
        series a half belongs to is not asked here.
        """
        family = self._family[series]
        return self.watched and not self._deeds[family] and family not in self._truncated

    def note(self, before: Truth, after: Truth, cut: Told | None = None) -> None:
        """Remember an action by what the calendar held before and after it.

        Args:
            before: What it held before.
            after: What it holds now.
            cut: What there is to tell, where before and after do not say it.
        """
        changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        for name in changed:
            if "recurringEventId" in (after.get(name) or before[name]):
                self.occurrences.add(name)
        for name in changed:
            master = after.get(name) or before[name]
            if "recurrence" in master:
                stamp = str(master["created"])
                if name in self._adopted:
                    self._aliases[stamp] = self._adopted[name]
                self._family[name] = self._aliases.get(stamp, stamp)
        families = {self._family[name] for name in self._series(changed, before, after)}
        for family in families:
            members = [name for name in changed if self._family.get(name) == family]
            self._deeds[family].append(_deed(members, before, after, cut))

    def _series(self, changed: Sequence[str], before: Truth, after: Truth) -> Iterator[str]:
        """Yield the series that changed events are, or belong to."""
        for name in changed:
            event = after.get(name) or before[name]
            series = event.get("recurringEventId", name)
            if series in self._family:
                yield series

    def settle(self, feed: Sequence[Change], *, first: bool, resumed: bool) -> int:
        """Hold what the feed tells since the last time against what was done since then.

        Args:
            feed: The whole feed.
            first: Whether nobody had watched the calendar before, so that nothing is told.
            resumed: Whether the run went on with an earlier one's pages, from before some deeds.

        Returns:
            How many cuts could be held against what was told.
        """
        told: defaultdict[str, list[Told]] = defaultdict(list)
        for change in feed[self._heard :]:
            if isinstance(change, SeriesSplit):
                assert self._family[change.old] == self._family[change.new], "two strangers"
                told[self._family[change.old]].append((change.old, change.new))
            elif isinstance(change, SeriesTruncated):
                told[self._family[change.series]].append((change.series, None))
                self._truncated.add(self._family[change.series])
        self.watched = True
        deeds, self._deeds, self._heard = self._deeds, defaultdict(list), len(feed)
        if first:
            assert resumed or not told, "nothing is news on the first sync"
            return 0
        checked = 0
        for family in deeds.keys() | told.keys():
            cuts = [deed.cut for deed in deeds[family] if deed.cut]
            if any(deed.doubtful for deed in deeds[family]):
                continue
            if not cuts:
                assert resumed or told[family] == [], "a cut that nobody made"
            elif len(deeds[family]) == 1 and not resumed:
                assert told[family] == cuts, "a cut was told in another way"
                checked += 1
        return checked


def _deed(members: Sequence[str], before: Truth, after: Truth, cut: Told | None) -> Deed:
    changed = [name for name in members if name in before and name in after]
    doubtful = any(_core(before[name]) != _core(after[name]) for name in changed)
    return Deed(cut or _cut(members, before, after), doubtful and cut is None)


def _core(event: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what else of a series than its end may cost it occurrences."""
    return rules.core(event.get("recurrence", ())), "date" in event.get("start", ())


def _cut(members: Sequence[str], before: Truth, after: Truth) -> Told | None:
    """Return what an action cut off a series, or None: a later half was born, or only an end changed."""
    born = [name for name in members if name not in before and name in after]
    kept = [name for name in members if name in before and name in after]
    cut = [name for name in kept if _is_shortened(before[name], after[name])]
    if len(cut) != 1:
        return None
    return cut[0], born[0] if born else None


def _is_shortened(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return _bound(before) != _bound(after) and _last(after) < _last(before)


def _last(event: Mapping[str, Any]) -> datetime:
    """Find the last start of a series that has a bound; of one without, the end of time."""
    if not _bound(event):
        return _FAR
    start = parse_field(event["start"], _UTC)
    slots = islice(expansion.slots(start, event.get("recurrence", ())), 3000)
    return max((as_instant(slot, _UTC) for slot in slots), default=_NEVER)


_UTC = ZoneInfo("UTC")
_NEVER, _FAR = (datetime(year, 1, 1, tzinfo=UTC) for year in (1, 9999))


def _bound(event: Mapping[str, Any]) -> list[str]:
    """Return what the lines of a series say of its end."""
    parts = [part for line in event.get("recurrence", ()) for part in line.split(";")]
    return [part for part in parts if part.startswith(("UNTIL=", "COUNT="))]
