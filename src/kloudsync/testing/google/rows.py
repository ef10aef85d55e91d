"""The rows of a calendar in the order of their changes."""

from collections.abc import Iterator
from enum import Enum
from itertools import takewhile

import attrs

from kloudsync.testing.encoding import decode
from kloudsync.testing.exchange import Resource
from kloudsync.testing.google.ids import base_of


class Kind(Enum):
    """What a row is."""

    SINGLE = "single"
    SERIES = "series"
    EXCEPTION = "exception"
    CANCELLED = "cancelled occurrence"
    DELETED = "deleted"


@attrs.frozen(kw_only=True)
class Row:
    """One version of one event as the service holds it.

    Attributes:
        id: The event's id.
        changed: The stamp of its last change in microseconds; the position in every list.
        kind: What the row is.
        body: The event as JSON, as lists send it.
        series: The id of the series that an exception belongs to.
        former: The event as it was before it was deleted.
    """

    id: str
    changed: int
    kind: Kind
    body: bytes
    series: str | None = None
    former: bytes | None = None

    def resource(self) -> Resource:
        """Read the event."""
        return decode(self.body)


class Rows:
    """Every row of one calendar, found by id, by series or by time of change."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}
        self._children: dict[str, dict[str, None]] = {}
        self._segments: dict[str, dict[str, None]] = {}
        self._versions: dict[str, list[Row]] = {}

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in the order of their last change."""
        return iter(sorted(self._rows.values(), key=_position))

    def __len__(self) -> int:
        """Count the rows, deleted ones too."""
        return len(self._rows)

    def get(self, event: str) -> Row | None:
        """Find a row by id."""
        return self._rows.get(event)

    def put(self, row: Row) -> None:
        """Write a row in place of the one with its id, as the latest change."""
        self.drop(row.id)
        self._rows[row.id] = row
        if row.series is not None:
            self._children.setdefault(row.series, {})[row.id] = None
        if row.kind is Kind.SERIES:
            self._segments.setdefault(base_of(row.id), {})[row.id] = None
            self._versions.setdefault(row.id, []).append(row)

    def drop(self, event: str) -> None:
        """Forget a row without a trace."""
        row = self._rows.pop(event, None)
        if row is None:
            return
        if row.series is not None:
            self._children[row.series].pop(event)
        if row.kind is Kind.SERIES:
            self._segments[base_of(event)].pop(event)

    def since(self, mark: int) -> list[Row]:
        """List what changed after `mark`, in the order of change."""
        latest = takewhile(lambda row: row.changed > mark, reversed(self._rows.values()))
        return sorted(latest, key=_position)

    def exceptions(self, series: str) -> list[Row]:
        """List the rows of a series' own occurrences, changed and cancelled ones."""
        return [self._rows[event] for event in self._children.get(series, {})]

    def segments(self, base: str) -> list[Row]:
        """List the living segments of a series that splits divided."""
        return [self._rows[event] for event in self._segments.get(base, {})]

    def series_as_of(self, mark: int) -> dict[str, Row]:
        """Find the version that every series had at `mark`; deleted ones that lived then too."""
        then: dict[str, Row] = {}
        for series, versions in self._versions.items():
            for row in versions:
                if row.changed <= mark:
                    then[series] = row
        return then


def _position(row: Row) -> tuple[int, str]:
    return row.changed, row.id
