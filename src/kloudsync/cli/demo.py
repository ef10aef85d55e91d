"""The main job as a play in five acts: a fake Google, a real engine, a real database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import frozen
from rich.console import Console

from kloudsync.cli.changes import show_changes
from kloudsync.cli.runs import ProgressBar, show_report
from kloudsync.cli.week import show_week
from kloudsync.engine import SyncEngine
from kloudsync.model.occurrence import Occurrence
from kloudsync.providers.google.client import Google
from kloudsync.stores import SQLiteStore
from kloudsync.testing.google import FakeCalendar, FakeGoogle
from kloudsync.testing.google.population import populate
from kloudsync.testing.serve import serve

CONSUMER = "demo"


def demo(console: Console, *, events: int, database: Path | None) -> None:
    """Play the main job.

    Args:
        console: Where to show it.
        events: How many events the calendar has.
        database: Where to keep the copy; a temporary file if None.
    """
    fake = FakeGoogle()
    calendar = fake.calendar()
    populate(calendar, events=events)
    with TemporaryDirectory(prefix="kloudsync-") as folder, serve(fake, port=0) as url:
        path = database or Path(folder) / "calendars.db"
        with Google(token="demo", base_url=url) as google, SQLiteStore(path) as store:  # noqa: S106 - a fake's
            console.print(
                f"A fake Google Calendar on {url}; the copy lives in {path.name}", style="dim"
            )
            bar = ProgressBar(console)
            engine = SyncEngine(google.calendar("primary", page_size=250), store, hook=bar)
            _Play(console, fake, calendar, engine, bar).perform()


@frozen
class _Play:
    console: Console
    fake: FakeGoogle
    calendar: FakeCalendar
    engine: SyncEngine
    bar: ProgressBar

    def perform(self) -> None:
        """Play all acts."""
        self._first_sync()
        self._split()
        self._cancel()
        self._expire()
        self._show()

    def _first_sync(self) -> None:
        self._act("The first sync lists everything")
        self._sync()
        for change in self.engine.changes(CONSUMER):
            self.engine.acknowledge(CONSUMER, change)

    def _split(self) -> None:
        series = self._coming_occurrence()
        self._act(f"Somebody moves “{series.event.title}” by an hour, this and following")
        later = series.start + timedelta(hours=1)
        self.calendar.edit_following(series.series or "", series.start, start=later)
        self._sync_and_tell()

    def _cancel(self) -> None:
        one = self._coming_occurrence(skip=1)
        self._act(f"One “{one.event.title}” is cancelled")
        self.calendar.cancel_occurrence(one.series or "", one.original_start or one.start)
        self._sync_and_tell()

    def _expire(self) -> None:
        self._act("The cursor dies, and three events are deleted before anybody notices")
        singles = [one for one in self._coming() if one.series is None][:3]
        for one in singles:
            self.calendar.delete(one.id)
        self.fake.expire_sync_tokens()
        self._sync_and_tell()

    def _show(self) -> None:
        self._act("The copy answers without asking anybody")
        show_week(self.console, self.engine, self.fake.clock.now().date())

    def _act(self, title: str) -> None:
        self.console.print()
        self.console.rule(f"[bold]{title}", align="left")

    def _sync(self) -> None:
        with self.bar:
            report = self.engine.sync()
        show_report(self.console, report)

    def _sync_and_tell(self) -> None:
        self._sync()
        last = show_changes(self.console, self.engine.changes(CONSUMER))
        if last is not None:
            self.engine.acknowledge(CONSUMER, last)

    def _coming(self) -> list[Occurrence]:
        now = self.fake.clock.now()
        return list(self.engine.occurrences(now, now + timedelta(days=14)))

    def _coming_occurrence(self, skip: int = 0) -> Occurrence:
        timed = (one for one in self._coming() if one.series and not one.event.all_day)
        regular = [one for one in timed if one.start == one.original_start]
        return regular[min(skip, len(regular) - 1)]
