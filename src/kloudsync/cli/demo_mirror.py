"""The acts of the demo that mirror the copy to Salesloft."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from attrs import frozen

from kloudsync.cli.demo_calendar import CalendarPlay
from kloudsync.cli.pushes import PushBar, show_push
from kloudsync.cli.runs import plural
from kloudsync.cli.terminal import Terminal
from kloudsync.objects.mirror import Mirror
from kloudsync.providers.salesloft.client import Salesloft
from kloudsync.providers.salesloft.policy import by_domains
from kloudsync.providers.salesloft.wire.bulk import BulkJob
from kloudsync.stores import SQLiteStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.salesloft import FakeSalesloft
from kloudsync.testing.serve import serve


@frozen
class MirrorPlay:
    """A push of everything, and one of a single edit.

    Attributes:
        play: The calendar and its copy.
        fake: Salesloft.
        clock: What all services go by; waits on it take no time.
        store: Holds copy and ledger.
    """

    play: CalendarPlay
    fake: FakeSalesloft
    clock: ManualClock
    store: SQLiteStore

    @property
    def console(self) -> Terminal:
        """Where the acts are shown."""
        return self.play.console

    def perform(self) -> None:
        """Play them."""
        self.play.act("The copy is mirrored to Salesloft, one record per occurrence")
        with serve(self.fake) as url, Salesloft("demo", base_url=url, clock=self.clock) as sales:
            self.console.print(f"A fake Salesloft on {url}", style="dim")
            self._push(sales)
            self._edit()
            self._push(sales)

    def _edit(self) -> None:
        one = self.play.coming_occurrence(skip=2)
        self.play.act(f"One “{one.event.title}” moves by an hour")
        slot, later = one.original_start or one.start, one.start + timedelta(hours=1)
        self.play.calendar.edit_this(one.series or "", slot, start=later)
        self.play.sync_and_tell()

    def _push(self, sales: Salesloft) -> None:
        before = len(self.fake.requests)
        with PushBar(self.console) as bar:
            sink = sales.calendar(
                self.fake.guid, policy=by_domains({"example.com"}), progress=partial(_draw, bar)
            )
            report = Mirror(self.play.engine, sink, self.store, progress=bar.records).push()
        show_push(self.console, report, most=40)
        self._show_calls([line.operation for line in self.fake.requests[before:]])

    def _show_calls(self, calls: list[str]) -> None:
        upserts = calls.count("calendar_events.upsert")
        bulk = f" and {len(calls) - upserts} for bulk jobs" if len(calls) > upserts else ""
        spending = self.fake.spending
        self.console.print(
            f"{plural(len(calls), 'call')}: {plural(upserts, 'upsert')}{bulk}; busiest "
            f"minute: {spending.highest_minute} of {spending.limit} points",
            style="dim",
        )


def _draw(bar: PushBar, job: BulkJob) -> None:
    bar.job("a bulk job runs", job.processed or 0, job.total or None)
