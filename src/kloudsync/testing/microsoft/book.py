"""The items of one calendar, and the log of what happened to them."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from datetime import date

import attrs

from kloudsync.testing.clock import Stamps
from kloudsync.testing.microsoft.habits import USUAL, Habit
from kloudsync.testing.microsoft.ids import Ids, is_id, read_occurrence_id
from kloudsync.testing.microsoft.items import Item
from kloudsync.testing.microsoft.refusals import malformed_id, not_found


@attrs.frozen
class Touch:
    """One change of an item.

    Attributes:
        stamp: When it happened.
        key: The immutable id of the item.
        kind: `created`, `updated` or `deleted`.
        day: The date of the one occurrence that it concerns; None if it concerns all.
        moved: Whether a deleted item went to another calendar.
    """

    stamp: int
    key: str
    kind: str
    day: date | None = None
    moved: bool = False


@attrs.frozen
class Tomb:
    """What is left of an item that left a calendar.

    Attributes:
        item: The item as it was.
        stamp: When it left.
        moved: Whether it went to another calendar.
    """

    item: Item
    stamp: int
    moved: bool = False


Announce = Callable[["Book", Item, Touch], None]


class Book:
    """The items of one calendar, found by either id, and their changes in order.

    Args:
        calendar: The id of the calendar.
        ids: What ids are drawn from.
        stamps: What issues the instants of changes.
        habits: What the service does by habit.
        announce: Is told of every change.
    """

    def __init__(
        self,
        *,
        calendar: str,
        ids: Ids,
        stamps: Stamps,
        habits: AbstractSet[Habit] = USUAL,
        announce: Announce | None = None,
    ) -> None:
        self.calendar = calendar
        self.ids = ids
        self.stamps = stamps
        self.habits = habits
        self.log: list[Touch] = []
        self.tombs: dict[str, Tomb] = {}
        self.mark: int = stamps.next()
        self._announce = announce
        self._items: dict[str, Item] = {}
        self._keys: dict[str, str] = {}

    def __iter__(self) -> Iterator[Item]:
        """Yield the items in the order of their creation."""
        return iter(sorted(self._items.values(), key=lambda item: (item.born, item.lasting)))

    def get(self, name: str) -> Item | None:
        """Find an item by its id in either form."""
        return self._items.get(self._keys.get(name, ""))

    def find(self, name: str) -> tuple[Item, date | None]:
        """Find an item, or a living occurrence of one with its date, by any of its ids.

        Raises:
            Refusal: 404 if there is none, 400 if it could not be an id.
        """
        if not is_id(name):
            raise malformed_id()
        item = self.get(name)
        if item is not None:
            return item, None
        series, day = read_occurrence_id(name) or ("", None)
        item = self.get(series)
        if item is None or day is None or not item.is_series or not item.has_slot(day):
            raise not_found()
        return item, day

    def put(self, item: Item, kind: str, day: date | None = None) -> None:
        """Take an item in, or note that it changed; its `changed` says when."""
        self._items[item.lasting] = item
        self._keys |= {item.id: item.lasting, item.lasting: item.lasting}
        self.tombs.pop(item.lasting, None)
        self._note(item, Touch(item.changed, item.lasting, kind, day))

    def drop(self, item: Item, stamp: int, *, moved: bool = False) -> None:
        """Let an item leave."""
        del self._items[item.lasting]
        for name in (item.id, item.lasting):
            del self._keys[name]
        self.tombs[item.lasting] = Tomb(item.copy(), stamp, moved)
        self._note(item, Touch(stamp, item.lasting, "deleted", moved=moved))

    def since(self, mark: int) -> dict[str, list[Touch]]:
        """Collect the changes after a stamp by item, in the order of the last one of each."""
        touched: dict[str, list[Touch]] = {}
        for touch in self.log:
            if touch.stamp > mark:
                touched[touch.key] = [*touched.pop(touch.key, []), touch]
        return touched

    def _note(self, item: Item, touch: Touch) -> None:
        self.log.append(touch)
        self.mark = max(self.mark, touch.stamp)
        if self._announce is not None:
            self._announce(self, item, touch)
