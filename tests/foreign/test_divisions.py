"""Series that a client divides at a Google Calendar server of another maker.

Product and fake of this project were written from one belief; this server was not. It is installed
by `nox -s foreign` alone.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import define, evolve, field

from kloudsync import AsyncGoogle, AsyncSyncEngine
from kloudsync.model.change import SeriesSplit
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.times import EventDateTime
from kloudsync.stores import MemoryStore

provider = pytest.importorskip(
    "minutehand.adapters.providers.google_workspace.provider", reason="nox -s foreign installs it"
)
stores = pytest.importorskip("minutehand.adapters.store.sqlite")
scenarios = pytest.importorskip("minutehand.domain.scenario")

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
WEEK, HOUR = timedelta(weeks=1), timedelta(hours=1)
WEEKS = 16


class Clock:
    """The server's clock: a moment passes whenever somebody looks."""

    def __init__(self) -> None:
        self.at = datetime(2025, 12, 1, 8, tzinfo=UTC)

    def now(self) -> datetime:
        """Tell the time."""
        self.at += timedelta(milliseconds=100)
        return self.at

    def wake(self) -> int:
        """Count nobody's wakes."""
        return 0


@define
class Segment:
    """A part of the series as its writer knows it."""

    id: str
    first: int
    count: int
    shift: timedelta = field(factory=timedelta)


def begins(segment: Segment) -> datetime:
    """Return when the first occurrence of a segment begins."""
    return BEGIN + segment.first * WEEK + segment.shift


def at(time: datetime) -> EventDateTime:
    """Write a time as the wire has it."""
    return EventDateTime(date_time=time, time_zone="UTC")


def rule(segment: Segment) -> list[str]:
    """Return how a segment recurs."""
    return [f"RRULE:FREQ=WEEKLY;COUNT={segment.count}"]


@define
class Writer:
    """Divides one series over and over, and knows what a copy has to hear of it."""

    google: AsyncGoogle
    engine: AsyncSyncEngine
    clock: Clock
    dice: random.Random
    segments: list[Segment] = field(factory=list[Segment])
    told: list[tuple[str, str]] = field(factory=list[tuple[str, str]])

    async def begin(self) -> None:
        """Create the series, and another one that nobody divides."""
        whole = Segment(id="", first=0, count=WEEKS)
        made = await self.google.events.insert("primary", self._event(whole, "Review"))
        self.segments = [evolve(whole, id=str(made.id))]
        stranger = evolve(whole, shift=3 * HOUR)
        await self.google.events.insert("primary", self._event(stranger, "Chess"))
        await self.engine.sync()

    async def divide(self) -> None:
        """Divide one of the segments somewhere, in two requests."""
        places = [n for n, one in enumerate(self.segments) if one.count > 1]
        if not places:
            return
        place = self.dice.choice(places)
        old = self.segments[place]
        weeks = self.dice.randint(1, old.count - 1)
        moved = old.shift + self.dice.choice((timedelta(), timedelta(minutes=30)))
        head = evolve(old, count=weeks)
        tail = Segment("", old.first + weeks, old.count - weeks, moved)
        title = await self._title(old.id)
        if moved == old.shift and self.dice.random() < 0.3:
            title = f"Review {self.dice.random()}"
        writes = [lambda: self._end(head), lambda: self._insert(tail, title)]
        self.dice.shuffle(writes)
        await writes[0]()
        await self._gap()
        await writes[1]()
        await self.engine.sync()
        self.segments[place : place + 1] = [head, tail]
        self.told.append((head.id, tail.id))

    async def _gap(self) -> None:
        self.clock.at += timedelta(minutes=self.dice.choice((0, 0, 5, 20)))
        if self.dice.random() < 0.5:
            await self.engine.sync()

    async def _title(self, id_: str) -> str:
        return str((await self.google.events.get("primary", id_)).summary)

    async def _end(self, head: Segment) -> None:
        await self.google.events.patch("primary", head.id, Event(recurrence=rule(head)))

    async def _insert(self, tail: Segment, title: str) -> None:
        tail.id = str((await self.google.events.insert("primary", self._event(tail, title))).id)

    def _event(self, segment: Segment, title: str) -> Event:
        start = begins(segment)
        return Event(summary=title, recurrence=rule(segment), start=at(start), end=at(start + HOUR))


@asynccontextmanager
async def writer(folder: Path, seed: int) -> AsyncGenerator[Writer]:
    """Begin a calendar at a server of its own."""
    clock = Clock()
    world = stores.SqliteStore(folder / "world.db", "run", clock)
    person = scenarios.Person(key="owner", name="Owner", email="owner@example.com")
    served: Any = provider.build()
    scenario = scenarios.Scenario(
        name="divisions", starts_at=clock.at, people=[person], owner="owner"
    )
    served.seed(scenario, world)
    transport = httpx.ASGITransport(app=served.app(world, clock))
    async with httpx.AsyncClient(transport=transport) as http:
        google = AsyncGoogle("token", base_url="http://localhost/calendar/v3", http_client=http)
        engine = AsyncSyncEngine(google.calendar("primary"), MemoryStore())
        yield Writer(google, engine, clock, random.Random(seed))


@pytest.mark.parametrize("seed", range(40))
def test_every_division_is_told_and_none_that_was_none(tmp_path: Path, seed: int) -> None:
    """In whatever order, at whatever distance and with or without a sync between the requests."""

    async def live() -> None:
        async with writer(tmp_path, seed) as one:
            await one.begin()
            for _ in range(one.dice.randint(1, 5)):
                await one.divide()
            told = [change async for change in one.engine.changes("reader")]
            splits = [change for change in told if isinstance(change, SeriesSplit)]
            assert [(split.old, split.new) for split in splits] == one.told
            lineage = await one.engine.lineage(one.segments[0].id)
            assert lineage == [segment.id for segment in one.segments]

    asyncio.run(live())
