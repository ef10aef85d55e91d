"""A machine that does whatever comes to mind to two stores and compares their answers.

The store in memory is the specification; this tells whether another one agrees.
Needs hypothesis.

```python
class MyAgreement(Agreement):
    def open_store(self) -> Store:
        return MyStore()


def test_agreement() -> None:
    run_state_machine_as_test(MyAgreement)
```
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from kloudsync.errors import LeaseLost
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.positions import BEGINNING
from kloudsync.model.record import EventRecord, Kind, StagedRecord, Verdict
from kloudsync.model.state import Checkpoint, Cursor, Lease, Quarantined, SeriesLink
from kloudsync.stores import MemoryStore
from kloudsync.sync.ports import Store

KEYS = [CalendarKey("google", "owner", name) for name in ("one", "two")]
IDS = [f"id-{number}" for number in range(8)]

_WORD = "next"
_CURSOR = Cursor(token=_WORD, fingerprint="q")

keys: st.SearchStrategy[CalendarKey] = st.sampled_from(KEYS)
ids: st.SearchStrategy[str] = st.sampled_from(IDS)
some_ids: st.SearchStrategy[list[str]] = st.lists(ids, max_size=4, unique=True)
instants: st.SearchStrategy[int] = st.integers(0, 50)
words: st.SearchStrategy[str] = st.sampled_from(["x", "y"])
consumers: st.SearchStrategy[str] = st.sampled_from(["crm", "billing"])


@st.composite
def staged(draw: st.DrawFn) -> StagedRecord:
    """Draw a record with a verdict that suits its kind."""
    kind = draw(st.sampled_from(Kind))
    start = draw(st.none() | instants)
    end = None if start is None else start + draw(st.sampled_from([0, 1, 5, 5000]))
    record = EventRecord(
        id=draw(ids),
        kind=int(kind),
        raw=draw(words),
        start=start,
        end=end,
        last_end=draw(st.sampled_from([None, end])),
        series=draw(ids) if kind in {Kind.EXCEPTION, Kind.CANCELLED} else None,
        original=draw(st.none() | instants),
        lineage=draw(st.none() | words),
        created=draw(st.none() | words),
    )
    if kind == Kind.TOMBSTONE:
        return StagedRecord(record, Verdict.DELETED)
    living = [Verdict.SILENT, Verdict.ADDED, Verdict.UPDATED]
    return StagedRecord(record, draw(st.sampled_from(living)))


links: st.SearchStrategy[SeriesLink] = st.builds(
    SeriesLink,
    old=ids,
    new=st.none() | ids,
    at=instants,
    all_day=st.booleans(),
    settled=st.booleans(),
)
quarantined: st.SearchStrategy[Quarantined] = st.builds(
    Quarantined, id=st.none() | ids, reason=words, raw=words, version=st.just("0")
)


class Agreement(RuleBasedStateMachine):
    """Two stores that are asked the same things; a subclass says which one is compared."""

    def __init__(self) -> None:
        super().__init__()
        self.stores: list[Store] = [MemoryStore(), self.open_store()]
        self.leases: dict[CalendarKey, Lease] = {}
        self.full: dict[CalendarKey, bool] = {}
        self.now: float = 0.0

    def open_store(self) -> Store:
        """Return an empty store."""
        raise NotImplementedError("override `open_store` so that it returns an empty store")

    def teardown(self) -> None:
        """Close both."""
        for store in self.stores:
            store.close()

    def both(self, ask: Callable[[Store], Any]) -> Any:
        """Ask both stores and return their answer, which is one."""
        expected, found = (_answer(ask, store) for store in self.stores)
        assert found == expected
        return expected

    @initialize()
    def lease(self) -> None:
        """Take a lease on each calendar."""
        for key in KEYS:
            self.take(key, "worker")

    @rule(key=keys, owner=words, release=st.booleans())
    def change_hands(self, key: CalendarKey, owner: str, release: bool) -> None:
        """Let a lease run out, or give it back, and perhaps keep writing with the old one."""
        self.now += 100
        if release:
            self.both(lambda store: store.release(self.leases[key]))
        if owner == "x":
            self.take(key, owner)

    def take(self, key: CalendarKey, owner: str) -> None:
        """Acquire a lease."""
        lease = self.both(lambda store: store.acquire(str(key), owner, ttl=50.0, now=self.now))
        if lease is not None:
            self.leases[key] = lease

    @rule(key=keys)
    def renew(self, key: CalendarKey) -> None:
        """Hold a lease for longer."""
        self.now += 10
        lease = self.leases[key]
        self.both(lambda store: store.renew(lease, ttl=50.0, now=self.now))

    @rule(key=keys, full=st.booleans(), since=st.none() | instants)
    def begin(self, key: CalendarKey, full: bool, since: int | None) -> None:
        """Begin a pass."""
        self.full[key] = full
        checkpoint = Checkpoint(full=full, fingerprint="q", since=since)
        lease = self.leases[key]
        self.both(lambda store: store.begin(key, lease, checkpoint, since=store.state(key)))

    @rule(
        key=keys,
        page=st.lists(staged(), max_size=6),
        seen=some_ids,
        bad=st.lists(quarantined, max_size=2),
        complete=st.booleans(),
    )
    def stage(
        self,
        key: CalendarKey,
        page: list[StagedRecord],
        seen: list[str],
        bad: list[Quarantined],
        *,
        complete: bool,
    ) -> None:
        """Stage a page, perhaps the last one."""
        checkpoint = Checkpoint(
            full=self.full.get(key, False),
            fingerprint="q",
            position="p",
            pages=2,
            complete=complete,
        )
        self.both(
            lambda store: store.stage(
                key,
                self.leases[key],
                page,
                seen=seen,
                quarantined=bad,
                checkpoint=checkpoint,
                since=store.state(key),
            )
        )

    @rule(key=keys, limits=st.lists(st.integers(1, 4), max_size=3), ago=st.integers(-1, 1))
    def tell(self, key: CalendarKey, limits: list[int], ago: int) -> None:
        """Tell the feed ahead of a commit, at its time or at another one."""
        lease = self.leases[key]
        for limit in limits:
            self.both(partial(_told, key, lease, self.now - ago, limit))

    @rule(
        key=keys,
        told=st.lists(links, max_size=2),
        kept=st.lists(links, max_size=2),
        zone=st.none() | words,
    )
    def commit(
        self, key: CalendarKey, told: list[SeriesLink], kept: list[SeriesLink], zone: str | None
    ) -> None:
        """Commit the pass."""
        self.now += 1
        self.both(
            lambda store: store.commit(
                key,
                self.leases[key],
                cursor=_CURSOR,
                zone=zone,
                links=kept,
                announce=told,
                now=self.now,
                since=store.state(key),
            )
        )

    @rule(key=keys, series=ids, original=instants)
    def sweep(self, key: CalendarKey, series: str, original: int) -> None:
        """Stage the deletions that no tombstone tells."""
        lease = self.leases[key]
        self.both(lambda store: store.delete_beyond(key, lease, {series: original}))
        self.both(lambda store: store.delete_orphans(key, lease))
        self.both(lambda store: store.delete_missing(key, lease))

    @rule(key=keys, gone=st.none() | st.booleans())
    def hold(self, key: CalendarKey, gone: bool | None) -> None:
        """Note what is missing as pending, and perhaps let it go, or refuse to."""
        lease = self.leases[key]
        self.both(lambda store: store.hold_missing(key, lease, now=self.now))
        if gone:
            self.both(lambda store: store.delete_pending(key, lease))
        elif gone is False:
            self.both(lambda store: store.refuse_pending(key, lease))

    @rule(key=keys)
    def discard(self, key: CalendarKey) -> None:
        """Discard the pass."""
        self.both(lambda store: store.discard(key, self.leases[key]))

    @rule(consumer=consumers, key=st.none() | keys, limit=st.integers(1, 5))
    def read(self, consumer: str, key: CalendarKey | None, limit: int) -> None:
        """Read the feed and acknowledge what was read."""
        entries = self.both(lambda store: store.changes(consumer, limit=limit, key=key))
        if entries:
            last = entries[-1].position if key else entries[-1].token
            self.both(lambda store: store.acknowledge(consumer, last, key))

    @rule(consumer=consumers, key=st.none() | keys)
    def dismiss(self, consumer: str, key: CalendarKey | None) -> None:
        """Forget a consumer."""
        self.both(lambda store: store.dismiss(consumer, key))

    @rule(key=keys, sure=st.integers(0, 3))
    def forget(self, key: CalendarKey, sure: int) -> None:
        """Forget a calendar, now and then."""
        if not sure:
            self.both(lambda store: store.forget(key, self.leases[key]))
            self.take(key, "worker")

    @precondition(lambda self: self.now > 5)
    @rule(age=st.integers(0, 300), silence=st.none() | st.integers(0, 900))
    def prune(self, age: int, silence: int | None) -> None:
        """Forget old entries, and perhaps who left them unread."""
        before = datetime.fromtimestamp(self.now - age, UTC)
        since = None if silence is None else datetime.fromtimestamp(self.now - silence, UTC)
        self.both(lambda store: store.prune(before, gone_since=since))

    @rule(start=instants, length=st.integers(1, 20))
    def look(self, start: int, length: int) -> None:
        """Look at a window."""
        end = start + length
        for key in KEYS:
            self.both(partial(_found, key, start, end))

    @invariant()
    def same_answers(self) -> None:
        """Ask everything else."""
        self.both(lambda store: store.calendars())
        self.both(lambda store: store.calendars_of(KEYS[0].provider, KEYS[0].account))
        self.both(lambda store: store.consumers())
        self.both(lambda store: store.changes("onlooker", limit=10_000, after=BEGINNING))
        for key in KEYS:
            self.both(partial(_state, key))


def _told(key: CalendarKey, lease: Lease, now: float, limit: int, store: Store) -> None:
    store.tell_ahead(key, lease, now=now, limit=limit)


def _state(key: CalendarKey, store: Store) -> dict[str, Any]:
    return {
        "state": store.state(key),
        "events": list(store.events(key)),
        "records": store.records(key, IDS),
        "staged": store.staged(key, IDS),
        "counts": store.counts(key),
        "met": store.met(key, IDS),
        "unseen": store.unseen(key, 3),
        "orphans": store.orphans(key, 3),
        "occurrences": store.occurrences_of(key, IDS),
        "series": list(store.staged_series(key)),
        "families": list(store.staged_families(key)),
        "links": store.links(key),
        "quarantined": store.quarantined(key),
        "pending": store.pending(key),
        "refused": store.refused(key),
        "pending counts": store.pending_counts(key),
        "misread": store.misread(key, "1"),
    }


def _found(key: CalendarKey, start: int, end: int, store: Store) -> dict[str, Any]:
    return {
        "window": sorted(store.window(key, start, end)),
        "moved": sorted(store.moved(key, start, end)),
        "beginning": sorted(one.id for one in store.beginning(key, start, end)),
    }


def _answer(ask: Callable[[Store], Any], store: Store) -> Any:
    try:
        return ask(store)
    except LeaseLost as error:
        return str(error)
