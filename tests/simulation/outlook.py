"""A small world around Microsoft's fake: a person in Outlook, workers that die, storms, readers."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import httpx
from tests.hasty import hasty
from tests.providers.microsoft.world import World as Copied
from tests.simulation.replay import check_order, contents, replay
from tests.sync.crashing import Crash, CrashingStore

from kloudsync.errors import APIError, DecodeError, LeaseHeld, ResyncLoop, TransportError
from kloudsync.http.retry import Retry
from kloudsync.model.change import SeriesSplit, SeriesTruncated
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.microsoft.client import Microsoft
from kloudsync.providers.microsoft.rules import Following, Rules
from kloudsync.stores import MemoryStore
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.ports import Store
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import TRANSIENT, FaultKind, Faults
from kloudsync.testing.microsoft import USUAL, FakeMicrosoft, Habit, RandomUser

STORMS = (
    *TRANSIENT,
    FaultKind.CURSOR_GONE,
    FaultKind.DUPLICATE_ITEMS,
    FaultKind.REORDER_PAGES,
    FaultKind.HTML_200,
)
WHIMS = (
    Habit.OCCURRENCES_REMOVED,
    Habit.REMOVED_AT_FIRST,
    Habit.REPLAYS,
    Habit.EMPTY_PAGES,
    Habit.MOVED_AS_CHANGED,
    Habit.TOKENS_NOT_FOUND,
    Habit.RESYNC_REQUIRED,
    Habit.SMALL_CODES,
    Habit.NULL_UIDS,
    Habit.FRACTIONAL_WAITS,
    Habit.NO_ORIGINAL_START,
    Habit.CUSTOM_ZONES,
    Habit.EXCEPTIONS_IN_ITEM_DELTA,
    Habit.CALENDAR_PATHS_ONLY,
)
"""Habits of which each history has some."""
LASTING = (APIError, TransportError, DecodeError, ResyncLoop)
"""What a run may end with while the service fails; anything else is a bug."""


class Outlook:
    """Lives through one history of a mailbox with two calendars, one of which is copied.

    Args:
        seed: What the history is drawn from.
        store: Holds the copy; in memory by default.

    Attributes:
        seen: What happened, counted.
    """

    def __init__(self, seed: int, store: Store | None = None) -> None:
        self._chance = random.Random(f"outlook/{seed}")
        habits = {whim for whim in WHIMS if self._chance.random() < 0.3}
        if self._chance.random() < 0.15:
            habits.add(Habit.FAMILIES_WITHHELD)
        self._rules = Rules(
            page_size=self._chance.choice((3, 10, 100)),
            following=self._chance.choice((Following.VIEW, Following.VIEW, Following.EVENTS)),
        )
        fake = FakeMicrosoft(clock=ManualClock(), seed=seed, habits=USUAL | habits)
        self.fake = fake
        self.seen: Counter[str] = Counter()
        self.seen[f"following {self._rules.following.value}"] += 1
        self.seen["what series leave out is withheld"] += Habit.FAMILIES_WITHHELD in habits
        self._copied = Copied(store=store or MemoryStore(), fake=fake, rules=self._rules)
        self._store = self._copied.store
        self._work = fake.add_calendar("Work")
        self._calm = True
        self._deeds: dict[str, tuple[int, Callable[[], None]]] = {
            "act": (12, self._act),
            "sync": (5, self._sync),
            "crash": (2, self._crash),
            "expire": (1, self._expire),
            "storm": (1, self._storm),
            "calm": (1, self._pass),
            "jump": (1, self._jump),
        }

    def run(self, steps: int = 30) -> Counter[str]:
        """Live through some steps, let the storm pass, and check that nothing was lost."""
        for _ in range(3):
            self._user().act("create series")
        weights = [weight for weight, _ in self._deeds.values()]
        for name in self._chance.choices(list(self._deeds), weights, k=steps):
            self._deeds[name][1]()
            self.seen[name] += 1
        self._pass()
        self._copied.clock.sleep(3600)
        self._sync()
        return self.seen

    def _user(self) -> RandomUser:
        return RandomUser(self._copied.calendar, self._chance.random().hex(), self._work)

    def _act(self) -> None:
        user = self._user()
        if self._chance.random() < 0.1:
            luck = self._chance.random().hex()
            user = RandomUser(self._work, luck, self._copied.calendar)
        self.seen[f"act: {user.act()}"] += 1

    def _engine(self, store: Store) -> SyncEngine:
        client = Microsoft(
            "token",
            base_url="https://graph.microsoft.com/v1.0",
            http_client=httpx.Client(transport=self.fake.transport()),
            clock=self._copied.clock,
            retry=Retry(attempts=3),
        )
        return hasty(
            SyncEngine(
                client.calendar(rules=self._rules), store, mass_deletion=MassDeletion(share=1.0)
            ),
            120.0,
        )

    def _sync(self) -> None:
        try:
            report = self._engine(self._store).sync()
        except LeaseHeld:
            self.seen["lease held"] += 1
        except LASTING as error:
            if self._calm:
                raise
            self.seen[f"error: {type(error).__name__}"] += 1
        else:
            self.seen["syncs"] += 1
            self.seen["full passes"] += report.full
            self.seen["resumed"] += report.resumed
            self._check()

    def _crash(self) -> None:
        """A worker dies at some operation; its lease runs out before the next comes."""
        fatal = self._chance.randrange(1, 25)
        dying = CrashingStore(self._store, fatal, after=self._chance.random() < 0.5)
        with suppress(Crash, LeaseHeld, *LASTING):
            self._engine(dying.as_store()).sync()
        self.seen["crashes"] += dying.calls >= fatal
        self._copied.clock.sleep(600)

    def _expire(self) -> None:
        self.fake.expire_tokens()
        if self._chance.random() < 0.5:
            self.fake.expire_pages()

    def _storm(self) -> None:
        self._calm = False
        rate = self._chance.choice((0.05, 0.2, 0.4))
        self.fake.faults = Faults.random(self._chance.random().hex(), rate=rate, kinds=STORMS)

    def _pass(self) -> None:
        self.seen["faults"] += sum(self.fake.faults.injected.values())
        self._calm = True
        self.fake.faults = Faults()

    def _jump(self) -> None:
        """Time passes, sometimes so much that the window of a token ends."""
        self._copied.clock.advance(timedelta(days=self._chance.choice((1, 7, 200))))

    def _check(self) -> None:
        """The copy holds and shows what the service does, and the feed says how it came."""
        now = self._copied.clock.now()
        # What series leave out, where they do not say it, is known as far as the feed's window.
        withheld = Habit.FAMILIES_WITHHELD in self.fake.habits
        ahead = self._rules.renew if withheld else timedelta(days=300)
        span = now - timedelta(days=300), now + ahead
        shown, truth = self._copied.shown(*span), self._copied.truth(*span)
        assert shown == truth, "the copy shows something else"
        self.seen["occurrences compared"] += len(truth)
        feed = list(self._copied.copy.changes("historian"))
        check_order(feed)
        held = {event.id: contents(event) for event in self._copied.copy.events()}
        assert replay(feed) == held, "the feed tells of another copy"
        assert not list(self._copied.copy.quarantined())
        self.seen["splits told"] = sum(isinstance(each, SeriesSplit) for each in feed)
        self.seen["truncations told"] = sum(isinstance(each, SeriesTruncated) for each in feed)
