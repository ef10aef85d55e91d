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
from kloudsync.demo.server import serve as serve_page
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
    web: Annotated[
        bool, typer.Option("--web", help="In a browser, for you to edit; needs the extra `demo`.")
    ] = False,
    port: Annotated[
        int, typer.Option(help="Where --web serves; 0 takes a free port.", min=0, max=65535)
    ] = 8400,
) -> None:
    """Watch a calendar being synced, split, expired, resynced, queried and mirrored.

    Everything is real but the vendors: fakes of Google and Salesloft on loopback ports, the
    engine, SQLite. With --web it is a calendar that you edit yourself, its copy beside it.
    """
    if web:
        serve_page(port, ready=_invite)
    else:
        _play(events, database)


def _invite(address: str) -> None:
    console.print(f"Open {address} in a browser; Ctrl-C ends it.")


def _play(events: int, database: Path | None) -> None:
    clock = ManualClock()
    fake, sales = FakeGoogle(clock=clock), FakeSalesloft(clock=clock)
    populate(fake.calendar(), events=events)
    with TemporaryDirectory(prefix="kloudsync-") as folder, serve(fake) as url:
        path = database or Path(folder) / "calendars.db"
        with Google("demo", base_url=url) as google, SQLiteStore(path) as store:
            kept = path.name if database else "a file that goes with the demo; --db keeps it"
            console.print(f"A fake Google Calendar on {url}", style="dim")
            console.print(f"The copy lives in {kept}", style="dim")
            bar = ProgressBar(console)
            engine = SyncEngine(google.calendar("primary", page_size=250), store, hook=bar)
            play = CalendarPlay(console, fake, engine, store, bar)
            play.perform()
            MirrorPlay(play, sales, clock, store).perform()
