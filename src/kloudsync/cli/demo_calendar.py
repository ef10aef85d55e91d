"""The acts of the demo that a calendar and its copy are enough for."""

from __future__ import annotations

from datetime import timedelta

from attrs import frozen
from rich.text import Text

from kloudsync.agenda import AgendaReader
from kloudsync.cli.changes import show_changes
from kloudsync.cli.runs import ProgressBar, show_report
from kloudsync.cli.terminal import Terminal
from kloudsync.cli.week import show_week
from kloudsync.model.occurrence import Occurrence
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.testing.google import FakeCalendar, FakeGoogle

CONSUMER = "demo"


@frozen
class CalendarPlay:
    """The acts that a calendar and its copy are enough for.

    Attributes:
        console: Where they are shown.
        fake: The calendar's service.
        engine: Keeps the copy.
        store: Holds it.
        bar: Draws its runs.
    """

    console: Terminal
    fake: FakeGoogle
    engine: SyncEngine
    store: AgendaReader
    bar: ProgressBar

    @property
    def calendar(self) -> FakeCalendar:
        """The calendar that people edit."""
        return self.fake.calendar()

    def perform(self) -> None:
        """Play them."""
        self._first_sync()
        self._split()
        self._cancel()
        self._expire()
        self._show()

    def _first_sync(self) -> None:
        self.act("The first sync lists everything")
        self._sync()
        for change in self.engine.changes(CONSUMER):
            self.engine.acknowledge(CONSUMER, change)

    def _split(self) -> None:
        series = self.coming_occurrence()
        self.act(f"Somebody moves “{series.event.title}” by an hour, this and following")
        later = series.start + timedelta(hours=1)
        self.calendar.edit_following(series.series or "", series.start, start=later)
        self.sync_and_tell()

    def _cancel(self) -> None:
        one = self.coming_occurrence(skip=1)
        self.act(f"One “{one.event.title}” is cancelled")
        self.calendar.cancel_occurrence(one.series or "", one.original_start or one.start)
        self.sync_and_tell()

    def _expire(self) -> None:
        self.act("The cursor dies, and three events are deleted before anybody notices")
        singles = [one for one in self._coming() if one.series is None][:3]
        for one in singles:
            self.calendar.delete(one.id)
        self.fake.expire_sync_tokens()
        self.sync_and_tell()

    def _show(self) -> None:
        self.act("The copy answers without asking anybody")
        show_week(self.console, self.store, [self.engine], self.fake.clock.now().date())

    def act(self, title: str) -> None:
        """Announce an act."""
        self.console.print()
        self.console.rule(Text(title, "bold"), align="left")

    def _sync(self) -> None:
        with self.bar:
            report = self.engine.sync()
        show_report(self.console, report)

    def sync_and_tell(self) -> None:
        """Sync, and list what changed."""
        self._sync()
        last = show_changes(self.console, self.engine.changes(CONSUMER))
        if last is not None:
            self.engine.acknowledge(CONSUMER, last)

    def _coming(self) -> list[Occurrence]:
        now = self.fake.clock.now()
        return list(self.engine.occurrences(now, now + timedelta(days=14)))

    def coming_occurrence(self, skip: int = 0) -> Occurrence:
        """Return an occurrence of the next two weeks that is where its rule puts it."""
        timed = (one for one in self._coming() if one.series and not one.event.all_day)
        regular = [one for one in timed if one.start == one.original_start]
        return regular[min(skip, len(regular) - 1)]
