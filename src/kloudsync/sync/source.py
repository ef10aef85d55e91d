"""What the engine asks of a calendar at a provider: descriptions of requests, and pure functions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol, TypeVar

from kloudsync.errors import APIError, CursorRefused
from kloudsync.http.operation import Operation
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Held
from kloudsync.model.page import SeriesFacts, SourcePage
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.model.state import Cursor
from kloudsync.recurrence.reading import ICALENDAR, Reading
from kloudsync.runtime.step import Step

Caller_co = TypeVar("Caller_co", covariant=True)


def _nobody() -> None:
    return None


class SourceDescription(Protocol):
    """A calendar at a provider, as the engine sees it: descriptions and pure functions.

    Sources need not inherit from it. Those that do have an answer to whatever only some providers
    offer: every pass lists in full, nothing says whose calendar it is, nobody divides series.
    What they lack besides is a `TypeError` when one is made, which names it.
    """

    @property
    @abstractmethod
    def key(self) -> CalendarKey:
        """Which calendar this is."""
        ...

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """A digest of account, calendar and parameters; cursors are tied to it."""
        ...

    @property
    def incremental(self) -> bool:
        """Whether the service tells what changed since a cursor.

        Where it does not, every pass lists in full and ends without a cursor, and what a listing
        lacks is gone: it matches no longer, or lies outside of what is listed.
        """
        return False

    @property
    def reading(self) -> Reading:
        """Whose reading of recurrence lines counts; a part of the fingerprint."""
        return ICALENDAR

    @property
    def shifts(self) -> bool:
        """Whether a listing pages over what goes on changing, so that what moves may be on no page.

        Before such a listing is taken for whole, what changed since its first page is read.
        """
        return False

    @abstractmethod
    def page(
        self, cursor: Cursor | None, position: str | None
    ) -> Operation[SourcePage] | Step[SourcePage]:
        """Describe the fetch of a page.

        Args:
            cursor: Where the delta begins; None in a full pass.
            position: `SourcePage.next` of the page before; None for the first page.
        """
        ...

    def owner(self, label: str) -> str | None:
        """Return whose calendar it is, where what a page calls it says so by itself."""
        del label
        return None

    def ask_owner(self) -> Operation[str | None] | Step[str | None]:
        """Describe the question whose calendar it is."""
        return Step("owner", _nobody)

    def doubts(self, error: APIError) -> bool:
        """Tell whether an error of a delta may mean its cursor, though it says nothing of it."""
        del error
        return False

    def refused(self, error: APIError, cursor: Cursor | None, position: str | None) -> str | None:
        """Return why the service refused the cursor or page, or None if the error means something else."""
        del cursor, position
        return str(error) if isinstance(error, CursorRefused) else None

    @abstractmethod
    def reread(self, raw: str) -> EventRecord | Malformed:
        """Read stored text again, as `page` does."""
        ...

    def same(self, before: EventRecord, after: EventRecord) -> bool:
        """Tell whether two records have the same contents, apart from stamps that every re-send changes."""
        return before == after

    def series_facts(self, record: EventRecord) -> SeriesFacts:
        """Read from a series what helps to link segments."""
        del record
        return SeriesFacts()

    def continuations(self, series: str, at: int) -> Sequence[str]:
        """Return under which ids a series that is cut may go on, by the provider's own editor.

        Args:
            series: The id of the series.
            at: The first slot that it loses, in seconds since 1970; of midnight UTC if all-day.

        Returns:
            Ids that nothing else has; none where the provider has no such editor.
        """
        del series, at
        return ()

    @abstractmethod
    def event(self, record: EventRecord) -> Held:
        """Build the typed event of a record."""
        ...

    @abstractmethod
    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:
        """Return the provider's id form of an occurrence that has no row of its own."""
        ...


class Source(SourceDescription, Protocol[Caller_co]):
    """A calendar together with the caller that reaches it, which decides the engine's colour."""

    @property
    @abstractmethod
    def caller(self) -> Caller_co:
        """Performs the operations."""
        ...
