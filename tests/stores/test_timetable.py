"""The rows of what is due, in memory: in order, and changed in small pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.model.due import Due
from kloudsync.stores.memory import timetable
from kloudsync.stores.memory.timetable import LONGEST, SHARDS, Timetable


def row(name: int, at: float = 0.0, lane: int = 1) -> Due:
    """Return a row of a calendar with a number for a name."""
    return Due(topic=Topic(CalendarKey("google", "ana", str(name))), lane=lane, at=at, since=at)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5), st.integers(0, 2), st.booleans())))
def test_in_order(steps: list[tuple[int, int, int, bool]]) -> None:
    """Whatever comes and goes, each lane's rows are there in the order of their instants."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timetable, "LONGEST", 4)
        held = Timetable()
        known: dict[Topic, Due] = {}
        for name, at, lane, stays in steps:
            new = row(name, float(at), lane)
            known.pop(new.topic, None)
            held = held.having(new) if stays else held.without(new.topic)
            known |= {new.topic: new} if stays else {}
    assert {one.topic: one for one in held.rows()} == known
    assert all(held.get(topic) == one for topic, one in known.items())
    for lane in range(4):
        expected = sorted((one for one in known.values() if one.lane == lane), key=_place)
        assert list(held.waiting(lane)) == expected


def test_what_was_there_stays_as_it_was() -> None:
    """A change makes another value."""
    before = Timetable().having(row(1))
    before.having(row(2)).without(row(1).topic)
    assert list(before.rows()) == [row(1)]


def test_a_change_copies_little() -> None:
    """Among ten thousand rows all pieces but a few are those that were there before."""
    before = Timetable()
    for number in range(10_000):
        before = before.having(row(number, float(number)))
    after = before.having(row(5000, 3.0))
    assert sum(new is not old for new, old in zip(after.shards, before.shards, strict=True)) == 1
    assert len({*map(id, after.groups)} - {*map(id, before.groups)}) <= 3
    assert max(map(len, after.groups)) <= LONGEST
    assert len(after.groups) < 10_000 / LONGEST * 3
    assert max(map(len, after.shards)) < 10_000 / SHARDS * 5


def _place(one: Due) -> tuple[float, str]:
    return one.at, one.topic.key.calendar
