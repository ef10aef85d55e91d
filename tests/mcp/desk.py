"""A calendar at a service, its copy, and an assistant that may propose changes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from attrs import define, field
from tests.mcp import sessions

from kloudsync import Google, Microsoft, SyncEngine
from kloudsync.mcp import Confirm, server
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.microsoft import FakeMicrosoft, recurring

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 1, 5, 17, tzinfo=UTC)
WRITES = ("insert", "patch", "delete", "update", "move")


@define
class Desk:
    """A calendar at a service, its copy, and an assistant that may propose changes.

    Attributes:
        fake: The service.
        client: A client of it.
        confirm: Who confirms.
        person: What the person says to what is shown.
        clock: The one clock.
        asked: What the person was shown.
        ids: What the service calls events, by title.
    """

    fake: Any
    client: Any
    clock: ManualClock
    confirm: Confirm = Confirm.PERSON
    person: str | None = "accept"
    asked: list[str] = field(factory=list[str])
    ids: dict[str, str] = field(factory=dict[str, str])
    store: MemoryStore = field(factory=MemoryStore)
    server: Any = None

    def serve(self) -> None:
        """Sync the copy, and serve it."""
        self.sync()
        self.server = server(
            self.store, now=self.clock.now, writers=[self.client], confirm=self.confirm
        )
        self.fake.requests.clear()

    def sync(self) -> None:
        """Bring the copy to the calendar's state."""
        SyncEngine(self.client.calendar(), self.store).sync()

    @property
    def name(self) -> str:
        """The name of the calendar."""
        return str(self.store.calendars()[0])

    def ask(self, tool: str, **arguments: Any) -> tuple[str, bool]:
        """Call a tool."""

        def person(shown: str) -> str:
            self.asked.append(shown)
            return str(self.person)

        asking = person if self.person else None
        return sessions.asked(self.server, tool, person=asking, **arguments)

    def told(self, tool: str, **arguments: Any) -> str:
        """Return an answer, which is no error."""
        answer, failed = self.ask(tool, calendar=self.name, **arguments)
        assert not failed, answer
        return answer

    def refused(self, tool: str, **arguments: Any) -> str:
        """Return an answer, which is an error."""
        answer, failed = self.ask(tool, calendar=self.name, **arguments)
        assert failed, answer
        return answer

    def commit(self, proposed: str) -> tuple[str, bool]:
        """Commit what an answer proposes."""
        return self.ask("commit", token=token(proposed))

    def done(self, proposed: str) -> None:
        """Commit what an answer proposes, which succeeds; and sync."""
        answer, failed = self.commit(proposed)
        assert not failed, answer
        assert answer.startswith("Done.")
        self.sync()

    def rename(self, title: str, other: str) -> None:
        """Let somebody else rename an event at the service."""
        name = "summary" if isinstance(self.fake, FakeGoogle) else "subject"
        self.fake.calendar().edit(self.ids[title], **{name: other})

    def writes(self) -> list[str]:
        """Return which writes the service saw."""
        return [line.operation for line in self.fake.requests if line.operation.endswith(WRITES)]

    def shown(self) -> list[str]:
        """List what January holds, by the clock of the calendar."""
        said = self.told_of("agenda", start="2026-01-01", end="2026-01-31", most=20_000)
        return said.splitlines()[1:]

    def told_of(self, tool: str, **arguments: Any) -> str:
        """Return an answer of a tool that reads."""
        return str(self.ask(tool, **arguments)[0])

    def id_of(self, title: str, nth: int = 0) -> str:
        """Return the id that a search tells of an occurrence."""
        said = self.told_of("search", words=title, start="2026-01-01", end="2026-03-01")
        found: list[str] = re.findall(r"«[^«»]*» «([^«»]*)»", said)
        return found[nth]


def token(proposed: str) -> str:
    """Return the token of an answer."""
    found = re.search(r"commit ([0-9a-f]{32}) within", proposed)
    assert found, proposed
    return found[1]


def google_desk(**settings: Any) -> Desk:
    """A meeting with a guest and a series, in Los Angeles."""
    clock = ManualClock(MONDAY)
    fake = FakeGoogle(clock=clock)
    guests = ["ann@example.com"]
    calendar, at = fake.calendar(), MONDAY + timedelta(days=1)
    rule = ["RRULE:FREQ=WEEKLY;COUNT=4"]
    ids = {
        "Review": calendar.create("Review", MONDAY, MONDAY + HOUR, attendees=guests),
        "Stand-up": calendar.create("Stand-up", at, at + HOUR, recurrence=rule),
    }
    http = httpx.Client(transport=fake.transport())
    client = Google("t", http_client=http, clock=clock)
    desk = Desk(fake, client, clock, ids=ids, **settings)
    desk.serve()
    return desk


def microsoft_desk(**settings: Any) -> Desk:
    """The same at Microsoft, by the clock of UTC."""
    clock = ManualClock(MONDAY)
    fake = FakeMicrosoft(clock=clock, time_zone="UTC")
    calendar, at = fake.calendar(), MONDAY + timedelta(days=1)
    rule = recurring("weekly", at.date(), days=["tuesday"], times=4)
    guests = ["ann@example.com"]
    ids = {
        "Review": calendar.create("Review", MONDAY, MONDAY + HOUR, attendees=guests),
        "Stand-up": calendar.create("Stand-up", at, at + HOUR, recurrence=rule),
    }
    http = httpx.Client(transport=fake.transport())
    client = Microsoft("t", http_client=http, clock=clock)
    desk = Desk(fake, client, clock, ids=ids, **settings)
    desk.serve()
    return desk
