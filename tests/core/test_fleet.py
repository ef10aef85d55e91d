"""A fleet, its notifications and agendas over a source of no vendor: folders of files.

Channels are left to vendors: what `PushDescription` describes are requests of HTTP. What a folder
has instead is somebody who marks it.
"""

from __future__ import annotations

import asyncio
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field
from tests.core.folder import FOLDER, FolderWorld
from tests.core.test_core import WallTarget, unread

from kloudsync import AsyncFleet, Fleet, Mirror
from kloudsync.agenda import WorkingHours, busy, find_free, occurrences
from kloudsync.fleet.accounts import Account, Line
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import State
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.view import CalendarView
from kloudsync.provider import AsyncLocal, Local
from kloudsync.stores import MemoryStore
from kloudsync.testing.sources import HOUR, START, WEEK

POLL = FleetPolicy().unwatched


@define
class Shelf:
    """Folders that a fleet follows, and what it tells elsewhere."""

    path: Path
    colour: type[Any]
    store: MemoryStore = field(factory=MemoryStore)
    target: WallTarget = field(factory=WallTarget)
    fleet: Any = None

    def __attrs_post_init__(self) -> None:
        self.fleet = self.colour(
            self.store,
            self._connect,
            mirrors={"wall": self._mirror} if self.colour is Fleet else None,
            policy=FleetPolicy(spread=0.0),
            clock=self.target.clock,
        )

    def folder(self, name: str) -> FolderWorld:
        """Return a folder, which is made where there is none."""
        path = self.path / name
        path.mkdir(exist_ok=True)
        return FolderWorld(path)

    def once(self, *, after: float = 0.0) -> None:
        """Let time pass, and work off what is due then."""
        self.target.clock.advance(timedelta(seconds=after))
        self.do(self.fleet.run_once)

    def do(self, method: Any, *args: Any, **kwargs: Any) -> Any:
        """Return what a method of the fleet comes to, in either colour."""
        if self.colour is Fleet:
            return method(*args, **kwargs)

        async def awaited() -> Any:
            return await method(*args, **kwargs)

        return asyncio.run(awaited())

    def follow(self, **which: Any) -> None:
        """Let the fleet follow the folders."""
        self.do(self.fleet.enrol, "folder", "local", **which)

    def key(self, name: str) -> CalendarKey:
        """Return the key of a folder's copy."""
        return CalendarKey("folder", "local", str(self.path / name))

    def held(self, name: str) -> int:
        """Return how much is held of a folder."""
        return len(list(self.store.events(self.key(name))))

    def states(self) -> dict[str, State]:
        """Return how the folders stand, by their names."""
        told = self.do(lambda: self.fleet.status("folder", "local"))
        events = [one for one in told if one.topic.collection == "events"]
        return {Path(one.topic.key.calendar).name: one.state for one in events}

    def _connect(self, account: Account) -> Line:
        caller = (Local if self.colour is Fleet else AsyncLocal)(clock=self.target.clock)
        return Line(
            calendar=lambda name: FOLDER(path=Path(name), caller=caller),
            names=lambda: [str(one) for one in self.path.iterdir()],
        )

    def _mirror(self, engine: Any, account: Account) -> Mirror:
        return Mirror(engine, self.target.sink(), self.store)


