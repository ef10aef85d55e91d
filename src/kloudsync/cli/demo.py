"""The main job as a play: fakes of Google and Salesloft, a real engine, a real database."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from kloudsync.cli.demo_calendar import CalendarPlay
from kloudsync.cli.demo_mirror import MirrorPlay
from kloudsync.cli.runs import ProgressBar
from kloudsync.cli.terminal import console
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.stores import SQLiteStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.google.population import populate
from kloudsync.testing.salesloft import FakeSalesloft
from kloudsync.testing.serve import serve


def demo(
    events: Annotated[
        int, typer.Option(help="How many events the demo calendar has.", min=50)
    ] = 2000,
    database: Annotated[
        Path | None, typer.Option("--db", help="Keep the copy in this file.", metavar="FILE")
    ] = None,
) -> None:
    """Watch a calendar being synced, split, expired, resynced, queried and mirrored.

    Everything is real but the vendors: fakes of Google and Salesloft on loopback ports, the
    engine, SQLite.
    """
    clock = ManualClock()
    fake, sales = FakeGoogle(clock=clock), FakeSalesloft(clock=clock)
    populate(fake.calendar(), events=events)
    with TemporaryDirectory(prefix="kloudsync-") as folder, serve(fake) as url:
        path = database or Path(folder) / "calendars.db"
        with Google("demo", base_url=url) as google, SQLiteStore(path) as store:
            kept = path.name if database else "a file that goes with the demo; --db keeps it"
            console.print(f"[dim]A fake Google Calendar on {url}")
            console.print(f"[dim]The copy lives in {kept}")
            bar = ProgressBar(console)
            engine = SyncEngine(google.calendar("primary", page_size=250), store, hook=bar)
            play = CalendarPlay(console, fake, engine, store, bar)
            play.perform()
            MirrorPlay(play, sales, clock, store).perform()
