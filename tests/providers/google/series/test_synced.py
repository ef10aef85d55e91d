"""What a sync makes of a series that was divided over the API."""

from tests.providers.google.series.editors import Editor, la
from tests.sync.world import World

from kloudsync.model.change import SeriesSplit
from kloudsync.providers.google.wire.event import Event
from kloudsync.stores.memory.store import MemoryStore


def test_a_division_over_the_api_is_one_split_to_readers() -> None:
    """The segments are linked, although their ids and creation stamps say nothing."""
    with World("blocking", MemoryStore()) as world:
        rule = ["RRULE:FREQ=WEEKLY;BYDAY=MO"]
        series = world.calendar.create("Review", la(1, 12), recurrence=rule)
        world.sync()
        world.changes()
        edit = Editor(world.fake, "blocking").following(series, la(2, 2), Event(location="Room 1"))
        world.sync()
        assert world.is_in_step()
        (split,) = [change for change in world.changes() if isinstance(change, SeriesSplit)]
        assert (split.old, split.new) == (series, edit.series.id)
        assert world.copy.lineage(series) == [series, edit.series.id]
