"""Several copies of one calendar: one channel announces it, and all of them are synced."""

from __future__ import annotations

from datetime import timedelta

import httpx

from kloudsync import Google, SyncEngine, Watcher
from kloudsync.errors import DeletionsPending, KloudsyncError
from kloudsync.runtime.twin import twin
from kloudsync.stores import MemoryStore
from kloudsync.sync.report import SyncReport
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle


class Failing(SyncEngine):
    """An engine that cannot sync."""

    @twin
    async def sync(self, *, full: bool = False) -> SyncReport:
        """Fail."""
        raise KloudsyncError("no")


class Copies:
    """A calendar, a search of it and a window, each with a copy, and who watches them."""

    def __init__(self, first: type[SyncEngine] = SyncEngine, *, events: int = 4) -> None:
        clock = self.clock = ManualClock()
        self.fake = FakeGoogle(clock=clock)
        for n in range(events):
            self.fake.calendar().create(
                "work" if n % 2 else "home", clock.now() + timedelta(days=n)
            )
        client = httpx.Client(transport=self.fake.transport())
        google = Google("token", http_client=client, clock=clock)
        store = MemoryStore()
        self.engines = [
            first(google.calendar(), store),
            SyncEngine(google.calendar(q="work"), store),
            SyncEngine(google.window(), store),
        ]
        self.watcher = Watcher(
            google.push, store, self.engines, address="https://hooks.example.com/google"
        )


def test_all_copies_of_a_calendar_are_synced_when_it_is_due() -> None:
    """The round tells the report of the first."""
    copies = Copies()
    opened = copies.watcher.tend().opened
    done = copies.watcher.sync_due().done

    assert len(opened) == 1
    assert [len(list(engine.events())) for engine in copies.engines] == [4, 2, 4]
    assert [report.calendar for report in done.values() if report] == [copies.engines[0].key]


def test_a_copy_that_fails_keeps_no_other_from_its_sync() -> None:
    """The calendar stays due, and its failure is told."""
    copies = Copies(Failing)
    outcome = copies.watcher.sync_due()

    assert [str(failure.error) for failure in outcome.failures] == ["no"]
    assert [engine.state().passes for engine in copies.engines] == [0, 1, 1]


def test_a_calendar_with_pending_deletions_is_not_done() -> None:
    """What is lacking without a word waits for somebody, and the round says so."""
    copies = Copies(events=24)
    copies.watcher.sync_due()
    for event in list(copies.fake.calendar().truth()):
        copies.fake.calendar().delete(event)
    copies.fake.expire_sync_tokens()
    copies.clock.advance(timedelta(days=1))
    outcome = copies.watcher.sync_due()

    assert [type(failure.error) for failure in outcome.failures] == [DeletionsPending]
    assert copies.engines[0].pending() != []
