"""The answer to what takes place in a window."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import add, itemgetter
from typing import Any, Final, overload

from kloudsync.agenda.expansion import Shown
from kloudsync.agenda.lost import Lost
from kloudsync.model.occurrence import Occurrence, Unexpanded
from kloudsync.model.record import EventRecord
from kloudsync.model.view import CalendarView

# A third of the time that the constructor takes; the columns are in the order of the fields.
_OCCURRENCE: Final[Callable[[Iterable[Any]], Occurrence]] = partial(
    vars(tuple)["__new__"], Occurrence
)


class Agenda(Sequence[Occurrence]):
    """Occurrences in order of start; of those that begin together, the earlier given first.

    It holds when each begins and what it comes from, and makes an occurrence when it is
    reached.

    Attributes:
        unexpanded: Series that it lacks, since they cannot be expanded.
    """

    def __init__(self, found: Iterable[Shown], lost: Lost) -> None:
        """Put the occurrences of rows in order.

        Args:
            found: Where each row shows.
            lost: The series that cannot be expanded, known when the rows are.
        """
        begins: list[int] = []
        lengths: list[int] = []
        shifts: list[int] = []
        records: list[EventRecord] = []
        views: list[CalendarView] = []
        for record, view, more, seconds, shift in found:
            size = len(more)
            begins += more
            lengths += [seconds] * size
            shifts += [shift] * size
            records += [record] * size
            views += [view] * size
        self.unexpanded: tuple[Unexpanded, ...] = lost.all
        order = sorted(range(len(begins)), key=begins.__getitem__)
        # One call for a whole column; of a single index it would return no tuple.
        ordered: Callable[[list[Any]], Sequence[Any]] = itemgetter(*order) if order[1:] else tuple
        # Columns of one value, as they mostly are, need no order.
        one_view = views == views[:1] * len(views)
        self._columns: tuple[Sequence[Any], ...] = (
            ordered(begins),
            ordered(lengths),
            ordered(shifts) if any(shifts) else shifts,
            ordered(records),
            views if one_view else ordered(views),
        )

    def __len__(self) -> int:
        return len(self._columns[0])

    def __iter__(self) -> Iterator[Occurrence]:
        return self._occurrences(slice(None))

    @overload
    def __getitem__(self, index: int) -> Occurrence: ...
    @overload
    def __getitem__(self, index: slice) -> list[Occurrence]: ...
    def __getitem__(self, index: int | slice) -> Occurrence | list[Occurrence]:
        if isinstance(index, slice):
            return list(self._occurrences(index))
        place = range(len(self))[index]
        return next(self._occurrences(slice(place, place + 1)))

    def __repr__(self) -> str:
        return f"<Agenda of {len(self)} occurrences>"

    def _occurrences(self, part: slice) -> Iterator[Occurrence]:
        begins, lengths, shifts, records, views = (column[part] for column in self._columns)
        ends = map(add, begins, lengths)
        slots = map(add, begins, shifts) if any(shifts) else begins
        return map(_OCCURRENCE, zip(begins, ends, slots, records, views, strict=True))
