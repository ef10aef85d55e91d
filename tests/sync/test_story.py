"""The story of the Kloudless post: a weekday series, moved from one day on, then cut."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.sync.world import World, replayed

from kloudsync.model.change import SeriesSplit, SeriesTruncated

PACIFIC = ZoneInfo("America/Los_Angeles")


def at(day: int, hour: int) -> datetime:
    """Return an hour of April 2019 in Los Angeles."""
    return datetime(2019, 4, day, hour, tzinfo=PACIFIC)


def test_the_post_s_series_is_split_once_and_truncated_once(world: World) -> None:
    """Moving all from 5 April and deleting all from 10 April give one split and one truncation."""
    world.sync()
    first = world.calendar.create(
        "Stand-up",
        at(2, 13),
        at(2, 14),
        recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"],
    )
    world.sync()
    second = world.calendar.edit_following(first, at(5, 13), start=at(5, 14), end=at(5, 15))
    moved = world.sync()
    world.calendar.truncate(second, at(10, 14))
    cut = world.sync()

    assert [(one.old, one.new, one.at) for one in moved.splits] == [(first, second, at(5, 13))]
    assert [(one.series, one.at) for one in cut.truncations] == [(second, at(10, 14))]
    changes = world.changes()
    splits = [change for change in changes if isinstance(change, SeriesSplit)]
    cuts = [change for change in changes if isinstance(change, SeriesTruncated)]
    assert [(one.old, one.new, one.at) for one in splits] == [(first, second, at(5, 13))]
    assert [(one.series, one.at) for one in cuts] == [(second, at(10, 14))]
    assert world.copy.lineage(second) == [first, second]
    assert world.is_in_step()
    assert replayed(changes).keys() == world.truth().keys()
    start, end = at(1, 0), at(20, 0)
    shown = [(one.start, one.end, one.series) for one in world.copy.occurrences(start, end)]
    assert shown == [
        *((at(day, 13), at(day, 14), first) for day in (2, 3, 4)),
        *((at(day, 14), at(day, 15), second) for day in (5, 8, 9)),
    ]
