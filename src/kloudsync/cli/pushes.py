"""A push at the terminal: a bar while it works, and what became of each record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from types import TracebackType
from typing import Self, TypeVar

from rich.console import Group, RenderableType
from rich.progress import TaskID
from rich.text import Text

from kloudsync.cli.output import print_json, written_out
from kloudsync.cli.runs import draw_progress, plural
from kloudsync.cli.terminal import Terminal
from kloudsync.mirror.report import PushReport
from kloudsync.model.writes import Action, Write

T = TypeVar("T")

_TOLD = ("title", "description", "location", "organizer", "attendees")
"""What a record may tell besides times, by the names that sinks share with events."""

_SIGNS = {
    Action.CREATE: ("+", "green"),
    Action.UPDATE: ("~", "yellow"),
    Action.CANCEL: ("-", "red"),
}


class PushBar:
    """Draws a push that it is told of by the mirror and by the bulk jobs.

    Args:
        console: Where to draw.
    """

    def __init__(self, console: Terminal) -> None:
        self._progress = draw_progress(console)
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Start drawing."""
        self._progress.start()
        self._task = self._progress.add_task("comparing", total=None, count="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop drawing and clear the line."""
        self._progress.stop()

    def records(self, done: int, total: int) -> None:
        """Draw how many records are written."""
        self._update("writing", done, total)

    def job(self, description: str, done: int, total: int | None) -> None:
        """Draw how far something is that the sink does for a while."""
        self._update(description, done, total)

    def _update(self, description: str, done: int, total: int | None) -> None:
        if self._task is not None:
            self._progress.update(
                self._task,
                description=description,
                completed=done,
                total=total,
                count=f"{done:,} of {total:,}" if total else "",
            )


def show_push(
    console: Terminal,
    report: PushReport,
    zone: tzinfo = UTC,
    *,
    plan: bool = False,
    most: int | None = None,
    json: bool = False,
) -> None:
    """Say what a push or a reconciliation did, and why rows were refused; or what it would write.

    Args:
        console: Where to say it.
        report: What it did.
        zone: In which times are told.
        plan: Whether it was a dry run.
        most: How many lines of records to print; all if None.
        json: Whether to print the report as a JSON object instead.

    Raises:
        UsageError: The output cannot be written.
    """
    with written_out(console):
        if json:
            print_json(console, report.to_dict())
        elif plan:
            _show_plan(console, report, zone, most)
        else:
            _show_done(console, report, zone, most)


def _show_done(console: Terminal, report: PushReport, zone: tzinfo, most: int | None) -> None:
    line = _counts(
        (report.created, "created", "green"),
        (report.updated, "updated", "yellow"),
        (report.cancelled, "cancelled", "red"),
    )
    console.print(line.append(f"{report.unchanged:,} unchanged", "dim"))
    _show_found(console, report)
    if report.refused:
        console.print(Text(f"{plural(len(report.refused), 'record')} refused", "bold red"))
    reasons = list(report.reasons.items())
    _show_some(console, reasons, lambda told: _refused(*told, report, zone), most)


def _show_plan(console: Terminal, report: PushReport, zone: tzinfo, most: int | None) -> None:
    planned = Counter(write.action for write in report.planned)
    line = _counts(
        (planned[Action.CREATE], "to create", "green"),
        (planned[Action.UPDATE], "to update", "yellow"),
        (planned[Action.CANCEL], "to cancel", "red"),
    )
    console.print(line.append(f"{report.unchanged:,} unchanged", "dim"))
    _show_found(console, report)
    _show_some(console, report.planned, lambda write: _planned(write, zone), most)


def _counts(*counts: tuple[int, str, str]) -> Text:
    line = Text()
    for count, word, style in counts:
        line.append(f"{count:,} ", f"bold {style}" if count else "dim")
        line.append(f"{word}  ", style if count else "dim")
    return line


def _show_found(console: Terminal, report: PushReport) -> None:
    for one in report.unexpanded:
        console.print(Text(f"series {one.series} is left out: {one.error}", "yellow"))
    if report.abandoned:
        told = plural(report.abandoned, "record")
        console.print(Text(f"{told} of calendars that are gone; reconcile cancels them", "yellow"))
    if report.missing or report.unknown:
        found = f"found there: {report.missing:,} missing, {report.unknown:,} unknown"
        console.print(Text(found, "dim"))


def _show_some(
    console: Terminal,
    all_of_them: Sequence[T],
    shown: Callable[[T], RenderableType],
    most: int | None,
) -> None:
    for one in all_of_them[:most]:
        console.print(shown(one), soft_wrap=not console.is_terminal)
    if most is not None and len(all_of_them) > most:
        console.print(Text(f"  … and {len(all_of_them) - most:,} more", "dim"))


def _planned(write: Write, zone: tzinfo) -> Group:
    """Show what would be written, how much of it would be told, and why."""
    sign, style = _SIGNS[write.action]
    known = write.disclosure
    if known is None:
        why = "it no longer takes place, or is not to be told"
        return Group(_line(sign, style, write, zone), Text(f"      {why}", "dim"))
    told = [name for name in _TOLD if write.payload.get(name)]
    what = ", ".join(["times", *told]) if told else "times only"
    reason = f": {known.reason}" if known.reason else ""
    cleared = "; clears what was told before" if write.clears else ""
    level = Text(f"      {known.level}{reason}; tells {what}{cleared}", "dim")
    return Group(_line(sign, style, write, zone), level)


def _refused(reason: str, count: int, report: PushReport, zone: tzinfo) -> Group:
    """Show one record of those that were refused for a reason, and how many there are."""
    first = next(one for one in report.refused if one.error == reason)
    more = f", and {count - 1:,} more for the same reason" if count > 1 else ""
    return Group(_line("✗", "red", first.write, zone), Text(f"      {reason}{more}"))


def _line(sign: str, style: str, write: Write, zone: tzinfo) -> Text:
    start = datetime.fromtimestamp(write.entry.start, zone)
    known = write.disclosure
    title = write.entry.key if known is None else known.title or "(no title)"
    return Text.assemble(
        "  ", (sign, f"bold {style}"), f" {start:%a %d %b %Y %H:%M} {zone}  ", (str(title), "dim")
    )