@pytest.fixture(params=[Fleet, AsyncFleet], ids=["blocking", "awaiting"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """A fleet of either colour that follows nothing yet."""
    return Shelf(tmp_path, request.param)


def test_folders_are_followed_as_they_come_and_go(shelf: Shelf) -> None:
    """Those that are there, those that appear, and no longer what is taken away."""
    shelf.folder("team").add("Review", START, START + HOUR)
    shelf.follow()
    shelf.once()
    assert (shelf.states(), shelf.held("team")) == ({"team": State.HEALTHY}, 1)
    shelf.folder("home").add("Dinner", START, START + HOUR)
    (shelf.path / "team").rename(shelf.path.parent / f"{shelf.path.name} elsewhere")
    shelf.once(after=FleetPolicy().list_every)
    assert shelf.states() == {"home": State.HEALTHY, "team": State.RETIRED}
    assert shelf.held("home") == 1


def test_an_edit_is_found_by_the_next_look(shelf: Shelf) -> None:
    """Nothing announces it, and an interval later it is held."""
    folder = shelf.folder("team")
    shelf.follow(calendars=[shelf.key("team").calendar])
    shelf.once()
    folder.add("Review", START, START + HOUR)
    shelf.once(after=POLL / 2)
    assert shelf.held("team") == 0
    shelf.once(after=POLL)
    assert shelf.held("team") == 1


def test_a_mark_is_worked_at_before_the_next_look(shelf: Shelf) -> None:
    """Whoever learns of an edit tells the fleet's intake, which makes the folder due."""
    folder = shelf.folder("team")
    shelf.follow(calendars=[shelf.key("team").calendar])
    shelf.once()
    folder.add("Review", START, START + HOUR)
    shelf.fleet.intake(unread).mark(shelf.key("team"))
    shelf.once(after=FleetPolicy().quiet)
    assert shelf.held("team") == 1


def test_a_mark_enrols_nothing(shelf: Shelf) -> None:
    """What nobody follows is marked and left alone."""
    shelf.folder("team")
    shelf.fleet.intake(unread).mark(shelf.key("team"))
    shelf.once(after=POLL)
    assert (shelf.states(), shelf.store.calendars()) == ({}, [])


def test_a_source_of_another_account_is_failing(shelf: Shelf) -> None:
    """A copy is never kept under a key that is not its own, and no other account suffers."""
    shelf.folder("team")
    shelf.do(shelf.fleet.enrol, "folder", "ann", calendars=[shelf.key("team").calendar])
    shelf.follow(calendars=[shelf.key("team").calendar])
    shelf.once()
    (stands,) = [one for one in shelf.do(lambda: shelf.fleet.status("folder", "ann")) if one.reason]
    assert stands.state == State.FAILING
    assert "under the account 'local', not 'ann'" in str(stands.reason)
    assert shelf.states() == {"team": State.HEALTHY}


def test_what_a_fleet_keeps_is_mirrored(tmp_path: Path) -> None:
    """Each change of a folder is on the wall when the fleet has worked it off."""
    shelf = Shelf(tmp_path, Fleet)
    folder, begins = shelf.folder("team"), shelf.target.clock.now() + timedelta(days=1)
    folder.add("Standup", begins, begins + HOUR, weekly=2)
    shelf.follow(calendars=[shelf.key("team").calendar])
    shelf.once()
    assert [at for at, _ in shelf.target.shown()] == [begins, begins + WEEK]
    folder.cancel("event1", begins)
    shelf.once(after=POLL)
    assert [at for at, _ in shelf.target.shown()] == [begins + WEEK]


def test_agendas_of_what_a_fleet_keeps(shelf: Shelf) -> None:
    """Several folders are one question: what takes place, what is taken, and when all are free."""
    shelf.folder("team").add("Standup", START, START + HOUR, weekly=2)
    shelf.folder("home").add("Dentist", START + HOUR, START + 2 * HOUR)
    shelf.follow()
    shelf.once()
    views = [
        CalendarView(shelf.key(name), FOLDER(path=shelf.path / name, caller=Local()))
        for name in ("team", "home")
    ]
    shown = occurrences(shelf.store, views, START, START + 2 * WEEK)
    assert [one.event.title for one in shown] == ["Standup", "Dentist", "Standup"]
    taken = busy(shelf.store, views, START, START + WEEK)
    assert [(one.start, one.end) for one in taken] == [(START, START + 2 * HOUR)]
    hours = WorkingHours(zone="UTC", opens=time(9), closes=time(12))
    first = next(find_free(shelf.store, views, HOUR, START, START + WEEK, hours=hours))
    assert (first.start, first.end) == (START + 2 * HOUR, START + 3 * HOUR)
