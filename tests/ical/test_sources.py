"""Files and feeds of iCalendar as calendars that engines sync."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.ical.test_ical import lived

from kloudsync import AsyncSyncEngine, SyncEngine, copy_of
from kloudsync.agenda import busy
from kloudsync.errors import DecodeError, NotFound, UsageError
from kloudsync.ical import AsyncIcalFeed, IcalFeed, IcalFiles, export
from kloudsync.model.change import Added, Deleted, Updated
from kloudsync.model.event import Series, SingleEvent
from kloudsync.provider import AsyncLocal, Local
from kloudsync.stores import MemoryStore
from kloudsync.testing.sources import SourceContract, World

STANDUP = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:standup
DTSTAMP:{stamp}
SUMMARY:{title}
DTSTART;TZID=Europe/Paris:20260105T090000
DTEND;TZID=Europe/Paris:20260105T091500
RRULE:FREQ=WEEKLY;COUNT=4
END:VEVENT
END:VCALENDAR
"""
SECRET = "https://calendars.example.com/private-planted/basic.ics"
MONTH = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


def written(title: str = "Standup", stamp: str = "20260101T000000Z") -> str:
    """Return the object."""
    return STANDUP.format(title=title, stamp=stamp)


class FilesWorld(World):
    """A folder of .ics files, and somebody who edits it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._made = 0

    def source(self) -> IcalFiles[Local]:
        """Return the folder as a source."""
        return IcalFiles(path=self.path, caller=Local())

    def add(self, title: str, start: datetime, end: datetime, *, weekly: int = 0) -> str:
        """Add a file."""
        self._made += 1
        uid = f"event-{self._made}"
        rule = (f"RRULE:FREQ=WEEKLY;COUNT={weekly}",) if weekly else ()
        common = {"id": uid, "start": start, "end": end, "zone": "UTC", "title": title}
        event = Series(**common, recurrence=rule) if weekly else SingleEvent(**common)  # type: ignore[arg-type]
        (self.path / f"{uid}.ics").write_bytes(export([event], now=start))
        return uid

    def rename(self, event: str, title: str) -> None:
        """Give an event another title."""
        file = self.path / f"{event}.ics"
        lines = file.read_text().splitlines()
        told = [f"SUMMARY:{title}" if one.startswith("SUMMARY") else one for one in lines]
        file.write_text("\r\n".join(told))

    def remove(self, event: str) -> None:
        """Remove an event."""
        (self.path / f"{event}.ics").unlink()


class TestFiles(SourceContract):
    """A folder of files keeps the contract of sources."""

    @pytest.fixture
    def world(self, tmp_path: Path) -> FilesWorld:
        """Return an empty folder."""
        folder = tmp_path / "team"
        folder.mkdir()
        return FilesWorld(folder)

    @pytest.fixture
    def store(self) -> MemoryStore:
        """Return an empty store."""
        return MemoryStore()


def test_all_that_is_held_comes_back_through_an_engine(tmp_path: Path) -> None:
    """A copy that is exported, and synced from the file, takes place at the same times."""
    copy, store = lived(), MemoryStore()
    file = tmp_path / "primary.ics"
    zone, reading = copy.state().zone, copy.view.source.reading
    file.write_bytes(export(copy.events(), now=MONTH[0], zone=zone, reading=reading))
    engine = SyncEngine(IcalFiles(path=file, caller=Local()), store)
    assert engine.sync().quarantined == ()
    spring = MONTH[0], MONTH[0] + timedelta(days=180)
    mine, theirs = (
        [(one.start, one.end, one.event.title) for one in held.occurrences(*spring)]
        for held in (copy, engine)
    )
    assert theirs == mine
    assert engine.key.calendar == "primary"
    taken = [(one.start, one.end) for one in busy(store, [engine.view], *spring)]
    assert taken == [(one.start, one.end) for one in copy.busy(*spring)]


def test_a_copy_is_read_by_its_key_alone(tmp_path: Path) -> None:
    """The provider is known by its name."""
    store, file = MemoryStore(), tmp_path / "team.ics"
    file.write_text(written())
    SyncEngine(IcalFiles(path=file, caller=Local(), account="us", name="t"), store).sync()
    (key,) = store.calendars()
    assert (key.provider, key.account, key.calendar) == ("ical", "us", "t")
    assert len(list(copy_of(store, key).occurrences(*MONTH))) == 4


def test_only_what_says_something_else_is_a_change(tmp_path: Path) -> None:
    """A new stamp of the same export is none; a title, a file that went are."""
    file = tmp_path / "team.ics"
    engine = SyncEngine(IcalFiles(path=file, caller=Local()), MemoryStore())
    for text in (written(), written(stamp="20260102T000000Z"), written("Stand-up")):
        file.write_text(text)
        engine.sync()
    file.write_text("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    engine.sync()
    assert [type(one) for one in engine.changes("crm")] == [Added, Updated, Deleted]


def test_an_awaiting_engine_reads_files_too(tmp_path: Path) -> None:
    """The same steps are done in worker threads."""
    (tmp_path / "a.ics").write_text(written())

    async def added() -> int:
        source = IcalFiles(path=tmp_path, caller=AsyncLocal())
        return (await AsyncSyncEngine(source, MemoryStore()).sync()).added

    assert asyncio.run(added()) == 1


@pytest.mark.parametrize("text", [b"", b"<html>log in</html>", b"\x00\xff"])
def test_a_file_that_is_none_stops_the_run_and_leaves_the_copy(tmp_path: Path, text: bytes) -> None:
    """A login page is not taken for an empty calendar; nor is a file that is gone."""
    file = tmp_path / "team.ics"
    file.write_text(written())
    engine = SyncEngine(IcalFiles(path=file, caller=Local()), MemoryStore())
    engine.sync()
    file.write_bytes(text)
    with pytest.raises(DecodeError, match="BEGIN:VCALENDAR"):
        engine.sync()
    file.unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        engine.sync()
    assert len(list(engine.events())) == 1


def feed(answer: Callable[[httpx.Request], httpx.Response]) -> IcalFeed:
    """Return a feed that a function serves."""
    return IcalFeed(SECRET, http_client=httpx.Client(transport=httpx.MockTransport(answer)))


def test_a_feed_is_asked_whether_it_has_changed() -> None:
    """Where it has not, nothing is sent again, and the copy is in step all the same."""
    asked: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("If-None-Match"))
        if asked[-1] == '"1"':
            return httpx.Response(304)
        return httpx.Response(200, headers={"ETag": '"1"'}, text=written())

    engine = SyncEngine(feed(answer).calendar(), MemoryStore())
    assert [engine.sync().added for _ in range(2)] == [1, 0]
    assert asked == [None, '"1"']
    assert len(list(engine.occurrences(*MONTH))) == 4


def test_a_feed_is_awaited() -> None:
    """The same in an event loop."""

    async def added() -> int:
        transport = httpx.MockTransport(lambda _: httpx.Response(200, text=written()))
        client = httpx.AsyncClient(transport=transport)
        async with AsyncIcalFeed(SECRET, http_client=client) as source:
            return (await AsyncSyncEngine(source.calendar(), MemoryStore()).sync()).added

    assert asyncio.run(added()) == 1


@pytest.mark.parametrize(
    ("status", "leaf", "says"),
    [(404, NotFound, "answered 404"), (301, Exception, "pass the address it leads to")],
)
def test_a_feed_that_is_gone_or_moved_leaves_the_copy(
    status: int, leaf: type[Exception], says: str
) -> None:
    """In words that do not show the address."""
    answers = [httpx.Response(200, text=written()), httpx.Response(status)]
    engine = SyncEngine(feed(lambda _: answers.pop(0)).calendar(), MemoryStore())
    engine.sync()
    with pytest.raises(leaf, match=says) as caught:
        engine.sync()
    assert "planted" not in str(caught.value)
    assert len(list(engine.events())) == 1


def test_the_address_of_a_feed_is_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever knows it reads the calendar: neither key, repr nor log has it."""
    caplog.set_level(logging.DEBUG, logger="kloudsync")
    source = feed(lambda _: httpx.Response(200, text=written()))
    calendar = source.calendar()
    SyncEngine(calendar, MemoryStore()).sync()
    shown = f"{source!r} {calendar!r} {calendar.key} {calendar.page(None, None)!r} {caplog.text}"
    assert "planted" not in shown
    assert calendar.key.calendar.startswith("calendars.example.com ")


@pytest.mark.parametrize("url", ["", "team.ics", "http://calendars.example.com/a.ics", "ftp://x/y"])
def test_what_is_no_address_of_a_feed_is_refused(url: str) -> None:
    """Clear text would show the address to everybody on the way; webcal is https."""
    with pytest.raises(UsageError, match="the feed's address has to be"):
        IcalFeed(url)
    assert "example.com" in IcalFeed("webcal://calendars.example.com/a.ics").calendar().key.calendar
