"""The provider of the page "Your own provider", as the page has it, and somebody who edits it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.docs.pages import DOCS, programs

from kloudsync.provider import AsyncLocal, Local, Source
from kloudsync.testing.sources import World

PAGE = DOCS / "your-own-provider.md"
_EVENT = "BEGIN:VCALENDAR\nBEGIN:VEVENT\n{}\nEND:VEVENT\nEND:VCALENDAR\n"


def _loaded() -> dict[str, Any]:
    """Run the first program of the page, which defines the source."""
    block, _ = next(iter(programs(PAGE)))
    namespace: dict[str, Any] = {"__name__": "folder"}
    exec(compile("\n" * block.line + block.code, str(PAGE), "exec"), namespace)  # noqa: S102 - our own page
    return namespace


FOLDER: Any = _loaded()["Folder"]


class FolderWorld(World):
    """A folder of .ics files, one for each event and each change of an occurrence."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._count = 0

    def source(self, caller: Local | AsyncLocal | None = None) -> Source[Any]:
        """Open the folder anew."""
        made: Source[Any] = FOLDER(path=self.path, caller=caller or Local())
        return made

    def add(self, title: str, start: datetime, end: datetime, *, weekly: int = 0) -> str:
        """Write a file."""
        self._count += 1
        uid = f"event{self._count}"
        self._write(uid, uid, title, start, end, f"RRULE:FREQ=WEEKLY;COUNT={weekly}" * bool(weekly))
        return uid

    def rename(self, event: str, title: str) -> None:
        """Write another title into a file."""
        path = self.path / f"{event}.ics"
        lines = path.read_text().split("\n")
        shown = [f"SUMMARY:{title}" if one.startswith("SUMMARY") else one for one in lines]
        path.write_text("\n".join(shown))

    def remove(self, event: str) -> None:
        """Delete a file."""
        (self.path / f"{event}.ics").unlink()

    def move(self, series: str, slot: datetime, start: datetime) -> None:
        """Write the file of a moved occurrence."""
        self._apart(series, slot, start, "STATUS:CONFIRMED")

    def cancel(self, series: str, slot: datetime) -> None:
        """Write the file of a cancelled occurrence."""
        self._apart(series, slot, slot, "STATUS:CANCELLED")

    def spoil(self) -> None:
        """Write an event that begins never."""
        (self.path / "odd.ics").write_text(_EVENT.format("UID:odd\nDTSTART:tomorrow"))

    def _apart(self, series: str, slot: datetime, start: datetime, status: str) -> None:
        which = f"RECURRENCE-ID:{_stamp(slot)}\n{status}"
        end = start + timedelta(hours=1)
        self._write(f"{series} at {_stamp(slot)}", series, "Apart", start, end, which)

    def _write(
        self, name: str, uid: str, title: str, start: datetime, end: datetime, more: str
    ) -> None:
        lines = (
            f"UID:{uid}",
            f"SUMMARY:{title}",
            f"DTSTART:{_stamp(start)}",
            f"DTEND:{_stamp(end)}",
            more,
        )
        (self.path / f"{name}.ics").write_text(_EVENT.format("\n".join(filter(None, lines))))


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"
