"""The services around the calendar service: Kloudless in front of it, Salesloft behind the copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
from tests.hasty import hasty
from tests.simulation.replay import check_order, contents, replay
from tests.sync.crashing import Crash as Death
from tests.sync.crashing import CrashingStore

from kloudsync.errors import APIError, DecodeError, LeaseHeld, TransportError
from kloudsync.http.retry import Retry
from kloudsync.mirror.window import MirrorWindow
from kloudsync.model.event import Event
from kloudsync.objects.mirror import Mirror
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.kloudless.client import Kloudless
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.providers.salesloft.client import Salesloft
from kloudsync.providers.salesloft.limiter import TeamBudget
from kloudsync.providers.salesloft.policy import Detail
from kloudsync.recurrence import GOOGLE
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.ports import Store
from kloudsync.sync.progress import PageStaged, Progress
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.kloudless import FakeKloudless
from kloudsync.testing.salesloft import FakeSalesloft

WINDOW = MirrorWindow(back=timedelta(days=7), ahead=timedelta(days=21))
"""Narrow, so that a history sees many pushes rather than a few long ones."""

AS_GOOGLE = Rules(reading=GOOGLE, page_size=3, oldest_calendar=timedelta(0))
"""Small pages, so that listings have several; and the calendar itself is read by each run."""

FAILURES = (APIError, TransportError, DecodeError, LeaseHeld)


def _stamp(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def whole(event: Event) -> Detail:
    """Send every meeting whole."""
    return Detail.FULL


class Mirrored:
    """A Salesloft calendar that mirrors a copy.

    Args:
        clock: The world's clock.
        seen: Counts what happens.
    """

    def __init__(self, clock: ManualClock, seen: Counter[str]) -> None:
        self.fake = FakeSalesloft(clock=clock)
        self._clock = clock
        self._seen = seen
        http = httpx.Client(transport=self.fake.transport())
        self._client = Salesloft(
            token="simulated",
            http_client=http,
            clock=clock,
            retry=Retry(attempts=3),
            # By default the clients of one token share a budget, as worlds must not.
            limiter=TeamBudget(),
        )

    def push(self, copy: SyncEngine, store: Store, fatal: int | None) -> None:
        """Push a copy; the worker dies at an operation of the store if it is told to."""
        dying = CrashingStore(store, fatal or 1_000_000, after=bool(fatal and fatal % 2))
        sink = self._client.calendar(self.fake.calendar_id, policy=whole, bulk_from=20)
        mirror = Mirror(copy, sink, dying.as_mirror_store(), window=WINDOW)
        try:
            report = mirror.push()
        except Death:
            self._seen["pushes that died"] += 1
            self._clock.sleep(241)
        except FAILURES:
            self._seen["pushes that failed"] += 1
            self._clock.sleep(61)
        else:
            self._seen["pushes"] += 1
            self._seen["records written"] += report.written
            if not report.refused:
                assert self._shown() == self._wanted(copy), "Salesloft is not the agenda"

    def _wanted(self, copy: SyncEngine) -> Counter[tuple[str, str, str | None]]:
        start, end = WINDOW.at(self._clock.now())
        return Counter(
            (_stamp(one.begins), _stamp(one.ends), one.event.title)
            for one in copy.occurrences(start, end)
        )

    def _shown(self) -> Counter[tuple[str, str, str | None]]:
        start, end = (f"{bound:%Y-%m-%dT%H:%M:%SZ}" for bound in WINDOW.at(self._clock.now()))
        rows = self.fake.events(self.fake.calendar_id)
        ids = [row["id"] for row in self.fake.book.rows()]
        assert len(set(ids)) == len(ids), "a record was created twice"
        return Counter(
            (row["start_time"], row["end_time"], row["title"])
            for row in rows
            if row["end_time"] > start and row["start_time"] < end
        )


class Relayed:
    """The first calendar as Kloudless shows it, with a copy of its own.

    Args:
        google: The calendar service behind Kloudless.
        clock: The world's clock.
        store: Holds the copy.
        seen: Counts what happens.
    """

    def __init__(
        self, google: FakeGoogle, clock: ManualClock, store: Store, seen: Counter[str]
    ) -> None:
        self.fake = FakeKloudless(google=google, clock=clock)
        self._clock = clock
        self._seen = seen
        http = httpx.Client(transport=self.fake.transport())
        client = Kloudless("simulated", http_client=http, clock=clock, retry=Retry(attempts=3))
        engine = SyncEngine(
            client.calendar("primary", rules=AS_GOOGLE),
            store,
            hook=self._hear,
            mass_deletion=MassDeletion(share=1.0),
        )
        self._engine = hasty(engine, 120.0)
        self._calendar = google.calendar()
        self._pages = 0
        self._between: Callable[[], object] | None = None

    def sync(self, *, fresh: bool, between: Callable[[], object] | None, calm: bool) -> None:
        """Sync what Kloudless shows.

        Args:
            fresh: Whether to list the whole calendar.
            between: What somebody does behind the first page.
            calm: Whether nothing fails, so that the copy has to be the calendar.
        """
        self._between, self._pages = between, 0
        if not self._succeeds(full=fresh, calm=calm):
            return
        if between is not None and self._pages:
            # What happened behind the first page is told by the next run at the latest.
            self._between = None
            if not self._succeeds(full=False, calm=calm):
                return
        feed = list(self._engine.changes("auditor"))
        assert replay(feed) == {one.id: contents(one) for one in self._engine.events()}
        check_order(feed)
        if calm:
            held = {event.id for event in self._engine.events()}
            assert held == {self.fake.event_id(name) for name in self._calendar.truth()}
            self._check_agenda()

    def _succeeds(self, *, full: bool, calm: bool) -> bool:
        try:
            self._engine.sync(full=full)
        except FAILURES:
            assert not calm
            self._seen["syncs of kloudless that failed"] += 1
            return False
        self._seen["syncs of kloudless"] += 1
        return True

    def _hear(self, step: Progress) -> None:
        if isinstance(step, PageStaged):
            self._pages += 1
            if self._pages == 1 and self._between is not None:
                self._seen["edits behind a page of kloudless"] += 1
                self._between()

    def _check_agenda(self) -> None:
        """What the copy shows is what stands in the calendar, in whatever zone it is by now."""
        now = self._clock.now()
        start, end = now - timedelta(days=30), now + timedelta(days=30)
        shown = Counter(
            (one.start, one.end, one.event.title) for one in self._engine.occurrences(start, end)
        )
        stands = Counter(
            (one.start, one.end, one.summary) for one in self._calendar.occurrences(start, end)
        )
        assert shown == stands, "the agenda is not the calendar that kloudless shows"
        self._seen["occurrences compared at kloudless"] += len(stands)
