"""The story of the Kloudless post, told through Google, through Kloudless and through Microsoft."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.providers.kloudless.world import World as KloudlessWorld
from tests.providers.kloudless.world import google_engine
from tests.providers.microsoft.world import Drive, World

from kloudsync.model.change import Change, SeriesSplit, SeriesTruncated
from kloudsync.testing.microsoft import recurring

PACIFIC = ZoneInfo("America/Los_Angeles")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def at(day: int, hour: int) -> datetime:
    """Return an hour of April 2019 in Los Angeles."""
    return datetime(2019, 4, day, hour, tzinfo=PACIFIC)


class Reader:
    """Notes what a feed tells after each run, and names events by the order of their mention."""

    def __init__(self) -> None:
        self.runs: list[list[tuple[Any, ...]]] = []
        self._names: dict[str, int] = {}

    def take(self, changes: Iterable[Change]) -> None:
        """Note what a run told; the halves of a split come in either order."""
        self.runs.append(sorted(map(self._told, changes), key=lambda one: one[:2]))

    def _told(self, change: Change) -> tuple[Any, ...]:
        if isinstance(change, SeriesSplit):
            return "split", self._name(change.old), self._name(change.new), change.at
        if isinstance(change, SeriesTruncated):
            return "truncated", self._name(change.series), change.at
        return type(change).__name__.lower(), self._name(change.id)

    def _name(self, event: str) -> int:
        return self._names.setdefault(event, len(self._names) + 1)


def test_the_post_s_story_gives_the_same_feed_through_all_three(drive: Drive) -> None:
    """A weekday series moved from one day on and then cut is told alike, ids apart."""
    kloudless = KloudlessWorld(drive)
    google = google_engine(kloudless.google)
    microsoft = World(drive, zone="Pacific Standard Time")
    readers = [Reader(), Reader(), Reader()]

    def sync() -> None:
        google.sync()
        kloudless.sync()
        microsoft.sync()
        told = [list(google.changes("reader")), kloudless.changes(), microsoft.changes()]
        if told[0]:
            google.acknowledge("reader", told[0][-1])
        for reader, changes in zip(readers, told, strict=True):
            reader.take(changes)

    sync()
    first = kloudless.calendar.create(
        "Stand-up",
        at(2, 13),
        at(2, 14),
        recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"],
    )
    its_first = microsoft.calendar.create(
        "Stand-up",
        at(2, 13),
        at(2, 14),
        recurrence=recurring("weekly", date(2019, 4, 2), days=WEEKDAYS),
    )
    sync()
    second = kloudless.calendar.edit_following(first, at(5, 13), start=at(5, 14), end=at(5, 15))
    its_second = microsoft.calendar.edit_following(
        its_first, date(2019, 4, 5), start=at(5, 14), end=at(5, 15)
    )
    sync()
    kloudless.calendar.truncate(second, at(10, 14))
    microsoft.calendar.truncate(its_second, date(2019, 4, 10))
    sync()

    assert readers[0].runs == readers[1].runs == readers[2].runs
    assert readers[2].runs == [
        [],
        [("added", 1)],
        [("added", 2), ("split", 1, 2, at(5, 13)), ("updated", 1)],
        [("truncated", 2, at(10, 14)), ("updated", 2)],
    ]
    shown = [
        [(one.start, one.end) for one in copy.occurrences(at(1, 0), at(20, 0))]
        for copy in (google, kloudless.copy, microsoft.copy)
    ]
    assert shown[0] == shown[1] == shown[2]
    microsoft.close()
