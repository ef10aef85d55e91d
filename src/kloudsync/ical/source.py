"""Files of iCalendar as a calendar that an engine syncs.

It is listed whole each time: what the files lack is gone. Everything else is as with any provider:
a change feed, agendas, mirrors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from attrs import evolve, field, frozen

from kloudsync.errors import APIError, UsageError
from kloudsync.http.body import LARGEST_ANSWER
from kloudsync.ical.reading import IcalReader, read, record_of
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Held
from kloudsync.model.listed_whole import ListedWhole
from kloudsync.model.page import SeriesFacts, SourcePage
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.model.state import Cursor
from kloudsync.recurrence import Reading
from kloudsync.runtime.local import AsyncLocal, Local
from kloudsync.runtime.step import Step

L_co = TypeVar("L_co", bound=Local | AsyncLocal, covariant=True)

PROVIDER: Final = "ical"
ACCOUNT: Final = "files"
"""Whose calendars they are where nobody says."""

_VERSION: Final = 1
"""Raised when objects are read otherwise than before, so that all is read again."""

_ZONE: Final = re.compile(rb"^X-WR-TIMEZONE(?:;[^:\r\n]*)?:([^\r\n]{1,100})", re.MULTILINE)
"""Where days begin, by a name that all calendar programs know though no standard has it."""

_STAMP: Final = "DTSTAMP"
"""When an object was written: a new one with each export of some services."""


class IcalCalendar(ListedWhole):
    """What calendars of iCalendar have in common, wherever they are read from."""

    @property
    def key(self) -> CalendarKey:
        """Which copy it is."""
        raise NotImplementedError

    @property
    def fingerprint(self) -> str:
        """What a copy is tied to."""
        return f"ical {_VERSION} {self.key}"

    @property
    def reading(self) -> Reading:
        """Lines mean what RFC 5545 says."""
        return IcalReader().reading

    def owner(self, label: str) -> None:
        """Return nobody: an object does not say whose it is."""
        del label

    def ask_owner(self) -> Step[str | None]:
        """Describe a question that nobody answers."""
        return Step("ical.owner", lambda: None)

    def refused(self, error: APIError, cursor: Cursor | None, position: str | None) -> None:
        """There are no cursors to be refused."""
        del error, cursor, position

    def reread(self, raw: str) -> EventRecord | Malformed:
        """Read stored text again."""
        # Of what was too long nothing was kept.
        return record_of(json.loads(raw).get("ics", []))

    def same(self, before: EventRecord, after: EventRecord) -> bool:
        """Tell whether two records say the same, whenever their objects were written."""
        return before == after or _unstamped(before) == _unstamped(after)

    def series_facts(self, record: EventRecord) -> SeriesFacts:
        """Return what helps to link segments of a series: objects have whole ones."""
        del record
        return SeriesFacts()

    def event(self, record: EventRecord) -> Held:
        """Build the typed event of a record."""
        return IcalReader().event(record)

    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:
        """Return the id of an occurrence that has no event of its own."""
        return IcalReader().occurrence_id(series, start, all_day)


@frozen(kw_only=True)
class IcalFiles(IcalCalendar, Generic[L_co]):
    """A file of iCalendar, or a folder of such files, for an engine of either colour.

    ```python
    engine = SyncEngine(IcalFiles(path=Path("team.ics"), caller=Local()), store)
    ```

    Attributes:
        path: The file, or the folder, of which each `.ics` file is read.
        caller: `Local()` for a `SyncEngine`, `AsyncLocal()` for an `AsyncSyncEngine`.
        name: What the calendar is called in the store; the name of the file or folder, without
            its ending, where empty.
        account: Your name for whose it is.
    """

    path: Path = field(converter=Path)
    caller: L_co = field(repr=False)
    name: str = ""
    account: str = ACCOUNT

    @property
    def key(self) -> CalendarKey:
        """Which copy it is."""
        return CalendarKey(PROVIDER, self.account, self.name or self.path.resolve().stem)

    def page(self, cursor: Cursor | None, position: str | None) -> Step[SourcePage]:
        """Describe the reading of a file; each is a page."""
        del cursor
        return Step("ical.read", lambda: self._read(position))

    def _read(self, position: str | None) -> SourcePage:
        try:
            names = self._names()
            left = [name for name in names if position is None or name >= position]
            text = _content(self.path / left[0] if left[0] else self.path) if left else None
        except OSError as error:
            # What cannot be read is not taken for an empty calendar.
            raise UsageError(f"{self.path} cannot be read: {error.strerror}") from None
        page = SourcePage(records=()) if text is None else page_of(text)
        return evolve(page, next=left[1] if left[1:] else None)

    def _names(self) -> list[str]:
        if not self.path.is_dir():
            return [""]
        found = (one for one in self.path.iterdir() if one.suffix.lower() == ".ics")
        return sorted(one.name for one in found if one.is_file())


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        text = file.read(LARGEST_ANSWER + 1)
    if len(text) > LARGEST_ANSWER:
        raise UsageError(f"{path} is longer than {LARGEST_ANSWER} bytes; divide it")
    return text


def page_of(text: bytes) -> SourcePage:
    """Return all that an object holds as a page.

    Raises:
        DecodeError: It is no iCalendar object.
    """
    found, zone = list(read(text)), _ZONE.search(text)
    return SourcePage(
        zone=None if zone is None else zone[1].decode(errors="replace"),
        records=[one for one in found if isinstance(one, EventRecord)],
        malformed=[one for one in found if isinstance(one, Malformed)],
    )


def _unstamped(record: EventRecord) -> EventRecord:
    lines: Iterable[Any] = json.loads(record.raw)["ics"]
    kept = [one for one in lines if not str(one).upper().startswith(_STAMP)]
    return record._replace(raw=json.dumps(kept))
