"""What is due, in the order in which it is: a value of which a change copies little."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar

from attrs import frozen

from kloudsync.model.channel import Topic
from kloudsync.model.due import Due

T = TypeVar("T")

Place: TypeAlias = tuple[int, float, tuple[str, ...], Topic]
"""Lane, instant and names of a row: rows are in the order of these."""

SHARDS: Final = 1024
LONGEST: Final = 1024
"""Places that stand together at most; more of them become two groups."""

_EMPTY: Final[Mapping[Topic, Any]] = MappingProxyType({})


@frozen
class Timetable:
    """Rows by topic, and their places in order, both in pieces of which a change makes one anew.

    Attributes:
        shards: The rows, each in the shard that its topic falls into.
        groups: The places in order; none of these is empty.
    """

    shards: tuple[Mapping[Topic, Due], ...] = (_EMPTY,) * SHARDS
    groups: tuple[tuple[Place, ...], ...] = ()

    def get(self, topic: Topic) -> Due | None:
        """Return a topic's row, or None."""
        return self.shards[_shard(topic)].get(topic)

    def rows(self) -> Iterator[Due]:
        """Yield every row, in no particular order."""
        return chain.from_iterable(shard.values() for shard in self.shards)

    def having(self, row: Due) -> Timetable:
        """Return the rows with this one in place of its topic's."""
        rest = self.without(row.topic)
        number = _shard(row.topic)
        shard = {**rest.shards[number], row.topic: row}
        return Timetable(_put(rest.shards, number, shard), _entered(rest.groups, place_of(row)))

    def without(self, topic: Topic) -> Timetable:
        """Return the rows without a topic's."""
        row = self.get(topic)
        if row is None:
            return self
        number = _shard(topic)
        shard = {one: held for one, held in self.shards[number].items() if one != topic}
        return Timetable(_put(self.shards, number, shard), _struck(self.groups, place_of(row)))

    def keeping(self, is_kept: Callable[[Topic], bool]) -> Timetable:
        """Return the rows without those of some topics."""
        kept = self
        for row in self.rows():
            kept = kept if is_kept(row.topic) else kept.without(row.topic)
        return kept

    def waiting(self, lane: int) -> Iterator[Due]:
        """Yield the rows of a lane, longest due first, as far as they are asked for."""
        first = (lane, float("-inf"))
        start = max(0, bisect_left(self.groups, first, key=itemgetter(0)) - 1)
        for group in self.groups[start:]:
            for place in group[bisect_left(group, first) :]:
                if place[0] != lane:
                    return
                yield self.shards[_shard(place[-1])][place[-1]]


def place_of(row: Due) -> Place:
    """Return a row's place."""
    return row.lane, row.at, row.topic.names, row.topic


def _shard(topic: Topic) -> int:
    return hash(topic) % SHARDS


def _put(pieces: tuple[T, ...], index: int, *news: T) -> tuple[T, ...]:
    """Return pieces with others in place of one."""
    return pieces[:index] + news + pieces[index + 1 :]


def _group_of(groups: tuple[tuple[Place, ...], ...], place: Place) -> int:
    """Return which group a place belongs to: the last one that does not begin behind it."""
    return max(0, bisect_right(groups, place, key=itemgetter(0)) - 1)


def _entered(groups: tuple[tuple[Place, ...], ...], place: Place) -> tuple[tuple[Place, ...], ...]:
    if not groups:
        return ((place,),)
    index = _group_of(groups, place)
    group = groups[index]
    at = bisect_left(group, place)
    longer = (*group[:at], place, *group[at:])
    if len(longer) <= LONGEST:
        return _put(groups, index, longer)
    return _put(groups, index, longer[: LONGEST // 2], longer[LONGEST // 2 :])


def _struck(groups: tuple[tuple[Place, ...], ...], place: Place) -> tuple[tuple[Place, ...], ...]:
    index = _group_of(groups, place)
    shorter = tuple(one for one in groups[index] if one != place)
    return _put(groups, index, shorter) if shorter else _put(groups, index)
