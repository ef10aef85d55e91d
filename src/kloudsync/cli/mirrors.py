"""The mirror that a command line names: a copy on one side, a calendar elsewhere on the other."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from pathlib import Path

from attrs import frozen

from kloudsync.cli.places import Place
from kloudsync.cli.pushes import PushBar, show_plan, show_push
from kloudsync.cli.terminal import Terminal
from kloudsync.model.times import zone_or_none
from kloudsync.objects.mirror import Mirror
from kloudsync.objects.registry import provider_named
from kloudsync.runtime.provider import SinkChoice


@frozen(kw_only=True)
class MirrorRun:
    """One push or reconciliation.

    Attributes:
        console: Where to show it.
        place: The calendar whose copy is mirrored.
        database: The file that holds the copy.
        sink: The name of the provider that it is mirrored to.
        choice: Which calendar there, and how.
        plan: Whether to say only what would be written.
    """

    console: Terminal
    place: Place
    database: Path
    sink: str
    choice: SinkChoice
    plan: bool = False

    def push(self) -> bool:
        """Write what the sink lacks; tell whether it took everything."""
        return self._perform(reconciled=False)

    def reconcile(self) -> bool:
        """Compare with what the sink shows, and repair; tell whether it took everything."""
        return self._perform(reconciled=True)

    def _perform(self, *, reconciled: bool) -> bool:
        with PushBar(self.console) as bar, self._opened(bar) as (mirror, zone):
            if self.plan:
                report = mirror.plan(reconciled=reconciled)
            else:
                report = mirror.reconcile() if reconciled else mirror.push()
        (show_plan if self.plan else show_push)(self.console, report, zone)
        return not report.refused

    @contextmanager
    def _opened(self, bar: PushBar) -> Generator[tuple[Mirror, tzinfo]]:
        provider = provider_named(self.sink)
        open_sink = provider.offer(provider.sink, "calendars to write to")
        with (
            self.place.copy_in(self.database) as (copy, store),
            open_sink(self.choice, store, bar.job) as sink,
        ):
            mirror = Mirror(copy, sink, store, progress=bar.records)
            yield mirror, zone_or_none(copy.state().zone) or UTC
