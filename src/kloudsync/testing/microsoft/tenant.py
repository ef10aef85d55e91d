"""The tenant: every mailbox, who may ask for it, and what all of them share."""

import threading
from collections.abc import Iterator
from datetime import timedelta

from kloudsync.testing.clock import Stamps, TellsTime
from kloudsync.testing.microsoft.book import Announce, Book, Touch
from kloudsync.testing.microsoft.calendar import FakeCalendar
from kloudsync.testing.microsoft.habits import Habit
from kloudsync.testing.microsoft.ids import Ids
from kloudsync.testing.microsoft.items import Item
from kloudsync.testing.microsoft.mailbox import Mailbox


class Tenant:
    """An organisation and its mailboxes.

    Args:
        clock: What tells the present.
        seed: What ids are drawn from.
        pace: The least time between two changes.
        habits: What the service does by habit; shared, so that it may be changed.

    Attributes:
        id: The tenant's id.
        lock: Guards all of it.
        listeners: Are told of every change of an event.
    """

    def __init__(self, clock: TellsTime, *, seed: int, pace: timedelta, habits: set[Habit]) -> None:
        self.clock = clock
        self.habits = habits
        self.stamps: Stamps = Stamps(clock, pace)
        self.lock: threading.RLock = threading.RLock()
        self.listeners: list[Announce] = []
        self._seed = seed
        self._ids = Ids(f"{seed}/tenant")
        self.id: str = self._ids.guid()
        self._mailboxes: dict[str, Mailbox] = {}

    def __iter__(self) -> Iterator[Mailbox]:
        """Yield the mailboxes in the order in which they were added."""
        return iter(self._mailboxes.values())

    def add(
        self, address: str, *, name: str = "", zone: str = "UTC", is_personal: bool = False
    ) -> Mailbox:
        """Add a mailbox."""
        ids = Ids(f"{self._seed}/{address}")
        ids.slashed = Habit.OLD_IDS in self.habits
        mailbox = Mailbox(
            address,
            name=name or address.partition("@")[0].title(),
            zone=zone,
            ids=ids,
            stamps=self.stamps,
            habits=self.habits,
            lock=self.lock,
            announce=self._tell,
            is_personal=is_personal,
        )
        self._mailboxes[address.lower()] = mailbox
        return mailbox

    def find(self, user: str) -> Mailbox | None:
        """Find a mailbox by address or directory id."""
        known = self._mailboxes.get(user.lower())
        return known or next((box for box in self if box.id == user), None)

    def home(self, book: Book) -> tuple[Mailbox, FakeCalendar]:
        """Find the mailbox and the calendar that a book belongs to."""
        for mailbox in self:
            for calendar in mailbox:
                if calendar.book is book:
                    return mailbox, calendar
        raise LookupError("the calendar was removed")

    def request_id(self) -> str:
        """Draw up the id of a request."""
        return self._ids.guid()

    def _tell(self, book: Book, item: Item, touch: Touch) -> None:
        for listener in self.listeners:
            listener(book, item, touch)
