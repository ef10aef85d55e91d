"""Changes of state that somebody has to be told of, whatever happens meanwhile."""

from __future__ import annotations

from typing import Any

from tests.fleet.following import TEAM, Drive, World

from kloudsync.fleet.states import State, Status
from kloudsync.stores import MemoryStore


class Pager:
    """Takes what it is told, unless it is out of order."""

    def __init__(self, drive: Drive) -> None:
        self.told: list[tuple[str, State]] = []
        self.broken = False
        self.tell: Any = self._tell if drive == "blocking" else self._told

    def _tell(self, status: Status) -> None:
        if self.broken:
            raise ConnectionError("the pager is out of order")
        self.told.append((status.topic.key.calendar, status.state))

    async def _told(self, status: Status) -> None:
        self._tell(status)


def test_each_change_of_state_is_told(drive: Drive, store: Any) -> None:
    """Whoever is alerted hears of each change, calendars that leave the list included."""
    pager = Pager(drive)
    world = World(drive, store, address=None, alerts={"pager": pager.tell})
    fake = world.person("ann")
    fake.add_calendar(TEAM)
    world.do(world.fleet.enrol("google", "ann"))
    world.once()
    assert sorted(name for name, state in pager.told if state is State.HEALTHY) == [
        "",
        "",
        "owner@example.com",
        TEAM,
    ]
    pager.told.clear()
    world.later(900.0 * 1.5)
    assert pager.told == []
    fake.remove_calendar(TEAM)
    world.later(86_400.0)
    world.once()
    # It may have failed once before its list was read.
    assert {name for name, _ in pager.told} == {TEAM}
    assert pager.told[-1] == (TEAM, State.RETIRED)


def test_what_could_not_be_told_is_told_later(drive: Drive) -> None:
    """An alert that fails is tried again, by another fleet of the program, with how it stands then."""
    pager = Pager(drive)
    world = World(drive, MemoryStore(), address=None, alerts={"pager": pager.tell})
    world.person("ann")
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    pager.told.clear()
    pager.broken = True
    world.revoked.add("ann")
    world.do(world.fleet.close())
    world.later(900.0 * 1.5)
    assert pager.told == []
    without = world.beside(address=None)
    without.later(3600.0)
    pager.broken = False
    again = world.beside(address=None, alerts={"pager": pager.tell})
    for _ in range(5):
        again.later(3600.0)
    assert [told for told in pager.told if told[0]] == [("primary", State.NEEDS_CONSENT)]
