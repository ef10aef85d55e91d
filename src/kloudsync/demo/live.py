"""A fake calendar that somebody edits, and the copy that follows it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx

from kloudsync.demo.band import banded, held_whole, truly_whole
from kloudsync.demo.faults import Switch, Switchboard
from kloudsync.demo.news import News
from kloudsync.demo.office import furnish
from kloudsync.demo.told import NAMELESS, moment, series_of, told
from kloudsync.demo.week import drawn, held, monday_of, truly, window
from kloudsync.errors import KloudsyncError
from kloudsync.http.retry import Retry
from kloudsync.model.event import Series
from kloudsync.objects.push_intake import PushIntake
from kloudsync.objects.sync_engine import AsyncSyncEngine
from kloudsync.objects.watcher import AsyncWatcher
from kloudsync.providers.google.client import AsyncGoogle
from kloudsync.push.policy import WatchPolicy
from kloudsync.push.report import ChannelReport, Round
from kloudsync.runtime.clock import SystemClock
from kloudsync.stores import MemoryStore
from kloudsync.sync.report import SyncReport
from kloudsync.testing.exchange import Reply
from kloudsync.testing.google import FakeCalendar, FakeGoogle

OWNER: Final = "you@example.com"
ZONE: Final = "Europe/Paris"
TOKEN: Final = "live-demo"  # noqa: S105 - the fake's own
ADDRESS: Final = "https://live.example.com/hooks/google"
SERVICE: Final = "https://google.example.com/calendar/v3"
CONSUMER: Final = "page"
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

POLICY: Final = WatchPolicy(
    quiet=0.0, patience=0.0, poll_watched=15.0, poll_unwatched=15.0, rest=2.0, longest_rest=4.0
)
"""Seconds instead of hours, since somebody is looking."""


class LiveCalendar:
    """A fake calendar, and everything that keeps a copy of it in step.

    Args:
        policy: How often the calendar is looked at without being told to.

    Attributes:
        fake: The service.
        zone: The calendar's zone, in which everything is shown.
        switches: What can be broken.
        news: Tells when there is something new to show.
    """

    def __init__(self, *, policy: WatchPolicy = POLICY) -> None:
        clock = SystemClock()
        self.zone: ZoneInfo = ZoneInfo(ZONE)
        self.news: News = News()
        self._clock = clock
        tokens = {TOKEN: OWNER}
        self.fake: FakeGoogle = FakeGoogle(OWNER, time_zone=ZONE, tokens=tokens, clock=clock)
        self.switches: Switchboard = Switchboard(self.fake, TOKEN, OWNER)
        furnish(self.calendar, monday_of(self.today), self.zone)
        self.fake.channels.deliveries.receiver = self._hear
        self._http = httpx.AsyncClient(transport=self.fake.transport())
        google = AsyncGoogle(
            TOKEN, base_url=SERVICE, http_client=self._http, retry=Retry(attempts=2)
        )
        store = MemoryStore()
        self._intake = PushIntake(store)
        self._engine = AsyncSyncEngine(google.calendar("primary"), store)
        self._watcher = AsyncWatcher(
            google.push, store, [self._engine], address=ADDRESS, policy=policy
        )
        self._awake = asyncio.Event()
        self._health = {"tone": "busy", "text": "The first sync is under way"}

    @property
    def calendar(self) -> FakeCalendar:
        """The calendar that people edit."""
        return self.fake.calendar()

    @property
    def today(self) -> date:
        """The day that it is in the calendar's zone."""
        return self._clock.now().astimezone(self.zone).date()

    async def follow(self) -> None:
        """Keep the copy in step until cancelled."""
        try:
            while True:
                await self._look()
        finally:
            await self._http.aclose()

    def edited(self) -> None:
        """Let the service tell of what a person did, and the page draw it."""
        self.news.tell()
        self.fake.channels.deliveries.deliver()

    def expire_cursor(self) -> None:
        """Let the service forget the cursor, and the copy be looked at now."""
        self.fake.expire_sync_tokens()
        self._intake.mark(self._engine.key)
        self._awake.set()

    def turn(self, switch: Switch, *, on: bool) -> None:
        """Turn a fault on or off; whatever it broke is tried again at once."""
        self.switches.turn(switch, on=on)
        self._intake.mark(self._engine.key)
        self._awake.set()
        self.news.tell()

    async def state(self, day: date) -> Mapping[str, Any]:
        """Return what the page shows of a day's week: the calendar, the copy, and how they stand."""
        monday = monday_of(day)
        start, end = window(monday, self.zone)
        there = self.calendar.occurrences(start, end)
        synced = (await self._engine.state()).cursor is not None
        here = list(await self._engine.occurrences(start, end)) if synced else []
        truth, copy = drawn(truly(there, self.zone), monday), drawn(held(here, self.zone), monday)
        band, copied = banded(truly_whole(there), monday), banded(held_whole(here), monday)
        return {
            "zone": ZONE,
            "today": self.today.isoformat(),
            "monday": monday.isoformat(),
            "calendar": truth,
            "copy": copy,
            "calendar_band": band,
            "copy_band": copied,
            "in_step": (truth, band) == (copy, copied),
            "series": await self._series(),
            "faults": {switch.value: switch in self.switches for switch in Switch},
            "health": self._health,
        }

    async def feed(self, after: int) -> list[dict[str, Any]]:
        """Return the next few entries of the change feed behind a position."""
        entries: list[dict[str, Any]] = []
        for change in await self._engine.chunk(CONSUMER, after):
            series = await self._engine.event(series_of(change) or "")
            title = series.title if isinstance(series, Series) else None
            entries.append(told(change, self.zone, title=title))
        return entries

    async def _series(self) -> list[list[dict[str, str]]]:
        """Return the series of the copy, each as its segments, oldest first."""
        found = {one.id: one async for one in self._engine.events() if isinstance(one, Series)}
        lineages = {tuple(await self._engine.lineage(name)) for name in found}
        alive = [[found[name] for name in lineage if name in found] for lineage in lineages]
        return [
            [self._segment(segment) for segment in lineage]
            for lineage in sorted(alive, key=lambda one: (one[0].created or _NEVER, one[0].id))
        ]

    def _segment(self, series: Series) -> dict[str, str]:
        return {
            "id": series.id,
            "title": series.title or NAMELESS,
            "since": moment(series.start, self.zone),
        }

    async def _look(self) -> None:
        self._awake.clear()
        try:
            channels = await self._watcher.tend()
            self.fake.channels.deliveries.deliver()
            looked = await self._watcher.sync_due()
        except KloudsyncError as error:
            self._say("bad", f"{type(error).__name__}: {error}")
            rest = POLICY.rest
        else:
            self._tell(channels, looked)
            rest = self._until(looked.next_at)
        try:
            async with asyncio.timeout(rest):
                await self._awake.wait()
        except TimeoutError:
            return

    def _until(self, next_at: float | None) -> float:
        if next_at is None:
            return POLICY.rest
        return max(0.05, next_at - self._clock.now().timestamp())

    def _tell(self, channels: ChannelReport, looked: Round[SyncReport | None]) -> None:
        failure = next(iter((*looked.failures, *channels.failures)), None)
        if failure is not None:
            self._say("bad", f"{type(failure.error).__name__}: {failure.error}. It tries again.")
            return
        for report in looked.done.values():
            if report is not None:
                why = f" because of {report.resync_reason}" if report.resync_reason else ""
                how = f"full pass{why}" if report.full else "delta"
                at = report.finished_at.astimezone(self.zone)
                self._say("good", f"{at:%H:%M:%S} {how}: {report}")

    def _say(self, tone: str, text: str) -> None:
        self._health = {"tone": tone, "text": text}
        self.news.tell()

    def _hear(self, address: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Take a notification in as a web application would, unless it gets lost."""
        del address
        if Switch.PUSH in self.switches:
            return Reply(0, {}, b"")
        status = self._intake.answer(headers, body)
        self._awake.set()
        return Reply(status, {}, b"")
