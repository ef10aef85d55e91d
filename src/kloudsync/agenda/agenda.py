"""The answer to what takes place in a window."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Final, overload

from kloudsync.agenda.expansion import Shown
from kloudsync.model.occurrence import Occurrence

# A third of the time that the constructor takes; the columns are in the order of the fields.
_OCCURRENCE: Final[Callable[[Iterable[Any]], Occurrence]] = partial(
    vars(tuple)["__new__"], Occurrence
)


class Agenda(Sequence[Occurrence]):
    """Occurrences in order of start; of those that begin together, the earlier given first.

    It holds columns of numbers and rows, and makes each occurrence when it is reached.
    """

    def __init__(self, found: Iterable[Shown]) -> None:
        """Put the occurrences of rows in order.

        Args:
            found: Where each row shows.
        """
        columns: tuple[list[Any], ...] = ([], [], [], [])
        begins, ends, slots, origins = columns
        for origin, more_slots, more_begins, more_ends in found:
            begins += more_begins
            ends += more_ends
            slots += more_slots
            origins += [origin] * len(more_begins)
        order = sorted(range(len(begins)), key=begins.__getitem__)
        # One call for a whole column; of a single index it would return no tuple.
        ordered: Callable[[list[Any]], tuple[Any, ...]] = tuple[Any, ...]
        if len(order) > 1:
            ordered = itemgetter(*order)
        self._columns: list[tuple[Any, ...]] = [ordered(column) for column in columns]

    def __len__(self) -> int:
        return len(self._columns[0])

    def __iter__(self) -> Iterator[Occurrence]:
        return map(_OCCURRENCE, zip(*self._columns, strict=True))

    @overload
    def __getitem__(self, index: int) -> Occurrence: ...
    @overload
    def __getitem__(self, index: slice) -> list[Occurrence]: ...
    def __getitem__(self, index: int | slice) -> Occurrence | list[Occurrence]:
        cut = [column[index] for column in self._columns]
        if isinstance(index, slice):
            return list(map(_OCCURRENCE, zip(*cut, strict=True)))
        return _OCCURRENCE(cut)

    def __repr__(self) -> str:
        return f"<Agenda of {len(self)} occurrences>"
