"""A calendar with a series, and its editor in either colour."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import Any

import httpx
from tests.providers.microsoft.world import BASE_URL, BERLIN, NOW, Drive, World, client_of

from kloudsync import AsyncMicrosoft
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.microsoft import FakeMicrosoft, recurring


class Edited:
    """A calendar with a weekly series, and the edits of that series in either colour."""

    def __init__(self, drive: Drive) -> None:
        self.fake = FakeMicrosoft(clock=ManualClock(NOW), time_zone="W. Europe Standard Time")
        self.world = World(fake=self.fake)
        self.calendar = self.fake.calendar()
        rule = recurring("weekly", date(2026, 3, 2), days=["monday"], times=10)
        self.series = self.calendar.create("Weekly", at(3, 2), recurrence=rule)
        self.drive = drive
        self._runner = asyncio.Runner()

    def do(self, method: str, *arguments: Any, series: str | None = None) -> Any:
        """Call a method of the series' editor."""
        name = series or self.series
        if self.drive == "blocking":
            return getattr(client_of(self.fake).series(name), method)(*arguments)
        return self._runner.run(self._awaited(method, name, arguments))

    async def _awaited(self, method: str, name: str, arguments: Any) -> Any:
        http = httpx.AsyncClient(transport=self.fake.transport())
        slow = AsyncMicrosoft("token", base_url=BASE_URL, http_client=http, clock=self.world.clock)
        return await getattr(slow.series(name), method)(*arguments)

    def shown(self) -> list[tuple[str, str]]:
        """List what takes place in spring, by start and title."""
        span = datetime(2026, 2, 1, tzinfo=BERLIN), datetime(2026, 7, 1, tzinfo=BERLIN)
        return [
            (f"{one.begins.astimezone(BERLIN):%m-%d %H:%M}", one.fields["subject"])
            for one in self.calendar.occurrences(*span)
        ]

    def close(self) -> None:
        """Close the event loop."""
        self._runner.close()


def at(month: int, day: int, hour: int = 11) -> datetime:
    """Return an hour in Berlin."""
    return datetime(2026, month, day, hour, tzinfo=BERLIN)
