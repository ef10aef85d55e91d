"""Edits of series in both colours, on a fake calendar."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from attrs import frozen

from kloudsync.model.series_edit import SeriesEdit
from kloudsync.model.times import Time
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.providers.google.resources.event_writes import SendUpdates
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.times import EventDateTime
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle

LA = ZoneInfo("America/Los_Angeles")


RENAMED = Event(summary="Renamed")
"""A change of contents alone."""


def la(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Name an instant of 2026 by its wall time in Los Angeles."""
    return datetime(2026, month, day, hour, minute, tzinfo=LA)


def timed(moment: Time) -> EventDateTime:
    """Write a time as the wire has it."""
    if isinstance(moment, datetime):
        return EventDateTime(date_time=moment)
    return EventDateTime(date=moment)


def whole_days(fake: FakeGoogle) -> list[tuple[Any, Any, str]]:
    """Draw up everything that stands in the calendar in the first half of 2026."""
    window = (la(1, 1), la(7, 1))
    return [(one.start, one.end, one.summary) for one in fake.calendar().occurrences(*window)]


def starts(fake: FakeGoogle) -> list[date]:
    """List when things start in the first half of 2026."""
    return [one[0] for one in whole_days(fake)]


def titles(fake: FakeGoogle) -> list[str]:
    """List the titles of everything in order."""
    return [one[2] for one in whole_days(fake)]


def mails(fake: FakeGoogle) -> list[str]:
    """List the writes that may mail guests."""
    return [
        line.operation for line in fake.requests if line.query.get("sendUpdates", "none") != "none"
    ]


@frozen
class Editor:
    """Edits a series with a client of a colour."""

    fake: FakeGoogle
    colour: str
    transport: Any = None

    def this(self, series: str, at: Time, changes: Event, send: SendUpdates | None = None) -> Event:
        """Change one occurrence."""
        edited: Event = self._edit(
            series, lambda editor: editor.edit_this(at, changes, send_updates=send)
        )
        return edited

    def following(
        self, series: str, at: Time, changes: Event, send: SendUpdates | None = None
    ) -> SeriesEdit[Event, Event]:
        """Change an occurrence and all that follow."""
        edited: SeriesEdit[Event, Event] = self._edit(
            series, lambda editor: editor.edit_this_and_following(at, changes, send_updates=send)
        )
        return edited

    def all(self, series: str, changes: Event, send: SendUpdates | None = None) -> Event:
        """Change the whole series."""
        edited: Event = self._edit(
            series, lambda editor: editor.edit_all(changes, send_updates=send)
        )
        return edited

    def delete(self, series: str, at: Time, send: SendUpdates | None = None) -> Event | None:
        """Delete an occurrence and all that follow."""
        left: Event | None = self._edit(
            series, lambda editor: editor.delete_this_and_following(at, send_updates=send)
        )
        return left

    def _edit(self, series: str, edit: Callable[[Any], Any]) -> Any:
        carrier, clock = self.transport or self.fake.transport(), self.fake.clock
        assert isinstance(clock, ManualClock)
        if self.colour == "blocking":
            with httpx.Client(transport=carrier) as client:
                google = Google("token", http_client=client, clock=clock)
                return edit(google.series("primary", series))
        distant = AsyncGoogle(
            "token", http_client=httpx.AsyncClient(transport=carrier), clock=clock
        )
        return asyncio.run(edit(distant.series("primary", series)))
