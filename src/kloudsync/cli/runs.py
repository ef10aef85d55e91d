"""A run at the terminal: a bar while it works, a line when it is done."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from kloudsync.cli.output import print_json, written_out
from kloudsync.cli.terminal import Terminal
from kloudsync.sync.progress import CursorDropped, PageStaged, PassStarted, TryMade
from kloudsync.sync.progress import Progress as Step
from kloudsync.sync.report import SyncReport


def draw_progress(console: Terminal) -> Progress:
    """Return the bar that all runs have, which vanishes when it is stopped."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=32),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


class ProgressBar:
    """A hook that draws the run it is given to.

    Args:
        console: Where to draw.
    """

    def __init__(self, console: Terminal) -> None:
        self._progress = draw_progress(console)
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop drawing and clear the line."""
        self._progress.stop()

    def __call__(self, step: Step) -> None:
        """Draw a step of the run."""
        match step:
            case PassStarted():
                self._start("listing everything" if step.full else "reading changes")
            case PageStaged():
                self._advance(step.events, step.total)
            case TryMade() if step.attempt.wait is not None:
                self._describe(f"waiting {step.attempt.wait:.1f} s, then trying again")
            case CursorDropped():
                self._describe("the cursor is dead: listing everything")
            case _:
                pass

    def _start(self, description: str) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(description, total=None, count="")

    def _advance(self, events: int, total: int | None) -> None:
        if self._task is not None:
            self._progress.update(
                self._task, completed=events, total=total, count=f"{events:,} events"
            )

    def _describe(self, description: str) -> None:
        if self._task is not None:
            self._progress.update(self._task, description=description)


def show_report(console: Terminal, report: SyncReport, *, json: bool = False) -> None:
    """Say in a line or two what a run did, or as a JSON object.

    Raises:
        UsageError: The output cannot be written.
    """
    with written_out(console):
        if json:
            print_json(console, report.to_dict())
        else:
            _show_in_words(console, report)


def _show_in_words(console: Terminal, report: SyncReport) -> None:
    seconds = (report.finished_at - report.started_at).total_seconds()
    line = Text()
    for count, word, style in (
        (report.added, "added", "green"),
        (report.updated, "updated", "yellow"),
        (report.deleted, "deleted", "red"),
    ):
        line.append(f"{count:,} ", f"bold {style}" if count else "dim")
        line.append(f"{word}  ", style if count else "dim")
    line.append(f"{report.unchanged:,} unchanged  ", "dim")
    line.append(
        f"{plural(report.pages, 'page')}, {plural(report.requests, 'request')}, {seconds:.1f} s",
        "dim",
    )
    console.print(line)
    if report.held is not None:
        held = Text("held ", "bold red")
        held.append(
            f"{report.pending:,} of {report.held.held:,} events are lacking from the listing, and "
            "stay. If they really are gone, run it again with --confirm-deletions; if they are "
            "not, with --refuse-deletions",
            "default",
        )
        console.print(held)
    if report.refused:
        console.print(
            f"{report.refused:,} kept that the listing lacks, as was asked for", style="dim"
        )
    if report.full and report.resync_reason:
        console.print(Text(f"full pass: {report.resync_reason}", "dim"))
    if report.quarantined:
        console.print(Text(f"{len(report.quarantined)} not understood, kept aside", "magenta"))


def plural(count: int, noun: str) -> str:
    """Count something in words."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
