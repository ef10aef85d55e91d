"""What the person did to series since the last sync, and what readers have to hear of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import frozen

from kloudsync.model.change import Change, SeriesSplit, SeriesTruncated

Truth: TypeAlias = Mapping[str, Mapping[str, Any]]
Told: TypeAlias = tuple[str, str | None]
"""A cut as the feed tells it: the earlier segment, and the later one of a split."""


@frozen
class Deed:
    """One action of the person on one series and its segments; `cut` is what to tell of it."""

    cut: Told | None


class Deeds:
    """Remembers a calendar's cuts, and holds the feed against them.

    Segments of one series carry the same creation stamp, and every series of this world was
    created at an instant of its own; so the stamp is the family's name.
    """

    def __init__(self) -> None:
        self._family: dict[str, str] = {}
        self._deeds: defaultdict[str, list[Deed]] = defaultdict(list)
        self._heard = 0

    def note(self, before: Truth, after: Truth) -> None:
        """Remember an action by what the calendar held before and after it."""
        changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        for name in changed:
            master = after.get(name) or before[name]
            if "recurrence" in master:
                self._family[name] = master["created"]
        families = {self._family[name] for name in self._series(changed, before, after)}
        for family in families:
            members = [name for name in changed if self._family.get(name) == family]
            self._deeds[family].append(Deed(_cut(members, before, after)))

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
        deeds, self._deeds, self._heard = self._deeds, defaultdict(list), len(feed)
        if first:
            assert resumed or not told, "nothing is news on the first sync"
            return 0
        checked = 0
        for family in deeds.keys() | told.keys():
            cuts = [deed.cut for deed in deeds[family] if deed.cut]
            if not cuts:
                assert resumed or told[family] == [], "a cut that nobody made"
            elif len(deeds[family]) == 1 and not resumed:
                assert told[family] == cuts, "a cut was told in another way"
                checked += 1
        return checked


def _cut(members: Sequence[str], before: Truth, after: Truth) -> Told | None:
    """Return what an action cut off a series, or None: a later half was born, or only an end changed."""
    born = [name for name in members if name not in before and name in after]
    kept = [name for name in members if name in before and name in after]
    cut = [name for name in kept if _bound(before[name]) != _bound(after[name])]
    if len(cut) != 1:
        return None
    return cut[0], born[0] if born else None


def _bound(event: Mapping[str, Any]) -> list[str]:
    """Return what the lines of a series say of its end."""
    parts = [part for line in event.get("recurrence", ()) for part in line.split(";")]
    return [part for part in parts if part.startswith(("UNTIL=", "COUNT="))]
